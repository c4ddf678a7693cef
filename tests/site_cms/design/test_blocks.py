from decimal import Decimal

import pytest
from wagtail.blocks import StreamBlock

from showcase.pages.blocks import ShowcaseBody
from site_cms.design.blocks import FigureBlock, PlainBody, TimelineBlock


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
