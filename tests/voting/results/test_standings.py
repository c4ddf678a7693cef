"""The list of the result: digits that decide, and what the rule sheet lets it tell."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.rules.builders import make_inputs, make_round, make_sheet
from voting.results.standings import published, score_of, standings
from voting.rules.engine import compute
from voting.rules.inputs import Decision, Withdrawal
from voting.rules.sheets import Criterion
from voting.rulesheets.example import example_inputs
from voting.rulesheets.templates import BY_CODE

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10), places=10)
TOP = replace(RULES, publishing="top")
FINE = make_sheet(
    rounds=(
        make_round(
            criteria=(Criterion("all", "总评", Fraction(100), step=Fraction(1, 10000)),)
        ),
    )
)


def outcome_of(sheet, inputs):
    return compute(sheet, inputs).to_json()


def example(rules=RULES, **changes):
    return outcome_of(rules, replace(example_inputs(rules), **changes))


def scores(sheet, totals, **fields):
    outcome = outcome_of(sheet, make_inputs(totals, **fields))
    return [(row.plate, row.score) for row in standings(sheet, outcome).rows]


def test_scores_have_the_digits_of_the_rule_sheet():
    assert scores(make_sheet(), {"a": [90, 91, 91], "b": [80]}) == [
        ("a", "90.67"),
        ("b", "80.00"),
    ]


def test_neighbours_that_look_alike_get_as_many_digits_as_part_them():
    totals = {"a": ["90.6667"], "b": [90, 91, 91], "c": [80]}

    assert scores(FINE, totals) == [
        ("a", "90.66670"),
        ("b", "90.66667"),
        ("c", "80.00"),
    ]


def test_one_entry_reads_the_same_by_itself_as_in_the_list():
    sheet = FINE
    outcome = outcome_of(sheet, make_inputs({"a": ["90.6667"], "b": [90, 91, 91]}))

    assert [
        score_of(sheet, outcome, row.plate) for row in standings(sheet, outcome).rows
    ] == [row.score for row in standings(sheet, outcome).rows]


@pytest.mark.parametrize(
    ("ladder", "told"),
    [
        pytest.param(
            ("total", "total_exact", "open"),
            "和单位b综合得分相同，比未取整的综合得分：90.33 比 90.25，排在前面。",
            id="before rounding",
        ),
        pytest.param(
            ("total_exact", "open"),
            "排在单位b前面：未取整的综合得分 90.33 比 90.25。",
            id="the first rung sees more than is shown",
        ),
    ],
)
def test_what_parted_equal_scores_stands_beside_them(ladder, told):
    sheet = replace(FINE, ladder=ladder, rounding={"total": 1}, shown_places=1)
    totals = {"a": ["90.33"], "b": ["90.25"], "c": [80]}

    rows = standings(sheet, outcome_of(sheet, make_inputs(totals))).rows

    assert [(row.score, row.deciding) for row in rows] == [
        ("90.3", told),
        ("90.3", ""),
        ("80.0", ""),
    ]


def test_a_decision_of_named_people_is_told_where_it_decided():
    sheet = make_sheet(places=1)
    decision = Decision(("b", "a"), ("周某某", "吴某某"), "先到的在前")
    inputs = make_inputs({"a": [90], "b": [90]}, decisions=(decision,))

    rows = standings(sheet, outcome_of(sheet, inputs)).rows

    assert [(row.plate, row.rank) for row in rows] == [("b", 1), ("a", 2)]
    assert "由具名人员裁定分出先后" in rows[0].deciding


def test_equals_who_share_a_rank_were_parted_by_nothing():
    sheet = make_sheet()
    rows = standings(sheet, outcome_of(sheet, make_inputs({"a": [9], "b": [9]}))).rows

    assert [(row.rank, row.deciding) for row in rows] == [(1, ""), (1, "")]


def test_a_sheet_that_publishes_all_changes_nothing():
    outcome = example()

    assert published(RULES, outcome) == outcome


def test_only_the_top_is_told_and_the_others_are_named_by_number():
    whole = standings(TOP, example(TOP))

    table = standings(TOP, published(TOP, example(TOP)))

    assert table.rows == [
        row._replace(deciding=row.deciding) for row in whole.rows[:10]
    ]
    assert [entry.plate for entry in table.unlisted] == sorted(
        row.plate for row in whole.rows[10:]
    )
    assert (table.flags, table.title) == (whole.flags, "十面红旗")


def test_nothing_of_those_below_the_line_is_left_in_what_is_told():
    outcome = published(TOP, example(TOP))
    below = {entry["name"]: entry for entry in outcome["unlisted"]}
    above = str(outcome["ranking"]) + str(outcome["unranked"]) + str(outcome["ties"])

    assert len(below) == 10
    assert [name for name in below if name in above] == []
    assert {key for entry in below.values() for key in entry} == {
        "entry",
        "number",
        "name",
    }


def test_who_left_is_told_even_where_only_the_top_is():
    gone = (Withdrawal("20", "主动退出"),)

    table = standings(TOP, published(TOP, example(TOP, withdrawals=gone)))

    assert [entry.reason for entry in table.withdrawn] == ["主动退出"]
    assert "20" not in [entry.plate for entry in table.unlisted]


def test_a_tie_on_the_line_is_told_instead_of_all_flags():
    sheet = make_sheet(places=2, ladder=("total", "lot"))
    outcome = outcome_of(sheet, make_inputs({"a": [90], "b": [80], "c": [80]}))

    table = standings(sheet, outcome)

    assert [row.plate for row in table.flags] == ["a"]
    assert table.why_not_exact == (
        "现在定下 1 面。b 单位b、c 单位c从综合得分到最后一级比较都相同，"
        "只剩 1 面，按规则当众抽签，定下以后公布在这里。不多给，也不少给。"
    )
    assert table.ties == [
        "第 2 名：b 单位b、c 单位c各级都相同，名次并列，后面的名次空出。"
    ]
