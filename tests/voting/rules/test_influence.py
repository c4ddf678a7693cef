from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.voting.rules.builders import make_inputs, make_sheet
from voting.rules.engine import compute
from voting.rules.influence import (
    effective_share,
    explained_share,
    influence,
    spread,
    weight_for,
)
from voting.rules.rule_sheet import VotesRule

values = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=8
)


def fractions(*given_values):
    return [Fraction(value) for value in given_values]


def thirty_seventy(**fields):
    return make_sheet(
        online_weight=Fraction(3, 10), votes=VotesRule("share_of_top"), **fields
    )


def bunched_marks():
    """Judges between 90 and 92, votes between 50 and 100 points."""
    return make_inputs(
        {"a": [90], "b": [91], "c": [92]}, votes={"a": 100, "b": 75, "c": 50}
    )


def test_bunched_marks_leave_most_of_the_influence_to_the_votes():
    found = influence(thirty_seventy(), compute(thirty_seventy(), bunched_marks()))

    # 0.3 x 25 against 0.7 x 1, both times the same factor: 75 / 82
    assert abs(found.effective - Fraction(75, 82)) < Fraction(1, 10**9)
    assert found.sentence() == (
        "民意名义占 30%，实际约占 91%：现场得分在 90.00 到 92.00 之间，民意得分在 50.00 到 "
        "100.00 之间。要让实际接近 30%，权重约为 2%。"
    )


def test_the_advised_weight_brings_the_nominal_share():
    sheet, inputs = thirty_seventy(), bunched_marks()
    advised = influence(sheet, compute(sheet, inputs)).weight_for_nominal

    changed = replace(sheet, online_weight=advised)
    found = influence(changed, compute(changed, inputs))

    assert abs(found.effective - Fraction(3, 10)) < Fraction(1, 10**9)


def test_nothing_differs_when_all_are_equal():
    inputs = make_inputs({"a": [90], "b": [90]}, votes={"a": 5, "b": 5})

    found = influence(thirty_seventy(), compute(thirty_seventy(), inputs))

    assert (found.effective, found.explained) == (None, None)
    assert found.sentence() == "现场得分和民意得分都没有高低之分，看不出谁的影响大。"


def test_without_votes_there_is_nothing_to_compare():
    assert (
        influence(make_sheet(), compute(make_sheet(), make_inputs({"a": [90]}))) is None
    )


def test_an_advisory_vote_has_no_influence():
    sheet = make_sheet(votes=VotesRule("share_of_top"))

    found = influence(sheet, compute(sheet, bunched_marks()))

    assert (found.effective, found.explained) == (0, 0)
    assert found.sentence().endswith("之间。")


def test_spread_of_nothing_and_of_one_is_zero():
    assert (spread([]), spread(fractions(7))) == (0, 0)


@given(values, st.fractions(0, 1, max_denominator=20))
def test_shares_of_votes_and_marks_add_up_to_one(pairs, weight):
    votes, marks = fractions(*(v for v, _ in pairs)), fractions(*(m for _, m in pairs))
    ours = effective_share(votes, marks, votes_weight=weight, marks_weight=1 - weight)
    theirs = effective_share(marks, votes, votes_weight=1 - weight, marks_weight=weight)
    explained = explained_share(
        votes, marks, votes_weight=weight, marks_weight=1 - weight
    )
    rest = explained_share(marks, votes, votes_weight=1 - weight, marks_weight=weight)

    assert (ours is None) == (theirs is None)
    assert ours is None or ours + theirs == 1
    assert explained is None or explained + rest == 1


@given(values, st.fractions(0, 1, max_denominator=20))
def test_weight_for_is_the_inverse_of_the_effective_share(pairs, target):
    votes, marks = fractions(*(v for v, _ in pairs)), fractions(*(m for _, m in pairs))
    if spread(votes) and spread(marks):
        weight = weight_for(target, votes, marks)

        assert (
            effective_share(votes, marks, votes_weight=weight, marks_weight=1 - weight)
            == target
        )
