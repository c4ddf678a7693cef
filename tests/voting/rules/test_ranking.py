from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.ranking import Cut, Ladder, Rung, climb, cut, ranks

values = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(
        st.integers(0, 2), st.integers(0, 2), st.one_of(st.none(), st.integers(0, 1))
    ),
)


def rungs_of(found):
    return [
        Rung(name, lambda entry, place=place: found[entry][place])
        for place, name in enumerate(["total", "marks", "votes"])
    ]


def test_a_later_rung_only_parts_what_is_still_equal():
    total = {"a": 90, "b": 90, "c": 95, "d": 90}
    marks = {"a": 1, "b": 2, "c": 0, "d": 2}

    ladder = climb(list("abcd"), [Rung("total", total.get), Rung("marks", marks.get)])

    assert ladder == Ladder((("c",), ("b", "d"), ("a",)), ("total", "marks"))


def test_a_rung_on_which_one_of_the_equals_has_no_value_is_passed_over():
    votes = {"a": 7, "b": None}
    lot = {"a": 1, "b": 2}

    ladder = climb(["a", "b"], [Rung("votes", votes.get), Rung("other", lot.get)])

    assert ladder == Ladder((("b",), ("a",)), ("other",))


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param(
            [["c"], ["a", "b"], ["d"]],
            {"c": 1, "a": 2, "b": 2, "d": 4},
            id="1, 2, 2, 4",
        ),
        pytest.param([["a", "b", "c"]], {"a": 1, "b": 1, "c": 1}, id="all equal"),
        pytest.param([], {}, id="nobody"),
    ],
)
def test_ranks_count_who_is_strictly_better(groups, expected):
    assert ranks(groups) == expected


@pytest.mark.parametrize(
    ("groups", "places", "expected"),
    [
        pytest.param(
            [["c"], ["a", "b"], ["d"]], 1, Cut(1, ("c",), (), 0), id="before the tie"
        ),
        pytest.param(
            [["c"], ["a", "b"], ["d"]],
            2,
            Cut(2, ("c",), ("a", "b"), 1),
            id="through the tie",
        ),
        pytest.param(
            [["c"], ["a", "b"], ["d"]],
            3,
            Cut(3, ("c", "a", "b"), (), 0),
            id="behind the tie",
        ),
        pytest.param(
            [["c"]], 10, Cut(10, ("c",), (), 0), id="fewer entries than places"
        ),
        pytest.param(
            [["a", "b"]], 1, Cut(1, (), ("a", "b"), 1), id="tie for the only place"
        ),
    ],
)
def test_the_cut_is_exact_or_says_that_it_is_open(groups, places, expected):
    assert cut(groups, places) == expected
    assert cut(groups, places).is_settled == (not expected.tied)


@given(values, st.randoms(use_true_random=False))
def test_the_ladder_does_not_depend_on_the_order_of_entries(found, random):
    one = climb(sorted(found), rungs_of(found))
    other = climb(random.sample(sorted(found), len(found)), rungs_of(found))

    assert [set(group) for group in one.groups] == [
        set(group) for group in other.groups
    ]
    assert one.between == other.between


@given(values)
def test_ranks_are_one_plus_the_number_ranked_before(found):
    groups = climb(sorted(found), rungs_of(found)).groups
    rank_of = ranks(groups)

    for entry in found:
        assert rank_of[entry] == 1 + sum(
            rank_of[other] < rank_of[entry] for other in found
        )
        for other in found:
            if found[entry][0] > found[other][0]:
                assert rank_of[entry] < rank_of[other]


def test_fractions_and_whole_numbers_compare_exactly():
    total = {"a": Fraction(1, 3), "b": Fraction(333333333333333333, 10**18)}

    assert climb(["b", "a"], [Rung("total", total.get)]).groups == (("a",), ("b",))
