"""What one judge's device may know: its own seat, what is open to it, its own sheets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from voting.judging.late_models import LateSheet
from voting.judging.models import Device, Recusal, ScoreSheet, Seat, Turn
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.queries import (
    marking_is_open,
    next_turn,
    plain_total,
    sheet_payload,
    turn_payload,
)


@dataclass(frozen=True, slots=True)
class OwnTurn:
    """A turn that is open, as this seat has to deal with it."""

    state: str
    turn: Turn
    sheet: ScoreSheet | None = None
    reason: str = ""
    outlier: OutlierPrompt | None = None

    @property
    def is_to_do(self) -> bool:
        return self.state == "open" or self.outlier is not None


@dataclass(frozen=True, slots=True)
class JudgeView:
    """All that the device shows. ``others`` are open as well: marked together with this one.

    ``rival`` is a device that asks for the seat, ``successor`` the one that has got it,
    ``late`` what was kept without counting.
    """

    state: str
    turn: Turn | None = None
    sheet: ScoreSheet | None = None
    upcoming: Turn | None = None
    reason: str = ""
    sent: int = 0
    outlier: OutlierPrompt | None = None
    others: tuple[OwnTurn, ...] = ()
    rival: Device | None = None
    successor: Device | None = None
    late: tuple[LateSheet, ...] = ()

    @property
    def open_turns(self) -> list[Turn]:
        own = [self.turn] if self.state in {"open", "received"} else []
        return own + [other.turn for other in self.others]


def judge_view(
    device: Device, *, now: datetime, wanted: int | None = None
) -> JudgeView:
    """What the device shows now. The state is the name of a section of the judge's page.

    ``wanted`` is the turn that the judge would rather see of those that are open together.
    """
    seat = device.seat
    if device.refused_at is not None:
        return JudgeView("refused")
    if device.generation is None:
        return JudgeView("pending")
    own = {
        sheet.turn_id: sheet
        for sheet in ScoreSheet.objects.latest().filter(seat=seat).order_by("pk")
    }
    told: dict[str, Any] = {"sent": len(own), "late": _late_of(seat)}
    if not device.has_the_seat:
        return JudgeView("taken", successor=device_of(seat), **told)
    told["rival"] = seat.devices.waiting().first()
    if not marking_is_open(seat.night, now=now):
        over = seat.night.contest.night_closed_at is not None
        return JudgeView("closed" if over else "early", **told)
    shown = _turns_before(seat)
    own_turns = _own_turns(seat, shown, own)
    if own_turns:
        first = _first(own_turns, seat.night.current_turn_id, wanted)
        return JudgeView(
            first.state,
            first.turn,
            first.sheet,
            reason=first.reason,
            outlier=first.outlier,
            others=tuple(other for other in own_turns if other is not first),
            **told,
        )
    current = next(
        (turn for turn in shown if turn.pk == seat.night.current_turn_id), None
    )
    if current is not None and current.is_locked and current.pk in own:
        return JudgeView("locked", current, own[current.pk], **told)
    if current is not None and not current.is_locked:
        return JudgeView("wait", upcoming=current, **told)
    return JudgeView("wait", upcoming=next_turn(seat.night, now=now), **told)


def device_of(seat: Seat) -> Device | None:
    """The device that has the seat."""
    return seat.devices.filter(generation=seat.generation).first()


def _own_turns(
    seat: Seat, shown: Iterable[Turn], own: dict[int, ScoreSheet]
) -> list[OwnTurn]:
    open_turns = [turn for turn in shown if turn.opened_at and not turn.is_locked]
    recused = dict(
        Recusal.objects.filter(
            seat=seat, entry__in=[turn.entry_id for turn in open_turns]
        ).values_list("entry_id", "reason")
    )
    prompts = {
        prompt.turn_id: prompt
        for prompt in OutlierPrompt.objects.unanswered().filter(
            seat=seat, turn__in=open_turns
        )
    }
    return [
        OwnTurn("recused", turn, reason=recused[turn.entry_id])
        if turn.entry_id in recused
        else OwnTurn(
            "received" if turn.pk in own else "open",
            turn,
            own.get(turn.pk),
            outlier=prompts.get(turn.pk),
        )
        for turn in open_turns
    ]


def _first(
    own_turns: list[OwnTurn], current_id: int | None, wanted: int | None
) -> OwnTurn:
    """The one that is wanted, else what is to do, else who is on stage."""
    by_id = {own.turn.pk: own for own in own_turns}
    if wanted in by_id:
        return by_id[wanted]
    to_do = [own for own in own_turns if own.is_to_do]
    return to_do[0] if to_do else by_id.get(current_id, own_turns[-1])


def _late_of(seat: Seat) -> tuple[LateSheet, ...]:
    """What nobody has decided about yet."""
    return tuple(
        LateSheet.objects.filter(seat=seat, outcome=None).select_related(
            "turn__entry__unit"
        )
    )


def _turns_before(seat: Seat) -> list[Turn]:
    """Turns that have been on stage and that this seat's panel judges, latest last."""
    return list(
        Turn.objects.filter(round__panels=seat.panel_id)
        .filter(
            Q(opened_at__isnull=False, lock=None) | Q(pk=seat.night.current_turn_id)
        )
        .select_related("round", "entry__unit", "lock")
        .order_by("round__order", "order")
    )


def judge_payload(view: JudgeView) -> dict[str, Any]:
    """The view as the device gets it. Nothing of another seat is in it."""
    payload: dict[str, Any] = {"state": view.state, "sent": view.sent}
    if view.turn:
        payload |= _own_payload(view.turn, view.sheet, view.reason, view.outlier)
    if view.upcoming:
        payload["upcoming"] = {
            "plate": view.upcoming.entry.plate,
            "unit": view.upcoming.entry.unit.short_name,
            "on_stage": view.upcoming.called_at is not None,
        }
    if view.others:
        payload["others"] = [
            {"state": other.state}
            | _own_payload(other.turn, other.sheet, other.reason, other.outlier)
            for other in view.others
        ]
    if view.rival:
        payload["rival"] = _device_payload(view.rival, view.rival.asked_at)
    if view.successor:
        payload["successor"] = _device_payload(
            view.successor, view.successor.allowed_at
        )
    if view.late:
        payload["late"] = [_late_payload(sheet) for sheet in view.late]
    return payload


def _own_payload(
    turn: Turn, sheet: ScoreSheet | None, reason: str, outlier: OutlierPrompt | None
) -> dict[str, Any]:
    payload: dict[str, Any] = {"turn": turn_payload(turn)}
    if sheet:
        payload["sheet"] = sheet_payload(sheet)
    if reason:
        payload["reason"] = reason
    if outlier:
        payload["outlier"] = {"id": outlier.pk}
    return payload


def _device_payload(device: Device, at: datetime) -> dict[str, str]:
    return {"label": device.label, "at": clock_time(at)}


def _late_payload(sheet: LateSheet) -> dict[str, str]:
    return {
        "plate": sheet.turn.entry.plate,
        "unit": sheet.turn.entry.unit.short_name,
        "total": plain_total(sheet.total, sheet.marks),
        "at": clock_time(sheet.received_at),
        "why": sheet.get_why_display(),
    }


def clock_time(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%H:%M:%S")
