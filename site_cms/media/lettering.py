"""Chinese lettering on pictures: the fonts of this folder, and lines that break where they may."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

_FONTS = Path(__file__).parent / "fonts"
_FILES = {
    "regular": _FONTS / "NotoSansCJKsc-Regular-subset.otf",
    "bold": _FONTS / "NotoSansCJKsc-Bold-subset.otf",
}
# A figure or a Latin word stays whole; what may not begin a line stays with what it follows.
_CLAUSES = re.compile(r"[^，。、；：？！]*[，。、；：？！…）》」』”’％]*\s*")
_PIECES = re.compile(
    r"(?:[0-9A-Za-z.,:/%+\-]+|\s+|.)[，。、；：？！…）》」』”’％]*", re.DOTALL
)
_CUT = "…"
_INDENT = "\u3000\u3000"
_NO_CHARACTER = "\uffff"


@cache
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FILES[weight]), size)


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of one size, ready to be drawn one under the other."""

    lines: tuple[str, ...]
    weight: str
    size: int

    @property
    def font(self) -> ImageFont.FreeTypeFont:
        return font(self.weight, self.size)

    @property
    def line_height(self) -> int:
        return round(self.size * 1.36)

    @property
    def height(self) -> int:
        return self.line_height * len(self.lines)


def fitted(
    text: str, *, weight: str, sizes: Sequence[int], width: int, most_lines: int
) -> Lettering:
    """``text`` in the first of ``sizes`` in which it fits; in the last it is cut."""
    text = " ".join(text.split())
    for size in sizes:
        lines = _lines(text, font(weight, size), width)
        if len(lines) <= most_lines:
            return Lettering(tuple(lines), weight, size)
    kept = lines[:most_lines]
    kept[-1] = _shortened(kept[-1], font(weight, size), width)
    return Lettering(tuple(kept), weight, size)


def paragraph(
    text: str, *, weight: str, sizes: Sequence[int], width: int, most_lines: int
) -> Lettering | None:
    """``text`` with its first line two characters in, filled to the edge; None: no size fits.

    The blank before the first line is part of it, as full-width spaces.
    """
    text = " ".join(text.split())
    for size in sizes:
        face = font(weight, size)
        lines = _filled([_INDENT, *_PIECES.findall(text)], face, width)
        if len(lines) <= most_lines:
            return Lettering(tuple(_without_a_lone_end(lines)), weight, size)
    return None


def undrawable(text: str) -> str:
    """The characters of ``text`` that the fonts do not have, each once."""
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and not _has(c)))


@cache
def _has(character: str) -> bool:
    face = font("bold", 32)
    return bytes(face.getmask(character)) != bytes(face.getmask(_NO_CHARACTER))


def _lines(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """As few lines as it takes; broken between clauses where that takes no more."""
    pieces = [
        part
        for piece in _PIECES.findall(text)
        for part in ([piece] if face.getlength(piece) <= width else piece)
    ]
    filled = _filled(pieces, face, width)
    clauses = _CLAUSES.findall(text)
    if all(face.getlength(each.rstrip()) <= width for each in clauses):
        by_clause = _filled(clauses, face, width)
        if len(by_clause) == len(filled):
            return by_clause
    return _without_a_lone_end(filled)


def _filled(
    pieces: Sequence[str], face: ImageFont.FreeTypeFont, width: int
) -> list[str]:
    lines = [""]
    for piece in pieces:
        if lines[-1] and face.getlength((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip(" ")
    return [line.rstrip() for line in lines]


def _without_a_lone_end(lines: list[str]) -> list[str]:
    """A single character does not stand alone on the last line."""
    if len(lines) < 2 or len(lines[-1]) > 1:
        return lines
    *rest, before = _PIECES.findall(lines[-2])
    if not rest:
        return lines
    return [*lines[:-2], "".join(rest).rstrip(), before + lines[-1]]


def _shortened(line: str, face: ImageFont.FreeTypeFont, width: int) -> str:
    while line and face.getlength(line + _CUT) > width:
        line = line[:-1]
    return line.rstrip("，、；： ") + _CUT
