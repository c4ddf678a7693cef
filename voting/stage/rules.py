"""What a screen may be told. Whatever is not put into the snapshot never leaves the server.

Plain values in, plain values out; times are absolute, so that the snapshot stays the same while
a timer runs.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from voting.results.reveal_rules import Roll, Shown

# Raised when a snapshot reads differently: screens that were opened before load themselves anew.
FORMAT = 3

# A seed of dice fits across the wall; whoever gives a longer one reads the rest elsewhere.
_DIGITS_SHOWN = 24

# The drawings of a flag in turn, so that neighbours differ.
_FLAGS = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Line:
    """One turn in the running order."""

    order: int
    plate: str
    unit: str
    is_locked: bool
    is_on_stage: bool
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """An entry by its plate and its short name."""

    plate: str
    unit: str


@dataclass(frozen=True, slots=True)
class Figure:
    value: str
    unit: str
    label: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the hall sees of the unit on stage: all of it is on the public page as well."""

    order: int
    of: int
    plate: str
    unit: str
    deed: str = ""
    photo: str = ""
    photo_alt: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """``when``: the words beside it in a pair, such as 2025 年 11 月."""

    url: str
    alt: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """One thing that a unit shows of itself: a photo, a pair of them, or a film with its poster."""

    kind: str
    pictures: tuple[Picture, ...]
    caption: str = ""
    film: str = ""
    captions: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """Where the unit on stage is in its slides. A film runs from ``at``."""

    slide: Slide
    number: int
    of: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Timer:
    """``word`` says what for. While the host holds it, ``left`` seconds stand there."""

    word: str
    ends_at: datetime
    seconds: int
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One sheet of a locked turn without its seat. ``dropped``: 最高, 最低 or nothing."""

    value: str
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class PanelScores:
    name: str
    weight: str
    points: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one locked entry. ``points`` is empty where one entry alone has none."""

    panels: tuple[PanelScores, ...]
    points: str
    rule: str


@dataclass(frozen=True, slots=True)
class DrawShown:
    """A draw as far as it is public. ``seed`` is empty until two people have read it."""

    title: str
    list_hash: str
    lines: tuple[Named, ...]
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """A step of the reveal; with the unit comes its picture, if it has one."""

    shown: Shown
    photo: str = ""
    photo_alt: str = ""


@dataclass(frozen=True, slots=True)
class Pole:
    """One flag of the wall. ``score`` is empty where the rule sheet keeps it off the wall."""

    unit: str
    place: str
    score: str


