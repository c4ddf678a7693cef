"""The picture by which a unit's page is handed on: for a phone, and for paper.

Plain values in, a picture out. What stands on it is decided in
:mod:`showcase.pages.posters`.
"""

from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageOps

from site_cms.media.codes import draw_code
from site_cms.media.lettering import Lettering, fitted

_INVITATION = "欢迎了解并评价"
_WHAT_THE_CODE_SHOWS = "扫码看数字、照片和群众怎么说"
_DEADLINE = "民意测评截止"

RED = "#b3000e"
GOLD = "#f6d48a"
INK = "#1d1a18"
GREY = "#4a4540"
PAPER = "#ffffff"
HAZARD = "#ffd400"


@dataclass(frozen=True, slots=True)
class Poster:
    """What is to be read on it. ``band`` is loud: a rehearsal or a sample."""

    plate: str
    name: str
    one_line: str
    contest: str
    deadline: str
    address: str
    band: str = ""


@dataclass(frozen=True, slots=True)
class Format:
    """A size in pixels. ``margin`` is left white, in thousandths of the width."""

    width: int
    height: int
    margin: int = 0


PHONE = Format(1080, 1440)
A4 = Format(2480, 3508, margin=48)


def draw(
    poster: Poster,
    photo: BinaryIO,
    size: Format,
    centre: tuple[float, float] = (0.5, 0.5),
) -> Image.Image:
    """Photo and pennant above, name and one line below them, the code at the foot.

    Long words take their room from the photo.
    """
    picture = Image.new("RGB", (size.width, size.height), PAPER)
    margin = size.width * size.margin // 1000
    sheet = _Sheet(picture, margin)
    top = sheet.band(poster.band) if poster.band else margin
    bottom = sheet.foot(poster)
    words = sheet.words_of(poster)
    below_photo = sheet.photo(photo, centre, top, bottom - sheet.height_of(words))
    sheet.words(words, below_photo, bottom)
    sheet.pennant(poster.plate, top)
    return picture


class _Sheet:
    """Lengths are in thousandths of the inner width, so both formats look alike."""

    def __init__(self, picture: Image.Image, margin: int) -> None:
        self.picture = picture
        self.pen = ImageDraw.Draw(picture)
        self.left = self.top = margin
        self.right = picture.width - margin
        self.bottom = picture.height - margin
        self.inner = self.right - self.left
        self.edge = self.px(60)

    def px(self, thousandths: float) -> int:
        return round(self.inner * thousandths / 1000)

    def sizes(self, *thousandths: int) -> list[int]:
        return [self.px(each) for each in thousandths]

    def band(self, text: str) -> int:
        """Yellow, over the whole width: nobody takes a sample for the real thing."""
        words = fitted(
            text,
            weight="bold",
            sizes=self.sizes(36, 30, 26),
            width=self.inner - 2 * self.edge,
            most_lines=2,
        )
        foot = self.top + words.height + self.px(28)
        self.pen.rectangle((self.left, self.top, self.right, foot), fill=HAZARD)
        self._lines(words, self.left + self.inner // 2, self.top + self.px(14), "ma")
        self.pen.rectangle((self.left, foot - self.px(4), self.right, foot), fill=INK)
        return foot

    def photo(
        self, photo: BinaryIO, centre: tuple[float, float], top: int, lowest: int
    ) -> int:
        wide = self.inner
        high = min(wide * 5 // 8, lowest - top)
        with Image.open(photo) as opened:
            shown = ImageOps.fit(
                opened.convert("RGB"),
                (wide, high),
                Image.Resampling.LANCZOS,
                centering=centre,
            )
        self.picture.paste(shown, (self.left, top))
        return top + high

    def pennant(self, plate: str, top: int) -> None:
        x, wide, high = self.left + self.edge, self.px(190), self.px(200)
        middle = x + wide // 2
        self.pen.polygon(
            [
                (x, top),
                (x + wide, top),
                (x + wide, top + high),
                (middle, top + high - self.px(38)),
                (x, top + high),
            ],
            fill=RED,
        )
        number = fitted(
            plate,
            weight="bold",
            sizes=self.sizes(112, 88),
            width=wide - self.px(24),
            most_lines=1,
        )
        self.pen.text(
            (middle, top + (high - self.px(38)) // 2),
            number.lines[0],
            font=number.font,
            fill=PAPER,
            anchor="mm",
        )

    def words_of(self, poster: Poster) -> list[tuple[Lettering, str]]:
        said = [
            (poster.contest, "regular", (32, 28), GREY, 1),
            (poster.name, "bold", (84, 72, 62, 54), INK, 2),
            (poster.one_line, "regular", (50, 44, 40), GREY, 3),
        ]
        return self._lettered(said, self.inner - 2 * self.edge)

    def height_of(self, words: list[tuple[Lettering, str]]) -> int:
        return self._high(words) + 2 * self.px(34)

    def words(self, words: list[tuple[Lettering, str]], top: int, bottom: int) -> None:
        y = top + (bottom - top - self._high(words)) // 2
        self._stacked(words, self.left + self.edge, y)

    def foot(self, poster: Poster) -> int:
        """The code with what to do about it, on the red that is the site's header."""
        code_side, pad = self.px(250), self.px(40)
        top = self.bottom - code_side - 2 * pad
        self.pen.rectangle((self.left, top, self.right, self.bottom), fill=RED)
        code_left = self.right - self.edge - code_side
        draw_code(
            self.pen,
            poster.address,
            left=code_left,
            top=top + pad,
            side=code_side,
        )
        said = [
            (_INVITATION, "bold", (56,), GOLD, 1),
            (_WHAT_THE_CODE_SHOWS, "regular", (34, 30), PAPER, 1),
        ]
        if poster.deadline:
            said += [
                (_DEADLINE, "regular", (34,), PAPER, 1),
                (poster.deadline, "bold", (42, 38, 34), PAPER, 1),
            ]
        words = self._lettered(said, code_left - self.left - self.edge - pad)
        y = top + (self.bottom - top - self._high(words)) // 2
        self._stacked(words, self.left + self.edge, y)
        return top

    def _lettered(self, said: list, width: int) -> list[tuple[Lettering, str]]:
        return [
            (
                fitted(
                    text,
                    weight=weight,
                    sizes=self.sizes(*sizes),
                    width=width,
                    most_lines=most,
                ),
                colour,
            )
            for text, weight, sizes, colour, most in said
        ]

    def _high(self, words: list[tuple[Lettering, str]]) -> int:
        return sum(each.height for each, _ in words) + self.px(12) * (len(words) - 1)

    def _stacked(self, words: list[tuple[Lettering, str]], x: int, y: int) -> None:
        for each, colour in words:
            self._lines(each, x, y, "la", fill=colour)
            y += each.height + self.px(12)

    def _lines(
        self, words: Lettering, x: int, y: int, anchor: str, fill: str = INK
    ) -> None:
        for line in words.lines:
            self.pen.text((x, y), line, font=words.font, fill=fill, anchor=anchor)
            y += words.line_height
