import re
from itertools import pairwise

import pytest

from showcase.contests.models import Contest
from showcase.contests.orders import ORDERS
from showcase.contests.queries import entries_in_order
from showcase.pages import queries
from showcase.pages.rules import Selection
from showcase.units.models import Category
from tests.factories import NOW, make_contest, make_entry, make_unit
from tests.pictures import make_image
from tests.site_factories import (
    make_draft,
    make_page,
    make_pages,
    make_showcase,
    make_site,
)

pytestmark = [pytest.mark.django_db, pytest.mark.production_database]


def numbers(response) -> list[int]:
    """The numbers on the cards, as they stand on the page."""
    assert response.status_code == 200
    pennants = re.findall(
        r'<span class="no"><span class="sr">编号 </span>(\d+)', response.text
    )
    return [int(number) for number in pennants]


def listed(client, **asked) -> list[int]:
    return sorted(numbers(client.get("/u/", {"order": "0"} | asked)))


def test_a_visitor_without_an_order_gets_one_and_keeps_it(client):
    make_page()

    first = client.get("/u/")
    second = client.get("/u/", {"q": "路"})

    order = first.cookies["order"].value
    assert order in ORDERS
    assert first.headers["Location"] == f"/u/?order={order}"
    assert first.headers["Cache-Control"] == "private, no-store"
    assert second.headers["Location"] == f"/u/?q=%E8%B7%AF&order={order}"


def test_a_page_with_an_order_carries_no_cookie(client):
    make_page()

    response = client.get("/u/", {"order": "3"})

    assert response.cookies == {}


def test_the_same_address_shows_the_same_order_to_everybody(client):
    contest = make_showcase()
    make_pages(contest, 5)

    shown = numbers(client.get("/u/", {"order": "7"}))

    by_entry = dict(contest.entries.values_list("pk", "number"))
    assert shown == [by_entry[pk] for pk in entries_in_order(contest, "7")]
    assert numbers(client.get("/u/", {"order": "7"})) == shown


def test_orders_do_not_follow_the_numbers():
    contest = make_contest()
    for _ in range(20):
        make_entry(contest=contest)
    by_entry = dict(contest.entries.values_list("pk", "number"))

    neighbours = 0
    for order in ORDERS:
        line = [by_entry[pk] for pk in entries_in_order(contest, order)]
        neighbours += sum(abs(one - other) == 1 for one, other in pairwise(line))

    # Chance alone makes 10 % of all neighbours consecutive.
    assert neighbours < 16 * 19 * 0.2


def test_a_withdrawal_moves_nobody(client):
    contest = make_showcase()
    pages = make_pages(contest, 5)
    before = numbers(client.get("/u/", {"order": "7"}))
    withdrawn = pages[2].entry
    withdrawn.withdrawn_at = NOW
    withdrawn.withdrawal_notice = "单位申请退出。"
    withdrawn.save()

    response = client.get("/u/", {"order": "7"})

    assert numbers(response) == before
    assert "已退出" in response.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("02", [2], id="number"),
        pytest.param("2 号", [2], id="number with its word"),
        pytest.param("教育", [1], id="two characters of the name"),
        pytest.param("延时", [1], id="two characters of the story"),
        pytest.param("时服", [1], id="two characters across words"),
        pytest.param("路", [2, 3], id="one character"),
        pytest.param("柏油路", [2, 3], id="three characters"),
        pytest.param("柏油 教育", [], id="all words are needed"),
        pytest.param("育教", [], id="not in this order"),
        pytest.param("17", [3], id="a figure"),
        pytest.param("？*'\"()", [], id="rubbish"),
        pytest.param("\x00", [1, 2, 3], id="nothing that can be typed"),
        pytest.param("路" * 500, [], id="very long"),
        pytest.param("NEAR OR NOT", [], id="words of query languages"),
    ],
)
def test_units_are_found_by_number_and_by_any_characters(client, query, found):
    contest = make_showcase()
    cover = make_image()
    education = make_unit(name="县教育局", short_name="教育局")
    make_page(
        make_entry(contest=contest, unit=education),
        cover=cover,
        one_line="放学后有人管",
        body=[("paragraph", "<p>小学都开了<b>延时</b>服务。</p>")],
    )
    make_page(make_entry(contest=contest), cover=cover, one_line="九条柏油路", body=[])
    make_page(make_entry(contest=contest), cover=cover)

    assert listed(client, q=query) == found


