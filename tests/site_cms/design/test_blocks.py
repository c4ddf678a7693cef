from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StreamBlock
from wagtail.models import Collection

from showcase.pages.blocks import ShowcaseBody
from site_cms.design.blocks import (
    FigureBlock,
    PhotoBlock,
    PlainBody,
    TableBlock,
    TimelineBlock,
    VideoBlock,
    says_nothing,
)
from site_cms.media.models import SiteVideo
from tests.pictures import make_image


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Decimal("7.10"), "7.1", id="one decimal"),
        pytest.param(Decimal("612.00"), "612", id="whole"),
        pytest.param(Decimal("100"), "100", id="zeros that count"),
        pytest.param(Decimal("0"), "0", id="nothing"),
        pytest.param(None, "…", id="not filled in yet"),
    ],
)
def test_a_figure_is_shown_without_empty_zeros(value, shown):
    assert FigureBlock().to_python({"value": value}).shown == shown


def test_a_figure_says_when_and_according_to_whom():
    figure = FigureBlock().to_python({"period": "2026 年", "source": "县教育局"})

    assert figure.remark == "2026 年，县教育局"


def test_the_first_milestone_that_is_not_done_is_where_the_work_stands():
    done = [True, False, False]
    timeline = TimelineBlock().to_python(
        {"items": [{"title": "一步", "done": each} for each in done]}
    )

    assert [each["state"] for each in timeline.milestones] == ["done", "now", ""]


@pytest.mark.parametrize("body", [PlainBody(), ShowcaseBody()], ids=["plain", "unit"])
def test_every_block_explains_itself(body: StreamBlock):
    missing = [
        (name, what)
        for name, block in body.child_blocks.items()
        for what in ("icon", "label", "group", "description")
        if not getattr(block.meta, what, None)
    ]

    assert missing == []
    assert all(block.is_previewable for block in body.child_blocks.values())


@pytest.mark.parametrize(
    ("alt_text", "nothing"),
    [
        ("", True),
        ("  ", True),
        (None, True),
        ("IMG_2031.JPG", True),
        ("微信图片_20261101093012", True),
        ("mmexport1700000000", True),
        ("村道.jpg", True),
        ("照片1", True),
        ("2026-11-01", True),
        ("9 月的村道", False),
        ("照片里三位老人在下棋", False),
    ],
)
def test_the_name_of_a_file_says_nothing(alt_text, nothing):
    assert says_nothing(alt_text) is nothing


def photo(alt_text: str, *, decorative: bool = False):
    image = make_image()
    image.contextual_alt_text, image.decorative = alt_text, decorative
    return image


def refused(block, value) -> str:
    with pytest.raises(ValidationError) as error:
        block.clean(value)
    return str(error.value.as_json_data())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("alt_text", "decorative"),
    [
        pytest.param("", False, id="none"),
        pytest.param("IMG_2031.JPG", False, id="name of the file"),
        pytest.param("", True, id="called decoration"),
    ],
)
def test_a_photograph_without_words_is_a_draft_and_not_handed_in(alt_text, decorative):
    block, value = PhotoBlock(), photo(alt_text, decorative=decorative)

    said = refused(block, value)

    assert "请写替代文字" in said
    assert "alt_text" in said
    assert block.clean_deferred(value) == value
    assert block.clean(photo("三位老人在下棋")).contextual_alt_text == "三位老人在下棋"


def a_video(**fields) -> dict:
    about = {"seconds": 75, "width": 1280, "height": 720, "has_sound": True}
    film = SiteVideo.objects.create(
        title="校门口",
        file="videos/a.mp4",
        collection=Collection.get_first_root_node(),
        **about | fields,
    )
    return {
        "title": "校门口",
        "video": film,
        "poster": photo("校门口的孩子"),
        "transcript": "孩子们走进校门。",
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"captions": "videos/a.vtt"}, id="subtitles in a file"),
        pytest.param({"captions_in_picture": True}, id="subtitles in the picture"),
        pytest.param({"has_sound": False}, id="nobody speaks"),
    ],
)
def test_a_film_is_handed_in_with_its_words(fields):
    block = VideoBlock()

    assert "还没有字幕" in refused(block, block.normalize(a_video()))
    assert block.clean(block.normalize(a_video(**fields)))["title"] == "校门口"


@pytest.mark.django_db
def test_a_film_without_transcript_or_cover_is_a_draft():
    block = VideoBlock()
    value = block.normalize(
        a_video(has_sound=False) | {"transcript": "", "poster": None}
    )

    said = refused(block, value)

    assert "transcript" in said
    assert "poster" in said
    assert block.clean_deferred(value)["title"] == "校门口"


TABLE = {
    "cells": {
        "caption": "修路进度",
        "columns": [
            {"type": "text", "heading": "乡镇"},
            {"type": "number", "heading": "公里"},
        ],
        "rows": [{"values": ["城关镇", "6.20"]}, {"values": ["小刘庄乡", None]}],
    },
    "named_rows": True,
    "source": "台账",
}


def test_a_table_names_its_rows_and_shows_numbers_without_empty_zeros():
    value = TableBlock().to_python(TABLE)

    assert value.columns == [
        {"label": "乡镇", "number": False},
        {"label": "公里", "number": True},
    ]
    assert value.rows == [
        {
            "header": "城关镇",
            "cells": [{"text": "6.2", "label": "公里", "number": True}],
        },
        {
            "header": "小刘庄乡",
            "cells": [{"text": "", "label": "公里", "number": True}],
        },
    ]


def test_a_table_without_named_rows_has_cells_alone():
    value = TableBlock().to_python(TABLE | {"named_rows": False})

    assert [len(row["cells"]) for row in value.rows] == [2, 2]
    assert all("header" not in row for row in value.rows)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"caption": ""}, "请写表名"),
        ({"rows": []}, "表格还是空的"),
        ({"columns": [{"type": "text", "heading": " "}], "rows": [{"values": ["a"]}]}, "每一列都要有列名"),
    ],
)  # fmt: skip
def test_a_table_that_nobody_understands_is_not_handed_in(change, said):
    block = TableBlock()
    value = block.to_python(TABLE | {"cells": TABLE["cells"] | change})

    assert said in refused(block, value)
    assert block.clean_deferred(value)["source"] == "台账"
