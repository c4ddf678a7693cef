from dataclasses import replace
from fractions import Fraction

import pytest

from voting.rules.engine import compute
from voting.rules.influence import influence
from voting.rules.rounding import shown
from voting.rules.rule_sheet import Grade, VotesRule
from voting.rulesheets.example import SHOWN, example_inputs
from voting.rulesheets.templates import BY_CODE
from voting.rulesheets.worked import UNDECIDED, work_out

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10))
GRADES = VotesRule(
    "as_is",
    form="grades",
    grades=(
        Grade("good", "满意", Fraction(100)),
        Grade("bad", "不满意", Fraction(0)),
        Grade("unknown", "不了解", None),
    ),
)


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(RULES, id="share of top"),
        pytest.param(replace(RULES, votes=GRADES), id="grades"),
        pytest.param(
            replace(
                RULES, votes=None, online_weight=Fraction(0), ladder=("total", "lot")
            ),
            id="no poll",
        ),
        pytest.param(replace(RULES, places=None), id="no flags"),
        pytest.param(replace(RULES, places=20), id="a flag for everybody"),
        pytest.param(replace(RULES, online_weight=Fraction(1)), id="votes alone"),
    ],
)
def test_the_example_shows_what_the_engine_gives(rules):
    trace = compute(rules, example_inputs(rules)).trace(SHOWN)

    worked = work_out(rules)

    assert worked.online.figure == shown(trace.total, 2)
    assert worked.panels.figure == shown(trace.marks.points, 2)


def test_a_weight_that_nobody_has_chosen_is_not_guessed():
    worked = work_out(replace(RULES, online_weight=None))

    assert worked.online == UNDECIDED
    assert [bar.name for bar in worked.weighed.bars] == [
        f"占最高票 {percent}%" for percent in (0, 5, 10, 20, 30, 50)
    ]


def test_rules_with_problems_have_no_example():
    assert work_out(replace(RULES, ladder=())) is None


def test_the_first_bar_is_the_effective_weight_of_these_rules():
    outcome = compute(RULES, example_inputs(RULES))

    bar = work_out(RULES).weighed.bars[0]

    effective = influence(RULES, outcome).effective
    assert (bar.name, bar.is_current, bar.text) == (
        "占最高票 30%",
        True,
        f"{shown(effective * 100, 0)}%",
    )


def test_the_table_marks_who_enters_and_who_leaves_under_another_method():
    table = work_out(RULES).weighed.whatif

    for column, changes in enumerate(table.changes):
        states = [row.cells[column].state for row in table.rows]
        assert (states.count("in"), states.count("out")) == (changes, changes)


def test_a_method_is_worked_out_beside_its_button_and_an_impossible_one_is_not():
    methods = work_out(RULES).methods

    assert set(methods) == {
        "share_of_top",
        "rank",
        "floor_and_rank",
        "share_of_total",
        "min_max",
    }


def test_a_tie_in_the_example_is_told():
    rules = replace(RULES, rounding={"total": 0}, ladder=("total", "votes_raw", "lot"))

    assert work_out(rules).ladder.text.startswith("例：")
