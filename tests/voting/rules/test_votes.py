from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voting.rules import votes

counts = st.dictionaries(
    st.sampled_from("abcdefgh"), st.integers(0, 50).map(Fraction), min_size=1
).filter(lambda found: any(found.values()))

METHODS = {
    "share_of_top": votes.share_of_top,
    "share_of_total": votes.share_of_total,
    "min_max": votes.min_max,
    "rank": votes.rank_points,
}
methods = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS.keys())


def fractions(**given_counts):
    return {entry: Fraction(count) for entry, count in given_counts.items()}


@pytest.mark.parametrize(
    ("given_counts", "expected"),
    [
        pytest.param(
            fractions(a=1, b=1, c=1),
            {"a": "100/3", "b": "100/3", "c": "100/3"},
            id="equal votes share the last unit",
        ),
        pytest.param(
            fractions(a=1, b=2, c=4),
            {"a": "14.29", "b": "28.57", "c": "57.14"},
            id="largest remainder",
        ),
        pytest.param(fractions(a=5), {"a": 100}, id="one entry"),
        pytest.param(fractions(a=5, b=0), {"a": 100, "b": 0}, id="nothing for no vote"),
    ],
)
def test_share_of_total_divides_the_pool_without_loss(given_counts, expected):
    assert votes.share_of_total(given_counts) == {
        e: Fraction(p) for e, p in expected.items()
    }


def test_equal_remainders_go_to_more_votes():
    assert votes.share_of_total(fractions(a=3, b=1), pool=Fraction(2), places=0) == {
        "a": 2,
        "b": 0,
    }


@given(counts, st.integers(0, 3), st.integers(1, 500))
def test_shares_always_add_up_to_the_pool(given_counts, places, pool):
    shares = votes.share_of_total(given_counts, pool=Fraction(pool), places=places)

    assert sum(shares.values()) == pool


@pytest.mark.parametrize(
    ("given_counts", "step", "expected"),
    [
        pytest.param(
            fractions(a=9, b=5, c=1),
            1,
            {"a": 100, "b": 99, "c": 98},
            id="one less each",
        ),
        pytest.param(
            fractions(a=5, b=5, c=1),
            1,
            {"a": "99.5", "b": "99.5", "c": 98},
            id="mid-rank",
        ),
        pytest.param(
            fractions(a=9, b=5, c=1),
            60,
            {"a": 100, "b": 40, "c": 0},
            id="never below zero",
        ),
        pytest.param(
            fractions(a=9, b=5, c=1, d=0),
            None,
            {"a": 100, "b": 75, "c": 50, "d": 25},
            id="even steps",
        ),
    ],
)
def test_rank_points_fall_from_place_to_place(given_counts, step, expected):
    step = None if step is None else Fraction(step)

    assert votes.rank_points(given_counts, step=step) == {
        e: Fraction(p) for e, p in expected.items()
    }


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(99, 50, id="one short"),
        pytest.param(100, 100, id="exactly at the floor"),
    ],
)
def test_the_floor_is_reached_at_exactly_its_number(count, expected):
    points = votes.floor_and_rank(
        fractions(a=count),
        fractions(a=100),
        floor_points=Fraction(50),
        rank_share=Fraction(50),
    )

    assert points == {"a": expected}


@methods
@given(given_counts=counts)
def test_equal_votes_give_equal_points_and_more_votes_never_fewer(method, given_counts):
    points = method(given_counts)

    for one in given_counts:
        for other in given_counts:
            if given_counts[one] == given_counts[other]:
                assert points[one] == points[other]
            if given_counts[one] > given_counts[other]:
                assert points[one] >= points[other]


@methods
@given(given_counts=counts, entry=st.sampled_from("abcdefgh"), more=st.integers(1, 20))
def test_more_votes_never_cost_the_entry_points(method, given_counts, entry, more):
    assume(entry in given_counts)
    raised = given_counts | {entry: given_counts[entry] + more}

    assert method(raised)[entry] >= method(given_counts)[entry]


@methods
@given(given_counts=counts, random=st.randoms(use_true_random=False))
def test_points_do_not_depend_on_the_order_of_entries(method, given_counts, random):
    shuffled = dict(random.sample(sorted(given_counts.items()), len(given_counts)))

    assert method(shuffled) == method(given_counts)


@methods
@pytest.mark.parametrize(
    "given_counts", [{}, fractions(a=0, b=0)], ids=["no entries", "no votes at all"]
)
def test_nothing_to_divide_is_refused(method, given_counts):
    if method is votes.rank_points and given_counts:
        assert votes.rank_points(given_counts) == {"a": 75, "b": 75}
        return
    with pytest.raises(ValueError, match="nobody has a vote"):
        method(given_counts)


@methods
def test_a_negative_count_is_refused(method):
    with pytest.raises(ValueError, match="negative"):
        method(fractions(a=-1, b=3))


def test_votes_bought_for_the_leader_hurt_third_parties_in_share_of_top():
    honest = votes.share_of_top(fractions(a=100, b=90, c=80))
    bought = votes.share_of_top(fractions(a=1000, b=90, c=80))

    assert (honest["b"], bought["b"]) == (90, 9)


def test_stuffing_the_last_entry_moves_others_in_min_max():
    honest = votes.min_max(fractions(a=100, b=90, c=10))
    stuffed = votes.min_max(fractions(a=100, b=90, c=80))

    assert honest["b"] > stuffed["b"]


def test_a_third_entry_dropping_out_can_reorder_two_others_by_rank_points():
    marks = {"a": Fraction(90), "b": Fraction("91.5")}

    def leader(online):
        return max("ab", key=lambda entry: marks[entry] + online[entry])

    with_c = votes.rank_points(fractions(a=10, c=9, b=8), step=Fraction(1))
    without_c = votes.rank_points(fractions(a=10, b=8), step=Fraction(1))

    assert (leader(with_c), leader(without_c)) == ("a", "b")


VALUES = {
    "good": Fraction(100),
    "fair": Fraction(60),
    "bad": Fraction(0),
    "unknown": None,
}


@pytest.mark.parametrize(
    ("given_grades", "minimum", "expected"),
    [
        pytest.param({"good": 1, "bad": 1}, 1, 50, id="mean value"),
        pytest.param({"good": 1, "unknown": 99}, 1, 100, id="not knowing is no rating"),
        pytest.param({"good": 9, "unknown": 99}, 10, None, id="one rating short"),
        pytest.param({"good": 9, "bad": 1}, 10, 90, id="just enough ratings"),
        pytest.param({}, 1, None, id="nobody rated"),
        pytest.param({"bad": 3}, 1, 0, id="all dissatisfied is zero, not missing"),
    ],
)
def test_grades_become_their_mean_value(given_grades, minimum, expected):
    assert votes.graded(given_grades, VALUES, minimum=minimum) == expected


@pytest.mark.parametrize("bad", [{"great": 1}, {"good": -1}])
def test_impossible_grades_are_refused(bad):
    with pytest.raises(ValueError, match=r"unknown|negative"):
        votes.graded(bad, VALUES)
