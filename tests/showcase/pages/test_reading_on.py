"""From the list to a unit, on to the next in the same order, and back to the same place."""

import re

import pytest

from showcase.contests.orders import ORDERS
from showcase.pages.queries import CARDS_A_PAGE
from tests.factories import make_entry
from tests.pictures import make_image
from tests.site_factories import make_page, make_pages, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def plates(client, address: str) -> list[str]:
    return re.findall(r'<li class="card" id="u(\d+)">', client.get(address).text)


def test_a_card_takes_the_list_along_and_the_unit_hands_it_on(client):
    make_pages(make_showcase(), 2, sectors=["交通"])
    address = "/u/01/?order=3&amp;sector=%E4%BA%A4%E9%80%9A"

    assert f'href="{address}"' in client.get("/u/?order=3&sector=交通").text
    text = client.get("/u/01/?order=3&sector=交通").text
    for to in ("next", "previous", "list"):
        assert f'href="/u/01/{to}/?order=3&amp;sector=%E4%BA%A4%E9%80%9A"' in text


def test_one_goes_through_the_whole_list_in_its_order_and_round(client):
    make_pages(make_showcase(), 5)
    listed = plates(client, "/u/?order=7")

    walked, address = [], f"/u/{listed[0]}/?order=7"
    for _ in listed:
        path, _, query = address.partition("?")
        walked.append(path.split("/")[2])
        address = client.get(f"{path}next/?{query}").url

    assert walked == listed
    assert address == f"/u/{listed[0]}/?order=7"
    back = client.get(f"/u/{listed[0]}/previous/?order=7").url
    assert back == f"/u/{listed[-1]}/?order=7"


def test_the_next_unit_is_one_of_those_that_were_filtered(client):
    contest, cover = make_showcase(), make_image()
    for sectors in (["教育"], ["交通"], ["教育"], ["交通"]):
        make_page(make_entry(contest=contest), cover=cover, sectors=sectors)
    listed = plates(client, "/u/?order=2&sector=教育")

    address = client.get(f"/u/{listed[0]}/next/?order=2&sector=教育").url

    assert sorted(listed) == ["01", "03"]
    assert address == f"/u/{listed[1]}/?order=2&sector=%E6%95%99%E8%82%B2"


def test_one_comes_back_to_the_page_and_the_card(client):
    make_pages(make_showcase(), CARDS_A_PAGE + 2)
    second = plates(client, "/u/?order=5&page=2")

    for plate in second:
        back = client.get(f"/u/{plate}/list/?order=5").url
        assert back == f"/u/?order=5&page=2#u{plate}"
    first = plates(client, "/u/?order=5")[0]
    assert client.get(f"/u/{first}/list/?order=5").url == f"/u/?order=5#u{first}"


@pytest.mark.parametrize("query", ["q=02", "q=02&category=department", "q=没有"])
def test_a_unit_found_alone_leads_on_to_all_others(client, query):
    make_pages(make_showcase(), 3)
    listed = plates(client, "/u/?order=1")
    after = listed[(listed.index("02") + 1) % 3]

    address = client.get(f"/u/02/next/?order=1&{query}").url

    assert address.startswith(f"/u/{after}/?order=1")


def test_a_number_that_was_looked_for_is_not_taken_along(client):
    make_pages(make_showcase(), 2)

    assert 'href="/u/02/?order=1"' in client.get("/u/?order=1&q=02").text


def test_somebody_who_came_by_a_code_reads_on_in_the_order_they_keep(client):
    make_pages(make_showcase(), 4)
    page = client.get("/u/02/")
    assert page.cookies == {}
    assert 'href="/u/02/next/"' in page.text

    first = client.get("/u/02/next/")
    order = first.cookies["order"].value
    second = client.get("/u/02/next/")

    assert order in ORDERS
    assert first.headers["Cache-Control"] == "private, no-store"
    assert first.url == second.url
    assert first.url.endswith(f"?order={order}")


@pytest.mark.parametrize(
    "asked", ["order=x&category=x&sector=x&page=9", "q=%00", "order=1&order=2&q=" * 9]
)
def test_rubbish_in_the_address_leads_somewhere(client, asked):
    make_pages(make_showcase(), 2)

    for to in ("next", "previous", "list"):
        address = client.get(f"/u/01/{to}/?{asked}").url
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [3, 30])
def test_a_step_takes_the_same_queries_for_any_number_of_units(
    client, django_assert_max_num_queries, count
):
    make_pages(make_showcase(), count, sectors=["交通"])

    with django_assert_max_num_queries(5):
        client.get("/u/01/next/?order=1&category=department&sector=交通")
