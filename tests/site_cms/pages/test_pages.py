from datetime import date

import pytest
from wagtail.models import Page, Site

from site_cms.pages.page_types import HelpPage, HomePage, NewsPage, NoticePage
from site_cms.pages.services import (
    create_site_tree,
    publish_help,
    publish_news,
    publish_notice,
)
from site_cms.trail.models import TrailEntry
from tests.factories import NOW
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db


def make_notice(number: int = 1, **fields) -> NoticePage:
    defaults = {
        "by": None,
        "title": f"公告 {number}",
        "slug": f"notice-{number}",
        "published_on": date(2026, 11, number),
        "now": NOW,
    }
    return publish_notice(**defaults | fields)


def test_a_site_is_made_once_with_its_columns():
    home = make_site(origin="https://hongqi.example.cn", hero_text="请您来看。")

    again = make_site(name="别的名字")

    assert again == home
    assert [page.slug for page in home.get_children()] == [
        "notices",
        "news",
        "people",
        "help",
    ]
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page_id, site.is_default_site) == (
        "hongqi.example.cn",
        443,
        home.pk,
        True,
    )
    assert Page.objects.filter(depth=2).count() == 1
    assert list(TrailEntry.objects.values_list("sentence", flat=True)) == [
        "建立网站“红旗争夺赛”"
    ]


def test_home_stands_without_a_contest(client):
    create_site_tree(by=None, name="红旗争夺赛", now=NOW)

    response = client.get("/")

    assert response.status_code == 200
    assert "这一年的实事，请您来评" in response.text


def test_home_shows_the_newest_notices_and_news(client):
    make_site()
    for number in range(1, 5):
        make_notice(number)
    publish_news(
        by=None, title="动态", slug="n", published_on=date(2026, 11, 9), now=NOW
    )

    articles = client.get("/").context["articles"]

    assert [page.title for page in articles] == ["动态", "公告 4", "公告 3", "公告 2"]


def test_a_notice_that_is_not_published_is_nowhere(client):
    make_site()
    notice = make_notice()
    notice.unpublish()

    assert client.get("/notices/notice-1/").status_code == 404
    assert "公告 1" not in client.get("/notices/").text
    assert "公告 1" not in client.get("/").text
    assert "notice-1" not in client.get("/sitemap.xml").text


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "", "1e9", "\x00"])
def test_a_page_number_that_does_not_exist_shows_a_page_that_does(client, number):
    make_site()
    make_notice()

    response = client.get("/notices/", {"page": number})

    assert response.status_code == 200
    assert "公告 1" in response.text


def test_an_empty_column_says_so(client):
    make_site()

    assert "这里还没有内容" in client.get("/news/").text


def test_a_notice_carries_the_labels_of_a_government_page(client):
    make_site()
    make_notice(source="县“双百”办", body=[("paragraph", "<p>正文在此</p>")])

    text = client.get("/notices/notice-1/").text

    assert '<meta name="ArticleTitle" content="公告 1">' in text
    assert '<meta name="ContentSource" content="县“双百”办">' in text
    assert "正文在此" in text


def test_a_help_page_is_plain(client):
    make_site()
    publish_help(
        by=None,
        title="隐私说明",
        slug="privacy",
        now=NOW,
        body=[("paragraph", "<p>不收集姓名。</p>")],
    )

    assert "不收集姓名。" in client.get("/privacy/").text


def test_help_leads_to_the_other_pages_of_help(client):
    make_site()
    publish_help(by=None, title="隐私说明", slug="privacy", now=NOW)

    assert '<a href="/privacy/">隐私说明</a>' in client.get("/help/").text
    assert '<a href="/help/">帮助</a>' in client.get("/privacy/").text


@pytest.mark.parametrize(
    ("parent", "child", "allowed"),
    [
        pytest.param(HomePage, NoticePage, False, id="no notice beside its column"),
        pytest.param(HomePage, HelpPage, True, id="help under home"),
        pytest.param(HelpPage, NewsPage, False, id="nothing under help"),
    ],
)
def test_pages_stand_where_they_belong(parent, child, allowed):
    assert (child in parent.allowed_subpage_models()) is allowed


def test_robots_are_told_where_not_to_look(client, settings):
    settings.PUBLIC_ORIGIN = "https://hongqi.example.cn"

    text = client.get("/robots.txt").text

    assert "Disallow: /admin/\n" in text
    assert text.endswith("Sitemap: https://hongqi.example.cn/sitemap.xml\n")
