import json
import re
from functools import cache

import pytest

from voting.integrity.campaigns import POOL, SCRIPT, poll_with
from voting.integrity.detection.evidence import evidence_of, sentence_of
from voting.integrity.detection.groups import groups_of
from voting.integrity.detection.limits import Limits
from voting.integrity.detection.signs import Sign
from voting.integrity.detection.table import Table


@cache
def found(kind, seed):
    table = Table(poll_with(seed, [(kind, 300)], ballots=2500).rows)
    [group, *_] = groups_of(table, Limits())
    return group, evidence_of(group, table)


@pytest.mark.parametrize(("kind", "seed"), [(SCRIPT, 1), (POOL, 2)])
def test_evidence_is_plain_values_and_names_nothing(kind, seed):
    _, evidence = found(kind, seed)

    assert json.loads(json.dumps(evidence)) == evidence
    assert len(evidence["sentences"]) >= 2
    assert set(evidence) == {"sentences", "series", "from", "upto"}
    assert not [
        text
        for text in evidence["sentences"]
        if not text.endswith("。") or "{" in text or "号单位" in text
    ]


def test_chart_shows_every_ballot_of_the_group_against_the_usual_curve():
    group, evidence = found(SCRIPT, 1)
    [over_time] = evidence["series"]

    assert sum(over_time["values"]) == len(group.ballots)
    assert len(over_time["values"]) == len(over_time["expected"]) <= 99
    assert abs(sum(over_time["expected"]) - len(group.ballots)) < 1
    assert evidence["from"] >= over_time["start"]


def test_sentence_says_times_in_shanghai():
    sign = Sign(
        "time", "burst", False,
        {"from": 29_670_720, "upto": 29_670_720 + 605, "minutes": 606, "times": 4.04},
    )  # fmt: skip

    assert sentence_of(sign) == (
        "6 月 1 日 00:00 至 6 月 1 日 10:05，某一选项的选票是按其他选票的起伏推算的 4.0 倍。"
    )


@pytest.mark.parametrize(
    ("usual", "words"),
    [
        pytest.param(0.02, "不到 0.1%", id="nearly none"),
        pytest.param(4.26, " 4.3%", id="few"),
        pytest.param(46.2, " 46%", id="many"),
    ],
)
def test_small_shares_keep_a_decimal(usual, words):
    sign = Sign("client", "one client", True, {"share": 99.6, "usual": usual})

    assert sentence_of(sign) == f"100% 用的是同一类浏览器；其他选票是{words}。"


def test_no_sentence_shows_how_many_picked_an_option():
    _, evidence = found(POOL, 2)

    assert not [
        text for text in evidence["sentences"] if re.search(r"选项.*得了?\s*\d", text)
    ]


@pytest.mark.parametrize(
    ("residents", "is_said"),
    [
        pytest.param(100_000, False, id="a large town"),
        pytest.param(200, True, id="fewer people than ballots"),
        pytest.param(0, False, id="not known"),
    ],
)
def test_ballots_beyond_the_residents_are_only_said_to_be_more(residents, is_said):
    group, _ = found(SCRIPT, 1)
    table = Table(poll_with(1, [(SCRIPT, 300)], ballots=2500).rows)

    told = evidence_of(group, table, {group.option: residents})["sentences"]

    assert (
        "这一组的选票，比某一选项那个单位服务的人口还多。只供参考。" in told
    ) == is_said
