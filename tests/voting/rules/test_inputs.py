import json
from fractions import Fraction

import pytest

from tests.voting.rules.builders import (
    make_entries,
    make_inputs,
    make_panel,
    make_sheet,
)
from voting.rules.combining import Deduction
from voting.rules.inputs import (
    Absence,
    Decision,
    Entry,
    Inputs,
    Recusal,
    Seat,
    Withdrawal,
    check,
)
from voting.rules.reading import Refused
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule

ONE = Fraction(1)


def full_inputs():
    return make_inputs(
        {"a": [90, "80.5"], "b": [70, None]},
        recusals=(Recusal("A1", "a", "本单位", "r1"),),
        absences=(Absence("A2", "b"),),
        votes={"a": 5, "b": 0},
        grades={"a": {"good": 3}},
        extras={"ledger": {"a": Fraction(1, 3)}},
        deductions=(Deduction("a", Fraction("0.5"), "超时"),),
        withdrawals=(Withdrawal("b", "自愿退出"),),
        decisions=(Decision(("a", "b"), ("张某", "李某"), "理由"),),
        lot_seed="31415926535897932384",
    )


def test_inputs_survive_json():
    inputs = full_inputs()

    again = Inputs.from_json(json.loads(json.dumps(inputs.to_json())))

    assert again == inputs
    assert again.hash() == inputs.hash()


def test_active_entries_come_by_number_without_those_withdrawn():
    inputs = Inputs(
        entries=(Entry("x", 12, "乙"), Entry("y", 3, "甲"), Entry("z", 1, "丙")),
        withdrawals=(Withdrawal("z", "自愿退出"),),
    )

    assert [entry.label for entry in inputs.active()] == ["03 甲", "12 乙"]


def test_an_entry_above_ninety_nine_has_three_digits():
    assert Entry("x", 100, "甲").label == "100 甲"


def twins(**fields):
    return (
        Entry(**{"code": "a", "number": 1, "name": "甲"}),
        Entry(**{"code": "b", "number": 2, "name": "乙"} | fields),
    )


VOTED = make_sheet(online_weight=ONE, votes=VotesRule("share_of_top"))
FLOOR = make_sheet(online_weight=ONE, votes=VotesRule("floor_and_rank"))
GRADED = make_sheet(
    online_weight=ONE,
    votes=VotesRule(
        "as_is",
        form="grades",
        grades=(
            Grade("good", "满意", Fraction(100)),
            Grade("bad", "不满意", Fraction(0)),
        ),
    ),
)
EXTRA = make_sheet(
    extras=(ExtraRule("ledger", "台账", "weighted", Fraction(1, 2), Fraction(50)),)
)


