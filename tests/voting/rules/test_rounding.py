from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.rounding import deciding_places, half_up, shown, to_decimal

fractions = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        pytest.param(
            "7.125", 2, "7.13", id="half goes up where banker's rounding goes down"
        ),
        pytest.param(
            "7.135", 2, "7.14", id="half goes up where a float is already below"
        ),
        pytest.param("-7.125", 2, "-7.13", id="half goes away from zero"),
        pytest.param("7.1249999", 2, "7.12", id="just below the half"),
        pytest.param("0.5", 0, "1", id="to whole points"),
        pytest.param("-0.004", 2, "0", id="no negative zero"),
    ],
)
def test_half_up_rounds_as_taught_in_school(value, places, expected):
    assert half_up(Fraction(value), places) == Fraction(expected)


def test_half_up_refuses_negative_places():
    with pytest.raises(ValueError, match="negative"):
        half_up(Fraction(1), -1)


@given(fractions, st.integers(0, 6))
def test_rounding_twice_changes_nothing(value, places):
    once = half_up(value, places)

    assert half_up(once, places) == once
    assert abs(once - value) <= Fraction(1, 2 * 10**places)


@given(fractions, fractions, st.integers(0, 4))
def test_rounding_never_reverses_an_order(one, other, places):
    low, high = sorted([one, other])

    assert half_up(low, places) <= half_up(high, places)


@given(st.decimals(-1000, 1000, places=5), st.integers(0, 4))
def test_half_up_agrees_with_the_decimal_module(value, places):
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    assert to_decimal(Fraction(value), places) == expected


@given(fractions, st.integers(0, 6))
def test_shown_has_the_declared_number_of_decimals(value, places):
    text = shown(value, places)

    assert len(text.partition(".")[2]) == places
    assert Fraction(text) == half_up(value, places)


def test_equal_values_have_no_deciding_digit():
    with pytest.raises(ValueError, match="equal"):
        deciding_places(Fraction(1), Fraction(1), start=2)
