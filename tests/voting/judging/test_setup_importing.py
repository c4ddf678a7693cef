import io
from decimal import Decimal
from fractions import Fraction

import pytest

from site_cms.spreadsheets.books import read_book
from site_cms.spreadsheets.reading import Limits
from site_cms.spreadsheets.writing import write_book
from site_cms.trail.models import TrailEntry
from tests.factories import (
    NOW,
    make_contest,
    make_entry,
    make_night,
    make_rule_sheet,
    make_unit,
)
from voting.judging.errors import JudgingError
from voting.judging.models import Night, Recusal, Seat
from voting.judging.services import import_setup
from voting.judging.setup_errors import NoRulesYet, SetupHasErrors, SetupIsStale
from voting.judging.setup_planning import plan_setup
from voting.judging.setup_plans import Change, Outcome
from voting.judging.setup_sheets import SHEETS, written
from voting.rulesheets.models import RuleSheet

pytestmark = pytest.mark.django_db

PANELS = [
    ["领导代表", "50%", "leaders"],
    ["行业代表", "30", ""],
    ["群众代表", "20", "residents"],
]
ROUNDS = [["现场评比", "100", "", "8 分钟", "90 秒", "final"]]
CRITERIA = [
    ["现场评比", "实事成效", "70", "", "1", "办成多少", "results"],
    ["现场评比", "答问", "30", "10", "", "", ""],
]
SEATS = [
    ["A01", "周某某", "领导代表", "县委办", "一排 1 座", "正式"],
    ["B01", "吴某某", "行业代表", "县供电公司", "", "观摩"],
]


def file_of(**sheets) -> bytes:
    """A filled-in template: ``panels=[[…], …]`` and so on."""
    names = ("panels", "rounds", "criteria", "seats", "recusals")
    return write_book(
        [
            (sheet.title, sheet.columns, sheets.get(name, []))
            for name, sheet in zip(names, SHEETS, strict=True)
        ]
    )


def book_of(**sheets):
    data = file_of(**sheets)
    return read_book([("x.xlsx", io.BytesIO(data))], SHEETS, limits=Limits())


def do(contest, **sheets):
    book = book_of(**sheets)
    plan = plan_setup(book, contest)
    return import_setup(
        by=None, contest=contest, book=book, fingerprint=plan.fingerprint, now=NOW
    )


def outcomes(plan) -> dict[str, dict[str, int]]:
    return {section.title: section.counts for section in plan.sections}


def complaints(contest, **sheets) -> list[str]:
    plan = plan_setup(book_of(**sheets), contest)
    return [
        told
        for section in plan.sections
        for told in (*map(str, section.errors), *section.problems)
    ]


@pytest.fixture
def contest():
    """A contest with a draft of its rules and one shortlisted unit, and no night yet."""
    sheet = make_rule_sheet()
    make_entry(contest=sheet.contest, unit=make_unit(short_name="县供电公司"), number=7)
    return sheet.contest


def test_one_file_makes_the_whole_night(contest):
    recusals = [["B01", "07", "本单位职工", "县供电公司"]]

    plan = do(
        contest,
        panels=PANELS,
        rounds=ROUNDS,
        criteria=CRITERIA,
        seats=SEATS,
        recusals=recusals,
    )

    rules, night = RuleSheet.objects.get().rules, Night.objects.get()
    assert [(p.code, p.name, p.weight) for p in rules.panels] == [
        ("leaders", "领导代表", Fraction(1, 2)),
        ("panel-1", "行业代表", Fraction(3, 10)),
        ("residents", "群众代表", Fraction(1, 5)),
    ]
    round_ = night.rounds.get()
    assert (round_.presenting_seconds, round_.marking_seconds) == (480, 90)
    assert [
        (c.code, c.name, c.hint, c.minimum, c.maximum, c.step)
        for c in round_.criteria.all()
    ] == [
        ("results", "实事成效", "办成多少", 0, 70, 1),
        ("item-1", "答问", "", 10, 30, Decimal("0.5")),
    ]
    assert [
        (s.code, s.name, s.panel.name, s.organisation, s.place, s.kind)
        for s in night.seats.all()
    ] == [
        ("A01", "周某某", "领导代表", "县委办", "一排 1 座", "official"),
        ("B01", "吴某某", "行业代表", "县供电公司", "", "observer"),
    ]
    assert [(r.seat.code, r.entry.number, r.reason) for r in Recusal.objects.all()] == [
        ("B01", 7, "本单位职工")
    ]
    assert outcomes(plan) == {
        "评委组": {Outcome.NEW: 1, Outcome.CHANGED: 2},
        "轮次": {Outcome.CHANGED: 1},
        "评分项": {Outcome.NEW: 1, Outcome.CHANGED: 1, Outcome.REMOVED: 1},
        "席位": {Outcome.NEW: 2},
        "回避": {Outcome.NEW: 1},
    }


