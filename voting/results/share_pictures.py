"""Pictures by which a result is handed on: one for each winner, one for the whole contest.

1200 by 630, as chats and feeds show them. Plain values in, a picture out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageOps

from site_cms.media.codes import draw_code
from site_cms.media.lettering import fitted, font
from voting.results import emblem

WIDTH, HEIGHT = 1200, 630
MOST_BYTES = 300_000

RED = "#b3000e"
DEEP_RED = "#8a0009"
GOLD = "#f6d48a"
INK = "#1d1a18"
PAPER = "#ffffff"
HAZARD = "#ffd400"

_WORDS = 672
_MARGIN = 56
_CODE = 164
_GUTTER = 20
_NAME_SIZES = (76, 68, 60, 54)
_QUALITIES = (88, 80, 70, 58, 45)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all pictures of a result say. ``state`` stands on a band until it is final."""

    contest: str
    honour: str
    state: str
    address: str
    band: str = ""


@dataclass(frozen=True, slots=True)
class Winner:
    rank: int
    name: str
    one_line: str
    place: str
    score: str


def draw_winner(
    shared: Shared,
    winner: Winner,
    photo: BinaryIO,
    centre: tuple[float, float] = (0.5, 0.5),
) -> Image.Image:
    """Words on red at the left, the unit's photo at the right with the code in its corner."""
    picture, pen, top = _begun(shared)
    with Image.open(photo) as opened:
        shown = ImageOps.fit(
            opened.convert("RGB"),
            (WIDTH - _WORDS, HEIGHT - top),
            Image.Resampling.LANCZOS,
            centering=centre,
        )
    picture.paste(shown, (_WORDS, top))
    pen.rectangle((_WORDS, top, _WORDS + 5, HEIGHT), fill=GOLD)
    banner = emblem.flag(118, emblem.GOLD)
    picture.paste(banner, (_MARGIN, top + 40), banner)
    _stacked(
        pen,
        [
            (shared.contest, "regular", (27, 24, 21), GOLD, 2),
            (shared.honour, "bold", (54,), PAPER, 1),
        ],
        left=_MARGIN + 150,
        top=top + 40,
        width=_WORDS - _MARGIN - 190,
        gap=8,
    )
    width = _WORDS - 2 * _MARGIN + 16
    sizes, most_lines = _room_for(winner.name, width)
    _stacked(
        pen,
        [
            (winner.name, "bold", sizes, PAPER, most_lines),
            (winner.one_line, "regular", (32, 28), "#ffe9e4", 2),
        ],
        left=_MARGIN,
        top=top + 206,
        width=width,
        gap=10,
    )
    _figures(pen, winner)
    draw_code(
        pen,
        shared.address,
        left=WIDTH - _CODE - 24,
        top=HEIGHT - _CODE - 24,
        side=_CODE,
    )
    return picture


def draw_winners(shared: Shared, title: str, winners: Sequence[Winner]) -> Image.Image:
    """All who have a flag in order, in two columns; the code beside the title."""
    picture, pen, top = _begun(shared)
    banner = emblem.flag(118, emblem.GOLD)
    picture.paste(banner, (_MARGIN, top + 34), banner)
    _stacked(
        pen,
        [
            (shared.contest, "regular", (30, 26, 22), GOLD, 1),
            (title, "bold", (76, 64), PAPER, 1),
        ],
        left=_MARGIN + 150,
        top=top + 34,
        width=WIDTH - _CODE - 2 * _MARGIN - 180,
        gap=6,
    )
    draw_code(
        pen,
        shared.address,
        left=WIDTH - _CODE - _MARGIN,
        top=top + 26,
        side=_CODE,
    )
    _columns(pen, winners, top + 200)
    return picture


def as_jpeg(picture: Image.Image) -> bytes:
    for quality in _QUALITIES:
        encoded = BytesIO()
        picture.save(encoded, "JPEG", quality=quality, optimize=True)
        if encoded.tell() <= MOST_BYTES:
            break
    return encoded.getvalue()


