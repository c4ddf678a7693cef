"""Reads for the screens of the night."""

from showcase.contests.models import Contest
from showcase.pages.models import ShowcasePage
from voting.judging.draw_queries import latest_drawing
from voting.judging.models import Night, Turn
from voting.judging.queries import turns_of
from voting.rules.draw import Lot
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
    clock = turn.clock
    return clock and Timer(clock.word, clock.ends_at, clock.seconds, clock.left)


def _card(turn: Turn, *, of: int) -> Card:
    page = (
        ShowcasePage.objects.live()
        .filter(entry=turn.entry)
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
