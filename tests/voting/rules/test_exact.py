from fractions import Fraction

import pytest

from voting.rules import exact


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1e3",
        "1.",
        ".5",
        "1/0",
        "1/00",
        "nan",
        "inf",
        "１２",
        "1,000",
        "1" * 61,
        "--1",
        "1/-2",
    ],
)
def test_what_is_not_plainly_a_number_is_refused(text):
    with pytest.raises(ValueError, match="not an exact number"):
        exact.parse(text)


@pytest.mark.parametrize(
    "value",
    [
        Fraction(0),
        Fraction(1, 3),
        Fraction(-7, 40),
        Fraction(10**12, 7),
        Fraction("0.000001"),
    ],
)
def test_a_number_survives_writing_and_reading(value):
    assert exact.parse(exact.plain(value)) == value
    assert exact.parse(exact.ratio(value)) == value


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    assert exact.canonical({"b": 1, "a": [2]}) == exact.canonical({"a": [2], "b": 1})


@pytest.mark.parametrize("value", [0.5, [1, 0.5], {"a": {"b": 0.5}}, float("nan")])
def test_a_float_is_never_hashed(value):
    with pytest.raises(TypeError, match="no exact text"):
        exact.digest(value)
