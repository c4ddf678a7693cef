"""After the opening of the poll: nothing changes in silence."""

import re
from html import unescape

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from showcase.pages.corrections.models import PageCorrection
from showcase.pages.corrections.services import correct_page
from showcase.pages.errors import (
    NotFrozenYet,
    NothingToCorrect,
    NotPublic,
    PageCorrectedMeanwhile,
)
from showcase.pages.models import ShowcasePage
from showcase.pages.page_texts import parts_of_page
from showcase.pages.queries import cards_by_entry
from showcase.pages.rules import Selection
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteImage, SiteRendition
from site_cms.trail.errors import ReasonMissing
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    NOW,
    make_contest,
    make_entry,
    make_operator,
    sign_in,
)
from tests.factories.moderation import freeze
from tests.pictures import make_image
from tests.site_factories import FIGURES, make_draft, make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.production_database]


def body() -> list:
    return [
        ("paragraph", "<h2>我们办了什么</h2><p>修路 17.8 公里。</p>"),
        FIGURES,
        ("quote", {"text": "路好走了。", "who": "赵女士"}),
        (
            "gallery",
            {
                "images": [make_image(title="开工"), make_image(title="完工")],
                "heading": "更多照片",
            },
        ),
    ]


@pytest.fixture
def page() -> ShowcasePage:
    """A public page of a poll that has been opened, number 07."""
    contest = make_contest(poll_opens_at=NOW - DAY, poll_closes_at=NOW + DAY)
    entry = make_entry(contest=make_showcase(contest), number=7)
    return freeze(make_page(entry, body=body()))


@pytest.fixture
def administrator():
    sync_groups()
    return make_operator(Role.ADMINISTRATOR)


def path_of(page: ShowcasePage, label: str) -> str:
    return next(part.path for part in parts_of_page(page) if part.label == label)


def correct(page: ShowcasePage, by, **fields) -> PageCorrection:
    defaults = {
        "texts": {"one_line": "16 公里土路变成柏油路"},
        "taken_off": {},
        "reason": "交通局核对后少两公里。",
        "seen_revision": ShowcasePage.objects.get(pk=page.pk).live_revision_id,
        "now": NOW,
    }
    return correct_page(by=by, page=page, **defaults | fields)


def sent(client, page: ShowcasePage) -> dict[str, str]:
    """The form as the browser would send it back unchanged."""
    text = client.get(reverse("corrections:correct", args=[page.pk])).text
    data = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name = re.search(r'name="([^"]*)"', tag)
        if name and re.match(r"text-|off-|seen", name[1]):
            value = re.search(r'value="([^"]*)"', tag)
            data[name[1]] = unescape(value[1]) if value else ""
    for name, value in re.findall(
        r'<textarea[^>]*name="(text-[^"]*)"[^>]*>(.*?)</textarea>', text, re.DOTALL
    ):
        data[name] = unescape(value).removeprefix("\n")
    return data


def test_every_text_and_picture_of_the_page_has_its_label(page):
    assert [
        (part.label, part.words.split("（")[0]) for part in parts_of_page(page)
    ] == [
        ("单位名称", page.title),
        ("一句话", "土路变成柏油路"),
        ("导语", "九个村街的人出门不再踩泥。"),
        ("封面照片", "照片"),
        ("领域", ""),
        ("正文", "我们办了什么\n修路 17.8 公里。"),
        ("主要数字 · 数字 1 · 数值", "17.8"),
        ("主要数字 · 数字 1 · 计量单位", "公里"),
        ("主要数字 · 数字 1 · 说的是什么", "修好的路"),
        ("主要数字 · 数字 1 · 统计时间", "2026 年"),
        ("主要数字 · 数字 1 · 数据来源", "交通局台账"),
        ("群众的话 · 原话", "路好走了。"),
        ("群众的话 · 谁说的", "赵女士"),
        ("照片 · 标题", "更多照片"),
        ("照片 · 照片 1", "照片"),
        ("照片 · 照片 1 · 文字说明", ""),
        ("照片 · 照片 2", "照片"),
        ("照片 · 照片 2 · 文字说明", ""),
    ]


