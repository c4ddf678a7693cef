"""Every change to a contest, its entries and its openings happens here."""

import hashlib
import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from showcase.contests.errors import (
    ClosingIsSettled,
    ContestError,
    NoticeIsSettled,
    TimeIsPast,
    TimesOutOfOrder,
)
from showcase.contests.gates import gate_report
from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.public_log import say_in_public
from showcase.contests.rules import ORDER, Stage, times_out_of_order
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.trail import services as trail

log = logging.getLogger(__name__)

_GATED = {Stage.POLL: "poll_opens_at", Stage.NIGHT: "night_opens_at"}

# What the log was last told of a stage that stays shut. A worker asks every few seconds.
SAY_AGAIN_AFTER = timedelta(minutes=10)
_said: dict[tuple[int, str], tuple[datetime, list[str]]] = {}

# What may be corrected after a contest was created; its times have a function of their own.
DESCRIPTION = (
    "name",
    "county",
    "approval_number",
    "practice_note",
    "hidden",
    "finalists",
    "flags",
)


@transaction.atomic
def create_contest(*, by: User | None, now: datetime, **fields: Any) -> Contest:
    """Start an edition. Whether it is practice is settled here for good."""
    contest = Contest(**fields)
    contest.full_clean()
    _refuse_reversed_times(contest)
    contest.save()
    trail.record(
        by=by,
        action="contest.created",
        subject=contest,
        sentence=f"建立活动“{contest}”" + ("（演练）" if contest.practice else ""),
        now=now,
    )
    return contest


@transaction.atomic
def change_contest(
    *, by: User | None, contest: Contest, now: datetime, **fields: Any
) -> Contest:
    """Correct what is said about a contest: its kind and its address stay as they are."""
    unknown = set(fields) - set(DESCRIPTION)
    if unknown:
        raise ContestError("活动的类型和网址名建好后不能改。")
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    trail.save_changes(
        by=by,
        action="contest.changed",
        subject=contest,
        noun="活动",
        fields=fields,
        now=now,
    )
    return contest


def _refuse_reversed_times(contest: Contest) -> None:
    reversed_pairs = times_out_of_order(contest.times)
    if not reversed_pairs:
        return
    label = {name: contest._meta.get_field(name).verbose_name for name in ORDER}
    raise TimesOutOfOrder(
        "；".join(
            f"“{label[first]}”必须早于“{label[second]}”"
            for first, second in reversed_pairs
        )
        + "。没有保存，请改好再存。"
    )


@transaction.atomic
def set_times(
    *,
    by: User | None,
    contest: Contest,
    now: datetime,
    extends_poll: bool = False,
    sets_notice: bool = False,
    **times: datetime | None,
) -> Contest:
    """Set some of a contest's times. An opened stage keeps its opening time.

    A real poll that has opened closes as announced; only the act that extends it, which
    says so, may move that, and only to later. When the public notice closes is planned
    here too, until there is a result; from then on the acts of the notice alone move it.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    unknown = set(times) - set(ORDER)
    if unknown:
        raise ContestError(f"没有这个时间：{'、'.join(sorted(unknown))}")
    opened = contest.openings.stages()
    for stage, name in _GATED.items():
        if stage in opened and name in times and times[name] != getattr(contest, name):
            raise TimeIsPast
    if Stage.POLL in opened and "poll_closes_at" in times and not contest.practice:
        _refuse_to_move_closing(
            contest, times["poll_closes_at"], extends_poll=extends_poll
        )
    if "notice_closes_at" in times and not sets_notice:
        _refuse_to_move_notice(contest, times["notice_closes_at"], now)
    before = {name: getattr(contest, name) for name in times}
    for name, moment in times.items():
        setattr(contest, name, moment)
    _refuse_reversed_times(contest)
    contest.save(update_fields=list(times))
    trail.record(
        by=by,
        action="contest.times_set",
        subject=contest,
        sentence="设定时间："
        + "，".join(contest._meta.get_field(name).verbose_name for name in times),
        now=now,
        details={
            name: [str(before[name] or ""), str(moment or "")]
            for name, moment in times.items()
        },
    )
    return contest


def _refuse_to_move_closing(
    contest: Contest, closes_at: datetime | None, *, extends_poll: bool
) -> None:
    before = contest.poll_closes_at
    if closes_at == before:
        return
    is_later = closes_at is not None and before is not None and closes_at > before
    if not (extends_poll and is_later):
        raise ClosingIsSettled


def _refuse_to_move_notice(
    contest: Contest, closes_at: datetime | None, now: datetime
) -> None:
    if contest.provisional_at is None or now < contest.provisional_at:
        return
    if closes_at != contest.notice_closes_at:
        raise NoticeIsSettled


@transaction.atomic
def enter_unit(
    *, by: User | None, contest: Contest, unit: Unit, now: datetime
) -> Entry:
    entry = Entry(contest=contest, unit=unit)
    entry.full_clean()
    entry.save()
    trail.record(
        by=by,
        action="entry.created",
        subject=entry,
        sentence=f"{unit}参评“{contest}”",
        now=now,
    )
    return entry


@transaction.atomic
def shortlist(
    *, by: User | None, contest: Contest, numbers: dict[int, int], now: datetime
) -> list[Entry]:
    """Send entries to the poll and the night: ``numbers`` maps entry id to its number."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if Stage.POLL in contest.openings.stages():
        raise ContestError("民意测评已经开放，入围名单不能再改。")
    entries = list(contest.entries.filter(pk__in=numbers).select_related("unit"))
    # Numbers may change hands: none of these holds one while they are given out.
    contest.entries.filter(pk__in=numbers).update(number=None, shortlisted_at=None)
    for entry in entries:
        entry.number = numbers[entry.pk]
        entry.shortlisted_at = entry.shortlisted_at or now
        entry.full_clean()
        entry.save(update_fields=["number", "shortlisted_at"])
    trail.record(
        by=by,
        action="contest.shortlisted",
        subject=contest,
        sentence=f"确定 {len(entries)} 个入围单位",
        now=now,
        details={str(entry.number): entry.unit.name for entry in entries},
    )
    return entries


