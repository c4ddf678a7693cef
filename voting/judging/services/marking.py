"""Sheets and absences: what reaches us for one seat and one turn."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.errors import (
    AlreadyLocked,
    DeviceNotSeated,
    JudgingError,
    MarksRefused,
    SeatIsRecused,
    SheetChanged,
    SheetUnreadable,
    TurnNotOpen,
    VersionTaken,
)
from voting.judging.late_models import Late, LateSheet
from voting.judging.models import (
    Absence,
    Criterion,
    Device,
    Night,
    Recusal,
    ScoreSheet,
    Seat,
    Source,
    Turn,
)
from voting.judging.queries import marking_is_open
from voting.judging.rules import HIGHEST_VERSION, read_marks, sheet_total


@transaction.atomic
def submit_sheet(
    *,
    device: Device,
    turn_id: int,
    sheet_id: UUID,
    version: int,
    marks: Mapping[str, object],
    now: datetime,
    generation: int | None = None,
) -> ScoreSheet | LateSheet:
    """Take one version of a seat's marks, or raise a sentence. Returned means kept.

    The same id with the same content gives the same row, however often and from however many
    requests at once; with other content it is refused. Of two ids for one version the first
    counts. What arrives after the lock, or was marked by a device that had lost the seat, is
    kept aside; ``generation`` tells when a device that got the seat back sends what it marked
    before.
    """
    if device.generation is None:
        raise DeviceNotSeated
    turn = locked_turn(turn_id)
    seat = Seat.objects.select_related("night__contest").get(pk=device.seat_id)
    if turn is None or not _judges(seat, turn):
        raise TurnNotOpen
    if not 1 <= version <= HIGHEST_VERSION or not _was_its(device, generation):
        raise SheetUnreadable
    spelled = spell_marks(turn.round.criteria.all(), marks)
    given = {
        "id": sheet_id,
        "seat": seat,
        "turn": turn,
        "version": version,
        "marks": spelled,
        "total": sheet_total(spelled.values()),
        "received_at": now,
        "device": device,
        "generation": generation or device.generation,
    }
    earlier = _sent_before(sheet_id)
    if earlier:
        return _same_or_refused(earlier, given)
    if Recusal.objects.filter(seat=seat, entry=turn.entry).exists():
        raise SeatIsRecused
    why = _why_late(turn, given, now)
    sheet = (
        LateSheet(**given, why=why)
        if why
        else ScoreSheet(**given, source=Source.DEVICE)
    )
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError as error:
        earlier = _sent_before(sheet_id)
        if earlier is None:
            raise VersionTaken from error
        return _same_or_refused(earlier, given)
    if why:
        _record_late(sheet, now)
    else:
        take_back_absences(seat, turn, by=None, now=now)
    return sheet


def _record_late(sheet: LateSheet, now: datetime) -> None:
    trail.record(
        by=None,
        action="late_sheet.kept",
        subject=sheet.turn,
        sentence=f"{sheet.seat} 给 {sheet.turn.entry} 的评分表留存，没有计入"
        f"（{sheet.get_why_display()}）",
        now=now,
        details={"sheet": str(sheet.pk), "generation": sheet.generation},
    )


def _why_late(turn: Turn, given: Mapping[str, Any], now: datetime) -> str:
    """Why the sheet cannot count, or nothing. A turn that never opened takes no sheet at all."""
    if turn.is_locked:
        return Late.AFTER_LOCK
    if turn.opened_at is None or not marking_is_open(turn.round.night, now=now):
        raise TurnNotOpen
    if given["generation"] != given["seat"].generation:
        return Late.OLD_DEVICE
    paper = ScoreSheet.objects.filter(
        turn=turn, seat=given["seat"], source=Source.PAPER
    )
    # Marked before the judge could know of the paper; a later version is a change of mind.
    return Late.AFTER_PAPER if paper.filter(version__gte=given["version"]) else ""


def _was_its(device: Device, generation: int | None) -> bool:
    return generation is None or 1 <= generation <= device.generation


def _sent_before(sheet_id: UUID) -> ScoreSheet | LateSheet | None:
    return (
        ScoreSheet.objects.filter(pk=sheet_id).first()
        or LateSheet.objects.filter(pk=sheet_id).first()
    )


def _same_or_refused(
    earlier: ScoreSheet | LateSheet, given: Mapping[str, Any]
) -> ScoreSheet | LateSheet:
    same = (
        earlier.seat_id == given["seat"].pk
        and earlier.turn_id == given["turn"].pk
        and earlier.version == given["version"]
        and earlier.marks == given["marks"]
    )
    if not same:
        raise SheetChanged
    return earlier


def spell_marks(
    criteria: Iterable[Criterion], raw: Mapping[str, object]
) -> dict[str, str]:
    """The marks in one spelling. A sheet is whole or refused."""
    ranges = [criterion.range for criterion in criteria]
    if set(raw) - {allowed.code for allowed in ranges}:
        raise SheetUnreadable
    marks, problems = read_marks(raw, ranges)
    if problems:
        raise MarksRefused(problems)
    return marks


def locked_turn(turn_id: int) -> Turn | None:
    """The row as it is now, held until the end of the transaction.

    A sheet is thereby before the lock or after it, never both.
    """
    return (
        Turn.objects.held(turn_id)
        .select_related("round__night__contest", "entry__unit", "lock")
        .first()
    )


def turn_after_its_night(turn_id: int) -> Turn:
    """The row as it is now, and its night, both held: in the order in which the host holds them.

    Two people who held them the other way round would wait for each other for ever.
    """
    night_id = Turn.objects.values_list("round__night_id", flat=True).get(pk=turn_id)
    Night.objects.held(night_id)
    return locked_turn(turn_id)


def _judges(seat: Seat, turn: Turn) -> bool:
    return turn.round.panels.filter(pk=seat.panel_id).exists()


@transaction.atomic
def mark_absent(
    *, by: User, turn: Turn, seat: Seat, reason: str, now: datetime
) -> Absence:
    """Write down that a seat does not mark this turn. Absent is not zero."""
    turn = locked_turn(turn.pk)
    if turn.is_locked:
        raise AlreadyLocked
    if not _judges(seat, turn):
        raise JudgingError(f"{seat} 不评这一轮，没有记缺席。")
    if ScoreSheet.objects.filter(turn=turn, seat=seat).exists():
        raise JudgingError(f"{seat} 的评分表已经收到，没有记缺席。")
    if Recusal.objects.filter(seat=seat, entry=turn.entry).exists():
        raise JudgingError(f"{seat} 回避这个单位，不用记缺席。")
    if not reason.strip():
        raise JudgingError("请写明缺席的理由。没有记缺席。")
    try:
        with transaction.atomic():
            absence = Absence.objects.create(
                turn=turn,
                seat=seat,
                reason=reason.strip()[:60],
                recorded_by=by,
                recorded_at=now,
            )
    except IntegrityError as error:
        raise JudgingError(f"{seat} 已经记为缺席。") from error
    trail.record(
        by=by,
        action="absence.recorded",
        subject=turn,
        sentence=f"{seat} 记为缺席（{turn.entry}）：{absence.reason}",
        now=now,
    )
    return absence


@transaction.atomic
def withdraw_absence(*, by: User, turn: Turn, seat: Seat, now: datetime) -> None:
    """The judge is back before the lock."""
    turn = locked_turn(turn.pk)
    if turn.is_locked:
        raise AlreadyLocked
    if not take_back_absences(seat, turn, by=by, now=now):
        raise JudgingError(f"{seat} 没有记为缺席。")


def take_back_absences(
    seat: Seat, turn: Turn, *, by: User | None, now: datetime
) -> int:
    """``by`` is None when the sheet itself, arriving after all, takes the absence back."""
    changed = (
        Absence.objects.standing().filter(turn=turn, seat=seat).update(withdrawn_at=now)
    )
    if changed:
        trail.record(
            by=by,
            action="absence.withdrawn",
            subject=turn,
            sentence=f"{seat} 的缺席撤销（{turn.entry}）"
            + ("" if by else "：评分表已收到"),
            now=now,
        )
    return changed
