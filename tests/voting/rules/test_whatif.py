from dataclasses import replace
from fractions import Fraction

from tests.voting.rules.builders import make_inputs, make_sheet
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule
from voting.rules.whatif import Variant, compare, variants


def sheet(**fields):
    defaults = {
        "online_weight": Fraction(1, 5),
        "votes": VotesRule("rank", rank_step=Fraction(1)),
        "places": 2,
    }
    return make_sheet(**defaults | fields)


def inputs(**fields):
    return make_inputs(
        {"a": [90], "b": [89], "c": [88]}, votes={"a": 10, "b": 20, "c": 1000}, **fields
    )


def test_the_table_has_the_sheet_first_and_then_the_other_ways():
    assert [column.name for column in compare(sheet(), inputs())] == [
        "名次线性 20%",
        "占最高票 20%",
        "占总票 20%",
        "极差 20%",
        "人数门槛＋名次 20%",
        "名次线性 10%",
        "只看现场，民意只作参考",
        "只看民意",
    ]


def test_each_column_says_who_would_enter_and_leave():
    by_name = {column.name: column for column in compare(sheet(), inputs())}

    assert by_name["名次线性 20%"].inside == ("a", "b")
    assert by_name["占最高票 20%"].inside == ("c", "a")
    assert (by_name["占最高票 20%"].entering, by_name["占最高票 20%"].leaving) == (
        ("c",),
        ("b",),
    )
    assert by_name["只看现场，民意只作参考"].ranks == {"a": 1, "b": 2, "c": 3}
    assert by_name["只看民意"].ranks == {"a": 3, "b": 2, "c": 1}


def test_a_way_that_cannot_be_computed_says_why():
    by_name = {column.name: column for column in compare(sheet(), inputs())}

    refused = by_name["人数门槛＋名次 20%"]
    assert (refused.ranks, refused.inside) == ({}, ())
    assert (
        refused.refused
        == "按人数设门槛，这些单位缺人数：01 单位a、02 单位b、03 单位c。"
    )


def test_own_variants_may_be_compared():
    other = Variant("取整到整数", replace(sheet(), rounding={"total": 0}))

    assert [c.name for c in compare(sheet(), inputs(), [other])] == [
        "公布的规则",
        "取整到整数",
    ]


def test_a_sheet_without_a_poll_has_nothing_to_vary():
    assert [v.name for v in variants(make_sheet())] == ["公布的规则"]


def test_weighted_extras_leave_no_room_for_votes_alone():
    extra = ExtraRule("ledger", "台账", "weighted", Fraction(1, 10))

    assert "只看民意" not in [v.name for v in variants(sheet(extras=(extra,)))]


def test_satisfaction_may_also_be_used_as_it_is():
    grades = (Grade("good", "满意", Fraction(100)), Grade("bad", "不满意", Fraction(0)))
    graded = sheet(votes=VotesRule("rank", form="grades", grades=grades))

    assert "平均满意度 20%" in [v.name for v in variants(graded)]
