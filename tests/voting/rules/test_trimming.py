from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.trimming import Trimming, panel_mean, trim, trimmed_mean

CLOSEST = Trimming(at_least=2, small="closest")

marks_lists = st.lists(
    st.integers(0, 200).map(lambda half: Fraction(half, 2)), min_size=1, max_size=12
)
rules = st.builds(
    Trimming,
    drop_high=st.integers(0, 3),
    drop_low=st.integers(0, 3),
    at_least=st.integers(1, 4),
    minimum=st.integers(1, 4),
    small=st.sampled_from(["void", "mean", "closest"]),
)


def fractions(*marks):
    return [Fraction(mark) for mark in marks]


@pytest.mark.parametrize(
    ("marks", "drop", "expected"),
    [
        pytest.param([80, 95, 90, 60], 1, Fraction(85), id="one dropped at each end"),
        pytest.param([70], 0, Fraction(70), id="nothing dropped"),
        pytest.param(
            [90, 90, 90, 10], 1, Fraction(90), id="only one of equal highest goes"
        ),
        pytest.param([80, 81, 81, 99, 1], 1, Fraction(242, 3), id="thirds stay exact"),
        pytest.param(
            [1, 2, 3, 4, 50, 60], 2, Fraction(7, 2), id="two dropped at each end"
        ),
    ],
)
def test_trimmed_mean_averages_what_is_left(marks, drop, expected):
    assert trimmed_mean(fractions(*marks), drop=drop) == expected


@pytest.mark.parametrize(("count", "drop"), [(0, 0), (2, 1), (4, 2)])
def test_trimmed_mean_refuses_to_leave_no_marks(count, drop):
    with pytest.raises(ValueError, match="leaves none"):
        trimmed_mean([Fraction(50)] * count, drop=drop)


def test_trimmed_mean_refuses_a_negative_drop():
    with pytest.raises(ValueError, match="negative"):
        trimmed_mean(fractions(1, 2), drop=-1)


@pytest.mark.parametrize(
    ("marks", "how", "expected"),
    [
        pytest.param([81], "itself", 81, id="one counts itself"),
        pytest.param([81, 90], "mean", "85.5", id="two give their mean"),
        pytest.param([80, 84, 90], "closest", 82, id="three: the lower two are closer"),
        pytest.param([80, 86, 90], "closest", 88, id="three: the upper two are closer"),
        pytest.param(
            [80, 85, 90], "closest", "87.5", id="three: equal gaps take the upper two"
        ),
        pytest.param([80, 85, 86, 99], "trimmed", "85.5", id="four drop one and one"),
    ],
)
def test_small_panels_follow_the_closest_rule(marks, how, expected):
    assert trim(fractions(*marks), CLOSEST).how == how
    assert panel_mean(fractions(*marks), CLOSEST) == Fraction(expected)


def test_a_deep_cut_that_leaves_too_few_becomes_one_and_one():
    rule = Trimming(drop_high=2, drop_low=2, at_least=3, small="closest")

    assert panel_mean(fractions(1, 80, 85, 90, 99), rule) == Fraction(85)


@pytest.mark.parametrize(
    ("rule", "marks", "expected"),
    [
        pytest.param(Trimming(), [80, 90], None, id="void when nothing would be left"),
        pytest.param(
            Trimming(at_least=3), [1, 80, 90, 99], None, id="void when too few are left"
        ),
        pytest.param(Trimming(small="mean"), [80, 90], 85, id="plain mean instead"),
        pytest.param(
            Trimming(0, 0, minimum=3), [80, 90], None, id="fewer than the minimum"
        ),
        pytest.param(CLOSEST, [], None, id="an empty panel is void, not zero"),
        pytest.param(Trimming(2, 0), [70, 80, 90], 70, id="highest only"),
    ],
)
def test_a_panel_with_too_few_marks_follows_its_declared_rule(rule, marks, expected):
    assert panel_mean(fractions(*marks), rule) == expected


@given(marks_lists, rules, st.randoms(use_true_random=False))
def test_the_mean_does_not_depend_on_the_order_of_judges(marks, rule, random):
    shuffled = random.sample(marks, len(marks))

    assert panel_mean(shuffled, rule) == panel_mean(marks, rule)


@given(marks_lists, rules)
def test_every_mark_is_kept_or_dropped_once_and_the_mean_lies_between(marks, rule):
    kept, high, low = (trimmed := trim(marks, rule)).kept, trimmed.high, trimmed.low

    if trimmed.how != "void":
        assert sorted(kept + high + low) == list(range(len(marks)))
        assert min(marks) <= panel_mean(marks, rule) <= max(marks)


@given(marks_lists, st.integers(0, 3), st.integers(0, 11), st.integers(1, 40))
def test_raising_one_mark_never_lowers_a_trimmed_mean(marks, drop, place, more):
    rule = Trimming(drop, drop, small="mean")
    raised = list(marks)
    raised[place % len(marks)] += more

    assert panel_mean(raised, rule) >= panel_mean(marks, rule)


def test_raising_a_mark_can_lower_the_mean_of_the_two_closest():
    assert panel_mean(fractions(80, 85, 90), CLOSEST) == Fraction("87.5")
    assert panel_mean(fractions(80, 85, 91), CLOSEST) == Fraction("82.5")
