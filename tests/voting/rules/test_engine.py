"""Whole contests through the one function, values computed by hand in the comments."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voting.rules.builders import (
    make_entries,
    make_inputs,
    make_panel,
    make_poll,
    make_poll_sheet,
    make_round,
    make_sheet,
)
from voting.rules.combining import Deduction
from voting.rules.draw import draw
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Decision, Inputs, Recusal, Seat, Withdrawal
from voting.rules.places import exponential_table
from voting.rules.ranking import Cut
from voting.rules.reading import Refused
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

SEED = "31415926535897932384"
TRIM = Trimming(drop_high=1, drop_low=1)


def scores(outcome):
    return {trace.entry: trace.total for trace in outcome.ranking}


def ranks(outcome):
    return {trace.entry: trace.rank for trace in outcome.ranking}


def fraction(text):
    return Fraction(text)


# One contest by hand -----------------------------------------------------------------------


def published_contest():
    """The unit of the published explanation: 23 seats in three panels, votes, 70/30."""
    totals = [
        "89 86 90 94 84.5 85 92.5",  # without 94 and 84.5: 442.5 / 5 = 88.5
        "85.5 89.5 93 84.5 92 87 84.5",  # without 93 and 84.5: 438.5 / 5 = 87.7
        "87 92.5 92.5 87 89.5 87 94.5 92.5 86.5",  # without 94.5 and 86.5: 628 / 7
    ]
    marks = " ".join(totals).split()
    sheet = make_sheet(
        online_weight=fraction("0.3"),
        votes=VotesRule("share_of_top"),
        ladder=("total", "marks", "heaviest_panel", "votes_raw", "lot"),
        panels=(
            make_panel("A", name="代表委员组", weight=fraction("0.4"), trimming=TRIM),
            make_panel("B", name="行业评委组", weight=fraction("0.3"), trimming=TRIM),
            make_panel("C", name="群众代表组", weight=fraction("0.3"), trimming=TRIM),
        ),
        rounding={"panel": 2, "marks": 2, "votes": 2, "total": 2},
        places=1,
    )
    inputs = make_inputs(
        {"edu": marks, "med": [str(Fraction(m) - 5) for m in marks]},
        panels={"A": 7, "B": 7, "C": 9},
        votes={"edu": 21087, "med": 24918},
    )
    return sheet, inputs


def test_the_published_contest_comes_out_to_the_last_digit():
    outcome = compute(*published_contest())
    trace = outcome.trace("edu")

    panels = trace.marks.rounds[0].panels
    assert [p.points for p in panels] == [
        fraction("88.5"),
        fraction("87.7"),
        fraction("89.71"),
    ]
    assert trace.marks.points == fraction("88.62")  # 88.623
    assert trace.votes.points == fraction("84.63")  # 21087 / 24918 * 100 = 84.6255...
    assert trace.total_exact == fraction("87.423")  # 62.034 + 25.389
    assert (trace.total, trace.rank) == (fraction("87.42"), 2)
    assert outcome.cut == Cut(1, ("med",), (), 0)
    assert outcome.is_complete
    assert outcome.is_settled


def test_the_trace_says_which_marks_were_dropped():
    trace = compute(*published_contest()).trace("edu")

    rows = trace.marks.rounds[0].panels[0].lines[0].rows
    assert [(r.seat, r.state) for r in rows if r.state != "counted"] == [
        ("A4", "high"),
        ("A5", "low"),
    ]


def test_the_same_inputs_give_the_same_outcome_to_the_byte():
    assert compute(*published_contest()).hash() == compute(*published_contest()).hash()


def test_the_outcome_survives_storing_rules_and_inputs_as_json():
    sheet, inputs = published_contest()

    again = compute(
        type(sheet).from_json(sheet.to_json()), Inputs.from_json(inputs.to_json())
    )

    assert again.hash() == compute(sheet, inputs).hash()


# Missing is not zero -------------------------------------------------------------------------


def test_an_absent_seat_is_not_zero():
    inputs = make_inputs({"a": [90, 80, None]}, absences=(Absence("A3", "a"),))

    outcome = compute(make_sheet(), inputs)

    assert scores(outcome) == {"a": 85}
    assert outcome.is_complete


def test_a_seat_absent_all_evening_needs_no_line_for_each_entry():
    inputs = make_inputs({"a": [90, None], "b": [80, None]}, absences=(Absence("A2"),))

    outcome = compute(make_sheet(), inputs)

    assert scores(outcome) == {"a": 90, "b": 80}
    assert outcome.is_complete


def test_a_missing_sheet_does_not_count_and_is_named():
    outcome = compute(make_sheet(), make_inputs({"a": [90, 80, None]}))

    assert scores(outcome) == {"a": 85}
    assert [(m.round, m.entry, m.seat, m.state) for m in outcome.missing] == [
        ("r1", "a", "A3", "missing")
    ]


def test_a_partial_sheet_does_not_count_and_is_named():
    two = make_round(
        criteria=(
            Criterion("x", "甲", fraction(60)),
            Criterion("y", "乙", fraction(40)),
        )
    )
    inputs = Inputs(
        entries=make_entries(["a"]),
        seats=(Seat("A1", "A"), Seat("A2", "A")),
        marks={
            "r1": {
                "a": {
                    "A1": {"x": fraction(50), "y": fraction(30)},
                    "A2": {"x": fraction(1)},
                }
            }
        },
    )

    outcome = compute(make_sheet(rounds=(two,)), inputs)

    assert scores(outcome) == {"a": 80}
    assert [(m.seat, m.state) for m in outcome.missing] == [("A2", "partial")]


def test_a_recused_seat_does_not_count_even_if_it_marked():
    inputs = make_inputs(
        {"a": [90, 10], "b": [70, 80]}, recusals=(Recusal("A2", "a", "本单位"),)
    )

    outcome = compute(make_sheet(), inputs)

    assert scores(outcome) == {"a": 90, "b": 75}
    assert outcome.is_complete


@pytest.mark.parametrize("kind", ["practice", "observer"])
def test_practice_and_observer_seats_never_count(kind):
    seats = (Seat("A1", "A"), Seat("A2", "A", kind))
    inputs = make_inputs({"a": [90, 10], "b": [80, None]}, seats=seats)

    outcome = compute(make_sheet(ladder=("total", "first_places", "open")), inputs)

    assert scores(outcome) == {"a": 90, "b": 80}
    assert outcome.is_complete


def test_an_entry_from_which_everyone_is_recused_has_no_score_and_no_rank():
    inputs = make_inputs(
        {"a": [90, 90], "b": [80, 80]},
        recusals=(Recusal("A1", "a", "本单位"), Recusal("A2", "a", "本单位")),
    )

    outcome = compute(make_sheet(places=1), inputs)

    assert ranks(outcome) == {"b": 1}
    assert [(t.entry, t.rank, t.reason) for t in outcome.unranked] == [
        ("a", None, "没有有效的现场得分。")
    ]


def test_a_contest_without_any_mark_ranks_nobody():
    outcome = compute(make_sheet(places=10), make_inputs({"a": [None], "b": [None]}))

    assert outcome.ranking == ()
    assert [t.entry for t in outcome.unranked] == ["a", "b"]
    assert outcome.cut == Cut(10, (), (), 0)


def test_a_contest_without_entries_has_an_empty_outcome():
    outcome = compute(make_sheet(places=10), Inputs(entries=()))

    assert (outcome.ranking, outcome.unranked, outcome.ties) == ((), (), ())


def test_one_entry_is_first():
    sheet = make_sheet(online_weight=fraction("0.5"), votes=VotesRule("min_max"))

    outcome = compute(sheet, make_inputs({"a": [80]}, votes={"a": 3}))

    assert (scores(outcome), ranks(outcome)) == ({"a": 90}, {"a": 1})


# Panels and rounds -----------------------------------------------------------------------------


def two_panels(**fields):
    return make_sheet(
        panels=(
            make_panel("A", weight=fraction("0.6")),
            make_panel("B", weight=fraction("0.4")),
        ),
        **fields,
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"void_panel": "share"}, {"a": 90, "b": 74}, id="shared"),
        pytest.param(
            {"void_panel": "heir", "void_panel_heir": "A"},
            {"a": 90, "b": 74},
            id="heir",
        ),
        pytest.param({"void_panel": "void"}, {"b": 74}, id="the entry's round is void"),
    ],
)
def test_a_void_panel_follows_the_declared_rule(fields, expected):
    inputs = make_inputs({"a": [90, None], "b": [70, 80]}, panels={"A": 1, "B": 1})

    assert scores(compute(two_panels(**fields), inputs)) == expected


def test_a_void_panel_shows_the_weight_that_really_counted():
    inputs = make_inputs({"a": [90, None]}, panels={"A": 1, "B": 1})

    panels = compute(two_panels(), inputs).trace("a").marks.rounds[0].panels

    assert [(p.code, p.points, p.weight, p.weight_used) for p in panels] == [
        ("A", 90, fraction("0.6"), 1),
        ("B", None, fraction("0.4"), 0),
    ]


def two_rounds(**fields):
    return make_sheet(
        rounds=(
            make_round("r1", weight=fraction("0.4")),
            make_round("r2", weight=fraction("0.6")),
        ),
        **fields,
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("share", {"a": 86, "b": 70}, id="the other round counts alone"),
        pytest.param("void", {"a": 86}, id="no score without both rounds"),
    ],
)
def test_a_void_round_follows_the_declared_rule(rule, expected):
    first = make_inputs({"a": [80], "b": [70]})
    marks = first.marks | {"r2": {"a": {"A1": {"all": fraction(90)}}}}
    inputs = Inputs(
        entries=first.entries,
        seats=first.seats,
        marks=marks,
        absences=(Absence("A1", "b", "r2"),),
    )

    assert scores(compute(two_rounds(void_round=rule), inputs)) == expected


def test_a_round_may_be_judged_by_some_panels_only():
    sheet = make_sheet(
        panels=(
            make_panel("A", weight=fraction("0.5")),
            make_panel("B", weight=fraction("0.5")),
        ),
        rounds=(make_round(panels=("B",)),),
    )
    inputs = Inputs(
        entries=make_entries(["a"]),
        seats=(Seat("A1", "A"), Seat("B1", "B")),
        marks={"r1": {"a": {"B1": {"all": fraction(77)}}}},
    )

    outcome = compute(sheet, inputs)

    assert scores(outcome) == {"a": 77}
    assert outcome.is_complete


def test_each_criterion_may_be_trimmed_apart():
    two = make_round(
        criteria=(
            Criterion("x", "甲", fraction(60)),
            Criterion("y", "乙", fraction(40)),
        )
    )
    pairs = [(60, 10), (50, 20), (40, 30), (30, 40)]
    inputs = Inputs(
        entries=make_entries(["a"]),
        seats=tuple(Seat(f"A{i}", "A") for i in range(4)),
        marks={
            "r1": {
                "a": {
                    f"A{i}": {"x": fraction(x), "y": fraction(y)}
                    for i, (x, y) in enumerate(pairs)
                }
            }
        },
    )
    by_criterion = make_panel(trimming=TRIM, trim_by="criterion")

    trace = compute(make_sheet(panels=(by_criterion,), rounds=(two,)), inputs).trace(
        "a"
    )

    lines = trace.marks.rounds[0].panels[0].lines
    assert [(line.criterion, line.mean) for line in lines] == [("x", 45), ("y", 25)]
    assert trace.total == 70


def test_places_bound_what_one_outlier_can_do():
    judges = {"a": [95, 95, 95, 20], "b": [90, 90, 90, 90], "c": [85, 85, 85, 85]}
    by_places = make_sheet(
        panels=(make_panel(method="places"),), place_points=exponential_table(3)
    )

    assert ranks(compute(make_sheet(), make_inputs(judges))) == {"b": 1, "c": 2, "a": 3}
    assert ranks(compute(by_places, make_inputs(judges))) == {"a": 1, "b": 2, "c": 3}


def test_a_first_place_from_every_judge_is_a_hundred():
    sheet = make_sheet(
        panels=(make_panel(method="places"),), place_points=exponential_table(2)
    )

    outcome = compute(sheet, make_inputs({"a": [90, 80], "b": [80, 70]}))

    assert scores(outcome)["a"] == 100
    assert scores(outcome)["b"] == exponential_table(2)[1] * 100 / 12


def test_too_few_judges_make_a_panel_by_places_void():
    panel = make_panel(method="places", trimming=Trimming(minimum=2))
    sheet = make_sheet(panels=(panel,), place_points=exponential_table(2))

    outcome = compute(sheet, make_inputs({"a": [90, 80], "b": [80, None]}))

    assert ranks(outcome) == {"a": 1}
    assert [
        row.state for row in outcome.unranked[0].marks.rounds[0].panels[0].lines[0].rows
    ] == [
        "void",
        "missing",
    ]


# Votes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(
            VotesRule("share_of_top"), {"a": 100, "b": 50, "c": 25}, id="share of top"
        ),
        pytest.param(
            VotesRule("share_of_total"),
            {"a": "57.14", "b": "28.57", "c": "14.29"},
            id="share of total",
        ),
        pytest.param(
            VotesRule("min_max"), {"a": 100, "b": "100/3", "c": 0}, id="min-max"
        ),
        pytest.param(
            VotesRule("rank"),
            {"a": 100, "b": "200/3", "c": "100/3"},
            id="rank, even steps",
        ),
        pytest.param(
            VotesRule("rank", rank_step=Fraction(1)),
            {"a": 100, "b": 99, "c": 98},
            id="rank, one less",
        ),
        pytest.param(
            VotesRule("floor_and_rank"),  # the floor is 2 x 100 people
            {"a": 100, "b": "250/3", "c": "50/3"},
            id="floor and rank",
        ),
    ],
)
def test_votes_become_points_by_each_method(rule, expected):
    inputs = make_poll(
        {"a": 400, "b": 200, "c": 100}, entries=make_entries("abc", headcount=100)
    )

    outcome = compute(make_poll_sheet(rule), inputs)

    assert scores(outcome) == {
        entry: Fraction(points) for entry, points in expected.items()
    }


@pytest.mark.parametrize(
    "method", ["share_of_top", "share_of_total", "min_max", "rank"]
)
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("marks_only", {"a": 90, "b": 80}, id="marks alone"),
        pytest.param("zero", {"a": 45, "b": 40}, id="zero for all"),
        pytest.param("unranked", {}, id="no result without votes"),
    ],
)
def test_a_poll_without_any_vote_follows_the_declared_rule(method, rule, expected):
    sheet = make_sheet(
        online_weight=fraction("0.5"), votes=VotesRule(method), void_votes=rule
    )

    outcome = compute(
        sheet, make_inputs({"a": [90], "b": [80]}, votes={"a": 0, "b": 0})
    )

    assert scores(outcome) == expected


def test_a_poll_without_any_vote_and_without_judges_ranks_nobody():
    outcome = compute(
        make_poll_sheet(VotesRule("share_of_top")), make_poll({"a": 0, "b": 0})
    )

    assert outcome.ranking == ()
    assert [t.reason for t in outcome.unranked] == ["没有有效的现场得分。"] * 2


def test_online_weight_zero_shows_the_points_and_counts_none():
    sheet = make_sheet(votes=VotesRule("share_of_top"))

    trace = compute(sheet, make_inputs({"a": [90]}, votes={"a": 500})).trace("a")

    assert (trace.votes.points, trace.total) == (100, 90)


GRADES = VotesRule(
    "as_is",
    form="grades",
    grades=(
        Grade("good", "满意", Fraction(100)),
        Grade("fair", "基本满意", Fraction(60)),
        Grade("bad", "不满意", Fraction(0)),
        Grade("unknown", "不了解", None),
    ),
    minimum_ratings=5,
)


def test_satisfaction_grades_become_points_as_they_are():
    inputs = Inputs(
        entries=make_entries("ab"),
        grades={"a": {"good": 5, "fair": 5, "unknown": 90}, "b": {"bad": 10}},
    )

    assert scores(compute(make_poll_sheet(GRADES), inputs)) == {"a": 80, "b": 0}


def test_the_floor_of_a_graded_poll_is_held_against_the_number_of_ratings():
    sheet = make_poll_sheet(replace(GRADES, method="floor_and_rank"))
    inputs = Inputs(
        entries=make_entries("ab", headcount=5),
        grades={"a": {"good": 9, "unknown": 90}, "b": {"fair": 10}},
    )

    assert scores(compute(sheet, inputs)) == {"a": 50, "b": 75}


def test_too_few_ratings_are_not_zero():
    sheet = make_sheet(online_weight=fraction("0.5"), votes=GRADES)
    inputs = make_inputs(
        {"a": [80], "b": [80]},
        grades={"a": {"good": 5}, "b": {"good": 4, "unknown": 50}},
    )

    outcome = compute(sheet, inputs)

    assert scores(outcome) == {"a": 90, "b": 80}
    assert outcome.trace("b").votes.points is None


# Totals --------------------------------------------------------------------------------------------


def test_further_points_are_weighted_or_added_and_deductions_have_a_reason():
    sheet = make_sheet(
        online_weight=fraction("0.2"),
        votes=VotesRule("share_of_top"),
        extras=(
            ExtraRule(
                "ledger", "台账得分", "weighted", fraction("0.1"), full=fraction(50)
            ),
            ExtraRule("bonus", "加分", "added", full=fraction(5)),
        ),
    )
    inputs = make_inputs(
        {"a": [90]},
        votes={"a": 10},
        extras={"ledger": {"a": fraction(40)}, "bonus": {"a": fraction(2)}},
        deductions=(Deduction("a", fraction("0.5"), "超时"),),
    )

    trace = compute(sheet, inputs).trace("a")

    # 0.7 x 90 + 0.2 x 100 + 0.1 x 80 + 2 - 0.5
    assert trace.total == fraction("92.5")
    assert trace.deducted == (("超时", fraction("0.5")),)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        pytest.param({}, "1756/21", id="nowhere"),
        pytest.param({"total": 2}, "83.62", id="the total"),
        pytest.param({"panel": 0}, "1173/14", id="the panel"),
        pytest.param({"round": 0}, "1173/14", id="the round"),
        pytest.param({"marks": 0}, "1173/14", id="the judges' points"),
        pytest.param({"votes": 0}, "503/6", id="the online points"),
        pytest.param({"weighted": 0}, "83", id="each weighted part"),
        pytest.param({"marks": 1, "votes": 1, "total": 1}, "83.7", id="three stages"),
    ],
)
def test_rounding_happens_only_at_the_declared_stages(rounding, expected):
    sheet = make_sheet(
        online_weight=fraction("0.5"),
        votes=VotesRule("share_of_top"),
        rounding=rounding,
    )
    # marks 248 / 3 = 82.666..., votes 592 / 7 = 84.571...
    inputs = make_inputs(
        {"a": [82, 83, 83], "b": [50, 50, 50]}, votes={"a": 592, "b": 700}
    )

    assert scores(compute(sheet, inputs))["a"] == Fraction(expected)


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        pytest.param({}, "80.5", id="exact"),
        pytest.param({"sheet": 0}, 81, id="each sheet first"),
    ],
)
def test_each_sheet_may_be_rounded_before_the_panel(rounding, expected):
    inputs = make_inputs({"a": ["80.5", "80.5"]})

    assert scores(compute(make_sheet(rounding=rounding), inputs)) == {
        "a": Fraction(expected)
    }


def test_a_withdrawn_entry_leaves_top_total_and_ranks():
    sheet = make_sheet(online_weight=fraction("0.5"), votes=VotesRule("share_of_top"))
    inputs = make_inputs(
        {"a": [80], "b": [80], "gone": [99]},
        votes={"a": 50, "b": 40, "gone": 1000},
        withdrawals=(Withdrawal("gone", "自愿退出"),),
    )

    outcome = compute(sheet, inputs)

    assert scores(outcome) == {"a": 90, "b": 80}
    assert [(g.entry, g.reason) for g in outcome.withdrawn] == [("gone", "自愿退出")]


def test_a_withdrawn_entry_does_not_take_a_judges_first_place():
    sheet = make_sheet(
        panels=(make_panel(method="places"),), place_points=exponential_table(3)
    )
    inputs = make_inputs(
        {"a": [90], "gone": [99]}, withdrawals=(Withdrawal("gone", "取消资格"),)
    )

    assert scores(compute(sheet, inputs)) == {"a": 100}


# Ties ----------------------------------------------------------------------------------------------


def test_equal_entries_share_a_rank_and_the_next_stays_empty():
    outcome = compute(
        make_sheet(), make_inputs({"a": [90], "b": [80], "c": [80], "d": [70]})
    )

    assert ranks(outcome) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert [(tie.rank, tie.entries, tie.settled_by) for tie in outcome.ties] == [
        (2, ("b", "c"), None)
    ]
    assert not outcome.is_settled


def test_all_equal_marks_leave_one_open_tie_for_the_flags():
    outcome = compute(
        make_sheet(places=2), make_inputs({entry: [80, 80] for entry in "abc"})
    )

    assert ranks(outcome) == {"a": 1, "b": 1, "c": 1}
    assert outcome.cut == Cut(2, (), ("a", "b", "c"), 2)


@pytest.mark.parametrize(
    ("ladder", "first"),
    [
        pytest.param(("total", "votes_raw", "open"), "b", id="raw votes"),
        pytest.param(("total", "votes", "open"), "b", id="online points"),
        pytest.param(("total", "marks", "open"), "a", id="marks"),
        pytest.param(("total", "panel:B", "open"), "b", id="a named panel"),
        pytest.param(("total", "heaviest_panel", "open"), "a", id="the heaviest panel"),
        pytest.param(("total", "round:r1", "open"), "a", id="a round"),
        pytest.param(("total", "criterion:r1/all", "open"), "b", id="a criterion"),
        pytest.param(("total", "extra:bonus", "open"), "b", id="further points"),
    ],
)
def test_each_rung_parts_equal_totals(ladder, first):
    sheet = make_sheet(
        online_weight=fraction("0.5"),
        votes=VotesRule("share_of_top"),
        panels=(
            make_panel("A", weight=fraction("0.8")),
            make_panel("B", weight=fraction("0.2")),
        ),
        extras=(ExtraRule("bonus", "加分", "added"),),
        ladder=ladder,
    )
    # a: 0.8 x 90 + 0.2 x 80 = 88; b: 0.8 x 80 + 0.2 x 90 = 82
    # totals: 44 + 45 = 89 and 41 + 50 - 2 = 89
    inputs = make_inputs(
        {"a": [90, 80, 80], "b": [80, 90, 90]},
        panels={"A": 1, "B": 2},
        votes={"a": 90, "b": 100},
        extras={"bonus": {"a": fraction(0), "b": fraction(1)}},
        deductions=(Deduction("b", fraction(3), "超时"),),
    )

    outcome = compute(sheet, inputs)

    assert scores(outcome) == {"a": 89, "b": 89}
    assert outcome.ranking[0].entry == first


def test_first_places_count_the_judges_who_put_an_entry_first():
    sheet = make_sheet(ladder=("total", "first_places", "open"))

    outcome = compute(sheet, make_inputs({"a": [80, 80, 80], "b": [90, 90, 60]}))

    assert ranks(outcome) == {"b": 1, "a": 2}
    assert outcome.ranking[0].parted_by == "first_places"


def test_a_lot_waits_for_its_seed_and_then_orders_everybody():
    sheet = make_sheet(ladder=("total", "lot"), places=1)
    totals = {"a": [80], "b": [80], "c": [70]}

    waiting = compute(sheet, make_inputs(totals))
    drawn = compute(sheet, make_inputs(totals, lot_seed=SEED))

    assert ranks(waiting) == {"a": 1, "b": 1, "c": 3}
    assert waiting.cut == Cut(1, (), ("a", "b"), 1)
    lots = draw("测试规则 并列第 1 名抽签", [("01", "单位a"), ("02", "单位b")], SEED)
    assert drawn.ties[0].hashes == tuple(lot.hash for lot in lots)
    assert sorted(ranks(drawn).values()) == [1, 2, 3]
    assert drawn.is_settled


def test_the_list_for_the_lot_is_known_before_the_seed():
    sheet = make_sheet(ladder=("total", "lot"))
    totals = {"a": [80], "b": [80]}

    waiting, drawn = (
        compute(sheet, make_inputs(totals, lot_seed=seed)) for seed in (None, SEED)
    )

    assert waiting.ties[0].list_hash == drawn.ties[0].list_hash
    assert waiting.ties[0].list_text == "测试规则 并列第 1 名抽签\n01 单位a\n02 单位b\n"


def test_named_people_settle_an_open_tie():
    decision = Decision(("b", "a"), ("张某", "李某"), "b 的实事多两件")
    inputs = make_inputs({"a": [80], "b": [80]}, decisions=(decision,))

    outcome = compute(make_sheet(places=1), inputs)

    assert ranks(outcome) == {"b": 1, "a": 2}
    assert [(t.settled_by, t.by, t.reason) for t in outcome.ties] == [
        ("decision", ("张某", "李某"), "b 的实事多两件")
    ]
    assert outcome.cut == Cut(1, ("b",), (), 0)


@pytest.mark.parametrize(
    "totals",
    [
        pytest.param({"a": [81], "b": [80]}, id="not equal at all"),
        pytest.param(
            {"a": [80], "b": [80], "c": [80]}, id="three are equal, two decided"
        ),
    ],
)
def test_a_decision_that_is_not_about_a_tie_changes_nothing_and_is_named(totals):
    decision = Decision(("b", "a"), ("张某",), "理由")

    outcome = compute(make_sheet(), make_inputs(totals, decisions=(decision,)))
    without = compute(make_sheet(), make_inputs(totals))

    assert ranks(outcome) == ranks(without)
    assert outcome.notes == (
        "裁定“02 单位b、01 单位a”没有用上：这些单位并不恰好是一组同分。",
    )


def test_a_decision_has_no_place_where_the_sheet_says_lot():
    decision = Decision(("b", "a"), ("张某",), "理由")
    inputs = make_inputs({"a": [80], "b": [80]}, decisions=(decision,))

    outcome = compute(make_sheet(ladder=("total", "lot")), inputs)

    assert ranks(outcome) == {"a": 1, "b": 1}
    assert outcome.notes == (
        "裁定“02 单位b、01 单位a”没有用上：规则的最后一级是抽签。",
    )


def test_ranking_by_the_rounded_total_or_by_the_exact_one_is_a_choice():
    totals = {"a": [80, 80, 81], "b": [80, 81, 81]}  # 80.33 and 80.67

    by_rounded = make_sheet(rounding={"total": 0}, ladder=("total", "open"))
    by_exact = make_sheet(rounding={"total": 0}, ladder=("total_exact", "open"))

    near = {"a": [80, 80, 80.5], "b": [80, 80, 81]}  # 80.17 and 80.33, both 80
    assert ranks(compute(by_rounded, make_inputs(totals))) == {"b": 1, "a": 2}
    assert ranks(compute(by_rounded, make_inputs(near))) == {"a": 1, "b": 1}
    assert ranks(compute(by_exact, make_inputs(near))) == {"b": 1, "a": 2}


# Refusals ------------------------------------------------------------------------------------------


def test_a_bad_rule_sheet_is_refused_with_its_sentences():
    with pytest.raises(Refused) as refused:
        compute(make_sheet(online_weight=None), make_inputs({"a": [80]}))

    assert [p.field for p in refused.value.problems] == ["online_weight"]


def test_bad_inputs_are_refused_with_their_sentences():
    with pytest.raises(Refused) as refused:
        compute(make_sheet(), make_inputs({"a": [80.25]}))

    assert refused.value.problems == [
        ("marks.r1.a.A1.all", "总评要在 0 到 100 之间，间隔 0.5。")
    ]


# Properties ----------------------------------------------------------------------------------------

half_points = st.one_of(
    st.none(), st.integers(0, 200).map(lambda half: Fraction(half, 2))
)
contests = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.lists(half_points, min_size=5, max_size=5), st.integers(0, 9)),
    min_size=1,
)
sheets = st.builds(
    lambda weight, method, panel_method, small, void, places: make_sheet(
        online_weight=weight,
        votes=VotesRule(method),
        panels=(
            make_panel(
                "A",
                weight=Fraction(2, 5),
                method=panel_method,
                trimming=Trimming(small=small),
            ),
            make_panel("B", weight=Fraction(3, 5)),
        ),
        void_panel=void,
        place_points=exponential_table(6),
        ladder=("total", "marks", "votes_raw", "first_places", "lot"),
        rounding={"total": 2},
        places=places,
    ),
    st.sampled_from([Fraction(0), Fraction(3, 10), Fraction(1)]),
    st.sampled_from(["share_of_top", "share_of_total", "min_max", "rank"]),
    st.sampled_from(["trimmed", "places"]),
    st.sampled_from(["void", "mean", "closest"]),
    st.sampled_from(["share", "void"]),
    st.integers(1, 3),
)


def contest_inputs(contest, order=None):
    codes = sorted(contest)
    inputs = make_inputs(
        {code: contest[code][0] for code in codes},
        panels={"A": 3, "B": 2},
        votes={code: contest[code][1] for code in codes},
        lot_seed=SEED,
    )
    if order is None:
        return inputs
    shuffle = order.sample
    return Inputs(
        entries=tuple(shuffle(inputs.entries, len(inputs.entries))),
        seats=tuple(shuffle(inputs.seats, len(inputs.seats))),
        marks={
            "r1": {
                entry: dict(shuffle(sorted(by_seat.items()), len(by_seat)))
                for entry, by_seat in reversed(inputs.marks["r1"].items())
            }
        },
        votes=dict(shuffle(sorted(inputs.votes.items()), len(inputs.votes))),
        lot_seed=SEED,
    )


@given(contests, sheets, st.randoms(use_true_random=False))
def test_the_outcome_does_not_depend_on_any_order(contest, sheet, random):
    one = compute(sheet, contest_inputs(contest))
    other = compute(sheet, contest_inputs(contest, random))

    assert (one.ranking, one.unranked, one.cut) == (
        other.ranking,
        other.unranked,
        other.cut,
    )
    assert (one.missing, one.ties) == (other.missing, other.ties)


@given(contests, sheets)
def test_every_entry_is_ranked_once_or_has_a_reason(contest, sheet):
    outcome = compute(sheet, contest_inputs(contest))

    placed = [trace.entry for trace in outcome.ranking] + [
        t.entry for t in outcome.unranked
    ]
    assert sorted(placed) == sorted(contest)
    assert all(trace.reason for trace in outcome.unranked)
    assert sorted(t.rank for t in outcome.ranking) == list(
        range(1, len(outcome.ranking) + 1)
    )
    totals = [trace.total for trace in outcome.ranking]
    assert totals == sorted(totals, reverse=True)


@given(contests, sheets)
def test_every_total_can_be_added_up_again_from_its_trace(contest, sheet):
    for trace in compute(sheet, contest_inputs(contest)).ranking:
        assert sum(part.weight for part in trace.parts) == 1
        assert sum(part.weighted for part in trace.parts) == trace.total_exact
        for round_trace in trace.marks.rounds:
            if round_trace.points is not None:
                assert round_trace.points == sum(
                    panel.points * panel.weight_used
                    for panel in round_trace.panels
                    if panel.points is not None
                )


@given(contests, st.sampled_from("abcdef"), st.integers(0, 4), st.integers(1, 40))
def test_a_higher_mark_never_lowers_the_rank_under_a_plain_trimmed_mean(
    contest, entry, seat, more
):
    if (
        entry not in contest
        or contest[entry][0][seat] is None
        or contest[entry][0][seat] + more > 100
    ):
        return
    sheet = make_sheet(
        panels=(
            make_panel("A", weight=Fraction(2, 5), trimming=Trimming(small="mean")),
            make_panel("B", weight=Fraction(3, 5)),
        )
    )
    marks = list(contest[entry][0])
    marks[seat] += more
    raised = contest | {entry: (marks, contest[entry][1])}

    before = compute(sheet, contest_inputs(contest)).trace(entry)
    after = compute(sheet, contest_inputs(raised)).trace(entry)

    assert after.total >= before.total
    assert after.rank <= before.rank


def test_a_higher_mark_can_lower_the_rank_under_the_closest_rule():
    sheet = make_sheet(
        panels=(make_panel(trimming=Trimming(at_least=2, small="closest")),)
    )
    rival = [86, 86, 86]

    before = compute(sheet, make_inputs({"a": [80, 85, 90], "b": rival}))
    after = compute(sheet, make_inputs({"a": [80, 85, 91], "b": rival}))

    assert (ranks(before)["a"], ranks(after)["a"]) == (1, 2)