@transaction.atomic
def take_back_shortlist(
    *, by: User | None, contest: Contest, reason: str, now: datetime
) -> list[Entry]:
    """Take the numbers of all entries back, while the poll has not opened."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if Stage.POLL in contest.openings.stages():
        raise ContestError("民意测评已经开放，入围名单不能再撤回。")
    entries = list(contest.entries.shortlisted().select_related("unit"))
    contest.entries.shortlisted().update(number=None, shortlisted_at=None)
    trail.record(
        by=by,
        action="contest.shortlist_taken_back",
        subject=contest,
        sentence=f"撤回 {len(entries)} 个单位的入围",
        now=now,
        details={str(entry.number): entry.unit.name for entry in entries}
        | {"reason": reason},
    )
    return entries


def canonical_json(value: Any) -> str:
    """The one spelling of a frozen value, so that its hash can be made again anywhere."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@transaction.atomic
def open_stage(*, contest: Contest, stage: Stage, now: datetime) -> Opening | None:
    """Open one stage whose time has come, if its gate is met.

    However many ask at once, one record remains: they come one after the other, and what
    is frozen cannot change between the look at it and its record. A gate that is not met
    leaves the stage shut, and says so in the log; the page tells the public.
    """
    existing = Opening.objects.filter(contest=contest, stage=stage).first()
    if existing:
        return existing
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    existing = Opening.objects.filter(contest=contest, stage=stage).first()
    if existing:
        return existing
    opens_at = getattr(contest, _GATED[stage])
    if opens_at is None or now < opens_at:
        return None
    report = gate_report(contest, stage, now=now)
    if report.still_open:
        _say_what_is_missing(contest, stage, report.still_open, now=now)
        return None
    text = canonical_json(report.frozen)
    opening = Opening.objects.create(
        contest=contest,
        stage=stage,
        opened_at=now,
        frozen=report.frozen,
        frozen_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
    trail.record(
        by=None,
        action=f"{stage}.opened",
        subject=contest,
        sentence="民意测评开放" if stage == Stage.POLL else "现场评比会开放",
        now=now,
        details={"hash": opening.frozen_hash},
    )
    say_in_public(
        contest=contest,
        kind="opened",
        statement={"stage": str(stage), "hash": opening.frozen_hash},
        now=now,
    )
    return opening


def _say_what_is_missing(
    contest: Contest, stage: Stage, still_open: list[str], *, now: datetime
) -> None:
    """Into the log, once for each change of it and again after a while."""
    said_at, said = _said.get((contest.pk, stage), (None, []))
    if said == still_open and said_at and abs(now - said_at) < SAY_AGAIN_AFTER:
        return
    _said[contest.pk, stage] = now, still_open
    log.error(
        "stage stays shut",
        extra={
            "contest": contest.slug,
            "stage": str(stage),
            "still_open": still_open,
        },
    )


def forget_what_was_said() -> None:
    """For a process whose database was emptied."""
    _said.clear()


def open_due_stages(*, now: datetime) -> list[Opening]:
    """Worker's job: open every stage whose time has come and whose gate is met."""
    opened = []
    for stage, name in _GATED.items():
        due = Contest.objects.filter(**{f"{name}__lte": now}).exclude(
            openings__stage=stage
        )
        for contest in due:
            opening = open_stage(contest=contest, stage=stage, now=now)
            if opening:
                opened.append(opening)
    return opened
