from datetime import timedelta
from threading import Thread

import pytest

from showcase.pages.blocks import ShowcaseBody
from showcase.pages.completeness import (
    Progress,
    advice,
    lacks,
    progress,
    unfinished_blocks,
)
from showcase.pages.models import ShowcasePage
from showcase.pages.rules import personal_data_in
from showcase.pages.services import publish_showcase_page, start_showcase_page
from site_cms.media.models import SiteRendition
from site_cms.pages.forms import BLOCKS_IN_USE
from tests.factories import NOW, make_entry
from tests.pictures import make_image
from tests.site_factories import FIGURES, make_draft, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

STORY = ("paragraph", f"<p>{'去年秋天起，每一所小学都开了延时服务，' * 3}</p>")
DEEDS = ("deeds", {"heading": "今年的实事"})


def told(title: str = "照片", alt_text: str = "三位老人在院子里下棋"):
    image = make_image(title=title)
    image.contextual_alt_text = alt_text
    return image


def gallery(*images) -> tuple:
    return ("gallery", {"heading": "照片", "images": list(images) or [told()]})


def whole_body() -> list:
    return [FIGURES, gallery(), STORY, DEEDS]


def empty_page() -> ShowcasePage:
    contest = make_showcase()
    entry = make_entry(contest=contest, number=None, shortlisted_at=None)
    return start_showcase_page(by=None, entry=entry, now=NOW)


def page_with(**fields) -> ShowcasePage:
    """As it was saved: its blocks have their ids."""
    page = make_draft(
        make_entry(contest=make_showcase()), **{"body": whole_body()} | fields
    )
    return ShowcasePage.objects.get(pk=page.pk)


def texts(found) -> list[str]:
    return [lack.text for lack in found]


def test_an_empty_page_lacks_each_part_once():
    found = lacks(empty_page())

    assert [lack.part for lack in found] == [
        "one_line", "lead", "cover", "figures", "pictures", "story",
    ]  # fmt: skip
    assert progress(found) == Progress(done=0, total=6)
    assert texts(found)[:3] == [
        "还没有写“一句话”",
        "还没有写“导语”",
        "还没有选“封面照片”",
    ]
    assert [lack.anchor for lack in found[:4]] == [
        "#:w:contentpath=one_line",
        "#:w:contentpath=lead",
        "#:w:contentpath=cover",
        "#:w:contentpath=body",
    ]


def test_a_whole_page_lacks_nothing():
    page = page_with()

    assert texts(lacks(page)) == []
    assert progress(lacks(page)) == Progress(done=6, total=6)
    assert advice(page) == []


def test_what_is_wrong_inside_a_block_is_said_with_its_place():
    figure = FIGURES[1]["figures"][0]
    page = page_with(
        body=[
            ("figures", {"figures": [figure, figure | {"source": "", "period": ""}]}),
            gallery(told(), told(alt_text="IMG_2031.JPG")),
            STORY,
        ]
    )

    found = lacks(page)

    assert texts(found) == [
        "“主要数字”第 2 个的“统计时间”还没有填",
        "“主要数字”第 2 个的“数据来源”还没有填",
        "“照片”第 2 个的“替代文字”："
        "请写替代文字：一句话说清照片里有什么，看不见的人靠它了解照片",
    ]
    figures = page.body[0]
    second = figures.value["figures"].bound_blocks[1]
    assert found[1].anchor == (
        f"#:w:contentpath=body.{figures.id}.figures.{second.id}.source"
    )
    assert progress(found) == Progress(done=4, total=6)


@pytest.mark.parametrize(
    ("size", "too_small"),
    [
        pytest.param((1200, 750), False, id="just large enough"),
        pytest.param((1199, 750), True, id="a pixel too narrow"),
        pytest.param((1600, 749), True, id="a pixel too low"),
        pytest.param((750, 1200), True, id="upright"),
    ],
)
def test_a_small_cover_is_said_with_its_size(size, too_small):
    cover = make_image()
    cover.width, cover.height = size
    cover.save()

    found = texts(lacks(page_with(cover=cover)))

    expected = f"封面照片只有 {size[0]}×{size[1]}，放大会模糊。请换一张至少 1200×750 的横幅照片（微信传照片时选“原图”）"
    assert found == ([expected] if too_small else [])


def test_a_cover_says_what_it_shows():
    found = texts(lacks(page_with(cover=make_image(description=""))))

    assert [text.startswith("封面照片还没有“说明”") for text in found] == [True]


def test_a_story_of_one_sentence_is_not_enough():
    page = page_with(body=[FIGURES, gallery(), ("paragraph", "<p>路修好了。</p>")])

    assert texts(lacks(page)) == ["“正文”至少写 30 个字，现在 5 个"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("有事打 13800000000", 1, id="mobile"),
        pytest.param("138-0000-0000", 1, id="with dashes"),
        pytest.param("0319-0000000", 0, id="office"),
        pytest.param("修路 13800000000.5 米", 0, id="a figure"),
        pytest.param("编号 2138000000001", 0, id="inside a longer number"),
        pytest.param("130121198001011234", 1, id="identity"),
        pytest.param("13012119800101123X", 1, id="identity with X"),
        pytest.param("130121198013011234", 0, id="no such month"),
        pytest.param("13800000000，130121198001011234", 2, id="both"),
    ],
)
def test_numbers_of_persons_are_noticed_and_not_repeated(text, found):
    said = personal_data_in(text)

    assert len(said) == found
    assert not any(char.isdigit() for sentence in said for char in sentence)


def test_numbers_of_persons_are_advice_with_their_place_and_stop_nobody():
    quote = ("quote", {"text": "有事打 13800000000", "who": ""})
    page = page_with(lead="找李主任 13900000000", body=[*whole_body(), quote])

    assert [(lack.text, lack.path) for lack in advice(page)] == [
        ("“导语”里像是有个人手机号，公开前请删掉或换成单位电话", "lead"),
        (
            "“群众的话”里像是有个人手机号，公开前请删掉或换成单位电话",
            f"body.{page.body[4].id}",
        ),
    ]
    assert lacks(page) == []


def test_a_page_without_deeds_is_told_of_the_block():
    page = page_with(body=[FIGURES, gallery(), STORY])

    assert texts(advice(page)) == ["还没有放“本单位实事”，放上后自动列出台账里的进度"]


def test_an_autosave_of_somebody_else_eases_nothing():
    """Wagtail eases the rules of drafts on what all threads share."""
    block, found = ShowcaseBody(), []
    body = block.to_python([{"type": "quote", "value": {"text": ""}, "id": "1"}])

    with BLOCKS_IN_USE:
        block.defer_required_validation()
        thread = Thread(target=lambda: found.extend(unfinished_blocks(body)))
        thread.start()
        thread.join(timedelta(milliseconds=300).total_seconds())
        assert found == []
        block.restore_deferred_validation()
    thread.join(60)

    assert texts(found) == ["“群众的话”的“原话”还没有填"]


def test_a_published_page_shows_no_picture_that_was_not_made(client):
    page = publish_showcase_page(
        by=None,
        page=page_with(
            body=[
                *whole_body(),
                (
                    "before_after",
                    {
                        "before": told("泥路"),
                        "before_when": "2025 年",
                        "after": told("柏油路"),
                        "after_when": "2026 年",
                    },
                ),
            ]
        ),
        now=NOW,
    )
    made = set(SiteRendition.objects.values_list("pk", flat=True))

    text = client.get(page.url).text

    assert set(SiteRendition.objects.values_list("pk", flat=True)) == made
    assert "max-1600x1200" in text
