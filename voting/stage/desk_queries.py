"""The host's console: who has sent, who is missing, what is next. No mark is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import F, Q

from showcase.contests.queries import opened_stages
from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.trail.models import Proposal, TrailEntry
from voting.judging.models import Device, Night, Panel, Seat, Turn
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.outlier_queries import prompts_of
from voting.judging.queries import (
    SeatLine,
    devices_waiting,
    lock_asked,
    marked_together,
    marking_is_open,
    may_be_marked_together,
    next_turn,
    seat_lines,
    turns_of,
)
from voting.judging.rules import (
    SILENT_AFTER,
    Clock,
    HostAct,
    Position,
    SeatState,
    Undo,
    honest_undo,
    next_act,
)
from voting.rules import exact
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import rule_sheet_of
from voting.stage.desk_models import Hosting
from voting.stage.models import Show

_RECENT = 8


class SeatOfTurn(NamedTuple):
    """A seat and the turn that it has still to mark, or is away from."""

    turn: Turn
    line: SeatLine


class SeatShown(NamedTuple):
    """``glyph`` is the state's, or that of a judge who has still to answer."""

    seat: Seat
    glyph: str


class PanelSeats(NamedTuple):
    panel: Panel
    weight: str
    seats: list[SeatShown]


class OutlierCheck(NamedTuple):
    """The one question about totals far from their panel, if the rules want it asked."""

    is_wanted: bool
    is_done: bool
    prompts: list[OutlierPrompt]
    waiting: list[OutlierPrompt]