@pytest.mark.parametrize(
    ("sheet", "fields", "field", "words"),
    [
        (make_sheet(), {"entries": twins(code="a")}, "entries", "代号重复：a"),
        (make_sheet(), {"entries": twins(number=1)}, "entries", "编号重复：1"),
        (make_sheet(), {"entries": twins(number=0)}, "entries", "从 1 开始"),
        (make_sheet(), {"entries": twins(name="甲\n乙")}, "entries", "换行"),
        (make_sheet(), {"entries": twins(headcount=-1)}, "entries", "负数"),
        (
            make_sheet(),
            {"seats": (Seat("A1", "A"), Seat("A1", "A"))},
            "seats",
            "重复：A1",
        ),
        (make_sheet(), {"seats": (Seat("Z1", "Z"),)}, "seats", "Z"),
        (make_sheet(), {"recusals": (Recusal("Z9", "a"),)}, "recusals[0]", "不存在"),
        (make_sheet(), {"absences": (Absence("A1", "zz"),)}, "absences[0]", "不存在"),
        (
            make_sheet(),
            {"absences": (Absence("A1", None, "r9"),)},
            "absences[0]",
            "不存在",
        ),
        (make_sheet(), {"marks": {"r9": {}}}, "marks.r9", "这一轮"),
        (make_sheet(), {"marks": {"r1": {"zz": {}}}}, "marks.r1.zz", "没有这个"),
        (
            make_sheet(),
            {"marks": {"r1": {"a": {"Z9": {"all": ONE}}}}},
            "marks.r1.a",
            "Z9",
        ),
        (
            make_sheet(),
            {"marks": {"r1": {"a": {"A1": {"zz": ONE}}}}},
            "marks.r1.a.A1",
            "zz",
        ),
        (
            make_sheet(),
            {"marks": {"r1": {"a": {"A1": {"all": Fraction(101)}}}}},
            "marks.r1.a.A1.all",
            "0 到 100",
        ),
        (
            make_sheet(),
            {"marks": {"r1": {"a": {"A1": {"all": Fraction(-1)}}}}},
            "marks.r1.a.A1.all",
            "0 到 100",
        ),
        (
            make_sheet(),
            {"marks": {"r1": {"a": {"A1": {"all": Fraction(1, 3)}}}}},
            "marks.r1.a.A1.all",
            "间隔 0.5",
        ),
        (VOTED, {"votes": {"a": 3}}, "votes", "零票要写 0"),
        (VOTED, {"votes": {"a": 3, "b": 1, "zz": 1}}, "votes", "zz"),
        (VOTED, {"votes": {"a": 3, "b": -1}}, "votes", "负数"),
        (FLOOR, {"votes": {"a": 3, "b": 1}}, "entries", "缺人数"),
        (
            GRADED,
            {"grades": {"a": {"good": 1}, "b": {"great": 1}}},
            "grades",
            "没有的满意度",
        ),
        (GRADED, {"grades": {"a": {"good": 1}}}, "votes", "还没有票数"),
        (EXTRA, {}, "extras.ledger", "缺台账"),
        (
            EXTRA,
            {"extras": {"ledger": {"a": Fraction(51), "b": ONE}}},
            "extras.ledger",
            "0 到 50",
        ),
        (
            EXTRA,
            {"extras": {"ledger": {"a": ONE, "b": ONE, "zz": ONE}}},
            "extras.ledger",
            "不存在",
        ),
        (make_sheet(), {"extras": {"zz": {}}}, "extras.zz", "没有这个得分项"),
        (
            make_sheet(),
            {"deductions": (Deduction("a", ONE, " "),)},
            "deductions[0]",
            "原因",
        ),
        (
            make_sheet(),
            {"deductions": (Deduction("a", -ONE, "超时"),)},
            "deductions[0]",
            "大于 0",
        ),
        (
            make_sheet(),
            {"deductions": (Deduction("zz", ONE, "超时"),)},
            "deductions[0]",
            "没有这个",
        ),
        (
            make_sheet(),
            {"withdrawals": (Withdrawal("a", ""),)},
            "withdrawals[0]",
            "原因",
        ),
        (
            make_sheet(),
            {"withdrawals": (Withdrawal("zz", "退出"),)},
            "withdrawals[0]",
            "存在",
        ),
        (
            make_sheet(),
            {"decisions": (Decision(("a", "a"), ("张某",), "理由"),)},
            "decisions[0]",
            "两个不同",
        ),
        (
            make_sheet(),
            {"decisions": (Decision(("a",), ("张某",), "理由"),)},
            "decisions[0]",
            "两个不同",
        ),
        (
            make_sheet(),
            {"decisions": (Decision(("a", "b"), (), "理由"),)},
            "decisions[0]",
            "是谁",
        ),
        (
            make_sheet(),
            {"decisions": (Decision(("a", "b"), ("张某",), " "),)},
            "decisions[0]",
            "为什么",
        ),
        (make_sheet(), {"lot_seed": "1 2 3"}, "lot_seed", "8 到 200"),
    ],
)
def test_each_mistake_is_told_at_its_field(sheet, fields, field, words):
    problems = check(sheet, make_inputs({"a": [90], "b": [80]}, **fields))

    assert field in [problem.field for problem in problems]
    assert any(words in p.sentence for p in problems if p.field == field)
    assert all(p.sentence.endswith("。") for p in problems)


def test_good_inputs_have_no_problem_and_missing_sheets_are_none():
    assert check(make_sheet(), make_inputs({"a": [90, None], "b": [80, 70]})) == []


def test_a_seat_of_a_panel_that_does_not_judge_the_round_may_not_mark():
    sheet = make_sheet(
        panels=(make_panel("A", weight=ONE), make_panel("B", weight=Fraction(0)))
    )
    only_a = sheet.rounds[0].__class__(
        **{f: getattr(sheet.rounds[0], f) for f in sheet.rounds[0].__slots__}
        | {"panels": ("A",)}
    )
    inputs = make_inputs({"a": [90, 80]}, panels={"A": 1, "B": 1})

    problems = check(make_sheet(panels=sheet.panels, rounds=(only_a,)), inputs)

    assert [p.field for p in problems] == ["marks.r1.a"]


def test_a_withdrawn_entry_needs_neither_votes_nor_headcount():
    inputs = Inputs(
        entries=(*make_entries("a", headcount=10), Entry("b", 2, "乙")),
        votes={"a": 1},
        withdrawals=(Withdrawal("b", "自愿退出"),),
    )

    assert (
        check(make_sheet(online_weight=ONE, votes=VotesRule("floor_and_rank")), inputs)
        == []
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"votes": {"a": 1.5}}, "votes.a"),
        ({"votes": {"a": "5"}}, "votes.a"),
        ({"votes": {"a": True}}, "votes.a"),
        ({"votes": {"a": 10**20}}, "votes.a"),
        ({"marks": {"r1": {"a": {"A1": {"all": 90.5}}}}}, "marks.r1.a.A1.all"),
        ({"marks": {"r1": {"a": {"A1": {"all": None}}}}}, "marks.r1.a.A1.all"),
        ({"seats": [{"code": "A1", "panel": "A", "kind": "boss"}]}, "seats[0].kind"),
        (
            {"entries": [{"code": "a", "number": "1", "name": "甲"}]},
            "entries[0].number",
        ),
        ({"entries": "abc"}, "entries"),
        ({"votes": [1, 2]}, "votes"),
    ],
)
def test_json_of_the_wrong_kind_is_refused_at_its_place(change, field):
    with pytest.raises(Refused) as refused:
        Inputs.from_json(full_inputs().to_json() | change)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_whole_number_may_be_written_without_quotes():
    data = full_inputs().to_json() | {"marks": {"r1": {"a": {"A1": {"all": 90}}}}}

    assert Inputs.from_json(data).marks["r1"]["a"]["A1"] == {"all": Fraction(90)}
