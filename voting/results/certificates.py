"""The certificate of a winner: A4 across, 300 dots an inch, as PNG and as PDF.

Plain values in, the same bytes out each time. What stands on it is decided in
:mod:`voting.results.honours`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from time import gmtime

from PIL import Image, ImageDraw

from site_cms.media.codes import draw_code
from site_cms.media.lettering import Lettering, fitted, font, paragraph
from voting.results.emblem import flag

DPI = 300
WIDTH, HEIGHT = 3508, 2480
# Left free beside and above awarder and date: a round seal of 42 mm and room around it.
SEAL_SLOT = (2080, 1610, 2880, 2180)

RED = "#b3000e"
GOLD = "#b8862f"
PALE_GOLD = "#e9d3a2"
INK = "#1d1a18"
GREY = "#5a544e"
SHEET = "#fffdf7"
HAZARD = "#ffd400"

_EDGE = 106
_BAND = 118
_LEFT, _RIGHT = 450, WIDTH - 450
_CODE = 330
_FOOT = HEIGHT - 330
_BODY_SIZES = (104, 96, 88, 80, 72)
_MOST_BODY_LINES = 4
_WHOLE = re.compile(r"[0-9A-Za-z.]+|.")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is to be read on it. ``band`` is loud: a rehearsal or a sample."""

    title: str
    recipient: str
    body: str
    awarders: tuple[str, ...]
    date: str
    number: str
    approval: str
    address: str
    band: str = ""


def body_fits(body: str) -> bool:
    return _body(body) is not None


