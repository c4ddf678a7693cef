"""The one question to a judge whose total is far from the panel: asked, kept, or waited for no more."""

from datetime import datetime

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.judging.errors import AlreadyLocked, DeviceNotSeated, JudgingError
from voting.judging.models import Device, Night, Turn
from voting.judging.outlier_models import Answer, OutlierPrompt
from voting.judging.outlier_queries import outliers_waiting, sheets_far_off
from voting.judging.services.marking import turn_after_its_night


@transaction.atomic
def ask_outliers(*, by: User, turn: Turn, now: datetime) -> list[OutlierPrompt]:
    """Ask the judges concerned, the first time only. Returns those who have not answered."""
    turn = turn_after_its_night(turn.pk)
    if turn.is_locked:
        raise AlreadyLocked
    if turn.outliers_checked_at is None:
        turn.outliers_checked_at = now
        turn.save(update_fields=["outliers_checked_at"])
        for sheet in sheets_far_off(turn):
            _ask(by, sheet, turn, now)
        Night.objects.raise_revision(turn.round.night_id)
    return outliers_waiting(turn)


def _ask(by: User, sheet, turn: Turn, now: datetime) -> None:
    OutlierPrompt.objects.create(turn=turn, seat=sheet.seat, sheet=sheet, asked_at=now)
    trail.record(
        by=by,
        action="outlier.asked",
        subject=turn,
        sentence=f"提示 {sheet.seat} 再看一眼 {turn.entry} 的分数（与同组多数相差较大）",
        now=now,
    )


@transaction.atomic
def keep_marks(*, device: Device, prompt: OutlierPrompt, now: datetime) -> None:
    """The judge stands by the marks. Saying it twice changes nothing."""
    turn = turn_after_its_night(prompt.turn_id)
    seat = prompt.seat
    if device.seat_id != seat.pk or device.generation != seat.generation:
        raise DeviceNotSeated
    if turn.is_locked:
        raise AlreadyLocked
    changed = (
        OutlierPrompt.objects.unanswered()
        .filter(pk=prompt.pk)
        .update(answer=Answer.KEPT, answered_at=now)
    )
    if changed:
        trail.record(
            by=None,
            action="outlier.kept",
            subject=turn,
            sentence=f"{seat} 保持原分（{turn.entry}）",
            now=now,
        )
        Night.objects.raise_revision(turn.round.night_id)


@transaction.atomic
def waive_outliers(*, by: User, turn: Turn, now: datetime) -> None:
    """The host waits no longer: the marks stay as they were given."""
    turn = turn_after_its_night(turn.pk)
    if turn.is_locked:
        raise AlreadyLocked
    waiting = outliers_waiting(turn)
    if not waiting:
        raise JudgingError("离群提示都已经答复，不用再等。")
    for prompt in waiting:
        prompt.answer = Answer.WAIVED
        prompt.answered_at = now
        prompt.waived_by = by
        prompt.save(update_fields=["answer", "answered_at", "waived_by"])
    names = "、".join(str(prompt.seat) for prompt in waiting)
    trail.record(
        by=by,
        action="outlier.waived",
        subject=turn,
        sentence=f"不再等 {names} 答复离群提示，按原分（{turn.entry}）",
        now=now,
    )
    Night.objects.raise_revision(turn.round.night_id)
