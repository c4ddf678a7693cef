"""Every shape of outcome that a rule sheet can lead to has its page."""

from dataclasses import replace
from fractions import Fraction

import pytest

from voting.results.breakdown import breakdown
from voting.results.standings import other_methods, standings
from voting.rules import exact
from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Withdrawal
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule
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


def test_every_mark_of_every_seat_stands_below_its_panel():
    inputs = example_inputs(RULES)
    given = inputs.marks["final"]["07"]

    told = breakdown(RULES, outcome_of(RULES), [], "07")

    assert {
        sheet.seat: sheet.marks
        for panel in told.rounds[0].panels
        for sheet in panel.sheets
    } == {
        seat: [exact.plain(mark) for mark in marks.values()]
        for seat, marks in given.items()
    }


def test_marks_are_told_by_criterion_where_criteria_are_averaged_apart_as_well():
    rules = replace(
        RULES, panels=tuple(replace(p, trim_by="criterion") for p in RULES.panels)
    )

    whole, apart = (
        breakdown(each, outcome_of(each), [], "07").rounds[0].panels[0]
        for each in (RULES, rules)
    )

    assert [sheet.marks for sheet in apart.sheets] == [
        sheet.marks for sheet in whole.sheets
    ]
    assert (whole.has_totals, apart.has_totals) == (True, False)


def test_each_panel_tells_how_its_points_came_about():
    told = breakdown(TWO_ROUNDS, outcome_of(TWO_ROUNDS), [], "07")
    first, second = (round_.panels[0] for round_ in told.rounds)

    assert [sentence[:6] for sentence in first.told] == ["5 份有效（"]
    assert first.told == second.told
    assert all(
        f"≈ {panel.points}。" in panel.told[0]
        or f"＝ {panel.points}。" in panel.told[0]
        for round_ in told.rounds
        for panel in round_.panels
    )


def test_an_entry_is_compared_with_its_neighbours_above_and_below():
    outcome = outcome_of(RULES)
    first, second, third = (entry["name"] for entry in outcome["ranking"][:3])
    plate = outcome["ranking"][1]["entry"]

    told = breakdown(RULES, outcome, [], plate)

    assert told.above.startswith(f"{first}排在{second}前面：综合得分 ")
    assert told.placing[-1].startswith(f"排在{third}前面：综合得分 ")
    assert breakdown(RULES, outcome, [], outcome["ranking"][0]["entry"]).above == ""


def test_what_was_rounded_is_there_to_its_last_digit():
    outcome = outcome_of(RULES)
    entry = next(e for e in outcome["ranking"] if e["entry"] == "07")

    told = breakdown(RULES, outcome, [], "07")

    assert [(figure.name, figure.ratio) for figure in told.figures] == [
        ("现场得分", entry["marks"]["points"]["exact"]),
        ("民意得分", entry["votes"]["points"]["exact"]),
        ("综合得分，取整以前", entry["total_exact"]["exact"]),
        ("综合得分", entry["total"]["exact"]),
    ]


@pytest.mark.parametrize(
    ("rules", "labels"),
    [
        pytest.param(RULES, ["有效选票选了它"], id="picks"),
        pytest.param(
            replace(
                RULES,
                votes=VotesRule(
                    "as_is",
                    form="grades",
                    grades=(
                        Grade("good", "满意", Fraction(100)),
                        Grade("bad", "不满意", Fraction(0)),
                        Grade("unknown", "不了解", None),
                    ),
                ),
            ),
            ["满意", "不满意", "不了解"],
            id="grades",
        ),
        pytest.param(
            replace(
                RULES,
                votes=None,
                online_weight=Fraction(0),
                ladder=("total", "marks", "lot"),
            ),
            [],
            id="no poll",
        ),
    ],
)
def test_the_ballots_behind_the_points_are_counted_out(rules, labels):
    told = breakdown(rules, outcome_of(rules), [], "07")

    assert [term.label for term in told.counts] == labels
    assert all(term.value.isdecimal() for term in told.counts)


def test_no_breakdown_for_a_number_that_is_not_in_the_result():
    assert breakdown(RULES, outcome_of(RULES), [], "77") is None