def draw_certificate(certificate: Certificate) -> Image.Image:
    """Frame, flag and title above, whom and what for, the code left, the seal right."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), SHEET)
    pen = ImageDraw.Draw(picture)
    if certificate.band:
        _watermark(picture)
    _frame(pen)
    _head(picture, pen, certificate.title)
    _words(pen, certificate)
    _record(pen, certificate)
    _signature(pen, certificate)
    if certificate.band:
        _loud_band(pen, certificate.band)
    return picture


def as_png(picture: Image.Image) -> bytes:
    encoded = BytesIO()
    picture.save(encoded, "PNG", dpi=(DPI, DPI), optimize=False, compress_level=6)
    return encoded.getvalue()


def as_pdf(picture: Image.Image, *, title: str) -> bytes:
    """One page of A4. The file says no hour of its making: the same sheet, the same bytes."""
    encoded = BytesIO()
    epoch = gmtime(0)
    picture.save(
        encoded,
        "PDF",
        resolution=DPI,
        quality=95,
        subsampling=0,
        title=title,
        creationDate=epoch,
        modDate=epoch,
    )
    return encoded.getvalue()


def _body(text: str) -> Lettering | None:
    return paragraph(
        text,
        weight="regular",
        sizes=_BODY_SIZES,
        width=_RIGHT - _LEFT,
        most_lines=_MOST_BODY_LINES,
    )


def _frame(pen: ImageDraw.ImageDraw) -> None:
    """Two red lines with a meander between them, as on a lacquer box."""
    outer = (_EDGE, _EDGE, WIDTH - _EDGE, HEIGHT - _EDGE)
    _border(pen, outer, 12, RED)
    _border(pen, _inset(outer, 22), 3, GOLD)
    _meander(pen, _inset(outer, 40), _BAND - 40)
    _border(pen, _inset(outer, _BAND + 12), 3, GOLD)
    _border(pen, _inset(outer, _BAND + 28), 7, RED)


def _inset(box: tuple[int, int, int, int], by: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return left + by, top + by, right - by, bottom - by


def _border(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], width: int, colour: str
) -> None:
    pen.rectangle(box, outline=colour, width=width)


# One turn of the meander on a grid of seven by seven: from the left edge in, and out again.
_TURN = ((0, 6), (6, 6), (6, 0), (1, 0), (1, 4), (4, 4), (4, 2), (3, 2))


def _meander(
    pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], side: int
) -> None:
    left, top, right, bottom = box
    for start, end, at, is_upright in (
        (left, right, top, False),
        (left, right, bottom - side, False),
        (top + side, bottom - side, left, True),
        (top + side, bottom - side, right - side, True),
    ):
        count = round((end - start) / side)
        for place in range(count):
            along = start + (end - start) * place / count
            x, y = (at, along) if is_upright else (along, at)
            turn = [(6 - a if place % 2 else a, d) for a, d in _TURN]
            _turn(pen, x, y, side, [(d, a) for a, d in turn] if is_upright else turn)


def _turn(
    pen: ImageDraw.ImageDraw,
    x: float,
    y: float,
    side: int,
    turn: Sequence[tuple[int, int]],
) -> None:
    cell = (side - 16) / 6
    points = [(round(x + 8 + a * cell), round(y + 8 + d * cell)) for a, d in turn]
    pen.line(points, fill=GOLD, width=6, joint="curve")


def _head(picture: Image.Image, pen: ImageDraw.ImageDraw, title: str) -> None:
    emblem = flag(300)
    picture.paste(emblem, ((WIDTH - emblem.width) // 2, 290), emblem)
    size = 230 if len(title) <= 6 else 190 if len(title) <= 9 else 150
    face, gap = font("bold", size), size * 2 // 5
    width = sum(face.getlength(c) for c in title) + gap * (len(title) - 1)
    x, y = (WIDTH - width) / 2, 790
    for character in title:
        pen.text((x, y), character, font=face, fill=RED, anchor="lm")
        x += face.getlength(character) + gap
    for start, end in (
        (_LEFT, (WIDTH - width) / 2 - 130),
        ((WIDTH + width) / 2 + 130, _RIGHT),
    ):
        _rule(pen, round(start), round(end), y)


def _rule(pen: ImageDraw.ImageDraw, start: int, end: int, y: int) -> None:
    """A gold line beside the title with a lozenge in its middle; none where it would be short."""
    if end - start < 160:
        return
    middle = (start + end) // 2
    pen.line((start, y, middle - 40, y), fill=GOLD, width=5)
    pen.line((middle + 40, y, end, y), fill=GOLD, width=5)
    pen.polygon(
        [(middle - 18, y), (middle, y - 18), (middle + 18, y), (middle, y + 18)],
        fill=GOLD,
    )


def _words(pen: ImageDraw.ImageDraw, certificate: Certificate) -> None:
    recipient = fitted(
        f"{certificate.recipient}：",
        weight="bold",
        sizes=(128, 112, 98, 86),
        width=_RIGHT - _LEFT,
        most_lines=1,
    )
    pen.text(
        (_LEFT, 1112), recipient.lines[0], font=recipient.font, fill=INK, anchor="ls"
    )
    body = _body(certificate.body)
    if body is None:
        raise ValueError("the body does not fit on its certificate")
    y = 1186
    for line in body.lines[:-1]:
        _justified(pen, line, y, body)
        y += round(body.size * 1.62)
    pen.text((_LEFT, y), body.lines[-1], font=body.font, fill=INK)


def _justified(
    pen: ImageDraw.ImageDraw, line: str, y: int, lettering: Lettering
) -> None:
    """From edge to edge: what is missing is spread between characters and figures."""
    pieces = _WHOLE.findall(line)
    length = lettering.font.getlength
    spare = _RIGHT - _LEFT - sum(length(piece) for piece in pieces)
    gap = spare / (len(pieces) - 1) if spare < 3 * lettering.size else 0
    x = float(_LEFT)
    for piece in pieces:
        pen.text((x, y), piece, font=lettering.font, fill=INK)
        x += length(piece) + gap


def _record(pen: ImageDraw.ImageDraw, certificate: Certificate) -> None:
    """What it can be looked up by: the code, its number, the approval of the contest."""
    top = _FOOT - _CODE
    pen.rectangle(
        (_LEFT - 8, top - 8, _LEFT + _CODE + 8, top + _CODE + 8),
        outline=PALE_GOLD,
        width=4,
    )
    draw_code(pen, certificate.address, left=_LEFT, top=top, side=_CODE)
    said = ["扫码查验公布的结果", f"证书编号：{certificate.number}"]
    if certificate.approval:
        said.append(f"批准文号：{certificate.approval}")
    face = [
        fitted(
            text,
            weight="bold" if place == 0 else "regular",
            sizes=(50, 46, 42, 38),
            width=SEAL_SLOT[0] - _LEFT - _CODE - 80,
            most_lines=2,
        )
        for place, text in enumerate(said)
    ]
    y = _FOOT - sum(each.height for each in face) - 18 * (len(face) - 1)
    for place, each in enumerate(face):
        for line in each.lines:
            pen.text(
                (_LEFT + _CODE + 56, y),
                line,
                font=each.font,
                fill=INK if place == 0 else GREY,
            )
            y += each.line_height
        y += 18


def _signature(pen: ImageDraw.ImageDraw, certificate: Certificate) -> None:
    """Awarders and date, in the middle of the room that the seal needs."""
    left, _, right, bottom = SEAL_SLOT
    middle = (left + right) // 2
    lines = [
        fitted(name, weight="bold", sizes=(80, 72, 64, 56, 50), width=900, most_lines=1)
        for name in certificate.awarders
    ]
    y = bottom - 40
    pen.text(
        (middle, y), certificate.date, font=font("regular", 76), fill=INK, anchor="ms"
    )
    y -= 136
    for each in reversed(lines):
        pen.text((middle, y), each.lines[0], font=each.font, fill=INK, anchor="ms")
        y -= 112


def _watermark(picture: Image.Image) -> None:
    """Across the whole sheet: nobody frames a sample for the real thing."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    ImageDraw.Draw(layer).text(
        (WIDTH // 2, HEIGHT // 2 + 60),
        "样 例 无 效",
        font=font("bold", 560),
        fill=(179, 0, 14, 22),
        anchor="mm",
    )
    turned = layer.rotate(24, Image.Resampling.BICUBIC)
    picture.paste(turned, (0, 0), turned)


def _loud_band(pen: ImageDraw.ImageDraw, text: str) -> None:
    words = fitted(
        text, weight="bold", sizes=(64, 54, 46), width=WIDTH - 900, most_lines=1
    )
    pen.rectangle((0, 0, WIDTH, _EDGE - 12), fill=HAZARD)
    pen.text(
        (WIDTH // 2, (_EDGE - 12) // 2),
        words.lines[0],
        font=words.font,
        fill=INK,
        anchor="mm",
    )