@dataclass(frozen=True, slots=True)
class Wall:
    """Every flag side by side, the first place first."""

    title: str
    standing: str
    until: str
    note: str
    poles: tuple[Pole, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that could be shown. ``scores`` are None until the entry is locked.

    ``round`` is empty where a night has only one.
    """

    name: str
    county: str
    scene: str
    band: str = ""
    opens_at: datetime | None = None
    is_closed: bool = False
    is_still: bool = False
    round: str = ""
    lines: tuple[Line, ...] = ()
    card: Card | None = None
    beside: tuple[Named, ...] = ()
    step: Step | None = None
    timer: Timer | None = None
    scores: Scores | None = None
    draw: DrawShown | None = None
    reveal: Revealed | None = None
    wall: Wall | None = None


def snapshot(facts: Facts) -> dict[str, Any]:
    """The JSON that every screen gets: the scene and what belongs to it, nothing more."""
    shown: dict[str, Any] = {
        "format": FORMAT,
        "scene": facts.scene,
        "name": facts.name,
        "county": facts.county,
        "band": facts.band,
        "still": facts.is_still,
    }
    if facts.scene == "order":
        shown["round"] = facts.round
        shown["order"] = [_line(line) for line in facts.lines]
        shown["done"] = sum(line.is_locked for line in facts.lines)
        shown["of"] = len(facts.lines)
    elif facts.scene == "entry" and facts.card:
        shown["entry"] = _card(facts.card) | {
            "round": facts.round,
            "beside": [
                {"plate": each.plate, "unit": each.unit} for each in facts.beside
            ],
        }
        if facts.step:
            shown["slide"] = _step(facts.step)
        if facts.timer:
            shown["timer"] = _timer(facts.timer)
    elif facts.scene == "scores" and facts.card and facts.scores:
        shown["entry"] = {"plate": facts.card.plate, "unit": facts.card.unit}
        shown["scores"] = _scores(facts.scores)
    elif facts.scene == "draw" and facts.draw:
        shown["draw"] = _draw(facts.draw)
    elif facts.scene == "reveal" and facts.reveal:
        shown["reveal"] = _reveal(facts.reveal)
    elif facts.scene == "wall" and facts.wall:
        shown["wall"] = _wall(facts.wall)
    elif facts.scene != "black":
        shown["scene"] = "waiting"
        shown["opens_at"] = facts.opens_at.isoformat() if facts.opens_at else ""
        shown["is_closed"] = facts.is_closed
    return shown


def _line(line: Line) -> dict[str, Any]:
    if line.is_gone and not line.is_locked:
        state = "gone"
    else:
        state = "done" if line.is_locked else "now" if line.is_on_stage else ""
    return {"n": line.order, "plate": line.plate, "unit": line.unit, "state": state}


def _draw(draw: DrawShown) -> dict[str, Any]:
    """The list; once the seed is read, the same entries in the order that they drew."""
    return {
        "title": draw.title,
        "list_hash": draw.list_hash,
        "short": f"{draw.list_hash[:4]} {draw.list_hash[4:8]}",
        "seed": draw.seed,
        "digits": [{"d": digit} for digit in draw.seed[:_DIGITS_SHOWN]],
        "waits": not draw.seed,
        "lines": [
            {
                "n": place if draw.seed else "",
                "plate": line.plate,
                "unit": line.unit,
            }
            for place, line in enumerate(draw.lines, start=1)
        ],
    }


def _reveal(revealed: Revealed) -> dict[str, Any]:
    """Parts that this step brought are "new"; the unit and its picture come with their step."""
    shown = revealed.shown
    old = len(shown.parts) - shown.new
    told: dict[str, Any] = {
        "step": shown.step,
        "of": shown.of,
        "phase": shown.phase,
        "title": shown.title,
        "words": shown.words,
        "parts": [
            {
                "name": part.name,
                "note": part.note,
                "points": part.points,
                "state": "" if place < old else "new",
            }
            for place, part in enumerate(shown.parts)
        ],
        "total": shown.total,
        "roll": [
            {"n": line.number, "unit": line.unit, "state": _roll_state(line)}
            for line in shown.roll
        ],
    }
    if shown.short:
        told["unit"] = {
            "plate": shown.plate,
            "unit": shown.short,
            "full": shown.full,
            "photo": revealed.photo,
            "photo_alt": revealed.photo_alt,
        }
    return told


def _roll_state(line: Roll) -> str:
    if line.is_now:
        return "raised" if line.unit else "now"
    return "known" if line.unit else ""


def _wall(wall: Wall) -> dict[str, Any]:
    return {
        "title": wall.title,
        "standing": wall.standing,
        "until": wall.until,
        "note": wall.note,
        "poles": [
            {
                "unit": pole.unit,
                "place": pole.place,
                "score": pole.score,
                "state": _FLAGS[number % len(_FLAGS)],
            }
            for number, pole in enumerate(wall.poles)
        ],
    }


def _card(card: Card) -> dict[str, Any]:
    return {
        "order": card.order,
        "of": card.of,
        "plate": card.plate,
        "unit": card.unit,
        "deed": card.deed,
        "photo": card.photo,
        "photo_alt": card.photo_alt,
        "figures": [
            {"value": figure.value, "unit": figure.unit, "label": figure.label}
            for figure in card.figures
        ],
    }


def _step(step: Step) -> dict[str, Any]:
    slide = step.slide
    shown: dict[str, Any] = {
        "n": step.number,
        "of": step.of,
        "kind": slide.kind,
        "caption": slide.caption,
        "pictures": [
            {"url": picture.url, "alt": picture.alt, "when": picture.when}
            for picture in slide.pictures
        ],
    }
    if slide.film:
        shown["film"] = {
            "url": slide.film,
            "captions": slide.captions,
            "seconds": slide.seconds,
            "from": step.at.isoformat(),
        }
    return shown


def _timer(timer: Timer) -> dict[str, Any]:
    shown = {
        "word": timer.word,
        "ends_at": timer.ends_at.isoformat(),
        "seconds": timer.seconds,
    }
    return shown if timer.left is None else shown | {"left": timer.left}


def _scores(scores: Scores) -> dict[str, Any]:
    return {
        "rule": scores.rule,
        "points": scores.points,
        "sum": " ＋ ".join(
            f"{panel.points} × {panel.weight}"
            for panel in scores.panels
            if panel.points
        ),
        "panels": [
            {
                "name": panel.name,
                "weight": f"占 {panel.weight}",
                "counted": f"{len(panel.marks)} 席计分",
                "points": panel.points,
                "marks": [
                    {"v": mark.value, "d": mark.dropped}
                    for mark in sorted(panel.marks, key=_from_the_top)
                ],
            }
            for panel in scores.panels
        ],
    }


def _from_the_top(mark: Mark) -> tuple[Decimal, int]:
    """High to low; of equal marks the dropped highest comes first, the dropped lowest last."""
    place = {"最高": 0, "": 1, "最低": 2}
    return -Decimal(mark.value), place[mark.dropped]