def _begun(shared: Shared) -> tuple[Image.Image, ImageDraw.ImageDraw, int]:
    """Red ground under what must be loud. Returns where the free room begins."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), RED)
    pen = ImageDraw.Draw(picture)
    top = 0
    for text, ground, colour in (
        (shared.band, HAZARD, INK),
        (shared.state, GOLD, INK),
    ):
        if text:
            top = _band(pen, text, top, ground, colour)
    return picture, pen, top


def _band(
    pen: ImageDraw.ImageDraw, text: str, top: int, ground: str, colour: str
) -> int:
    words = fitted(
        text, weight="bold", sizes=(26, 22, 19), width=WIDTH - 80, most_lines=1
    )
    foot = top + 46
    pen.rectangle((0, top, WIDTH, foot), fill=ground)
    pen.text(
        (WIDTH // 2, (top + foot) // 2),
        words.lines[0],
        font=words.font,
        fill=colour,
        anchor="mm",
    )
    return foot


def _room_for(name: str, width: int) -> tuple[tuple[int, ...], int]:
    """A name stays on one line if it can; a long one takes two in smaller letters."""
    for size in _NAME_SIZES:
        if font("bold", size).getlength(name) <= width:
            return (size,), 1
    return (54, 48, 42), 2


def _figures(pen: ImageDraw.ImageDraw, winner: Winner) -> None:
    """Place and score at the foot of the words, on a darker strip."""
    top = HEIGHT - 118
    pen.rectangle((0, top, _WORDS - 1, HEIGHT), fill=DEEP_RED)
    place = fitted(winner.place, weight="bold", sizes=(50,), width=320, most_lines=1)
    middle = top + (HEIGHT - top) // 2
    pen.text((_MARGIN, middle), place.lines[0], font=place.font, fill=GOLD, anchor="lm")
    score = fitted(
        f"综合得分 {winner.score}",
        weight="bold",
        sizes=(38, 34),
        width=330,
        most_lines=1,
    )
    pen.text(
        (_WORDS - 44, middle),
        score.lines[0],
        font=score.font,
        fill=PAPER,
        anchor="rm",
    )


def _columns(pen: ImageDraw.ImageDraw, winners: Sequence[Winner], top: int) -> None:
    rows = max((len(winners) + 1) // 2, 1)
    high = min((HEIGHT - top - 30) // rows, 84)
    wide = (WIDTH - 2 * _MARGIN - _GUTTER) // 2
    size = min(high - 22, 40)
    for index, winner in enumerate(winners):
        column, row = divmod(index, rows)
        left, middle = _MARGIN + column * (wide + _GUTTER), top + row * high + high // 2
        pen.rounded_rectangle(
            (left, middle - high // 2 + 5, left + wide, middle + high // 2 - 5),
            radius=8,
            fill=DEEP_RED,
        )
        pen.text(
            (left + 48, middle),
            str(winner.rank),
            font=font("bold", size),
            fill=GOLD,
            anchor="mm",
        )
        name = fitted(
            winner.name,
            weight="bold",
            sizes=(size, size - 6, size - 12),
            width=wide - 120,
            most_lines=1,
        )
        pen.text(
            (left + 92, middle), name.lines[0], font=name.font, fill=PAPER, anchor="lm"
        )


def _stacked(
    pen: ImageDraw.ImageDraw,
    said: Sequence[tuple[str, str, tuple[int, ...], str, int]],
    *,
    left: int,
    top: int,
    width: int,
    gap: int,
) -> None:
    for text, weight, sizes, colour, most in said:
        words = fitted(text, weight=weight, sizes=sizes, width=width, most_lines=most)
        for line in words.lines:
            pen.text((left, top), line, font=words.font, fill=colour)
            top += words.line_height
        top += gap
