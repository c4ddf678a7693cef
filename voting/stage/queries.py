"""Reads for the screens of the night and for the host's console."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import F

from showcase.contests.models import Contest
from showcase.contests.queries import opened_stages
from showcase.contests.rules import Stage
from showcase.pages.models import ShowcasePage
from site_cms.trail.models import Proposal, TrailEntry
from voting.judging.draw_queries import latest_drawing
from voting.judging.models import Device, Night, Panel, Seat, Turn
from voting.judging.queries import (
    SeatLine,
    devices_waiting,
    lock_asked,
    marking_is_open,
    next_turn,
    seat_lines,
    turns_of,
)
from voting.judging.rehearsal_queries import entry_to_show
from voting.judging.rules import (
    SILENT_AFTER,
    HostAct,
    Position,
    SeatState,
    next_act,
)
from voting.rules import exact
from voting.rules.draw import Lot
from voting.rulesheets.queries import rule_sheet_of
from voting.stage.models import Scene, Show
from voting.stage.rules import (
    Card,
    DrawnLine,
    DrawShown,
    Facts,
    Figure,
    Line,
    Timer,
)
from voting.stage.scores import scores_of

_PHOTO = "fill-1200x800|format-webp|webpquality-70"
_FIGURES_SHOWN = 3


def show_at(token: str) -> Show | None:
    """The show whose screens look at this address."""
    return _shows().filter(token=token).first()


def public_show(contest: Contest) -> Show | None:
    """What phones may follow: nothing of a hidden rehearsal."""
    return _shows().filter(night__contest=contest, night__contest__hidden=False).first()


def _shows():
    return Show.objects.select_related(
        "night__contest",
        "night__current_turn__entry__unit",
        "night__current_turn__round",
        "night__current_turn__lock",
    )


def facts_of(show: Show) -> Facts:
    """The rows as plain values, and of those only what the scene could need."""
    night, contest, turn = show.night, show.night.contest, show.night.current_turn
    needs_order = show.scene in {Scene.ORDER, Scene.ENTRY}
    lines = _lines(night) if needs_order else ()
    return Facts(
        name=contest.name,
        county=contest.county,
        scene=show.scene,
        band=contest.practice_note if contest.practice else "",
        opens_at=contest.night_opens_at,
        is_closed=contest.night_closed_at is not None,
        lines=lines,
        card=_card(turn, of=len(lines)) if turn else None,
        timer=_timer(turn) if turn else None,
        scores=_announced_scores(show, turn),
        draw=_draw(night) if show.scene == Scene.DRAW else None,
    )


def _draw(night: Night) -> DrawShown | None:
    """Only what the public page of the draw says as well."""
    drawing = latest_drawing(night)
    if drawing is None:
        return None
    short = dict(
        night.contest.entries.shortlisted().values_list("number", "unit__short_name")
    )
    lots = drawing.lots or [Lot(number, name, "") for number, name in drawing.listed]
    return DrawShown(
        title=drawing.published.title,
        list_hash=drawing.published.list_hash,
        seed=drawing.drawn.seed if drawing.drawn else "",
        lines=tuple(
            DrawnLine(lot.number, short.get(int(lot.number), lot.name)) for lot in lots
        ),
    )


def _announced_scores(show: Show, turn: Turn | None):
    is_announced = show.scene == Scene.SCORES and turn is not None and turn.shown_at
    return scores_of(show.night.contest, turn) if is_announced else None


def _lines(night: Night) -> tuple[Line, ...]:
    return tuple(
        Line(
            turn.order,
            turn.entry.plate,
            turn.entry.unit.short_name,
            turn.is_locked,
            turn.pk == night.current_turn_id,
        )
        for turn in turns_of(night)
    )


def _timer(turn: Turn) -> Timer | None:
    if turn.is_locked:
        return None
    if turn.opened_at:
        return Timer("评委打分", turn.opened_at, turn.round.marking_seconds)
    return Timer("汇报", turn.called_at, turn.round.presenting_seconds)


def _card(turn: Turn, *, of: int) -> Card:
    page = (
        ShowcasePage.objects.live()
        .filter(entry=entry_to_show(turn.entry))
        .select_related("cover")
        .first()
    )
    photo = page.cover.get_rendition(_PHOTO) if page and page.cover else None
    return Card(
        order=turn.order,
        of=of,
        plate=turn.entry.plate,
        unit=turn.entry.unit.short_name,
        deed=page.one_line if page else "",
        photo=photo.url if photo else "",
        photo_alt=page.cover.description or page.cover.title if photo else "",
        figures=_figures(page) if page else (),
    )


def _figures(page: ShowcasePage) -> tuple[Figure, ...]:
    values = [value for block in page.figures for value in block.value["figures"]]
    return tuple(
        Figure(value.shown, value["unit"], value["label"])
        for value in values[:_FIGURES_SHOWN]
    )


@dataclass(frozen=True, slots=True)
class PanelSeats:
    panel: Panel
    weight: str
    lines: list[SeatLine]


@dataclass(frozen=True, slots=True)
class Desk:
    """The host's console. No mark is in it: only who has sent, who is missing, what is next."""

    night: Night
    show: Show
    now: datetime
    turns: list[Turn]
    current: Turn | None
    upcoming: Turn | None
    act: HostAct
    panels: list[PanelSeats]
    missing: list[SeatLine]
    asked: Proposal | None
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
        return sum(len(panel.lines) for panel in self.panels)

    def count(self, *states: str) -> int:
        return sum(
            line.state in states and line.seat.is_official
            for panel in self.panels
            for line in panel.lines
        )

    @property
    def received(self) -> int:
        return self.count("in", "locked")

    @property
    def absent(self) -> int:
        return self.count("absent")

    @property
    def recused(self) -> int:
        return self.count("recused")

    @property
    def away(self) -> list[SeatLine]:
        """Seats marked absent, while that can still be taken back."""
        if self.current is None or self.current.is_locked:
            return []
        lines = (line for panel in self.panels for line in panel.lines)
        return [line for line in lines if line.state == SeatState.ABSENT]

    @property
    def official(self) -> int:
        return sum(line.seat.is_official for p in self.panels for line in p.lines)

    @property
    def timer(self) -> Timer | None:
        return _timer(self.current) if self.current else None

    @property
    def timer_ends_at(self) -> datetime | None:
        timer = self.timer
        return timer and timer.starts_at + timedelta(seconds=timer.seconds)

    @property
    def can_take_back(self) -> bool:
        """An opening is undone only while nothing has come in."""
        return bool(
            self.is_open
            and self.current
            and self.current.opened_at
            and not self.current.is_locked
            and not self.received
        )


