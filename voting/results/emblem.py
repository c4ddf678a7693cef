"""The red flag on certificates and share pictures, drawn by sums: no file, any size."""

from functools import cache
from math import cos, pi, sin

from PIL import Image, ImageDraw

_FINER = 3
_WAVE = 0.055
RED = (200, 12, 24)
GOLD = (240, 200, 112)
_FRINGE = (226, 182, 90)
_POLE_DARK, _POLE_LIGHT = (122, 76, 16), (255, 233, 176)


@cache
def flag(width: int, cloth: tuple[int, int, int] = RED) -> Image.Image:
    """A waving flag on its pole, ``width`` pixels wide and a sixth higher, on nothing.

    Red on paper; on red ground it is ``GOLD``.
    """
    wide = width * _FINER
    high = wide * 7 // 6
    picture = Image.new("RGBA", (wide, high), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pole = wide // 40
    ball = pole * 5 // 4
    _cloth(
        pen,
        cloth,
        left=ball + pole // 2,
        top=wide // 9,
        width=wide - ball - pole,
    )
    _pole(pen, middle=ball, half=pole // 2, top=ball, foot=high - 1)
    pen.ellipse((0, 0, 2 * ball, 2 * ball), fill=(*_FRINGE, 255))
    pen.ellipse(
        (ball // 2, ball // 3, ball * 5 // 4, ball * 13 // 12),
        fill=(*_POLE_LIGHT, 255),
    )
    return picture.resize((width, high // _FINER), Image.Resampling.LANCZOS)


def _cloth(
    pen: ImageDraw.ImageDraw,
    colour: tuple[int, int, int],
    *,
    left: int,
    top: int,
    width: int,
) -> None:
    """Upright strips: where the cloth turns from the light it is darker."""
    high, hem = width * 55 // 100, width // 64
    for x in range(width):
        turn = 2 * pi * x / width * 1.35 + 0.5
        y = top + round(width * _WAVE * sin(turn) * min(1, 0.35 + x / width))
        light = 1 + 0.24 * cos(turn) * min(1, 0.35 + x / width)
        is_end = x > width - hem
        pen.line(
            (left + x, y, left + x, y + high),
            fill=_shaded(_FRINGE if is_end else colour, light),
        )
        pen.line(
            (left + x, y + high - hem, left + x, y + high),
            fill=_shaded(_FRINGE, light),
        )


def _pole(
    pen: ImageDraw.ImageDraw, *, middle: int, half: int, top: int, foot: int
) -> None:
    for x in range(-half, half + 1):
        light = 1 - abs(x + half / 3) / (1.4 * half)
        colour = tuple(
            round(dark + (bright - dark) * max(light, 0))
            for dark, bright in zip(_POLE_DARK, _POLE_LIGHT, strict=True)
        )
        pen.line((middle + x, top, middle + x, foot), fill=(*colour, 255))


def _shaded(colour: tuple[int, int, int], light: float) -> tuple[int, int, int, int]:
    red, green, blue = (min(255, round(part * light)) for part in colour)
    return red, green, blue, 255