def test_a_correction_is_written_looked_at_and_confirmed(client, page, administrator):
    sign_in(client, administrator)
    address = reverse("corrections:correct", args=[page.pk])
    data = sent(client, page) | {
        "text-1": "16 公里土路变成柏油路",
        "text-4": "16",
        "reason": "交通局核对后少两公里。",
    }

    preview = client.post(address, data | {"act": "preview"}).text

    assert "共 2 处" in preview
    assert not PageCorrection.objects.exists()
    shown = re.search(r'name="shown" value="(\w{64})"', preview)[1]
    client.post(address, data | {"act": "confirm", "shown": shown})
    public = client.get("/u/07/").text
    assert "更正说明" in public
    assert "交通局核对后少两公里。" in public
    assert "16 公里土路变成柏油路" in client.get("/u/?order=0").text
    told = client.get("/u/07/corrections/").text
    assert re.search(r"<del[^>]*><span[^>]*>删去</span>17.8</del>", told)
    assert re.search(r"<ins[^>]*><span[^>]*>加上</span>16</ins>", told)
    assert "2026 年 6 月" not in told  # the day of the act, not of the factories
    old = client.get("/u/07/corrections/1/").text
    assert "这是旧版本" in old
    assert "17.8" in old
    assert 'name="robots" content="noindex"' in old


def test_what_was_not_previewed_is_not_confirmed(client, page, administrator):
    sign_in(client, administrator)
    address = reverse("corrections:correct", args=[page.pk])
    data = sent(client, page) | {"text-1": "别的话", "reason": "写错了。"}

    answer = client.post(address, data | {"act": "confirm", "shown": "0" * 64}).text

    assert "这样更正，对吗？" in answer
    assert not PageCorrection.objects.exists()


def test_an_unchanged_form_corrects_nothing(client, page, administrator):
    sign_in(client, administrator)
    address = reverse("corrections:correct", args=[page.pk])

    answer = client.post(
        address, sent(client, page) | {"reason": "没有什么", "act": "preview"}
    ).text

    assert NothingToCorrect.message in answer


def test_a_wrong_number_is_said_at_its_field_and_nothing_typed_is_lost(
    client, page, administrator
):
    sign_in(client, administrator)
    data = sent(client, page) | {"text-4": "很多", "text-1": "新的一句话"}

    answer = client.post(reverse("corrections:correct", args=[page.pk]), data).text

    assert "新的一句话" in answer
    assert "请写明更正的原因，公众会看到。" in answer
    assert not PageCorrection.objects.exists()


def test_a_correction_says_everything_about_itself(page, administrator):
    before = page.live_revision_id

    correction = correct(page, administrator)

    page.refresh_from_db()
    assert (correction.number, correction.by, correction.at) == (1, administrator, NOW)
    assert correction.changes == [
        {
            "path": "one_line",
            "label": "一句话",
            "kind": "text",
            "before": "土路变成柏油路",
            "after": "16 公里土路变成柏油路",
        }
    ]
    assert correction.before_revision_id == before
    assert correction.after_revision_id == page.live_revision_id != before
    entry = TrailEntry.objects.get(action="showcase.page_corrected")
    assert (entry.by, entry.sentence) == (
        administrator,
        f"更正展示页“{page}”：一句话",
    )