def test_second_import_of_the_same_file_changes_nothing(contest):
    sheets = {
        "panels": PANELS,
        "rounds": ROUNDS,
        "criteria": CRITERIA,
        "seats": SEATS,
        "recusals": [["B01", "7", "本单位职工", ""]],
    }
    do(contest, **sheets)
    before = TrailEntry.objects.count()

    plan = do(contest, **sheets)

    assert {tuple(counts) for counts in outcomes(plan).values()} == {(Outcome.SAME,)}
    assert not plan.changes_something
    assert TrailEntry.objects.count() == before


def test_what_is_exported_comes_back_without_a_change(contest):
    do(
        contest,
        panels=PANELS,
        rounds=[["现场评比", "100", "领导代表、群众代表", "8", "3", "final"]],
        criteria=CRITERIA,
        seats=SEATS,
        recusals=[["B01", "7", "本单位职工", ""]],
    )
    lines = written(RuleSheet.objects.get().rules, Night.objects.get())

    plan = plan_setup(
        book_of(
            **dict(
                zip(
                    ("panels", "rounds", "criteria", "seats", "recusals"),
                    lines.values(),
                    strict=True,
                )
            )
        ),
        contest,
    )

    assert (plan.number_of_problems, plan.changes_something) == (0, False)


def test_preview_says_what_changes_from_what_to_what_and_does_nothing(contest):
    do(contest, seats=[["A01", "周某某", "领导与部门代表", "", "", ""]])

    plan = plan_setup(
        book_of(
            rounds=[["现场评比", "100", "群众代表", "", "2", "final"]],
            seats=[["a01", "周某", "群众代表", "县委办", "", "练习"]],
        ),
        contest,
    )

    assert [row.changes for section in plan.sections for row in section.rows] == [
        (Change("评委组", "", "群众代表"), Change("打分时间", "3 分钟", "2 分钟")),
        (
            Change("评委组", "领导与部门代表", "群众代表"),
            Change("姓名", "周某某", "周某"),
            Change("单位", "", "县委办"),
            Change("类别", "正式", "练习"),
        ),
    ]
    assert Seat.objects.get().name == "周某某"


def test_a_missing_column_leaves_what_there_is(contest):
    do(contest, panels=PANELS, seats=SEATS)
    book = read_book(
        [("席位.csv", io.BytesIO("席位号,姓名,评委组\nA01,周某,residents\n".encode()))],
        SHEETS,
        limits=Limits(),
    )

    plan = plan_setup(book, contest)
    import_setup(
        by=None, contest=contest, book=book, fingerprint=plan.fingerprint, now=NOW
    )

    seat = Seat.objects.get(code="A01")
    assert (seat.name, seat.panel.code, seat.organisation) == (
        "周某",
        "residents",
        "县委办",
    )


