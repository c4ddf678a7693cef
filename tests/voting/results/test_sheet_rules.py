"""The result on paper: every figure of the screen, on pages that can be signed."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.voting.rules.builders import (
    make_entries,
    make_inputs,
    make_panel,
    make_round,
    make_sheet,
)
from voting.results.sheet_rules import (
    Cell,
    Counted,
    Heading,
    counted,
    headings,
    lines,
    marks_pages,
    pages_of,
)
from voting.results.standings import standings
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Recusal
from voting.rules.rule_sheet import ExtraRule
from voting.rules.trimming import Trimming
from voting.rulesheets.example import example_inputs
from voting.rulesheets.templates import BY_CODE

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10), places=10)
TRIMMED = make_panel(trimming=Trimming(drop_high=1, drop_low=1))


def outcome_of(rules, inputs=None):
    return compute(rules, inputs or example_inputs(rules)).to_json()


def test_each_column_is_a_step_of_the_sum():
    extra = ExtraRule("ledger", "台账分", "added", full=Fraction(2))

    assert headings(replace(RULES, extras=(extra,))) == [
        Heading("领导与部门代表", "30%"),
        Heading("行业代表", "40%"),
        Heading("群众代表", "30%"),
        Heading("现场", "70%"),
        Heading("民意", "30%"),
        Heading("台账分", "加分"),
    ]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(RULES, id="marks and votes"),
        pytest.param(replace(RULES, online_weight=Fraction(1)), id="votes alone"),
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
    ],
)
def test_every_line_has_a_figure_under_each_heading(rules):
    outcome = outcome_of(rules)
    table = standings(rules, outcome)

    found = lines(rules, outcome, table.rows)

    assert [line.row for line in found] == table.rows
    assert {len(line.points) for line in found} == {len(headings(rules))}
    assert [p for line in found for p in line.points if p == "—"] == []
    assert [line.row.rank for line in found if line.is_last_flag] == [10]


def test_pages_hold_what_can_be_read():
    outcome = outcome_of(RULES)
    found = lines(RULES, outcome, standings(RULES, outcome).rows)

    assert [len(page) for page in pages_of(found * 2)] == [25, 15]


def test_the_marks_of_a_panel_stand_by_seat_with_the_dropped_ones_marked():
    sheet = make_sheet(panels=(TRIMMED,))
    inputs = make_inputs({"a": [90, "84.5", 91, 92], "b": [80, 81, 82, None]})
    inputs = replace(inputs, absences=(Absence("A4", "b"),))

    (page,) = marks_pages(sheet, outcome_of(sheet, inputs))

    assert (page.panel, page.seats) == ("A 组", ["A1", "A2", "A3", "A4"])
    assert [line.cells for line in page.lines] == [
        [Cell("90", False), Cell("84.5", True), Cell("91", False), Cell("92", True)],
        [Cell("80", True), Cell("81", False), Cell("82", True), Cell("缺席", False)],
    ]


def test_a_panel_of_many_seats_and_units_takes_as_many_pages_as_it_needs():
    sheet = make_sheet()
    totals = {f"e{number}": [90] * 13 for number in range(26)}

    pages = marks_pages(sheet, outcome_of(sheet, make_inputs(totals)))

    assert [(len(page.seats), len(page.lines)) for page in pages] == [
        (12, 25),
        (12, 1),
        (1, 25),
        (1, 1),
    ]


def test_each_round_and_panel_has_its_own_pages():
    half = Fraction(1, 2)
    sheet = make_sheet(
        panels=(make_panel("A", weight=half), make_panel("B", weight=half)),
        rounds=(
            make_round("r1", weight=half),
            make_round("r2", weight=half, panels=("B",)),
        ),
    )
    inputs = make_inputs({"a": [90, 91]}, panels={"A": 1, "B": 1})
    by_b = {"a": {"B1": inputs.marks["r1"]["a"]["B1"]}}
    inputs = replace(inputs, marks=inputs.marks | {"r2": by_b})

    pages = marks_pages(sheet, outcome_of(sheet, inputs))

    assert [(page.round, page.panel) for page in pages] == [
        ("第 r1 轮", "A 组"),
        ("第 r1 轮", "B 组"),
        ("第 r2 轮", "B 组"),
    ]


def test_marks_of_each_criterion_stand_together_where_they_are_averaged_apart():
    rules = replace(
        RULES, panels=tuple(replace(p, trim_by="criterion") for p in RULES.panels)
    )

    page = marks_pages(rules, outcome_of(rules))[0]

    assert [cell.text.count(" / ") for cell in page.lines[0].cells] == [3] * 5
    assert not any(cell.is_dropped for cell in page.lines[0].cells)


def test_sheets_that_were_due_are_counted_by_what_became_of_them():
    sheet = make_sheet()
    inputs = make_inputs({"a": [90, None, 91], "b": [80, 81, None]})
    inputs = replace(
        inputs, absences=(Absence("A2", "a"),), recusals=(Recusal("A3", "b"),)
    )

    assert counted(outcome_of(sheet, inputs)) == Counted(
        seats=3, due=6, received=4, absent=1, recused=1
    )


def test_a_contest_without_a_night_has_no_marks_to_sign():
    sheet = replace(
        RULES, online_weight=Fraction(1), panels=(), rounds=(), ladder=("total", "lot")
    )
    inputs = make_inputs(
        {}, entries=make_entries(["a", "b"]), seats=(), marks={}, votes={"a": 2, "b": 1}
    )
    outcome = outcome_of(sheet, inputs)

    assert (headings(sheet), marks_pages(sheet, outcome)) == (
        [Heading("民意", "100%")],
        [],
    )
    assert counted(outcome).due == 0
