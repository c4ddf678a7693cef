"""The picture that stands where a photograph was taken off: a quiet ground with a sentence."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1600, 1000)
_GROUND, _FRAME, _INK = "#f1ece4", "#8a827a", "#1d1a18"
_FONT = Path(__file__).parent / "fonts" / "NotoSansCJKsc-Bold-subset.otf"
_FONT_SIZE = 96
_LINE = 144
# Cards and galleries cut the sides off: the words stay in the middle.
_WIDEST = 1160
_MOST_LINES = 6


def draw_sentence(sentence: str) -> bytes:
    """A PNG with the sentence in its middle."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(_FONT), _FONT_SIZE)
    draw.rectangle([24, 24, SIZE[0] - 25, SIZE[1] - 25], outline=_FRAME, width=4)
    lines = _lines(sentence, font)
    top = (SIZE[1] - _LINE * len(lines)) / 2
    for at, line in enumerate(lines):
        left = (SIZE[0] - font.getlength(line)) / 2
        draw.text((left, top + at * _LINE), line, font=font, fill=_INK)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def _lines(sentence: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Broken where it is too wide; a closing sign never begins a line."""
    lines = [""]
    for char in sentence:
        is_closing = char in "，。；：！？、）”》"
        if font.getlength(lines[-1] + char) > _WIDEST and not is_closing:
            lines.append("")
        lines[-1] += char
    return lines[:_MOST_LINES]
