from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.combining import Component, combine

points = st.integers(0, 1000).map(lambda tenths: Fraction(tenths, 10))


def test_parts_additions_and_deductions_make_the_total():
    parts = [
        Component("现场", Fraction(90), Fraction("0.6")),
        Component("民意", Fraction(80), Fraction("0.3")),
        Component("台账", Fraction(70), Fraction("0.1")),
    ]

    assert combine(parts, added=[Fraction(2)], deducted=[Fraction("0.5")]) == Fraction(
        "86.5"
    )


def test_a_declared_stage_rounds_each_weighted_part():
    parts = [
        Component("现场", Fraction("88.615"), Fraction("0.7")),
        Component("民意", Fraction("84.63"), Fraction("0.3")),
    ]

    assert combine(parts) == Fraction("87.4195")
    assert combine(parts, stages={"weighted": 2}) == Fraction("62.03") + Fraction(
        "25.39"
    )


@pytest.mark.parametrize("weight", ["0.9", "1.1"])
def test_weights_must_add_up_to_one(weight):
    with pytest.raises(ValueError, match="add up"):
        combine([Component("现场", Fraction(90), Fraction(weight))])


@given(points, points, st.fractions(0, 1, max_denominator=20))
def test_a_total_of_two_lies_between_them(marks, online, weight):
    total = combine([Component("m", marks, 1 - weight), Component("v", online, weight)])

    assert min(marks, online) <= total <= max(marks, online)
