from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.weighing import Part, Weighed, weigh

parts_lists = st.lists(
    st.builds(
        Part,
        st.sampled_from("abcd"),
        st.integers(0, 5).map(Fraction),
        st.one_of(st.none(), st.integers(0, 100).map(Fraction)),
    ),
    max_size=4,
    unique_by=lambda part: part.code,
)


def part(code, weight, points):
    return Part(code, Fraction(weight), None if points is None else Fraction(points))


def test_parts_are_joined_by_weight():
    parts = [part("a", "0.4", "88.5"), part("b", "0.3", "87.7"), part("c", "0.3", 90)]

    assert weigh(parts, void="void").points == Fraction("88.71")


@pytest.mark.parametrize(
    ("void", "heir", "expected"),
    [
        pytest.param(
            "share",
            None,
            Weighed(Fraction(85), (0, Fraction(1, 2), Fraction(1, 2))),
            id="shared in proportion",
        ),
        pytest.param(
            "heir",
            "c",
            Weighed(Fraction(87), (0, Fraction(3, 10), Fraction(7, 10))),
            id="to the named panel",
        ),
        pytest.param(
            "heir",
            "a",
            Weighed(Fraction(85), (0, Fraction(1, 2), Fraction(1, 2))),
            id="the named panel is the void one",
        ),
        pytest.param("void", None, Weighed(None, (0, 0, 0)), id="the whole is void"),
    ],
)
def test_a_void_part_gives_its_weight_where_the_rule_says(void, heir, expected):
    parts = [part("a", "0.4", None), part("b", "0.3", 80), part("c", "0.3", 90)]

    assert weigh(parts, void=void, heir=heir) == expected


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([], id="nothing at all"),
        pytest.param([part("a", 1, None)], id="only a void part"),
        pytest.param(
            [part("a", 1, None), part("b", 0, 90)],
            id="only a part without weight is left",
        ),
    ],
)
@pytest.mark.parametrize("void", ["share", "heir", "void"])
def test_nothing_with_weight_is_void_and_not_zero(parts, void):
    assert weigh(parts, void=void, heir="a").points is None


def test_a_part_without_weight_may_be_void_without_harm():
    parts = [part("a", 1, 90), part("guests", 0, None)]

    assert weigh(parts, void="void").points == 90


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative"):
        weigh([part("a", -1, 90)], void="share")


@given(parts_lists, st.sampled_from(["share", "heir", "void"]))
def test_used_weights_add_up_to_one_or_the_whole_is_void(parts, void):
    weighed = weigh(parts, void=void, heir="a")

    assert sum(weighed.weights) == (0 if weighed.points is None else 1)
    if weighed.points is not None:
        points = [p.points for p in parts if p.points is not None]
        assert min(points) <= weighed.points <= max(points)
