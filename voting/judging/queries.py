"""Reads of the night. Whoever has not to know a mark gets it from none of these."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.queries import acts_open
from showcase.contests.rules import Act
from site_cms.trail.models import Proposal
from voting.judging.late_models import LateSheet
from voting.judging.models import (
    Absence,
    Device,
    Night,
    Recusal,
    Round,
    ScoreSheet,
    Seat,
    Source,
    Turn,
)
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.outlier_queries import prompts_of
from voting.judging.rules import (
    SeatFacts,
    SeatState,
    holds_up_the_lock,
    plain,
    seat_state,
)

LOCK = "turn.lock"
CORRECTION = "sheet.correction"
PAPER = "sheet.paper"
LATE = "sheet.late"


def night_of(contest: Contest) -> Night | None:
    return (
        Night.objects.filter(contest=contest)
        .select_related(
            "contest",
            "current_turn__entry__unit",
            "current_turn__round",
            "current_turn__lock",
        )
        .first()
    )


def marking_is_open(night: Night, *, now: datetime) -> bool:
    return Act.MARK in acts_open(night.contest, now=now)


def turns_of(night: Night) -> list[Turn]:
    """Every turn of the night in its order, with what its line on a screen needs."""
    return list(
        Turn.objects.of_night(night)
        .select_related("round", "entry__unit", "lock")
        .in_order()
    )


def next_turn(night: Night, *, now: datetime) -> Turn | None:
    """Who comes on stage next: the first that is neither locked nor withdrawn."""
    current_id = night.current_turn_id
    return (
        Turn.objects.of_night(night)
        .unlocked()
        .standing(now)
        .exclude(
            Q(pk=current_id) | Q(marked_with__isnull=False, marked_with=current_id)
        )
        .select_related("round", "entry__unit")
        .in_order()
        .first()
    )


def marked_together(turn: Turn) -> list[Turn]:
    """The turn and the one that is marked with it, in their order. Mostly the turn alone."""
    last_id = turn.marked_with_id or turn.pk
    return list(
        Turn.objects.filter(Q(pk=last_id) | Q(marked_with=last_id))
        .select_related("round__night__contest", "entry__unit", "lock")
        .in_order()
    )


def may_be_marked_together(turn: Turn, following: Turn | None) -> bool:
    """Only the first two of a round: there is nothing yet to compare the first one with."""
    return (
        following is not None
        and following.round_id == turn.round_id
        and turn.marked_with_id is None
        and not Turn.objects.filter(round=turn.round_id)
        .filter(Q(opened_at__isnull=False) | Q(marked_with__isnull=False))
        .exists()
    )


class SeatLine(NamedTuple):
    """One seat as host and supervisor see it: what it did, never what it marked."""

    seat: Seat
    state: SeatState
    seen_at: datetime | None
    reason: str
    holds_up: bool


def seat_lines(turn: Turn, *, now: datetime) -> list[SeatLine]:
    """Every seat that judges this turn, with the state that follows from the rows."""
    with_sheet = set(
        ScoreSheet.objects.filter(turn=turn).values_list("seat_id", flat=True)
    )
    absent = dict(
        Absence.objects.standing().filter(turn=turn).values_list("seat_id", "reason")
    )
    recused = dict(
        Recusal.objects.filter(entry=turn.entry).values_list("seat_id", "reason")
    )
    devices = {
        device.seat_id: device
        for device in Device.objects.filter(
            seat__night=turn.round.night_id, generation=F("seat__generation")
        )
    }
    lines = []
    for seat in Seat.objects.judging(turn.round).select_related("panel").in_order():
        device = devices.get(seat.pk)
        state = seat_state(
            SeatFacts(
                has_sheet=seat.pk in with_sheet,
                is_locked=turn.is_locked,
                is_absent=seat.pk in absent,
                is_recused=seat.pk in recused,
                has_draft=device is not None and device.drafting_id == turn.pk,
                seen_at=device and device.seen_at,
            ),
            now=now,
        )
        lines.append(
            SeatLine(
                seat,
                state,
                device and device.seen_at,
                recused.get(seat.pk) or absent.get(seat.pk, ""),
                holds_up_the_lock(state, official=seat.is_official),
            )
        )
    return lines


def seats_missing(turn: Turn, *, now: datetime) -> list[SeatLine]:
    """Official seats without a sheet that are neither absent nor recused."""
    return [line for line in seat_lines(turn, now=now) if line.holds_up]


def lock_asked(turn: Turn) -> Proposal | None:
    """The request that waits for the supervisor."""
    return (
        Proposal.objects.about(turn)
        .undecided()
        .filter(kind=LOCK, pk__gt=turn.recalled_request_id or 0)
        .select_related("proposed_by")
        .last()
    )


def proposals_for_supervisor(night: Night) -> list[tuple[Proposal, Turn]]:
    """What waits for a second person: what was asked for again first, then the oldest."""
    turns = {str(turn.pk): turn for turn in turns_of(night)}
    waiting = (
        Proposal.objects.undecided()
        .filter(
            kind__in=[LOCK, CORRECTION, PAPER, LATE],
            subject_type=Turn._meta.label,
            subject_id__in=turns,
        )
        .exclude(paper__closed_at__isnull=False)
        .select_related("proposed_by", "paper__seat")
        .order_by(F("paper__reminded_at").asc(nulls_last=True), "pk")
    )
    return [
        (proposal, turn)
        for proposal in waiting
        if not (turn := turns[proposal.subject_id]).has_recalled(proposal)
        or proposal.kind != LOCK
    ]


def devices_waiting(night: Night) -> list[Device]:
    """Devices that knew card and PIN of a seat that another device has."""
    return list(
        Device.objects.waiting()
        .filter(seat__night=night)
        .select_related("seat__panel")
        .order_by("asked_at")
    )


class SheetMarks(NamedTuple):
    """One sheet that stands in a locked turn."""

    seat: str
    panel: str
    kind: str
    entry: int
    round: str
    marks: dict[str, Decimal]


class SeatAway(NamedTuple):
    """A seat that did not mark an entry; ``round`` is empty for a recusal, which is for all."""

    seat: str
    entry: int
    round: str
    reason: str


class NightMarks(NamedTuple):
    """Everything a result needs from the night. ``seats``: (code, panel, kind)."""

    seats: list[tuple[str, str, str]]
    sheets: list[SheetMarks]
    recusals: list[SeatAway]
    absences: list[SeatAway]


def marks(contest: Contest) -> NightMarks:
    """The marks of all locked turns, by seat code. What is not locked is not there."""
    sheets = (
        ScoreSheet.objects.latest()
        .filter(turn__round__night__contest=contest, turn__lock__isnull=False)
        .order_by("turn__round__order", "turn__order", "seat__code")
        .values_list(
            "seat__code",
            "seat__panel__code",
            "seat__kind",
            "turn__entry__number",
            "turn__round__code",
            "marks",
        )
    )
    absences = (
        Absence.objects.standing()
        .filter(turn__round__night__contest=contest, turn__lock__isnull=False)
        .values_list("seat__code", "turn__entry__number", "turn__round__code", "reason")
    )
    recusals = Recusal.objects.filter(seat__night__contest=contest).values_list(
        "seat__code", "entry__number", "reason"
    )
    seats = Seat.objects.filter(night__contest=contest).order_by("code")
    return NightMarks(
        seats=list(seats.values_list("code", "panel__code", "kind")),
        sheets=[
            SheetMarks(*names, {code: Decimal(mark) for code, mark in given.items()})
            for *names, given in sheets
        ],
        recusals=[
            SeatAway(seat, entry, "", reason) for seat, entry, reason in recusals
        ],
        absences=[SeatAway(*row) for row in absences],
    )


def sheet_payload(sheet: ScoreSheet | LateSheet) -> dict[str, Any]:
    """What the judge gets back of the own sheet: the receipt."""
    return {
        "id": str(sheet.pk),
        "turn": sheet.turn_id,
        "version": sheet.version,
        "marks": sheet.marks,
        "total": plain_total(sheet.total, sheet.marks),
        "received_at": timezone.localtime(sheet.received_at).strftime("%H:%M:%S"),
        "receipt": sheet.receipt,
        "aside": sheet.why if isinstance(sheet, LateSheet) else "",
    }


def plain_total(total: Decimal, given: dict[str, str]) -> str:
    """The total with as many places as the marks have.

    >>> plain_total(Decimal("90.5000"), {"a": "50.5", "b": "40.0"})
    '90.5'
    """
    places = max((len(mark.partition(".")[2]) for mark in given.values()), default=0)
    return f"{total:.{places}f}"


def turn_payload(turn: Turn) -> dict[str, Any]:
    clock = turn.clock
    ends = clock.ends_at if clock and turn.opened_at and not clock.is_held else None
    return {
        "id": turn.pk,
        "order": turn.order,
        "plate": turn.entry.plate,
        "unit": turn.entry.unit.short_name,
        "category": turn.entry.unit.get_category_display(),
        "ends_at": ends.isoformat() if ends else "",
        "criteria": criteria_payload(turn.round),
    }


def criteria_payload(round_: Round) -> list[dict[str, str]]:
    return [
        {
            "code": criterion.code,
            "name": criterion.name,
            "hint": criterion.hint,
            "minimum": plain(criterion.minimum),
            "maximum": plain(criterion.maximum),
            "step": plain(criterion.step),
        }
        for criterion in round_.criteria.all()
    ]


@dataclass(frozen=True, slots=True)
class LockSummary:
    """What the supervisor confirms: counts and exceptions, no marks."""

    seats: int
    received: int
    absent: list[tuple[Seat, str, str]]
    recused: list[tuple[Seat, str]]
    missing: list[Seat]
    outliers: list[OutlierPrompt]
    paper: list[ScoreSheet]
    others: int


def lock_summary(turn: Turn, *, now: datetime) -> LockSummary:
    lines = seat_lines(turn, now=now)
    official = [line for line in lines if line.seat.is_official]
    recorded = {
        absence.seat_id: f"{absence.recorded_by} "
        f"{timezone.localtime(absence.recorded_at):%H:%M:%S} 记"
        for absence in Absence.objects.standing()
        .filter(turn=turn)
        .select_related("recorded_by")
    }
    in_hand = {SeatState.RECEIVED, SeatState.LOCKED}
    return LockSummary(
        seats=len(official),
        received=sum(line.state in in_hand for line in official),
        absent=[
            (line.seat, line.reason, recorded[line.seat.pk])
            for line in official
            if line.state == SeatState.ABSENT
        ],
        recused=[
            (line.seat, line.reason)
            for line in official
            if line.state == SeatState.RECUSED
        ],
        missing=[line.seat for line in official if line.holds_up],
        outliers=prompts_of(turn),
        paper=list(
            ScoreSheet.objects.latest()
            .filter(turn=turn, source=Source.PAPER)
            .select_related(
                "seat", "proposal__proposed_by", "proposal__decision__decided_by"
            )
        ),
        others=len(lines) - len(official),
    )
