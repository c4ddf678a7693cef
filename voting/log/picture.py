"""A head as a small picture: made to be photographed, printed, and compared years later.

Plain values in, a picture out.
"""

from dataclasses import dataclass
from io import BytesIO

import segno
from PIL import Image, ImageDraw

from site_cms.media.lettering import Lettering, fitted, font

WIDTH, HEIGHT = 1080, 1440
_EDGE = 64
_INNER = WIDTH - 2 * _EDGE
_HEADER = 196
_CODE = 330
_GROUPS_A_ROW = 4

RED = "#b3000e"
GOLD = "#f6d48a"
INK = "#1d1a18"
GREY = "#4a4540"
PAPER = "#ffffff"
QUIET = "#f1ece4"
HAZARD = "#ffd400"


@dataclass(frozen=True, slots=True)
class HeadPicture:
    """What is to be read on it. ``band`` is loud: a rehearsal or a sample."""

    contest: str
    time: str
    size: int
    ballots: int
    groups: tuple[str, ...]
    address: str
    band: str = ""


def png_of(head: HeadPicture) -> bytes:
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen = ImageDraw.Draw(picture)
    y = _band(pen, head.band) if head.band else 0
    y = _header(pen, head, y)
    y = _figures(pen, head, y + 40)
    _fingerprint(pen, head, y + 44)
    _foot(pen, head)
    encoded = BytesIO()
    picture.quantize(64).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _band(pen: ImageDraw.ImageDraw, text: str) -> int:
    words = _words(text, "bold", (36, 30), _INNER, 2)
    foot = words.height + 32
    pen.rectangle((0, 0, WIDTH, foot), fill=HAZARD)
    _lines(pen, words, WIDTH // 2, 14, INK, anchor="ma")
    pen.rectangle((0, foot - 5, WIDTH, foot), fill=INK)
    return foot


def _header(pen: ImageDraw.ImageDraw, head: HeadPicture, y: int) -> int:
    pen.rectangle((0, y, WIDTH, y + _HEADER), fill=RED)
    _lines(pen, _words("公开日志头", "bold", (60,), _INNER, 1), _EDGE, y + 26, PAPER)
    _lines(
        pen, _words(head.contest, "regular", (40, 34), _INNER, 1), _EDGE, y + 116, GOLD
    )
    return y + _HEADER


def _figures(pen: ImageDraw.ImageDraw, head: HeadPicture, y: int) -> int:
    column = _INNER // 2
    for place, (term, value) in enumerate(
        [("叶数", f"{head.size:,}"), ("已封存选票", f"{head.ballots:,} 张")]
    ):
        x = _EDGE + place * column
        _lines(pen, _words(term, "regular", (34,), column, 1), x, y, GREY)
        _lines(pen, _words(value, "bold", (64, 54, 44), column - 20, 1), x, y + 48, INK)
    _lines(pen, _words(head.time, "regular", (36,), _INNER, 1), _EDGE, y + 150, GREY)
    return y + 204


def _fingerprint(pen: ImageDraw.ImageDraw, head: HeadPicture, y: int) -> None:
    """The root, four groups a row, in figures that nobody takes for each other."""
    rows = -(-len(head.groups) // _GROUPS_A_ROW)
    pen.rounded_rectangle(
        (_EDGE - 20, y, WIDTH - _EDGE + 20, y + 104 * rows + 36), 16, fill=QUIET
    )
    face, column = font("bold", 70), _INNER // _GROUPS_A_ROW
    for place, group in enumerate(head.groups):
        row, at = divmod(place, _GROUPS_A_ROW)
        middle = _EDGE + at * column + column // 2
        for letter, sign in enumerate(group):
            x = middle + (letter - (len(group) - 1) / 2) * 49
            pen.text((x, y + 68 + 104 * row), sign, font=face, fill=INK, anchor="mm")


def _foot(pen: ImageDraw.ImageDraw, head: HeadPicture) -> None:
    top = HEIGHT - _CODE - _EDGE
    _code(pen, head.address, WIDTH - _EDGE - _CODE, top)
    width = _INNER - _CODE - 40
    said = [
        ("把这张图拍下来，存着。", "bold", (42, 38), INK),
        ("以后扫右边的码，十六组字一组也不差，说明这以前记下的都没有改过。", "regular", (34, 30), GREY),
    ]  # fmt: skip
    y = top + 24
    for text, weight, sizes, colour in said:
        words = _words(text, weight, sizes, width, 5)
        _lines(pen, words, _EDGE, y, colour)
        y += words.height + 18


def _code(pen: ImageDraw.ImageDraw, address: str, left: int, top: int) -> None:
    """Every module the same number of pixels, with its four quiet ones around."""
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=4))
    module = _CODE // len(rows)
    shift = (_CODE - module * len(rows)) // 2
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                corner = left + shift + x * module, top + shift + y * module
                end = corner[0] + module - 1, corner[1] + module - 1
                pen.rectangle((*corner, *end), fill=INK)


def _words(
    text: str, weight: str, sizes: tuple[int, ...], width: int, most: int
) -> Lettering:
    return fitted(text, weight=weight, sizes=sizes, width=width, most_lines=most)


def _lines(
    pen: ImageDraw.ImageDraw,
    words: Lettering,
    x: int,
    y: int,
    fill: str,
    *,
    anchor: str = "la",
) -> None:
    for line in words.lines:
        pen.text((x, y), line, font=words.font, fill=fill, anchor=anchor)
        y += words.line_height