def test_nothing_found_says_what_to_do(client):
    make_page()

    text = client.get("/u/", {"order": "0", "q": "卫生院"}).text

    assert "没有找到“卫生院”" in text
    assert 'value="卫生院"' in text
    assert "看全部单位" in text


def test_lists_are_filtered_by_category_and_sector(client):
    contest = make_showcase()
    cover = make_image()
    town = make_unit(category=Category.TOWNSHIP)
    make_page(make_entry(contest=contest, unit=town), cover=cover, sectors=["交通"])
    make_page(make_entry(contest=contest), cover=cover, sectors=["交通", "教育"])
    make_page(make_entry(contest=contest), cover=cover)

    assert listed(client, category="township") == [1]
    assert listed(client, sector="交通") == [1, 2]
    assert listed(client, sector="交通", category="department") == [2]
    assert listed(client, sector="没有", category="x") == [1, 2, 3]
    listing = queries.listing(contest.showcase, Selection(order="0"))
    assert [(each.label, each.count) for each in listing.categories] == [
        ("乡镇（园区）", 1),
        ("县直部门", 2),
    ]
    assert [(each.label, each.count) for each in listing.sectors] == [
        ("交通", 2),
        ("教育", 1),
    ]


def test_what_is_not_published_or_not_shortlisted_is_not_listed(client):
    contest = make_showcase()
    cover = make_image()
    make_page(make_entry(contest=contest), cover=cover)
    make_draft(make_entry(contest=contest), cover=cover)
    make_page(make_entry(contest=contest, shortlisted_at=None), cover=cover)
    taken_off = make_page(make_entry(contest=contest), cover=cover)
    taken_off.unpublish()

    assert listed(client) == [1]
    assert listed(client, q="柏油") == [1]


def test_a_draft_of_a_published_page_is_not_found(client):
    page = make_page()
    page.one_line = "还没有审核的话"
    page.save_revision()

    assert listed(client, q="审核") == []
    assert "还没有审核的话" not in client.get("/u/", {"order": "0"}).text


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "\x00", "1e5"])
def test_a_page_number_that_does_not_exist_shows_one_that_does(client, number):
    make_page()

    assert listed(client, page=number) == [1]


def test_a_list_without_units_says_so(client):
    make_showcase()

    assert "入围单位还没有公布" in client.get("/u/", {"order": "0"}).text


@pytest.mark.parametrize("count", [3, 30])
def test_the_list_takes_the_same_queries_for_any_number_of_units(
    client, django_assert_max_num_queries, count
):
    contest = make_showcase()
    make_pages(contest, count, sectors=["交通"])
    client.get("/u/", {"order": "0"})

    with django_assert_max_num_queries(12):
        assert len(numbers(client.get("/u/", {"order": "0"}))) == count


def test_home_shows_six_units_and_the_state_of_the_contest(client):
    contest = make_showcase()
    make_pages(contest, 8)

    response = client.get("/")

    assert response.text.count('class="card"') == 6
    assert "民意测评已经截止" in response.text


def test_home_is_served_by_a_site_without_units(client):
    make_site()
    make_contest()

    assert client.get("/").status_code == 200


def test_units_of_a_hidden_contest_are_not_found(client):
    contest = make_showcase()
    make_page(make_entry(contest=contest))
    addresses = ["/u/", "/u/?order=1", "/u/01/"]
    assert 404 not in [client.get(address).status_code for address in addresses]

    Contest.objects.update(hidden=True)

    assert [client.get(address).status_code for address in addresses] == [404] * 3
