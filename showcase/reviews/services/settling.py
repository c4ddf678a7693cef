"""How a round ends: releases, ties decided by two people, who goes on, and taking that back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from showcase.contests import services as contests
from showcase.contests.models import Contest, Entry
from showcase.reviews.errors import (
    RankingChanged,
    RankingNotReady,
    ReviewError,
)
from showcase.reviews.models import (
    Release,
    ReviewRound,
    SelectedEntry,
    Selection,
    Step,
)
from showcase.reviews.queries import (
    TIE,
    Ranking,
    against_ranking,
    candidates,
    confirmed_tie,
    progress_of,
    ranking_of,
    round_of,
    tie_proposal,
)
from showcase.reviews.services.locks import lock_round, reason_in, refuse_if_settled
from showcase.reviews.wording import Notice, shortlist_notice, taken_back_notice
from site_cms.accounts.models import User
from site_cms.pages.page_types import NoticeIndexPage
from site_cms.pages.services import publish_notice
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Proposal

KINDS = {
    "all": "并列的全部带上",
    "rung": "按权重最高的评分项再比",
    "named": "由两人署名裁定",
}


@transaction.atomic
def release_missing(
    *, by: User, round_: ReviewRound, reason: str, now: datetime
) -> list[Release]:
    """Let entries be ranked by the reviews that are in, although others are missing."""
    round_ = lock_round(round_)
    refuse_if_settled(round_)
    if not round_.is_over(now):
        raise ReviewError("评审还没有截止，先催一催，不用放行。")
    reason = reason_in(reason)
    holding_back = progress_of(round_).holding_back
    if not holding_back:
        raise ReviewError("评审都齐了，不用放行。")
    released = Release.objects.bulk_create(
        Release(
            round=round_,
            entry=each.entry,
            reason=reason,
            released_by=by,
            released_at=now,
        )
        for each in holding_back
    )
    trail.record(
        by=by,
        action="review.released",
        subject=round_,
        sentence=f"{round_}：{len(released)} 个单位缺评放行",
        now=now,
        details={"reason": reason}
        | {each.entry.unit.code: each.missing for each in holding_back},
    )
    return released


def _ready_ranking(round_: ReviewRound, *, inputs_hash: str, now: datetime) -> Ranking:
    """The ranking that somebody looked at, if it may be used and is still the same."""
    refuse_if_settled(round_)
    still_open = against_ranking(round_, now=now)
    if still_open:
        raise RankingNotReady("".join(still_open))
    ranking = ranking_of(round_)
    if ranking.inputs_hash != inputs_hash:
        raise RankingChanged
    return ranking


def room_for(round_: ReviewRound) -> int | None:
    """How many may go on at most: the places in the poll; None: nobody has fixed a number."""
    return round_.contest.finalists if round_.kind == Step.SECOND else None


@transaction.atomic
def propose_tie(
    *,
    by: User,
    round_: ReviewRound,
    inputs_hash: str,
    kind: str,
    chosen: Sequence[str],
    reason: str,
    now: datetime,
) -> Proposal:
    """Say what shall become of the tie at the cut. A second person decides."""
    round_ = lock_round(round_)
    ranking = _ready_ranking(round_, inputs_hash=inputs_hash, now=now)
    cut = ranking.outcome["cut"]
    if not cut["tied"]:
        raise ReviewError("线上没有并列，不用裁定。")
    if ranking.chosen is not None or tie_proposal(round_, inputs_hash):
        raise ReviewError("这处并列已经有人提出或裁定，请刷新后再看。")
    taken = _taken(round_, ranking, kind, chosen)
    names = {row["code"]: row["name"] for row in ranking.inputs["entries"]}
    return trail.propose(
        by=by,
        kind=TIE,
        subject=round_,
        sentence=f"{round_}：线上并列，{KINDS[kind]}：{'、'.join(names[c] for c in taken)}进入"[
            :400
        ],
        reason=reason_in(reason),
        now=now,
        payload={"inputs_hash": inputs_hash, "kind": kind, "chosen": taken},
    )


def _taken(
    round_: ReviewRound, ranking: Ranking, kind: str, chosen: Sequence[str]
) -> list[str]:
    cut = ranking.outcome["cut"]
    if kind == "all":
        room, count = room_for(round_), len(cut["inside"]) + len(cut["tied"])
        if room is not None and count > room:
            raise ReviewError(
                f"全部带上是 {count} 个，超过入围名额 {room} 个，没有提出。"
            )
        return cut["tied"]
    if kind == "rung":
        further = ranking.outcome["further_rung"]
        if not further["settles"]:
            raise ReviewError("按评分项再比还是并列，请用别的办法。")
        return further["chosen"]
    if kind != "named":
        raise ReviewError("请选一种办法。")
    taken = [code for code in cut["tied"] if code in chosen]
    if len(taken) != cut["places_left"]:
        raise ReviewError(
            f"并列的单位里要选 {cut['places_left']} 个，您选了 {len(taken)} 个。"
        )
    return taken


@transaction.atomic
def decide_tie(
    *,
    by: User,
    round_: ReviewRound,
    proposal: Proposal,
    confirmed: bool,
    now: datetime,
    remark: str = "",
) -> None:
    round_ = lock_round(round_)
    ranking = _ready_ranking(
        round_, inputs_hash=proposal.payload["inputs_hash"], now=now
    )
    if tie_proposal(round_, ranking.inputs_hash) != proposal:
        raise NothingProposed
    trail.decide(
        by=by,
        proposal=proposal,
        subject=round_,
        confirmed=confirmed,
        remark=remark.replace("\x00", ""),
        now=now,
    )


@transaction.atomic
def select_entries(
    *,
    by: User,
    round_: ReviewRound,
    inputs_hash: str,
    numbers: Mapping[str, int],
    now: datetime,
) -> Selection:
    """End a round: who goes on, and after 复审 with which number, told to the public at once.

    ``numbers`` maps the codes of the units that go on to their numbers; 初审 gives none.
    """
    round_ = lock_round(round_)
    ranking = _ready_ranking(round_, inputs_hash=inputs_hash, now=now)
    if ranking.chosen is None:
        raise ReviewError("线上的并列还没有裁定，不能确定名单。")
    if not ranking.chosen:
        raise ReviewError("没有单位可以进入，不能确定名单。")
    entries = {entry.unit.code: entry for entry in candidates(round_)}
    is_shortlist = round_.kind == Step.SECOND
    if is_shortlist:
        _give_numbers(by, round_, ranking, entries, numbers, now=now)
    tie = confirmed_tie(round_, inputs_hash)
    selection = Selection.objects.create(
        round=round_,
        selected_at=now,
        selected_by=by,
        second_person=tie.decision.decided_by if tie else None,
        inputs=ranking.inputs,
        inputs_hash=ranking.inputs_hash,
        outcome=ranking.outcome,
        notice=_publish_shortlist(by, round_, ranking, numbers, now=now)
        if is_shortlist
        else None,
    )
    SelectedEntry.objects.bulk_create(
        SelectedEntry(
            selection=selection,
            entry=entries[code],
            number=numbers[code] if is_shortlist else None,
        )
        for code in ranking.chosen
    )
    trail.record(
        by=by,
        action="review.selected",
        subject=round_,
        sentence=f"{round_}：确定 {len(ranking.chosen)} 个单位"
        + ("入围" if is_shortlist else "进入复审"),
        now=now,
        details={"inputs_hash": ranking.inputs_hash, "chosen": ranking.chosen},
    )
    return selection


def _give_numbers(
    by: User,
    round_: ReviewRound,
    ranking: Ranking,
    entries: Mapping[str, Entry],
    numbers: Mapping[str, int],
    *,
    now: datetime,
) -> None:
    chosen = ranking.chosen or []
    if set(numbers) != set(chosen) or len(set(numbers.values())) != len(chosen):
        raise ReviewError("每个入围单位要有一个编号，编号不能重复。")
    room = room_for(round_)
    if room is not None and len(chosen) > room:
        raise ReviewError(
            f"名单有 {len(chosen)} 个，超过入围名额 {room} 个。请先核对活动的入围名额。"
        )
    by_hand = round_.contest.entries.shortlisted().exclude(unit__code__in=chosen)
    if by_hand.exists():
        names = "、".join(entry.unit.name for entry in by_hand.select_related("unit"))
        raise ReviewError(f"名单以外已经有入围的单位：{names}。先撤回，再确定名单。")
    try:
        contests.shortlist(
            by=by,
            contest=round_.contest,
            numbers={entries[code].pk: number for code, number in numbers.items()},
            now=now,
        )
    except ValidationError as error:
        raise ReviewError("".join(error.messages)) from error
    _mark_the_shortlist_as_published(by, round_.contest, now=now)


def _mark_the_shortlist_as_published(
    by: User, contest: Contest, *, now: datetime
) -> None:
    """The plan said when; now it is so, unless the plan has the poll before it."""
    planned, poll = contest.shortlisted_at, contest.poll_opens_at
    if (planned is None or planned > now) and (poll is None or poll > now):
        contests.set_times(by=by, contest=contest, now=now, shortlisted_at=now)


def notice_of_shortlist(
    round_: ReviewRound, ranking: Ranking, numbers: Mapping[str, int]
) -> Notice:
    """What the public will read."""
    names = {row["code"]: row["name"] for row in ranking.inputs["entries"]}
    scores = (
        {row["name"]: row["score"]["shown"] for row in ranking.outcome["ranking"]}
        if round_.publishes_scores
        else {}
    )
    return shortlist_notice(
        round_.contest,
        {number: names[code] for code, number in numbers.items()},
        scores=scores,
        corrects=round_.selections.exists(),
    )


def _publish_shortlist(
    by: User,
    round_: ReviewRound,
    ranking: Ranking,
    numbers: Mapping[str, int],
    *,
    now: datetime,
) -> Page:
    notice = notice_of_shortlist(round_, ranking, numbers)
    return _publish(by, round_.contest, notice, "shortlist", now=now)


def _publish(
    by: User, contest: Contest, notice: Notice, word: str, *, now: datetime
) -> Page:
    index = NoticeIndexPage.objects.first()
    if index is None:
        raise ReviewError("网站还没有公告栏目，名单没有地方公布。什么都没有改变。")
    start = f"{word}-{contest.slug}"
    count = index.get_children().filter(slug__startswith=start).count()
    return publish_notice(
        by=by,
        title=notice.title,
        slug=f"{start}-{count + 1}" if count else start,
        published_on=timezone.localdate(now),
        now=now,
        intro=notice.intro,
        body=[("paragraph", str(notice.body))],
    )


@transaction.atomic
def undo_selection(
    *, by: User, selection: Selection, reason: str, now: datetime
) -> Selection:
    """Take a list back, with a reason and, where it was public, a correcting notice."""
    round_ = lock_round(selection.round)
    selection = Selection.objects.select_for_update().get(pk=selection.pk)
    if selection.undone_at is not None:
        raise ReviewError("这份名单已经撤回了。")
    reason = reason_in(reason)
    if round_.kind == Step.SECOND:
        contests.take_back_shortlist(
            by=by, contest=round_.contest, reason=reason, now=now
        )
        notice = taken_back_notice(
            round_.contest, reason=reason, at=selection.selected_at
        )
        _publish(by, round_.contest, notice, "correction", now=now)
    else:
        _refuse_if_the_next_round_is_marked(round_)
    selection.undone_at, selection.undone_by = now, by
    selection.undo_reason = reason
    selection.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    trail.record(
        by=by,
        action="review.selection_undone",
        subject=round_,
        sentence=f"撤回{round_}的进入名单",
        now=now,
        details={"reason": reason, "selection": selection.pk},
    )
    return selection


def _refuse_if_the_next_round_is_marked(round_: ReviewRound) -> None:
    following = round_of(round_.contest, Step.SECOND)
    if following and lock_round(following).is_frozen:
        raise ReviewError("复审已经有人打分，初审的名单不能再撤回。")
