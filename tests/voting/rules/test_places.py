from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.places import exponential_table, middle_places, place_points

totals = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 5), min_size=1)


def test_the_table_starts_with_the_published_points():
    assert [str(p) for p in exponential_table(2)] == ["12", "9923509607/1000000000"]


def test_the_table_falls_at_every_place_for_a_hundred_entries():
    table = exponential_table(100)

    assert all(high > low > 0 for high, low in pairwise(table))


@pytest.mark.parametrize(
    ("given_totals", "expected"),
    [
        pytest.param({"a": 1}, {"a": 12}, id="one entry"),
        pytest.param({"a": 5, "b": 5}, {"a": 11, "b": 11}, id="shared first place"),
        pytest.param(
            {"a": 9, "b": 5, "c": 7, "d": 1},
            {"a": 12, "c": 10, "b": 8, "d": 0},
            id="beyond the table",
        ),
        pytest.param({}, {}, id="nobody"),
    ],
)
def test_place_points_come_from_the_table(given_totals, expected):
    assert (
        place_points(given_totals, [Fraction(12), Fraction(10), Fraction(8)])
        == expected
    )


@given(totals)
def test_all_points_of_the_table_are_given_out(given_totals):
    table = exponential_table(len(given_totals))

    assert sum(place_points(given_totals, table).values()) == sum(table)


@given(totals)
def test_places_cover_one_to_n(given_totals):
    covered = {
        place
        for first, last in middle_places(given_totals).values()
        for place in range(first, last + 1)
    }

    assert covered == set(range(1, len(given_totals) + 1))


@given(totals, st.sampled_from("abcdefgh"))
def test_a_higher_total_never_costs_points(given_totals, entry):
    if entry in given_totals:
        table = exponential_table(8)
        raised = given_totals | {entry: given_totals[entry] + 1}

        assert (
            place_points(raised, table)[entry]
            >= place_points(given_totals, table)[entry]
        )


def test_an_outlier_costs_no_more_than_the_distance_between_places():
    table = exponential_table(3)
    mild = place_points({"a": 80, "b": 85, "c": 90}, table)
    wild = place_points({"a": 1, "b": 85, "c": 90}, table)

    assert mild == wild
