from datetime import date
from xml.etree import ElementTree

import pytest

from site_cms.pages.models import GovernmentSettings
from site_cms.pages.services import publish_news, publish_notice
from tests.factories import NOW
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db

FEED = "/feed/notices/"


def make_notices(count: int) -> None:
    for day in range(1, count + 1):
        publish_notice(
            by=None,
            title=f"公告 {day}",
            slug=f"n{day}",
            published_on=date(2026, 5, day),
            intro=f"第 {day} 天的事",
            source="活动办公室",
            now=NOW,
        )


def channel_of(client) -> ElementTree.Element:
    response = client.get(FEED)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/rss+xml")
    return ElementTree.fromstring(response.content)[0]


def test_notices_are_in_the_feed_newest_first(client):
    make_site()
    make_notices(3)
    publish_news(
        by=None, title="动态", slug="news-1", published_on=date(2026, 5, 9), now=NOW
    )

    items = channel_of(client).findall("item")

    assert [item.findtext("title") for item in items] == ["公告 3", "公告 2", "公告 1"]
    assert items[0].findtext("link") == "http://testserver/notices/n3/"
    assert items[0].findtext("description") == "第 3 天的事"
    assert items[0].findtext("pubDate").startswith("Sun, 03 May 2026 09:00")


def test_the_feed_bears_the_name_of_the_site(client):
    make_site()
    about = GovernmentSettings.objects.get()
    about.place, about.site_name = "临河县", "红旗争夺赛"
    about.save()

    assert channel_of(client).findtext("title") == "临河县红旗争夺赛 · 公告"


def test_what_is_not_published_is_not_in_the_feed(client):
    make_site()
    make_notices(1)
    publish_notice(
        by=None, title="收回", slug="gone", published_on=date(2026, 5, 9), now=NOW
    ).unpublish()

    assert "收回" not in client.get(FEED).text


def test_a_control_character_in_a_title_does_not_break_the_feed(client):
    make_site()
    publish_notice(
        by=None, title="公\x0b告", slug="odd", published_on=date(2026, 5, 9), now=NOW
    )

    assert channel_of(client).find("item").findtext("title") == "公告"


def test_an_empty_site_has_an_empty_feed(client):
    assert channel_of(client).findall("item") == []


@pytest.mark.parametrize("count", [3, 25])
def test_the_feed_takes_the_same_queries_for_any_number_of_notices(
    client, django_assert_max_num_queries, count
):
    make_site()
    make_notices(count)
    client.get(FEED)

    with django_assert_max_num_queries(4):
        client.get(FEED)


def test_every_page_says_where_the_feed_is(client):
    make_site()

    assert (
        '<link rel="alternate" type="application/rss+xml" title="公告" href="/feed/notices/">'
        in client.get("/").text
    )
