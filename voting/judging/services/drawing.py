"""The draw in public: list and hash first, then the seed, read by two people, then the order.

Who publishes the list cannot know the seed, and whoever reads the dice cannot change the list.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest, Entry
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.judging.draw_models import DrawList
from voting.judging.draw_queries import (
    SEED,
    entries_to_draw,
    latest_list,
    list_of,
    recusal_pairs,
    recusals_missing,
    seed_proposal,
)
from voting.judging.errors import JudgingError
from voting.judging.models import Draw, Night, Round, Turn
from voting.judging.services.preparing import unopened_night
from voting.judging.setup_queries import follows_the_rules
from voting.log import services as log
from voting.log.models import Kind
from voting.rules import draw
from voting.rulesheets.queries import frozen_rule_sheet

_BAD_SEED = "种子是 8 到 200 个数字或英文字母。没有改变，请对着现场的骰子重新键入。"


@transaction.atomic
def publish_list(
    *, by: User | None, round_: Round, recusals: int, now: datetime
) -> DrawList:
    """Let everybody see what will be drawn, and its hash, while nobody knows the seed.

    ``recusals`` is how many the person saw and takes for all of them. A list that was
    published before is replaced, until its seed has been read.
    """
    round_, night = _held(round_)
    published = latest_list(round_)
    if published and seed_proposal(published):
        raise JudgingError("种子已经读出来，名单不能再换。请监督员先答复。")
    _refuse_unsettled(night)
    if not entries_to_draw(night.contest, now=now):
        raise JudgingError("还没有入围的单位，没有公布名单。")
    pairs = _complete_recusals(night, recusals, now)
    title, listed = list_of(round_, now=now)
    drawn_from = DrawList.objects.create(
        round=round_,
        number=published.number + 1 if published else 1,
        title=title,
        listed=listed,
        list_hash=draw.list_hash(listed),
        recusals=pairs,
        published_at=now,
        published_by=by,
    )
    trail.record(
        by=by,
        action="draw.list_published",
        subject=drawn_from,
        sentence=f"公布{round_}的抽签名单",
        now=now,
        details={"list_hash": drawn_from.list_hash, "recusals": pairs},
    )
    Night.objects.raise_revision(night.pk)
    log.append(
        contest=night.contest,
        kind=Kind.DRAW,
        statement={
            "act": "list",
            "round": round_.code,
            "title": title,
            "entries": listed.count("\n") - 1,
            "list": listed,
            "list_hash": drawn_from.list_hash,
            "recusals": pairs,
        },
        now=now,
    )
    return drawn_from


def _refuse_unsettled(night: Night) -> None:
    """A round that the rules may still change is not drawn: nothing undoes a draw."""
    rule_sheet = frozen_rule_sheet(night.contest)
    if rule_sheet is None:
        raise JudgingError(
            "计分规则还没有冻结，轮次可能还会变。请先由两个人冻结规则，没有公布名单。"
        )
    if not follows_the_rules(night, rule_sheet):
        raise JudgingError(
            "评委组、轮次或评分项和冻结的计分规则不一样。请先在“现场评比会筹备”里按规则重建，"
            "没有公布名单。"
        )


@transaction.atomic
def propose_seed(
    *, by: User, published: DrawList, seed: str, how: str, now: datetime
) -> Proposal:
    """Write down the seed that was made in public, and ``how``. A second person reads it too."""
    round_, night = _held(published.round)
    _refuse_another_list(round_, published)
    if not draw.is_seed(seed):
        raise JudgingError(_BAD_SEED)
    if seed_proposal(published):
        raise JudgingError("已经有人键入了种子，等监督员答复。没有再记一次。")
    _refuse_stale(published, night, now)
    proposal = trail.propose(
        by=by,
        kind=SEED,
        subject=published,
        sentence=f"{round_}抽签的种子",
        reason=how,
        now=now,
        payload={"seed": seed},
    )
    Night.objects.raise_revision(night.pk)
    return proposal


@transaction.atomic
def confirm_seed(*, by: User, proposal: Proposal, typed: str, now: datetime) -> Draw:
    """The second person has read the same seed: the order follows, and is public at once."""
    published, round_, night = _asked(proposal)
    _refuse_another_list(round_, published)
    _refuse_stale(published, night, now)
    seed = proposal.payload["seed"]
    if typed != seed:
        raise JudgingError(
            "您键入的种子和主持人键入的不一样，没有抽签。请两个人都再对着骰子看一遍；"
            "是主持人键错了，就选“不同意”退回。"
        )
    trail.decide(by=by, proposal=proposal, subject=published, confirmed=True, now=now)
    drawn = _draw(published, round_, seed=seed, now=now)
    order = list(
        Turn.objects.filter(round=round_)
        .order_by("order")
        .values_list("entry__number", flat=True)
    )
    trail.record(
        by=by,
        action="order.drawn",
        subject=drawn,
        sentence=f"{round_}抽签定序，{len(order)} 个单位",
        now=now,
        details={"list_hash": drawn.list_hash, "seed": seed},
    )
    Night.objects.raise_revision(night.pk)
    log.append(
        contest=night.contest,
        kind=Kind.DRAW,
        statement={
            "act": "drawn",
            "round": round_.code,
            "title": drawn.title,
            "entries": len(order),
            "list_hash": drawn.list_hash,
            "seed": seed,
            "how": proposal.reason,
            "order": order,
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )
    return drawn


@transaction.atomic
def reject_seed(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person has read another seed, or saw something wrong. Nothing is drawn."""
    published, _, night = _asked(proposal)
    decision = trail.decide(
        by=by,
        proposal=proposal,
        subject=published,
        confirmed=False,
        remark=remark,
        now=now,
    )
    Night.objects.raise_revision(night.pk)
    return decision


