"""Pictures and certificates are drawn with these fonts: no character may come out as a box."""

from pathlib import Path

import pytest
from PIL import ImageFont

FONTS = Path(__file__).resolve().parents[3] / "site_cms" / "media" / "fonts"
LEVELS = {"first": 3500, "second": 3000, "third": 1605}
SYMBOLS = "0123456789AZaz%.,:-+()/%,。、;:?“”‘’《》〈〉【】〔〕()—…·〇①⑩⑳✓★☆→℃№㎡㎞㎏‰°×÷±≤≥ⅠⅫ¥"
NOT_IN_ANY_FONT = "\U0010fffd"


def hanzi():
    return (
        (FONTS / "tongyong-guifan-hanzi.txt")
        .read_text(encoding="utf-8")
        .replace("\n", "")
    )


@pytest.fixture(scope="module", params=["Regular", "Bold"])
def font(request):
    return ImageFont.truetype(
        FONTS / f"NotoSansCJKsc-{request.param}-subset.otf",
        size=20,
        layout_engine=ImageFont.Layout.BASIC,
    )


def drawn(font, character):
    mask = font.getmask(character)
    return mask.size, bytes(mask)


def not_drawn(font, characters):
    box = drawn(font, NOT_IN_ANY_FONT)
    return [
        character
        for character in characters
        if drawn(font, character) == box or not any(font.getmask(character))
    ]


def test_list_is_the_table_of_2013():
    characters = hanzi()

    assert len(characters) == len(set(characters)) == sum(LEVELS.values()) == 8105
    assert [
        characters[place - 1] for place in (1, 3500, 3501, 6500, 6501, 8105)
    ] == list("一矗乂齉亍蠼")


def test_every_character_of_the_table_is_drawn(font):
    assert not_drawn(font, hanzi()) == []


def test_digits_punctuation_and_signs_are_drawn(font):
    assert not_drawn(font, SYMBOLS) == []


def test_a_character_outside_the_font_is_a_box(font):
    assert not_drawn(font, "龘한あ") == list("龘한あ")


def test_weights_differ():
    regular, bold = (
        ImageFont.truetype(FONTS / f"NotoSansCJKsc-{weight}-subset.otf", size=40)
        for weight in ("Regular", "Bold")
    )

    assert sum(bytes(bold.getmask("旗"))) > 1.2 * sum(bytes(regular.getmask("旗")))


def test_each_font_file_stays_below_two_and_a_half_megabytes():
    sizes = {path.name: path.stat().st_size for path in FONTS.glob("*.otf")}

    assert sorted(sizes) == [
        "NotoSansCJKsc-Bold-subset.otf",
        "NotoSansCJKsc-Regular-subset.otf",
    ]
    assert max(sizes.values()) < 2_500_000