def test_corrections_are_only_ever_added(page, administrator):
    correction = correct(page, administrator)

    for change in (
        lambda: PageCorrection.objects.update(reason="别的"),
        correction.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_second_correction_keeps_both_old_versions(client, page, administrator):
    correct(page, administrator)
    correct(page, administrator, texts={"lead": "新的导语。"}, reason="导语写错了。")

    assert "土路变成柏油路" in client.get("/u/07/corrections/1/").text
    second = client.get("/u/07/corrections/2/").text
    assert "九个村街的人出门不再踩泥。" in second
    told = client.get("/u/07/corrections/").text
    assert told.index("第 2 次更正") < told.index("第 1 次更正")


def test_search_and_cards_know_the_new_text(client, page, administrator):
    correct(page, administrator, texts={"one_line": "桥梁修好了"})

    assert cards_by_entry(page.entry.contest)[page.entry_id].one_line == "桥梁修好了"
    assert "桥梁修好了" in client.get("/u/?order=0&q=桥梁").text
    assert Selection.from_address({"q": "桥梁"}).query == "桥梁"


def test_the_ballot_and_its_snapshot_stay_as_they_were(page, administrator):
    opening = page.poll_opening
    before = (opening.frozen, opening.frozen_hash)

    correct(page, administrator)

    opening.refresh_from_db()
    assert (opening.frozen, opening.frozen_hash) == before


def test_a_picture_is_taken_off_and_does_not_come_back_in_the_old_version(
    client, page, administrator
):
    photo = SiteImage.objects.get(title="开工")
    shown = SiteRendition.objects.filter(image=photo).first().url
    assert shown in client.get("/u/07/").text

    correction = correct(
        page,
        administrator,
        texts={},
        taken_off={photo.pk: "应照片中人的要求，这张照片已撤下。"},
        reason="照片中的人不同意公开。",
    )

    public = client.get("/u/07/").text
    assert 'alt="应照片中人的要求，这张照片已撤下。"' in public
    for address in ("/u/07/", "/u/07/corrections/", "/u/07/corrections/1/"):
        text = client.get(address).text
        assert shown not in text
        assert "应照片中人的要求，这张照片已撤下。" in text
    assert not SiteRendition.objects.filter(image=photo).exists()
    assert list(correction.taken_off) == [str(photo.pk)]


def test_a_cover_is_taken_off_the_card_too(client, page, administrator):
    correct(page, administrator, texts={}, taken_off={page.cover_id: "照片已撤下。"})

    assert 'alt="照片已撤下。"' in client.get("/u/07/").text
    card = cards_by_entry(page.entry.contest)[page.entry_id]
    assert card.cover.description == "照片已撤下。"


def test_a_withdrawn_unit_is_corrected_too(client, page, administrator):
    page.entry.withdrawn_at = NOW
    page.entry.withdrawal_notice = "单位申请退出。"
    page.entry.save()

    correct(page, administrator)

    assert "更正说明" in client.get("/u/07/").text


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param({"reason": "  "}, ReasonMissing, id="no reason"),
        pytest.param({"texts": {}}, NothingToCorrect, id="nothing"),
        pytest.param(
            {"texts": {"one_line": "土路变成柏油路"}}, NothingToCorrect, id="the same"
        ),
        pytest.param({"seen_revision": 0}, PageCorrectedMeanwhile, id="meanwhile"),
    ],
)
def test_what_is_refused_changes_nothing(client, page, administrator, fields, refusal):
    with pytest.raises(refusal):
        correct(page, administrator, **fields)

    assert "更正说明" not in client.get("/u/07/").text


def test_before_the_poll_opens_there_is_nothing_to_correct(client, administrator):
    contest = make_contest(poll_opens_at=NOW + DAY, poll_closes_at=NOW + 2 * DAY)
    page = make_page(make_entry(contest=make_showcase(contest), number=7))
    sign_in(client, administrator)

    with pytest.raises(NotFrozenYet):
        correct(page, administrator)
    answer = client.get(reverse("corrections:correct", args=[page.pk]), follow=True)

    assert "展示页可以照常修改和审核" in answer.text
    assert "现在没有可以更正的展示页" in answer.text


def test_a_page_that_was_never_public_is_not_corrected(client, administrator):
    page = freeze(make_draft(make_entry(contest=make_showcase(), number=7)))

    with pytest.raises(NotPublic):
        correct(page, administrator)
    assert client.get("/u/07/corrections/").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["corrections/", "corrections/1/", "corrections/x/", "corrections/1/2/", "else/"],
)
def test_a_page_without_corrections_has_nothing_below_it(client, page, address):
    assert client.get(f"/u/07/{address}").status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER_SECOND, Role.AUDITOR, Role.UNIT_EDITOR])
def test_only_administrators_correct(client, page, administrator, role):
    sign_in(client, make_operator(role))

    for address in ("/admin/corrections/", f"/admin/corrections/{page.pk}/"):
        assert client.get(address).headers["Location"] == "/admin/"
        assert client.post(address).status_code in {302, 405}


def test_the_editor_of_a_frozen_page_leads_an_administrator_to_corrections(
    client, page, administrator
):
    sign_in(client, administrator)

    answer = client.get(f"/admin/pages/{page.pk}/edit/", follow=True)

    assert f'href="/admin/corrections/{page.pk}/"' in answer.text


def test_a_corrected_page_takes_few_queries_too(
    client, page, administrator, django_assert_max_num_queries
):
    correct(page, administrator)
    correct(page, administrator, texts={"lead": "新的导语。"})
    client.get("/u/07/")

    with django_assert_max_num_queries(12):
        client.get("/u/07/")
