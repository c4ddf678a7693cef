"""A whole judged night at once, for practice contests only: samples and rehearsals."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.errors import JudgingError
from voting.judging.models import (
    Absence,
    Night,
    Round,
    ScoreSheet,
    Source,
    Turn,
    TurnLock,
)
from voting.judging.queries import LOCK, seats_missing
from voting.judging.rules import sheet_total
from voting.judging.services.marking import spell_marks
from voting.judging.services.public import say_locked

# One id for each seat, turn and contest, so that an import sent twice is refused, not doubled.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "hongqi/practice-sheets")


@transaction.atomic
def import_practice_sheets(
    *,
    by: User,
    confirmed_by: User,
    round_: Round,
    sheets: Mapping[tuple[str, int], Mapping[str, object] | None],
    began_at: datetime,
    now: datetime,
    each: timedelta = timedelta(minutes=8),
) -> list[Turn]:
    """Fill in a practice round: ``sheets`` maps (seat code, entry number) to marks.

    None instead of marks: the seat was absent. Turns without any line stay untouched; a turn is
    locked by the two people when nothing is missing in it, and otherwise stays open. Times run
    from ``began_at`` in steps of ``each``. Returns the turns that were filled, in order.
    """
    if by == confirmed_by:
        raise JudgingError("导入人和签认人必须是两个人。")
    night = Night.objects.held(round_.night_id).select_related("contest").get()
    if not night.contest.practice:
        raise JudgingError("只有演练或样例可以导入评分，正式活动的分数只由评委来打。")
    numbers = {number for _, number in sheets}
    turns = list(
        round_.turns.select_related("round", "entry__unit", "lock")
        .filter(entry__number__in=numbers)
        .order_by("order")
    )
    _set_times(turns, began_at, each)
    _insert(night, round_, turns, sheets, by=by, now=now)
    for turn in turns:
        if not seats_missing(turn, now=now):
            _lock(turn, by=by, confirmed_by=confirmed_by, now=now)
    if turns:
        night.current_turn = turns[-1]
        night.save(update_fields=["current_turn"])
    trail.record(
        by=by,
        action="night.practice_imported",
        subject=night,
        sentence=f"导入演练评分：{len(turns)} 个单位，{len(sheets)} 份",
        now=now,
    )
    Night.objects.raise_revision(night.pk)
    return turns


def _set_times(turns: list[Turn], began_at: datetime, each: timedelta) -> None:
    for turn in turns:
        turn.called_at = began_at + each * (turn.order - 1)
        turn.opened_at = turn.called_at + each * 5 / 8
    Turn.objects.bulk_update(turns, ["called_at", "opened_at"])


def _insert(
    night: Night,
    round_: Round,
    turns: list[Turn],
    sheets: Mapping[tuple[str, int], Mapping[str, object] | None],
    *,
    by: User,
    now: datetime,
) -> None:
    seats = {seat.code: seat for seat in night.seats.all()}
    by_number = {turn.entry.number: turn for turn in turns}
    unknown = {code for code, _ in sheets} - seats.keys()
    strangers = {number for _, number in sheets} - by_number.keys()
    if unknown or strangers:
        raise JudgingError(
            f"没有这些席位或出场单位：{sorted(unknown) + sorted(strangers)}。没有导入。"
        )
    criteria = list(round_.criteria.all())
    rows, absences = [], []
    for (code, number), given in sheets.items():
        seat, turn = seats[code], by_number[number]
        if given is None:
            absences.append(
                Absence(
                    seat=seat,
                    turn=turn,
                    reason="演练：未到场",
                    recorded_by=by,
                    recorded_at=turn.opened_at,
                )
            )
            continue
        marks = spell_marks(criteria, given)
        rows.append(
            ScoreSheet(
                id=uuid.uuid5(_IDS, f"{night.pk}:{turn.pk}:{seat.pk}"),
                seat=seat,
                turn=turn,
                version=1,
                marks=marks,
                total=sheet_total(marks.values()),
                received_at=turn.opened_at + timedelta(seconds=40 + len(rows) % 60),
                source=Source.PRACTICE,
            )
        )
    ScoreSheet.objects.bulk_create(rows)
    Absence.objects.bulk_create(absences)


def _lock(turn: Turn, *, by: User, confirmed_by: User, now: datetime) -> None:
    asked_at = turn.opened_at + timedelta(seconds=120)
    proposal = trail.propose(
        by=by,
        kind=LOCK,
        subject=turn,
        sentence=f"锁定 {turn.entry} 的打分",
        reason="演练：全部席位已交、缺席或回避",
        now=asked_at,
    )
    locked_at = asked_at + timedelta(seconds=20)
    trail.decide(
        by=confirmed_by, proposal=proposal, subject=turn, confirmed=True, now=locked_at
    )
    turn.lock = TurnLock.objects.create(
        turn=turn,
        proposal=proposal,
        asked_by=by,
        confirmed_by=confirmed_by,
        locked_at=locked_at,
    )
    if turn.round.night.shows_scores:
        turn.shown_at = locked_at
        turn.save(update_fields=["shown_at"])
    say_locked(turn, by=[by, confirmed_by], now=now)
