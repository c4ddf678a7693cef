"""Every shape of outcome that a rule sheet can lead to has its page."""

from dataclasses import replace
from fractions import Fraction

import pytest

from voting.results.breakdown import breakdown
from voting.results.standings import other_methods, standings
from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Withdrawal
from voting.rules.rule_sheet import ExtraRule
from voting.rulesheets.example import example_inputs
from voting.rulesheets.templates import BY_CODE

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10))
TWO_ROUNDS = replace(
    RULES,
    rounds=(
        replace(RULES.rounds[0], weight=Fraction(1, 2)),
        replace(RULES.rounds[0], code="second", name="答问", weight=Fraction(1, 2)),
    ),
)


def outcome_of(rules, **acts):
    inputs = replace(example_inputs(rules), **acts)
    return compute(rules, inputs).to_json()


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(RULES, id="share of top"),
        pytest.param(TWO_ROUNDS, id="two rounds"),
        pytest.param(
            replace(
                RULES,
                panels=tuple(replace(p, trim_by="criterion") for p in RULES.panels),
            ),
            id="each criterion trimmed",
        ),
        pytest.param(
            replace(
                RULES,
                panels=tuple(replace(p, method="places") for p in RULES.panels),
                place_points=(Fraction(12), Fraction(10), Fraction(8)),
            ),
            id="by places",
        ),
        pytest.param(replace(RULES, online_weight=Fraction(0)), id="votes as advice"),
        pytest.param(replace(RULES, online_weight=Fraction(1)), id="votes alone"),
        pytest.param(
            replace(
                RULES,
                votes=None,
                online_weight=Fraction(0),
                ladder=("total", "marks", "lot"),
            ),
            id="no poll",
        ),
        pytest.param(
            replace(
                RULES,
                extras=(
                    ExtraRule("ledger", "台账分", "weighted", weight=Fraction(1, 10)),
                    ExtraRule("bonus", "加分", "added", full=Fraction(2)),
                ),
            ),
            id="points from elsewhere",
        ),
        pytest.param(replace(RULES, places=None), id="no flags"),
    ],
)
def test_every_entry_has_a_breakdown_with_the_engines_numbers(rules):
    outcome = outcome_of(rules)

    rows = standings(rules, outcome).rows
    told = [breakdown(rules, outcome, [], row.plate) for row in rows]

    assert [(each.score, each.place) for each in told] == [
        (row.score, row.place) for row in rows
    ]
    assert all(each.total in outcome["ranking"][0]["sentences"] for each in told[:1])
    assert all(each.placing for each in told)


def test_the_sentences_of_the_marks_come_in_the_order_of_the_sum():
    told = breakdown(TWO_ROUNDS, outcome_of(TWO_ROUNDS), [], "07")

    assert [sentence.split("：")[0] for sentence in told.joined] == [
        "现场评比得分",
        "答问得分",
        "现场得分",
    ]


def test_an_entry_without_a_score_says_why_and_has_no_place():
    seats = [seat.code for seat in example_inputs(RULES).seats]
    outcome = outcome_of(
        RULES, absences=tuple(Absence(seat, entry="07") for seat in seats)
    )

    told = breakdown(RULES, outcome, [], "07")

    assert (told.score, told.place, told.reason) == (
        "",
        "",
        "没有有效的现场得分。",
    )
    assert [row.plate for row in standings(RULES, outcome).unranked] == ["07"]
    assert other_methods(
        outcome, [{}, {"name": "只看民意", "entering": ["07"], "leaving": []}]
    ) == ["只看民意，多出：07 县交通运输局。"]


def test_a_deduction_is_taken_off_with_its_reason():
    outcome = outcome_of(
        RULES, deductions=(Deduction("07", Fraction(1, 2), "超时三分钟"),)
    )

    told = breakdown(RULES, outcome, [], "07")
    row = next(row for row in standings(RULES, outcome).rows if row.plate == "07")

    assert [(term.value, term.label) for term in told.minus] == [("0.50", "超时三分钟")]
    assert row.parts.endswith(" － 扣分 0.50")


def test_fewer_entries_than_flags_is_explained():
    gone = tuple(Withdrawal(f"{number:02d}", "退出") for number in range(9, 21))

    table = standings(RULES, outcome_of(RULES, withdrawals=gone))

    assert table.why_not_exact == (
        "红旗有 10 面，有综合得分的单位只有 8 个，所以授出 8 面。"
    )
    assert (table.title, len(table.withdrawn)) == ("八面红旗", 12)


def test_no_breakdown_for_a_number_that_is_not_in_the_result():
    assert breakdown(RULES, outcome_of(RULES), [], "77") is None