SEATS_OF_THE_RULES = [["A01", "周某某", "群众代表", "", "", ""]]


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        pytest.param(
            {"panels": [["甲组", "60", ""], ["乙组", "30", ""]]},
            "各评委组的权重合起来是 90，要正好是 100。",
            id="weights do not add up",
        ),
        pytest.param(
            {"panels": [["甲组", "很多", ""]]},
            "第 2 行“权重”：“很多”不是一个数，请写成 30 或 12.5 这样。",
            id="weight is no number",
        ),
        pytest.param(
            {"panels": [["甲组", "50", ""], ["甲组", "50", ""]]},
            "第 2 行“评委组”：这个名称用了两次，请改一个。",
            id="two panels of one name",
        ),
        pytest.param(
            {"rounds": [["决赛", "100", "火星组", "", "", ""]]},
            "第 2 行“评委组”：没有“火星组”这个评委组，请写评委组的名称。",
            id="round of an unknown panel",
        ),
        pytest.param(
            {"rounds": [["决赛", "100", "", "一会儿", "", ""]]},
            "第 2 行“汇报时间”：“一会儿”看不懂。请写成 8 分钟、5 分 30 秒或 90 秒。",
            id="time is no time",
        ),
        pytest.param(
            {"rounds": [["决赛", "100", "", "2 秒", "", ""]]},
            "第 2 行“汇报时间”：要在 10 秒到 60 分钟之间。",
            id="time is too short",
        ),
        pytest.param(
            {"criteria": [["半决赛", "成效", "100", "", "", "", ""]]},
            "第 2 行“轮次”：没有“半决赛”这一轮，请写轮次的名称。",
            id="criterion of an unknown round",
        ),
        pytest.param(
            {"criteria": [["现场评比", "成效", "10", "20", "", "", ""]]},
            "第 2 行“满分”：要大于最低分 20。",
            id="maximum below minimum",
        ),
        pytest.param(
            {"criteria": [["现场评比", "成效", "100", "", "0.3", "", ""]]},
            "第 2 行“每档”：每档 0.3，打不到满分，请改每档或满分。",
            id="step misses the maximum",
        ),
        pytest.param(
            {"seats": [["席一", "周某某", "群众代表", "", "", ""]]},
            "第 2 行“席位号”：只能用字母、数字和减号，最多 8 位，例如 A01。",
            id="seat code in Chinese",
        ),
        pytest.param(
            {"seats": [["A01", "", "群众代表", "", "", ""]]},
            "第 2 行“姓名”：没有填。合并的单元格请先拆开，每行都填。",
            id="seat without a name",
        ),
        pytest.param(
            {"seats": [["A01", "周某某", "群众代表", "", "", "替补"]]},
            "第 2 行“类别”：没有“替补”这一类，请写正式、练习、观摩。",
            id="unknown kind",
        ),
        pytest.param(
            {"seats": [["A01", "周", "群众代表"], ["a01", "吴", "群众代表"]]},
            "第 2 行“席位号”：这个文件里有几行相同，请只留一行。",
            id="one seat twice",
        ),
        pytest.param(
            {"recusals": [["Z09", "7", "亲属", ""]]},
            "第 2 行“席位号”：没有“Z09”这个席位，请先登记席位。",
            id="recusal of an unknown seat",
        ),
        pytest.param(
            {
                "seats": [["A01", "周某某", "群众代表"]],
                "recusals": [["A01", "8", "亲属", ""]],
            },
            "第 2 行“编号”：没有编号是 8 的入围单位，请核对。",
            id="recusal of an unknown number",
        ),
        pytest.param(
            {
                "seats": [["A01", "周某某", "群众代表"]],
                "recusals": [["A01", "7", "亲属", "县教育局"]],
            },
            "第 2 行“单位”：07 号是“县供电公司”，和这里写的不一样。",
            id="number and unit do not agree",
        ),
        pytest.param(
            {
                "seats": [["A01", "周某某", "群众代表"]],
                "recusals": [["A01", "7", "", ""]],
            },
            "第 2 行“理由”：没有填。合并的单元格请先拆开，每行都填。",
            id="recusal without a reason",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(contest, sheets, told):
    assert told in complaints(contest, **sheets)


def test_a_file_with_one_error_does_nothing(contest):
    book = book_of(seats=[*SEATS_OF_THE_RULES, ["A02", "", "群众代表", "", "", ""]])

    with pytest.raises(SetupHasErrors):
        import_setup(
            by=None,
            contest=contest,
            book=book,
            fingerprint=plan_setup(book, contest).fingerprint,
            now=NOW,
        )

    assert not Seat.objects.exists()


def test_what_changed_since_the_preview_is_shown_again_and_not_done(contest):
    book = book_of(seats=SEATS_OF_THE_RULES)
    fingerprint = plan_setup(book, contest).fingerprint
    do(contest, seats=[["A01", "别的人", "群众代表", "", "", ""]])

    with pytest.raises(SetupIsStale):
        import_setup(
            by=None, contest=contest, book=book, fingerprint=fingerprint, now=NOW
        )

    assert Seat.objects.get().name == "别的人"


def test_weights_in_cells_of_per_cent_are_the_same_weights(contest):
    do(contest, panels=[["甲组", "0.6", ""], ["乙组", "0.4", ""]])

    assert [(p.name, p.weight) for p in RuleSheet.objects.get().rules.panels] == [
        ("甲组", Fraction(3, 5)),
        ("乙组", Fraction(2, 5)),
    ]


def test_frozen_rules_accept_only_what_they_say():
    sheet = make_rule_sheet(frozen_at=NOW)
    same = [["领导与部门代表", "60", ""], ["群众代表", "40", ""]]
    other = [["领导与部门代表", "70", ""], ["乡贤代表", "30", ""]]

    assert complaints(sheet.contest, panels=same) == []
    assert complaints(sheet.contest, panels=other) == [
        "第 2 行“权重”：计分规则已经冻结，不能再改。现在是“60%”，请照现在的写。",
        "第 3 行“评委组”：计分规则已经冻结，不能再改。",
        "表里没有“群众代表”。计分规则已经冻结，不能再改。",
    ]
    do(sheet.contest, panels=same, rounds=[["现场评比", "1", "", "6", "", ""]])
    assert Night.objects.get().rounds.get().presenting_seconds == 360


def test_a_panel_with_seats_is_not_removed(contest):
    do(contest, seats=SEATS_OF_THE_RULES)

    assert complaints(contest, panels=[["领导与部门代表", "100", ""]]) == [
        "表里没有“群众代表”，可是它还有席位 A01，不能移除。请先把这些席位改到别的组。"
    ]


def test_recusals_stay_after_the_draw():
    night = make_night(opened=False)
    number = night.contest.entries.first().number

    assert complaints(night.contest, recusals=[["A01", str(number), "亲属", ""]]) == [
        "第 2 行“编号”：抽签已经完成，回避不能再登记或改动。"
    ]


def test_a_recusal_with_another_reason_is_written_anew(contest):
    do(contest, seats=SEATS_OF_THE_RULES, recusals=[["A01", "7", "亲属", ""]])
    do(contest, recusals=[["A01", "7", "曾任职", ""]])

    assert Recusal.objects.get().reason == "曾任职"
    actions = TrailEntry.objects.filter(action__startswith="recusal.")
    assert list(actions.order_by("pk").values_list("action", flat=True)) == [
        "recusal.recorded",
        "recusal.taken_back",
        "recusal.recorded",
    ]


def test_a_night_that_is_open_takes_no_import():
    night = make_night()

    with pytest.raises(JudgingError, match="已经开放"):
        do(night.contest, seats=SEATS_OF_THE_RULES)


def test_without_a_rule_sheet_there_is_nowhere_to_write():
    with pytest.raises(NoRulesYet):
        do(make_contest(), seats=SEATS_OF_THE_RULES)


def test_what_the_draft_still_lacks_is_told_with_the_preview(contest):
    plan = plan_setup(
        book_of(criteria=[["现场评比", "实事成效", "60", "", "", "", ""]]), contest
    )

    assert plan.number_of_problems == 0
    assert any("满分是 60" in gap for gap in plan.gaps)
