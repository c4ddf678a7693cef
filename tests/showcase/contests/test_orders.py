from random import Random

import pytest

from showcase.contests.orders import ORDERS, in_order, order_for

SIZES = [1, 4, 16, 20, 24, 33, 94, 200]


def places(size: int) -> dict[int, list[int]]:
    """For each entry its place in each of the sixteen orders."""
    orders = [in_order(range(size), order) for order in ORDERS]
    return {entry: [order.index(entry) for order in orders] for entry in range(size)}


@pytest.mark.parametrize("size", SIZES)
def test_every_order_shows_every_entry_once(size):
    assert [sorted(in_order(range(size), order)) for order in ORDERS] == [
        list(range(size))
    ] * len(ORDERS)


@pytest.mark.parametrize("size", SIZES)
def test_no_entry_profits_from_its_place(size):
    means = [sum(at) / len(ORDERS) for at in places(size).values()]

    assert means == [(size - 1) / 2] * size


@pytest.mark.parametrize("size", [20, 24, 94, 200])
def test_every_entry_is_in_the_first_quarter_of_a_quarter_of_the_orders(size):
    quarters = [sum(place < size / 4 for place in at) for at in places(size).values()]

    assert min(quarters) >= 4
    assert max(quarters) <= 5


def test_neighbours_change_from_order_to_order():
    behind_the_first = {
        (order.index(0), order[(order.index(0) + 1) % 16])
        for order in (in_order(range(16), order) for order in ORDERS)
    }

    assert len({neighbour for _, neighbour in behind_the_first}) >= 15


def test_one_address_always_shows_one_order():
    assert in_order("abcdefgh", "7") == in_order("abcdefgh", "7")


@pytest.mark.parametrize("rubbish", ["", "g", "00", "-1", "<script>"])
def test_an_unknown_order_in_the_address_reads_as_the_first(rubbish):
    assert in_order("abcdefgh", rubbish) == in_order("abcdefgh", "0")


def test_no_entries_are_no_order():
    assert in_order([], "3") == []


def test_a_new_visitor_gets_one_of_the_sixteen():
    assert {order_for(Random(seed)) for seed in range(200)} == set(ORDERS)
