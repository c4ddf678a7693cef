from datetime import timedelta

import pytest

from showcase.contests.orders import ORDERS
from showcase.pages.rules import Selection, order_in, order_of_the_hour
from tests.factories import HOUR, NOW


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("07", 7),
        ("7", 7),
        ("7号", 7),
        ("112 号", 112),
        ("0", 0),
        ("1234", None),
        ("路7", None),
        ("", None),
    ],
)
def test_a_number_is_understood_however_it_is_written(query, number):
    assert Selection.from_address({"q": query}).number == number


def test_rubbish_in_an_address_counts_as_not_asked():
    rubbish = {"order": "zz", "q": "\x00\x1b路\n", "sector": "\x00", "other": "x"}

    assert Selection.from_address(rubbish) == Selection(order=ORDERS[0], query="路")


def test_an_address_keeps_what_was_asked_and_begins_at_the_first_page():
    selection = Selection(order="3", query="路", category="township", page="2")

    assert selection.address(category="") == "?order=3&q=%E8%B7%AF"
    assert selection.before_page == "order=3&q=%E8%B7%AF&category=township&"


@pytest.mark.parametrize("order", ["", "g", "10", "00", "A"])
def test_there_are_no_other_orders(order):
    assert order_in({"order": order}) is None


def test_each_hour_has_another_order_until_all_sixteen_had_theirs():
    hours = [order_of_the_hour(NOW + hour * HOUR) for hour in range(17)]

    assert sorted(hours[:16]) == sorted(ORDERS)
    assert hours[16] == hours[0]
    assert order_of_the_hour(NOW + timedelta(minutes=59)) == hours[0]
