"""The labels that 政府网站发展指引 asks of each kind of page, filled from its fields."""

import re
from datetime import date

import pytest

from site_cms.pages.services import describe_site, publish_help, publish_notice
from tests.factories import NOW, make_contest, make_entry, make_unit
from tests.site_factories import make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

ORIGIN = "https://hongqi.example.cn"


@pytest.fixture
def site(settings):
    settings.PUBLIC_ORIGIN = ORIGIN
    unit = make_unit(name="县教育局", short_name="教育局")
    contest = make_showcase(make_contest(slug="y2026"))
    make_page(
        make_entry(contest=contest, unit=unit, number=7),
        one_line="放学后有人管",
        sectors=["教育"],
    )
    publish_notice(
        by=None,
        title="公告一",
        slug="n1",
        intro="说明一件事",
        source="活动办公室",
        editor="赵某",
        published_on=date(2026, 6, 1),
        now=NOW,
    )
    publish_help(by=None, title="隐私说明", slug="privacy", intro="不收集姓名", now=NOW)
    describe_site(
        by=None,
        now=NOW,
        place="临河县",
        site_domain="example.gov.cn",
        site_code="1305350001",
        organiser="为民办实事办",
    )


def labels(client, address: str) -> dict[str, str]:
    text = client.get(address).text
    return dict(re.findall(r'<meta name="([A-Z]\w+)" content="([^"]*)">', text))


EVERY_PAGE = {
    "SiteName": "临河县红旗争夺赛",
    "SiteDomain": "example.gov.cn",
    "SiteIDCode": "1305350001",
}


@pytest.mark.parametrize(
    ("address", "name", "kind"),
    [
        ("/", "首页", "首页"),
        ("/u/?order=0", "看单位", "征集调查"),
        ("/notices/", "公告", "工作动态"),
        ("/news/", "动态", "工作动态"),
        ("/ledger/", "实事台账", "工作动态"),
    ],
)
def test_a_column_says_what_it_is(client, site, address, name, kind):
    found = labels(client, address)

    assert (
        found.items() >= (EVERY_PAGE | {"ColumnName": name, "ColumnType": kind}).items()
    )
    assert found["ColumnDescription"]
    assert found["ColumnKeywords"]


def test_a_unit_says_who_wrote_it(client, site):
    found = labels(client, "/u/07/")

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found.pop("PubDate"))
    assert found == EVERY_PAGE | {
        "ArticleTitle": "教育局",
        "ContentSource": "县教育局",
        "Author": "县教育局",
        "Keywords": "教育局,教育,县直部门",
        "Image": f"{ORIGIN}/u/07/share.jpg",
        "Url": f"{ORIGIN}/u/07/",
    }


def test_a_notice_says_where_it_comes_from(client, site):
    found = labels(client, "/notices/n1/")

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found.pop("PubDate"))
    assert found == EVERY_PAGE | {
        "ArticleTitle": "公告一",
        "ContentSource": "活动办公室",
        "Author": "赵某",
        "Keywords": "公告",
        "Description": "说明一件事",
        "Url": f"{ORIGIN}/notices/n1/",
    }


def test_a_help_page_is_a_column_and_a_text(client, site):
    found = labels(client, "/privacy/")

    assert (
        found.items()
        >= {
            "ColumnName": "隐私说明",
            "ArticleTitle": "隐私说明",
            "ContentSource": "为民办实事办",
            "Url": f"{ORIGIN}/privacy/",
        }.items()
    )


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/", "/"),
        ("/u/?order=5&q=教育", "/u/"),
        ("/u/07/?order=5&sector=教育", "/u/07/"),
        ("/notices/?page=1", "/notices/"),
        ("/notices/n1/", "/notices/n1/"),
        ("/privacy/", "/privacy/"),
    ],
)
def test_each_page_has_one_address_for_search_engines(client, site, address, canonical):
    text = client.get(address).text

    assert f'<link rel="canonical" href="{ORIGIN}{canonical}">' in text
    assert text.count('rel="canonical"') == 1


def test_titles_name_number_and_unit(client, site):
    text = client.get("/u/07/").text

    assert "<title>07 号 教育局 · 晾晒实事干货</title>" in text
    assert '<meta property="og:title" content="07 号 教育局 · 晾晒实事干货">' in text


def test_a_rehearsal_is_not_for_search_engines(client):
    contest = make_contest(practice=True, practice_note="演练")
    make_page(make_entry(contest=make_showcase(contest)))

    for address in ("/u/?order=1", "/u/01/"):
        assert '<meta name="robots" content="noindex">' in client.get(address).text


def test_notices_lead_to_the_ones_before_and_after(client):
    make_showcase()
    for day in (1, 2, 3):
        publish_notice(
            by=None,
            title=f"公告 {day}",
            slug=f"n{day}",
            published_on=date(2026, 6, day),
            now=NOW,
        )
    publish_notice(
        by=None, title="收回", slug="gone", published_on=date(2026, 6, 4), now=NOW
    ).unpublish()

    middle, last = client.get("/notices/n2/").text, client.get("/notices/n3/").text

    assert '<a href="/notices/n3/" rel="next">公告 3</a>' in middle
    assert '<a href="/notices/n1/" rel="prev">公告 1</a>' in middle
    assert 'rel="next"' not in last