@dataclass(frozen=True, slots=True)
class Console:
    """Who sits at the console, seen from one browser."""

    hosting: Hosting | None
    is_here: bool
    was_here: bool
    taken_from: User | None

    @property
    def may_act(self) -> bool:
        """Nobody's console is for whoever acts first."""
        return self.hosting is None or self.is_here


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the console. ``together``: the turns whose marking is one, mostly one turn."""

    night: Night
    show: Show
    now: datetime
    console: Console
    turns: list[Turn]
    current: Turn | None
    together: list[Turn]
    upcoming: Turn | None
    act: HostAct
    undo: Undo | None
    may_join: bool
    panels: list[PanelSeats]
    lines: list[SeatOfTurn]
    asked: list[Proposal]
    outliers: OutlierCheck
    devices: list[Device]
    blocked: list[Seat]
    recent: list[TrailEntry]
    present: int
    is_open: bool
    has_opened: bool

    @property
    def done(self) -> int:
        return sum(turn.is_locked for turn in self.turns)

    @property
    def seats(self) -> int:
        return sum(len(panel.seats) for panel in self.panels)

    @property
    def missing(self) -> list[SeatOfTurn]:
        """Official seats that hold the lock up, of everything that is on stage."""
        return (
            [each for each in self.lines if each.line.holds_up] if self.current else []
        )

    @property
    def away(self) -> list[SeatOfTurn]:
        """Seats marked absent, while that can still be taken back."""
        return [
            each
            for each in self.lines
            if each.line.state == SeatState.ABSENT and not each.turn.is_locked
        ]

    def count(self, *states: SeatState) -> int:
        return sum(
            each.line.state in states and each.line.seat.is_official
            for each in self.lines
        )

    @property
    def received(self) -> int:
        return self.count(SeatState.RECEIVED, SeatState.LOCKED)

    @property
    def absent(self) -> int:
        return self.count(SeatState.ABSENT)

    @property
    def recused(self) -> int:
        return self.count(SeatState.RECUSED)

    @property
    def official(self) -> int:
        """Sheets that the lock needs, one for each official seat and turn."""
        return sum(each.line.seat.is_official for each in self.lines)

    @property
    def clock(self) -> Clock | None:
        return self.current.clock if self.current else None

    @property
    def to_show(self) -> Turn | None:
        """Whose scores the hall has not seen yet."""
        unseen = [t for t in self.together if t.is_locked and not t.shown_at]
        return unseen[0] if unseen and self.night.shows_scores else None


def desk(night: Night, show: Show, *, desk: str, now: datetime) -> Desk:
    """The console as the browser named ``desk`` sees it."""
    current, upcoming = night.current_turn, next_turn(night, now=now)
    together = _standing_together(current, now)
    of_seats = together or ([upcoming] if upcoming else [])
    lines = [
        SeatOfTurn(turn, line)
        for turn in of_seats
        for line in seat_lines(turn, now=now)
    ]
    rule_sheet = rule_sheet_of(night.contest)
    outliers = _outliers(rule_sheet, together)
    asked = [proposal for turn in together if (proposal := lock_asked(turn))]
    is_open = marking_is_open(night, now=now)
    position = Position(
        on_stage=bool(together),
        waits_for_next=bool(
            current and current.marked_with_id and not current.opened_at and upcoming
        ),
        is_open=any(turn.opened_at for turn in together),
        is_locked=all(turn.is_locked for turn in together),
        lock_is_asked=len(asked) == sum(not turn.is_locked for turn in together) > 0,
        missing=sum(each.line.holds_up for each in lines),
        outliers=len(outliers.waiting),
        turns_left=int(upcoming is not None),
        scores_to_show=night.shows_scores
        and any(turn.is_locked and not turn.shown_at for turn in together),
        is_closed=not is_open,
    )
    in_hand = {SeatState.RECEIVED, SeatState.LOCKED}
    return Desk(
        night=night,
        show=show,
        now=now,
        console=console(night, desk=desk),
        turns=turns_of(night),
        current=current,
        together=together,
        upcoming=upcoming,
        act=next_act(position),
        undo=honest_undo(
            position, received=sum(each.line.state in in_hand for each in lines)
        ),
        may_join=bool(
            together
            and is_open
            and not position.is_open
            and may_be_marked_together(together[-1], upcoming)
        ),
        panels=_panels(rule_sheet, lines, outliers.waiting),
        lines=lines,
        asked=asked,
        outliers=outliers,
        devices=devices_waiting(night),
        blocked=_blocked(lines),
        recent=list(_recent(night)),
        present=Device.objects.filter(
            seat__night=night,
            generation=F("seat__generation"),
            seen_at__gte=now - SILENT_AFTER,
        ).count(),
        is_open=is_open,
        has_opened=Stage.NIGHT in opened_stages(night.contest),
    )


def _standing_together(current: Turn | None, now: datetime) -> list[Turn]:
    """What is on stage: an entry that withdrew there holds nothing up.

    The first of two that are marked together stands alone until the second is called.
    """
    if current is None:
        return []
    return [
        turn
        for turn in marked_together(current)
        if turn.called_at and not (turn.entry.is_gone(now) and not turn.is_locked)
    ]


def console(night: Night, *, desk: str) -> Console:
    hostings = list(
        Hosting.objects.filter(night=night).select_related("host").order_by("-pk")[:2]
    )
    hosting = hostings[0] if hostings and hostings[0].left_at is None else None
    is_here = hosting is not None and hosting.desk == desk
    is_fresh = is_here and hosting.acted_at == hosting.taken_at
    return Console(
        hosting=hosting,
        is_here=is_here,
        was_here=not is_here
        and Hosting.objects.filter(night=night, desk=desk).exists(),
        taken_from=hostings[1].host if is_fresh and len(hostings) > 1 else None,
    )


def _outliers(rule_sheet: RuleSheet | None, together: list[Turn]) -> OutlierCheck:
    prompts = [prompt for turn in together for prompt in prompts_of(turn)]
    open_turns = [turn for turn in together if not turn.is_locked]
    unanswered = set(
        OutlierPrompt.objects.unanswered()
        .filter(turn__in=open_turns)
        .values_list("pk", flat=True)
    )
    return OutlierCheck(
        is_wanted=bool(rule_sheet and rule_sheet.rules.outliers),
        is_done=bool(together) and all(turn.outliers_checked_at for turn in together),
        prompts=prompts,
        waiting=[prompt for prompt in prompts if prompt.pk in unanswered],
    )


def _panels(
    rule_sheet: RuleSheet | None,
    lines: Iterable[SeatOfTurn],
    waiting: Iterable[OutlierPrompt],
) -> list[PanelSeats]:
    weights = (
        {panel.code: exact.percent(panel.weight) for panel in rule_sheet.rules.panels}
        if rule_sheet
        else {}
    )
    asked = {prompt.seat_id for prompt in waiting}
    by_panel = groupby(_one_a_seat(lines), key=lambda line: line.seat.panel)
    return [
        PanelSeats(
            panel,
            weights.get(panel.code, ""),
            [
                SeatShown(line.seat, "ask" if line.seat.pk in asked else line.state)
                for line in seats
            ],
        )
        for panel, seats in by_panel
    ]


def _one_a_seat(lines: Iterable[SeatOfTurn]) -> list[SeatLine]:
    """Of two turns that are marked together, what the seat has still to do."""
    found: dict[int, SeatLine] = {}
    for _, line in lines:
        known = found.get(line.seat.pk)
        if known is None or (line.holds_up and not known.holds_up):
            found[line.seat.pk] = line
    return list(found.values())


def _blocked(lines: Iterable[SeatOfTurn]) -> list[Seat]:
    return [line.seat for line in _one_a_seat(lines) if line.seat.is_blocked]


def _recent(night: Night):
    """The latest acts about tonight: its turns, devices and console, newest first."""
    turns = Turn.objects.of_night(night).values_list("pk", flat=True)
    devices = Device.objects.filter(seat__night=night).values_list("pk", flat=True)
    about = Q(subject_type=Night._meta.label, subject_id=str(night.pk))
    for model, found in ((Turn, turns), (Device, devices)):
        about |= Q(
            subject_type=model._meta.label, subject_id__in=[str(pk) for pk in found]
        )
    return TrailEntry.objects.filter(about).order_by("-pk")[:_RECENT]
