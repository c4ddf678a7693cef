"""Reads for the screens of the night and for the host's console."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import F

from showcase.contests.models import Contest
from showcase.contests.queries import opened_stages
from showcase.contests.rules import Stage
from showcase.pages.models import ShowcasePage
from showcase.pages.renditions import COVER
from site_cms.trail.models import Proposal, TrailEntry
from voting.judging.draw_queries import latest_drawing
from voting.judging.models import Device, Night, Panel, Round, Seat, Turn
from voting.judging.queries import (
    SeatLine,
    devices_waiting,
    lock_asked,
    marking_is_open,
    next_turn,
    seat_lines,
    turns_of,
)
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
    Step,
    Timer,
)
from voting.stage.scores import scores_of
from voting.stage.slides import count_slides, slide_of, stage_page

_FIGURES_SHOWN = 3


def show_at(token: str) -> Show | None:
    """The show whose screens look at this address."""
    return Show.objects.with_what_is_shown().filter(token=token).first()


def public_show(contest: Contest) -> Show | None:
    """What phones may follow: nothing of a hidden rehearsal."""
    shows = Show.objects.with_what_is_shown()
    return shows.filter(night__contest=contest, night__contest__hidden=False).first()


def facts_of(show: Show) -> Facts:
    """The rows as plain values, and of those only what the scene could need."""
    night, contest, turn = show.night, show.night.contest, show.night.current_turn
    is_on_stage = turn is not None and show.scene in {Scene.ENTRY, Scene.SCORES}
    page = stage_page(turn.entry) if is_on_stage else None
    rounds = list(night.rounds.order_by("order"))
    shown_round = turn.round if turn else (rounds or [None])[0]
    needs_order = show.scene in {Scene.ORDER, Scene.ENTRY}
    lines = _lines(night, shown_round) if needs_order else ()
    return Facts(
        name=contest.name,
        county=contest.county,
        scene=show.scene,
        band=contest.practice_note if contest.practice else "",
        opens_at=contest.night_opens_at,
        is_closed=contest.night_closed_at is not None,
        is_still=show.is_still,
        round=shown_round.name if len(rounds) > 1 else "",
        lines=lines,
        card=_card(turn, page, of=len(lines)) if is_on_stage else None,
        step=_step(show, page) if show.scene == Scene.ENTRY else None,
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


def _lines(night: Night, round_: Round | None) -> tuple[Line, ...]:
    """The order of one round: the next round may bring the same entries again."""
    return tuple(
        Line(
            turn.order,
            turn.entry.plate,
            turn.entry.unit.short_name,
            turn.is_locked,
            turn.pk == night.current_turn_id,
            is_gone=bool(turn.entry.gone),
        )
        for turn in turns_of(night)
        if turn.round == round_
    )


def current_slide(show: Show, turn: Turn | None) -> int:
    """Another unit begins with its card, and so does the marking of the same one."""
    is_of_turn = turn is not None and show.slide_turn_id == turn.pk
    if not show.slide or not is_of_turn:
        return 0
    return 0 if turn.opened_at and show.slide_at < turn.opened_at else show.slide


@dataclass(frozen=True, slots=True)
class SlidesAtHand:
    """What the host may turn to, for the unit on stage."""

    turn_id: int
    number: int
    of: int

    @property
    def before(self) -> int:
        return max(self.number - 1, 0)

    @property
    def after(self) -> int:
        """After the last comes the card again."""
        return self.number + 1 if self.number < self.of else 0


def slides_at_hand(show: Show, turn: Turn | None) -> SlidesAtHand | None:
    """None while nobody is on stage, or a unit that has nothing to turn to."""
    of = count_slides(stage_page(turn.entry)) if turn else 0
    return SlidesAtHand(turn.pk, current_slide(show, turn), of) if of else None


def _step(show: Show, page: ShowcasePage | None) -> Step | None:
    number = current_slide(show, show.night.current_turn)
    slide = slide_of(page, number) if page and number else None
    if slide is None:
        return None
    return Step(slide, number, count_slides(page), show.slide_at)


def _timer(turn: Turn) -> Timer | None:
    if turn.is_locked:
        return None
    if turn.opened_at:
        return Timer("评委打分", turn.opened_at, turn.round.marking_seconds)
    return Timer("汇报", turn.called_at, turn.round.presenting_seconds)


def _card(turn: Turn, page: ShowcasePage | None, *, of: int) -> Card:
    photo = page.cover.get_rendition(COVER[1]) if page and page.cover else None
    return Card(
        order=turn.order,
        of=of,
        plate=turn.entry.plate,
        unit=turn.entry.unit.short_name,
        deed=page.one_line if page else "",
        photo=photo.url if photo else "",
        photo_alt=page.cover.default_alt_text if photo else "",
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
