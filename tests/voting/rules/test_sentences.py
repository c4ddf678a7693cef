"""What a person reads. Whole sentences are compared: a comma is part of the answer."""

from fractions import Fraction

import pytest

from tests.voting.rules.builders import make_inputs, make_panel, make_round, make_sheet
from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Inputs, Recusal, Seat
from voting.rules.places import exponential_table
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule
from voting.rules.sheets import Criterion
from voting.rules.trimming import Trimming

TRIM = Trimming()


def told(sheet, inputs, entry="a"):
    return compute(sheet, inputs).trace(entry).sentences


def test_why_this_score_is_told_step_by_step():
    sheet = make_sheet(
        online_weight=Fraction(3, 10),
        votes=VotesRule("share_of_top"),
        panels=(
            make_panel("A", name="代表组", weight=Fraction(3, 5), trimming=TRIM),
            make_panel("B", name="群众组", weight=Fraction(2, 5), trimming=TRIM),
        ),
        extras=(ExtraRule("bonus", "台账加分", "added"),),
        rounding={"total": 2},
    )
    inputs = make_inputs(
        {"a": [89, 94, "84.5", 85, 90, 91, 92], "b": [70] * 7},
        panels={"A": 4, "B": 3},
        votes={"a": 21087, "b": 24918},
        extras={"bonus": {"a": Fraction(1)}},
        deductions=(Deduction("a", Fraction("0.5"), "超时"),),
    )

    assert told(sheet, inputs) == (
        "代表组（权重 60%）：4 份有效（89、94、84.5、85），去掉最高 94，去掉最低 84.5，其余 2 份平均 ＝ 87.00。",
        "群众组（权重 40%）：3 份有效（90、91、92），去掉最高 92，去掉最低 90，其余 1 份平均 ＝ 91.00。",
        "现场得分：87.00 × 60% ＋ 91.00 × 40% ＝ 88.60。",
        "民意测评：得 21087 票；最高 24918，21087 ÷ 24918 × 100 ≈ 84.63。",
        "综合得分：现场得分 88.60 × 70% ＋ 民意得分 84.63 × 30% ＋ 台账加分 1 － 扣分 0.5（超时） "
        "≈ 87.90767，四舍五入到 2 位小数 ＝ 87.91。",
        "第 1 名。",
        "排在单位b前面：综合得分 87.91 比 79.00。",
    )


def test_who_does_not_count_is_told_by_reason():
    seats = (*(Seat(f"A{n}", "A") for n in range(1, 6)), Seat("A6", "A", "practice"))
    inputs = make_inputs(
        {"a": [90, 91, None, None, None, 10]},
        seats=seats,
        recusals=(Recusal("A3", "a", "本单位"),),
        absences=(Absence("A4"),),
    )

    assert told(make_sheet(), inputs)[:2] == (
        "A 组（权重 100%）：2 份有效（90、91），2 份平均 ＝ 90.50。",
        "A 组（权重 100%）不计入：A3 回避；A4 缺席；A5 未交评分表；A6 练习席，不计。",
    )


def test_a_void_panel_is_told_and_is_not_zero():
    sheet = make_sheet(
        panels=(
            make_panel("A", weight=Fraction(2, 3)),
            make_panel("B", weight=Fraction(1, 3)),
        )
    )
    inputs = make_inputs(
        {"a": [90, None]}, panels={"A": 1, "B": 1}, absences=(Absence("B1"),)
    )

    assert told(sheet, inputs) == (
        "A 组（权重 约 66.67%）：1 份有效（90），1 份平均 ＝ 90.00。",
        "B 组（权重 约 33.33%）：没有足够的有效评分，整组作废。",
        "B 组（权重 约 33.33%）不计入：B1 缺席。",
        "B 组没有有效得分，不按 0 分算；权重按规则归其余组。",
        "现场得分：90.00 × 100% ＝ 90.00。",
        "综合得分：现场得分 90.00 × 100% ＝ 90.00。",
        "第 1 名。",
    )


def test_an_entry_without_a_score_is_told_why():
    inputs = make_inputs({"a": [90]}, recusals=(Recusal("A1", "a"),))

    assert told(make_sheet(), inputs)[-2:] == (
        "现场评分没有有效的组得分，这一轮作废，不按 0 分算。",
        "没有综合得分：没有有效的现场得分。",
    )