def _held(round_: Round) -> tuple[Round, Night]:
    """The round and its night, after every other act on this contest; refused once drawn."""
    Contest.objects.select_for_update().get(night=round_.night_id)
    night = unopened_night(round_.night)
    round_ = night.rounds.select_related("night__contest").get(pk=round_.pk)
    if Draw.objects.filter(round=round_).exists():
        raise JudgingError("这一轮已经抽过签，顺序不能再改。")
    return round_, night


def _asked(proposal: Proposal) -> tuple[DrawList, Round, Night]:
    if proposal.kind != SEED:
        raise NothingProposed
    published = DrawList.objects.select_related("round__night").get(
        pk=proposal.subject_id
    )
    round_, night = _held(published.round)
    return published, round_, night


def _complete_recusals(night: Night, seen: int, now: datetime) -> list[list[object]]:
    missing = recusals_missing(night, now=now)
    if missing:
        raise JudgingError(
            "有评委和参评单位是一家，还没有登记回避，没有公布名单："
            + "；".join(
                f"{seat}（{seat.organisation}）和 {entry.plate} 号"
                for seat, entry in missing
            )
            + "。"
        )
    pairs = recusal_pairs(night)
    if len(pairs) != seen:
        raise JudgingError(
            f"回避登记现在是 {len(pairs)} 项，和您看到的 {seen} 项不同，没有公布名单。"
            "请看过最新的再公布。"
        )
    return pairs


def _refuse_another_list(round_: Round, published: DrawList) -> None:
    if latest_list(round_) != published:
        raise JudgingError("名单已经换过，请看过新公布的名单再键入种子。没有改变。")


def _refuse_stale(published: DrawList, night: Night, now: datetime) -> None:
    """An entry that left since keeps its line; one that is not on the list may not be left out."""
    listed = {number for number, _ in draw.read_list(published.listed)[1]}
    added = [
        str(entry)
        for entry in entries_to_draw(night.contest, now=now)
        if entry.plate not in listed
    ]
    if added:
        raise JudgingError(
            f"公布的名单里没有 {'、'.join(added)}，没有抽签。请重新公布名单。"
        )
    if published.recusals != recusal_pairs(night):
        raise JudgingError("公布名单以后回避登记有变化，没有抽签。请重新公布名单。")


def _draw(published: DrawList, round_: Round, *, seed: str, now: datetime) -> Draw:
    title, lines = draw.read_list(published.listed)
    try:
        with transaction.atomic():
            drawn = Draw.objects.create(
                round=round_,
                title=title,
                listed=published.listed,
                list_hash=published.list_hash,
                seed=seed,
                drawn_at=now,
            )
    except IntegrityError as error:
        raise JudgingError("这一轮已经抽过签，顺序不能再改。") from error
    entries = Entry.objects.filter(contest=round_.night.contest_id).shortlisted()
    by_plate = {entry.plate: entry for entry in entries}
    Turn.objects.bulk_create(
        Turn(round=round_, entry=by_plate[lot.number], order=order)
        for order, lot in enumerate(draw.draw(title, lines, seed), start=1)
    )
    return drawn
