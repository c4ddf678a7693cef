"""QR codes on pictures: every module the same number of pixels."""

from collections.abc import Iterator, Sequence

import segno
from PIL import ImageDraw

INK = "#1d1a18"
PAPER = "#ffffff"


def draw_code(
    pen: ImageDraw.ImageDraw, address: str, *, left: int, top: int, side: int
) -> None:
    """The code of ``address`` with its four quiet modules around, on white."""
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=4))
    module = max(side // len(rows), 1)
    shift = (side - module * len(rows)) // 2
    pen.rectangle((left, top, left + side, top + side), fill=PAPER)
    for x, y in _dark(rows):
        corner = (left + shift + x * module, top + shift + y * module)
        pen.rectangle((*corner, corner[0] + module - 1, corner[1] + module - 1), INK)


def _dark(rows: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                yield x, y
