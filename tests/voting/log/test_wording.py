import pytest

from voting.log.models import Kind
from voting.log.wording import fingerprint, told

BY_TWO = {"by": ["王芳", "李强"]}


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_is_told_even_where_its_statement_is_empty(kind):
    sentence = told(kind, {"at": "2026-06-01T12:00Z", "kind": kind})

    assert sentence.endswith("。")
    assert "None" not in sentence


@pytest.mark.parametrize(
    ("kind", "said", "sentence"),
    [
        pytest.param(
            "rule_sheet",
            {"title": "计分规则"} | BY_TWO,
            "计分规则“计分规则”冻结，从此不能再改。王芳提出，李强核对同意。",
            id="rule sheet",
        ),
        pytest.param(
            "ballots",
            {"batch": 1, "ballots": 3, "picks": 6, "small": True},
            "第 1 批选票封存：3 张选票，6 个选择。剩下的不到 20 张，合成这一组。",
            id="small group",
        ),
        pytest.param(
            "void",
            {"ballots": 44, "reason": "同一台机器连续投出"} | BY_TWO,
            "44 张选票作废。原因：同一台机器连续投出。王芳提出，李强核对同意。",
            id="void",
        ),
        pytest.param(
            "paused",
            {"notice": "停电。", "by": ["王芳"]},
            "投票暂停。停电。经办人：王芳。",
            id="pause",
        ),
        pytest.param(
            "extended",
            {"after": "2026-06-01T16:05Z", "reason": "补足一天", "by": []},
            "截止时间推后到 6 月 2 日 00:05。补足一天。",
            id="extension",
        ),
        pytest.param(
            "sheet",
            {"round": "第一轮", "entry": 7},
            "第一轮 07 号的评分表全部锁定。分数公布以前，这里只有校验值。",
            id="locked sheets",
        ),
        pytest.param(
            "notice",
            {"act": "lifted", "number": 7, "words": "与它无关。"},
            "07 号的通报撤销。与它无关。",
            id="notice lifted",
        ),
        pytest.param(
            "draw",
            {"act": "list", "title": "出场顺序", "entries": 20},
            "出场顺序：20 个单位的抽签名单公布，种子还没有产生。",
            id="list of a draw",
        ),
        pytest.param(
            "withdrawn",
            {
                "act": "disqualified",
                "number": 112,
                "unit": "县水利局",
                "words": "弄虚作假",
            },
            "112 号县水利局被取消参评资格。说明：弄虚作假。",
            id="disqualification",
        ),
    ],
)
def test_statements_are_told_in_plain_words(kind, said, sentence):
    assert told(kind, said) == sentence


def test_a_hash_is_shown_in_groups_of_four():
    assert fingerprint("0123456789abcdef") == ["0123", "4567", "89ab", "cdef"]