def desk(night: Night, show: Show, *, now: datetime) -> Desk:
    current, upcoming = night.current_turn, next_turn(night, now=now)
    turns = turns_of(night)
    lines = seat_lines(current or upcoming, now=now) if current or upcoming else []
    missing = [line for line in lines if line.holds_up] if current else []
    asked = lock_asked(current) if current else None
    is_open = marking_is_open(night, now=now)
    return Desk(
        night=night,
        show=show,
        now=now,
        turns=turns,
        current=current,
        upcoming=upcoming,
        act=next_act(
            Position(
                on_stage=current is not None,
                is_open=bool(current and current.opened_at),
                is_locked=bool(current and current.is_locked),
                lock_is_asked=asked is not None,
                missing=len(missing),
                turns_left=int(upcoming is not None),
                scores_to_show=bool(
                    night.shows_scores
                    and current
                    and current.is_locked
                    and not current.shown_at
                ),
                is_closed=not is_open,
            )
        ),
        panels=_panels(night, lines),
        missing=missing,
        asked=asked,
        devices=devices_waiting(night),
        blocked=[line.seat for line in lines if line.seat.is_blocked],
        recent=list(_recent(night)),
        present=Device.objects.filter(
            seat__night=night,
            generation=F("seat__generation"),
            seen_at__gte=now - SILENT_AFTER,
        ).count(),
        is_open=is_open,
        has_opened=Stage.NIGHT in opened_stages(night.contest),
    )


def _panels(night: Night, lines: list[SeatLine]) -> list[PanelSeats]:
    rule_sheet = rule_sheet_of(night.contest)
    weights = (
        {panel.code: exact.percent(panel.weight) for panel in rule_sheet.rules.panels}
        if rule_sheet
        else {}
    )
    return [
        PanelSeats(panel, weights.get(panel.code, ""), list(seats))
        for panel, seats in groupby(lines, key=lambda line: line.seat.panel)
    ]


def _recent(night: Night):
    """The latest acts about tonight's turns and devices, newest first."""
    turns = [
        str(pk) for pk in Turn.objects.of_night(night).values_list("pk", flat=True)
    ]
    devices = [
        str(pk)
        for pk in Device.objects.filter(seat__night=night).values_list("pk", flat=True)
    ]
    about_turns = TrailEntry.objects.filter(
        subject_type=Turn._meta.label, subject_id__in=turns
    )
    about_devices = TrailEntry.objects.filter(
        subject_type=Device._meta.label, subject_id__in=devices
    )
    return (about_turns | about_devices).order_by("-pk")[:8]
