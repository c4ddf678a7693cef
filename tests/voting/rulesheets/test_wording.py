from dataclasses import replace
from fractions import Fraction

import pytest

from voting.rules.outliers import OutlierRule
from voting.rules.rule_sheet import ExtraRule, Grade, VotesRule
from voting.rules.trimming import Trimming
from voting.rulesheets.templates import BY_CODE
from voting.rulesheets.wording import articles

RULES = replace(BY_CODE["share_of_top"].rules, online_weight=Fraction(3, 10))


def sentence(rules, anchor: str) -> str:
    return next(a.sentence for a in articles(rules) if a.anchor == anchor)


def test_every_article_is_one_sentence():
    assert [
        article.title
        for article in articles(RULES)
        if article.sentence.count("。") != 1 or not article.sentence.endswith("。")
    ] == []


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        pytest.param(
            Fraction(3, 10),
            "综合得分满分 100 分，现场评比占 70%，民意测评占 30%。",
            id="30 %",
        ),
        pytest.param(
            Fraction(0),
            "综合得分满分 100 分，现场评比占 100%；"
            "民意测评只作参考，票数照常公布，不进综合得分。",
            id="advice",
        ),
        pytest.param(
            Fraction(1), "综合得分满分 100 分，民意测评占 100%。", id="votes alone"
        ),
        pytest.param(
            Fraction(1, 3),
            "综合得分满分 100 分，现场评比占 66.67%（2/3），民意测评占 33.33%（1/3）。",
            id="a third",
        ),
        pytest.param(None, "民意测评占多少还没有选定。", id="nobody has chosen"),
    ],
)
def test_the_first_article_tells_the_parts(weight, told):
    assert sentence(replace(RULES, online_weight=weight), "parts") == told


@pytest.mark.parametrize(
    ("votes", "numbers"),
    [
        pytest.param(VotesRule("rank"), "每降一名减 100 除以单位个数", id="even rank"),
        pytest.param(
            VotesRule("rank", rank_step=Fraction(3, 2)),
            "每降一名减 1.5 分，减到 0 为止",
            id="rank by step",
        ),
        pytest.param(
            VotesRule("floor_and_rank"),
            "票数达到本单位在编人数的 2 倍，得 50 分；另外 50 分",
            id="floor",
        ),
        pytest.param(VotesRule("min_max"), "最低的计 0 分", id="min-max"),
        pytest.param(VotesRule("share_of_total"), "分一个 100 分的总数", id="pool"),
        pytest.param(
            VotesRule(
                "as_is",
                form="grades",
                minimum_ratings=30,
                grades=(
                    Grade("good", "满意", Fraction(100)),
                    Grade("unknown", "不了解", None),
                ),
            ),
            "“满意”计 100 分、“不了解”不算评价，取平均；至少 30 人评价才有效",
            id="grades",
        ),
    ],
)
def test_the_votes_article_tells_the_numbers_of_its_method(votes, numbers):
    assert numbers in sentence(replace(RULES, votes=votes), "votes")


def test_panels_that_trim_in_another_way_are_told_apart():
    first, *others = RULES.panels
    rules = replace(
        RULES,
        panels=(replace(first, trimming=Trimming(drop_high=2, drop_low=2)), *others),
    )

    assert sentence(rules, "trimming").startswith(
        "领导与部门代表组内，去掉 2 个最高分、2 个最低分，其余取平均"
    )


def test_what_a_contest_does_not_use_is_not_told():
    anchors = [article.anchor for article in articles(RULES)]
    with_all = replace(
        RULES,
        extras=(ExtraRule("ledger", "台账分", "added", full=Fraction(2)),),
        outliers=OutlierRule(distance=Fraction(10)),
        note="每张选票必须正好选十个单位。",
        rounds=(
            replace(RULES.rounds[0], weight=Fraction(1, 2)),
            replace(RULES.rounds[0], code="second", weight=Fraction(1, 2)),
        ),
    )

    more = [a.anchor for a in articles(with_all) if a.anchor not in anchors]

    assert more == ["rounds", "extras", "outliers", "note"]


def test_nothing_is_said_of_votes_where_there_is_no_poll():
    anchors = {a.anchor for a in articles(replace(RULES, votes=None))}

    assert anchors & {"votes", "void-votes"} == set()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param(
            {},
            "结果页写全部单位的名次、得分和每一步算法，人人可以重算；"
            "揭晓时大屏幕上写各部分得分和综合得分。",
            id="all of it",
        ),
        pytest.param(
            {"publishing": "top", "shown_on_wall": "parts"},
            "结果页只写红旗单位的名次、得分和每一步算法，其余单位只写编号和名称；"
            "核对用的数据包里有全部单位的评分和票数，人人可以重算；"
            "揭晓时大屏幕上只写各部分得分，综合得分看结果页。",
            id="the top alone",
        ),
        pytest.param(
            {"online_weight": Fraction(1)},
            "结果页写全部单位的名次、得分和每一步算法，人人可以重算。",
            id="no night, no wall",
        ),
    ],
)
def test_what_the_result_will_tell_is_an_article_too(fields, told):
    assert sentence(replace(RULES, **fields), "publishing") == told