def test_the_deciding_digits_are_shown_where_they_decide():
    sheet = make_sheet(
        ladder=("total_exact", "open"), rounding={"total": 1}, shown_places=1
    )
    inputs = make_inputs(
        {"a": ["80.5", 80, 80, None, None], "b": ["80.5", "80.5", "80.5", 80, 80]},
        absences=(Absence("A4", "a"), Absence("A5", "a")),
    )

    # 80.1666... and 80.3 are both shown; 80.17 and 80.2 would both be 80.2
    assert (
        told(sheet, inputs, "b")[-1] == "排在单位a前面：未取整的综合得分 80.3 比 80.2。"
    )

    close = make_inputs(
        {"a": ["80.5", 80, 80, None, None], "b": ["80.5", "80.5", 80, 80, 80]},
        absences=inputs.absences,
    )
    assert (
        told(sheet, close, "b")[-1]
        == "排在单位a前面：未取整的综合得分 80.20 比 80.17。"
    )


def test_the_rung_that_parts_equal_totals_is_named():
    sheet = make_sheet(
        online_weight=Fraction(1, 2),
        votes=VotesRule("share_of_top"),
        ladder=("total", "votes_raw", "open"),
    )
    inputs = make_inputs({"a": [80], "b": [90]}, votes={"a": 100, "b": 90})

    assert told(sheet, inputs)[-2:] == (
        "第 1 名。",
        "和单位b综合得分相同，比民意测评原始结果：100 比 90，排在前面。",
    )


def test_a_shared_rank_and_a_lot_are_told():
    sheet = make_sheet(ladder=("total", "lot"))
    totals = {"a": [80], "b": [80]}

    waiting = compute(sheet, make_inputs(totals))
    drawn = compute(sheet, make_inputs(totals, lot_seed="31415926535897932384"))

    assert waiting.trace("a").sentences[-2:] == (
        "并列第 1 名。",
        "各级都分不出先后，名次并列，后面的名次空出。",
    )
    assert drawn.ranking[0].sentences[-1] == (
        f"和第 2 名{drawn.ranking[1].name}前面各级都相同，由抽签分出先后。"
    )


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        pytest.param(
            [80, 85, 91],
            "3 份有效（80、85、91），取最接近的两份，不取 91，2 份平均 ＝ 82.50。",
            id="closest",
        ),
        pytest.param([80], "1 份有效（80），就用这 1 份 ＝ 80.00。", id="itself"),
        pytest.param(
            [80, 85], "2 份有效（80、85），2 份平均 ＝ 82.50。", id="mean of two"
        ),
    ],
)
def test_small_panels_are_told(marks, sentence):
    sheet = make_sheet(
        panels=(make_panel(trimming=Trimming(at_least=2, small="closest")),)
    )

    assert told(sheet, make_inputs({"a": marks}))[0] == f"A 组（权重 100%）：{sentence}"


def test_criteria_trimmed_apart_are_told_one_by_one():
    two = make_round(
        criteria=(
            Criterion("x", "实效", Fraction(10), weight=Fraction(4)),
            Criterion("y", "表达", Fraction(60)),
        )
    )
    sheet = make_sheet(
        panels=(make_panel(trim_by="criterion", trimming=TRIM),),
        rounds=(two,),
        rounding={"criterion": 2},
    )
    inputs = Inputs(
        entries=make_inputs({"a": []}).entries,
        seats=tuple(Seat(f"A{n}", "A") for n in range(5)),
        marks={
            "r1": {
                "a": {
                    f"A{n}": {"x": Fraction(x), "y": Fraction(y)}
                    for n, (x, y) in enumerate(
                        [(9, 50), (8, 51), (8, 52), (7, 53), (10, 54)]
                    )
                }
            }
        },
    )

    assert told(sheet, inputs)[:3] == (
        "A 组（权重 100%）的“实效”：5 份有效（9、8、8、7、10），去掉最高 10，去掉最低 7，"
        "其余 3 份平均 ≈ 8.33333，四舍五入到 2 位小数 ＝ 8.33；乘系数 4 ＝ 33.32。",
        "A 组（权重 100%）的“表达”：5 份有效（50、51、52、53、54），去掉最高 54，去掉最低 50，"
        "其余 3 份平均 ＝ 52.00。",
        "A 组（权重 100%）组得分 ＝ 85.32。",
    )


