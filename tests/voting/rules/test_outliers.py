from fractions import Fraction

import pytest

from voting.rules.outliers import CRITICAL_Q, OutlierRule, advice, dixon, far_from_panel


def panel(*marks):
    return {f"A{place}": Fraction(mark) for place, mark in enumerate(marks, start=1)}


@pytest.mark.parametrize(
    ("marks", "limit", "seats"),
    [
        pytest.param([90, 90, 81], "6", ["A3"], id="exactly at the limit"),
        pytest.param([90, 90, 81], "6.5", [], id="just inside"),
        pytest.param([60, 100], "20", ["A1", "A2"], id="both of two"),
        pytest.param([], "1", [], id="empty panel"),
    ],
)
def test_distance_from_the_panel_names_the_seats(marks, limit, seats):
    assert [
        a.seat for a in far_from_panel(panel(*marks), limit=Fraction(limit))
    ] == seats


@pytest.mark.parametrize(
    ("marks", "gap", "seats"),
    [
        pytest.param([90, 91, 89, 70], 4, ["A4"], id="low end"),
        pytest.param([70, 71, 69, 99], 4, ["A4"], id="high end"),
        pytest.param([90, 91, 89, 80], 9, ["A4"], id="exactly the least gap"),
        pytest.param([90, 91, 89, 87], 4, [], id="gap too small to speak"),
        pytest.param([90, 90, 90, 90], 0, [], id="all equal"),
        pytest.param([90, 70], 0, [], id="two are too few for the test"),
        pytest.param([90, 91, 70, 70], 0, [], id="two seats share the extreme"),
        pytest.param([], 0, [], id="empty panel"),
    ],
)
def test_dixon_names_the_seat_at_the_end(marks, gap, seats):
    assert [a.seat for a in dixon(panel(*marks), gap=Fraction(gap))] == seats


def test_critical_values_fall_with_the_size_of_the_panel():
    values = list(CRITICAL_Q.values())

    assert (min(CRITICAL_Q), max(CRITICAL_Q)) == (3, 30)
    assert values == sorted(values, reverse=True)


def test_advice_is_what_the_rule_sheet_asks_for():
    marks = panel(90, 91, 89, 70)

    assert [a.test for a in advice(marks, OutlierRule(distance=Fraction(15)))] == [
        "distance",
        "dixon",
    ]
    assert advice(marks, OutlierRule(dixon=False)) == []
