"""Reads for the screens of the night."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from showcase.pages.renditions import COVER
from voting.judging.draw_queries import latest_drawing
from voting.judging.models import Night, Round, Turn
from voting.judging.queries import marked_together
from voting.results.reveal_queries import running_reveal, script_of_wall
from voting.results.reveal_rules import shown_at
from voting.rules.draw import Lot
from voting.stage.models import Scene, Show
from voting.stage.rules import (
    Card,
    DrawShown,
    Facts,
    Figure,
    Line,
    Named,
    Pole,
    Revealed,
    Step,
    Timer,
    Wall,
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
    night, contest, current = show.night, show.night.contest, show.night.current_turn
    together = marked_together(current) if current else []
    turn = _announced_last(together) if show.scene == Scene.SCORES else current
    is_on_stage = turn is not None and show.scene in {Scene.ENTRY, Scene.SCORES}
    page = stage_page(turn.entry) if is_on_stage else None
    rounds = list(night.rounds.order_by("order"))
    shown_round = current.round if current else (rounds or [None])[0]
    needs_order = show.scene in {Scene.ORDER, Scene.ENTRY}
    lines = _lines(shown_round, on_stage=together) if needs_order else ()
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
        beside=_beside(together, turn) if show.scene == Scene.ENTRY else (),
        step=_step(show, page) if show.scene == Scene.ENTRY else None,
        timer=_timer(turn) if turn else None,
        scores=_announced_scores(show, turn),
        draw=_draw(night) if show.scene == Scene.DRAW else None,
        reveal=_revealed(contest) if show.scene == Scene.REVEAL else None,
        wall=_wall(contest) if show.scene == Scene.WALL else None,
    )


def _revealed(contest: Contest) -> Revealed | None:
    """The step of the running reveal. Of a unit that is not out yet no picture is looked for."""
    reveal = running_reveal(contest)
    if reveal is None:
        return None
    script = reveal.script.script
    if reveal.step >= script.last:
        return None
    shown = shown_at(script, reveal.step)
    if not shown.plate:
        return Revealed(shown)
    photo, alt = _photo_of(contest, shown.plate)
    return Revealed(shown, photo, alt)


def _photo_of(contest: Contest, plate: str) -> tuple[str, str]:
    entry = contest.entries.filter(number=int(plate)).first()
    page = stage_page(entry) if entry else None
    if page is None or not page.cover:
        return "", ""
    return page.cover.get_rendition(COVER[1]).url, page.cover.default_alt_text


def _wall(contest: Contest) -> Wall | None:
    kept = script_of_wall(contest)
    if kept is None:
        return None
    script = kept.script
    is_final = contest.finalised_at is not None
    until = contest.notice_closes_at
    return Wall(
        title=script.title,
        standing="最终结果" if is_final else "拟定结果",
        until=f"公示至 {date_format(localtime(until), 'n 月 j 日')}"
        if until and not is_final
        else "",
        note=script.note,
        poles=tuple(
            Pole(place.short, place.words, place.total)
            for place in sorted(script.places, key=lambda place: place.position)
        ),
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
            Named(lot.number, short.get(int(lot.number), lot.name)) for lot in lots
        ),
    )


def _announced_scores(show: Show, turn: Turn | None):
    is_announced = show.scene == Scene.SCORES and turn is not None and turn.shown_at
    return scores_of(show.night.contest, turn) if is_announced else None


def _announced_last(turns: list[Turn]) -> Turn | None:
    """Of two that were marked together the hall sees one after the other."""
    announced = [turn for turn in turns if turn.shown_at]
    return max(announced, key=lambda turn: turn.shown_at, default=None)


def _lines(round_: Round | None, *, on_stage: list[Turn]) -> tuple[Line, ...]:
    """The order of one round: the next round may bring the same entries again."""
    turns = Turn.objects.filter(round=round_).select_related("entry__unit", "lock")
    return tuple(
        Line(
            turn.order,
            turn.entry.plate,
            turn.entry.unit.short_name,
            turn.is_locked,
            turn in on_stage,
            is_gone=bool(turn.entry.gone),
        )
        for turn in turns.in_order()
    )


def _beside(together: list[Turn], turn: Turn | None) -> tuple[Named, ...]:
    """Who is marked together with the unit on stage, while it is."""
    return tuple(
        Named(other.entry.plate, other.entry.unit.short_name)
        for other in together
        if other != turn and other.opened_at and not other.is_locked
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
    clock = turn.clock
    return clock and Timer(clock.word, clock.ends_at, clock.seconds, clock.left)


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