def test_places_are_told_by_seat():
    sheet = make_sheet(
        panels=(make_panel(method="places"),), place_points=exponential_table(3)
    )
    inputs = make_inputs({"a": [90, 80], "b": [80, 80], "c": [70, 90]})

    assert told(sheet, inputs)[0] == (
        "A 组（权重 100%）：2 位评委排出的名次折分（A1 第 1 名 12.00、A2 并列第 2 至 3 名 9.06），"
        "平均 ≈ 10.53，折成百分 ≈ 87.77。"
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            VotesRule("share_of_total"),
            "得 30 票；全部 40，30 ÷ 40 × 100，按最大余数凑整 ＝ 75.00。",
        ),
        (VotesRule("min_max"), "得 30 票；最高 30、最低 10，按高低差折成 ＝ 100.00。"),
        (VotesRule("rank"), "得 30 票；在 2 个单位里第 1 名，按名次折分 ＝ 100.00。"),
        (
            VotesRule("floor_and_rank"),
            "得 30 票；门槛 40，没过门槛；在 2 个单位里第 1 名，合计 ＝ 50.00。",
        ),
    ],
)
def test_each_way_of_counting_votes_is_told(rule, sentence):
    sheet = make_sheet(online_weight=Fraction(1), votes=rule, panels=(), rounds=())
    entries = make_inputs({"a": [], "b": []}).entries
    counted = [type(e)(e.code, e.number, e.name, headcount=20) for e in entries]

    inputs = Inputs(entries=tuple(counted), votes={"a": 30, "b": 10})

    assert told(sheet, inputs)[0] == f"民意测评：{sentence}"


def test_grades_are_told_with_the_number_of_ratings():
    rule = VotesRule(
        "as_is",
        form="grades",
        grades=(
            Grade("good", "满意", Fraction(100)),
            Grade("bad", "不满意", Fraction(0)),
        ),
        minimum_ratings=3,
    )
    sheet = make_sheet(online_weight=Fraction(1, 2), votes=rule)
    inputs = make_inputs(
        {"a": [80], "b": [80]}, grades={"a": {"good": 2, "bad": 1}, "b": {"good": 2}}
    )

    assert told(sheet, inputs)[2] == (
        "民意测评：3 人评价，平均满意度 ≈ 66.67；直接作为民意得分 ≈ 66.67。"
    )
    assert told(sheet, inputs, "b")[2] == (
        "民意测评：没有足够的有效评价，不按 0 分算，按规则处理它的权重。"
    )


def test_votes_that_only_advise_are_told_as_such():
    sheet = make_sheet(votes=VotesRule("share_of_top"))

    assert told(sheet, make_inputs({"a": [90]}, votes={"a": 5}))[-2] == (
        "综合得分：现场得分 90.00 × 100% ＝ 90.00。民意得分只作参考，不计入。"
    )


def test_two_rounds_are_told_apart_and_joined():
    sheet = make_sheet(
        rounds=(
            make_round("r1", name="第一轮", weight=Fraction(2, 5)),
            make_round("r2", name="第二轮", weight=Fraction(3, 5)),
        )
    )
    first = make_inputs({"a": [80]})
    inputs = Inputs(
        entries=first.entries,
        seats=first.seats,
        marks=first.marks | {"r2": {"a": {"A1": {"all": Fraction(90)}}}},
    )

    assert told(sheet, inputs)[1:5] == (
        "第一轮得分：80.00 × 100% ＝ 80.00。",
        "第二轮，A 组（权重 100%）：1 份有效（90），1 份平均 ＝ 90.00。",
        "第二轮得分：90.00 × 100% ＝ 90.00。",
        "现场得分：80.00 × 40% ＋ 90.00 × 60% ＝ 86.00。",
    )


def test_a_big_panel_is_not_listed_mark_by_mark_in_a_sentence():
    assert told(make_sheet(), make_inputs({"a": [90] * 200}))[0] == (
        "A 组（权重 100%）：200 份有效，200 份平均 ＝ 90.00。"
    )
