from dataclasses import replace
from fractions import Fraction

from tests.voting.rules.builders import make_inputs, make_sheet
from voting.results.weights import Weight, weights
from voting.rules.engine import compute
from voting.rules.influence import influence
from voting.rules.rounding import shown
from voting.rules.rule_sheet import ExtraRule, VotesRule
from voting.rulesheets.example import example_inputs
from voting.rulesheets.templates import BY_CODE

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10))


def test_marks_that_lie_close_together_decide_less_than_their_weight():
    sheet = make_sheet(online_weight=Fraction(3, 10), votes=VotesRule("share_of_top"))
    inputs = make_inputs({"a": [90], "b": [91]}, votes={"a": 100, "b": 50})

    assert weights(sheet, compute(sheet, inputs).to_json()) == [
        Weight("现场得分", "70%", "4%", "90.00", "91.00", "0.500"),
        Weight("民意得分", "30%", "96%", "50.00", "100.00", "25.000"),
    ]


def test_it_is_the_share_that_the_engine_tells_at_the_rehearsal():
    outcome = compute(RULES, example_inputs(RULES))

    _, votes = weights(RULES, outcome.to_json())

    effective = influence(RULES, outcome).effective
    assert votes.effective == f"{shown(effective * 100, 0)}%"


def test_points_from_elsewhere_have_their_own_line():
    extra = ExtraRule("ledger", "台账分", "weighted", weight=Fraction(1, 10))
    rules = replace(RULES, extras=(extra,))

    found = weights(rules, compute(rules, example_inputs(rules)).to_json())

    assert [(each.name, each.nominal) for each in found] == [
        ("现场得分", "60%"),
        ("民意得分", "30%"),
        ("台账分", "10%"),
    ]


def test_where_one_part_decides_alone_there_is_nothing_to_compare():
    rules = replace(RULES, online_weight=Fraction(0))

    assert weights(rules, compute(rules, example_inputs(rules)).to_json()) == []


def test_where_nobody_differs_no_effect_can_be_seen():
    sheet = make_sheet(online_weight=Fraction(3, 10), votes=VotesRule("share_of_top"))
    inputs = make_inputs({"a": [90], "b": [90]}, votes={"a": 5, "b": 5})

    found = weights(sheet, compute(sheet, inputs).to_json())

    assert [each.effective for each in found] == ["", ""]
