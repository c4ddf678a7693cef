import json

import pytest

from voting.rules.reviewing import rank, total

CRITERIA = [
    {"code": "effect", "name": "实效", "maximum": "50", "step": "0.5", "weight": "60"},
    {"code": "voice", "name": "群众评价", "maximum": "10", "step": "1", "weight": "40"},
]


def reviewed(marks, **changed):
    """``marks``: entry → reviewer → (effect, voice)."""
    document = {
        "criteria": CRITERIA,
        "trim_from": None,
        "normalised": False,
        "places": 2,
        "entries": [{"code": code, "name": f"单位{code}"} for code in marks],
        "reviews": [
            {
                "entry": code,
                "reviewer": reviewer,
                "marks": {"effect": effect, "voice": voice},
            }
            for code, given in marks.items()
            for reviewer, (effect, voice) in given.items()
        ],
        "decision": None,
    }
    return document | changed


def same(*effects, voice="8"):
    return {f"r{n}": (effect, voice) for n, effect in enumerate(effects)}


def places(outcome):
    return [
        (row["rank"], row["entry"], row["score"]["shown"]) for row in outcome["ranking"]
    ]


def test_equals_share_a_rank_and_the_next_stays_empty():
    outcome = rank(
        reviewed({"a": same("30"), "b": same("40"), "c": same("40"), "d": same("20")})
    )

    # 40 ÷ 50 × 60 + 8 ÷ 10 × 40 = 48 + 32
    assert places(outcome) == [
        (1, "b", "80.00"),
        (1, "c", "80.00"),
        (3, "a", "68.00"),
        (4, "d", "56.00"),
    ]
    assert outcome["chosen"] == ["b", "c"]


@pytest.mark.parametrize(
    ("count", "states", "score"),
    [
        # effects 20, 30, 40, 50 … × 1.2 + 32
        pytest.param(3, ["counted"] * 3, "68.00", id="one short of trimming"),
        pytest.param(4, ["low", "counted", "counted", "high"], "74.00", id="trimmed"),
    ],
)
def test_highest_and_lowest_go_from_so_many_on(count, states, score):
    effects = ["20", "30", "40", "50"][:count]
    row = rank(reviewed({"a": same(*effects)}, trim_from=4))["ranking"][0]

    assert [review["state"] for review in row["reviews"]] == states
    assert row["score"]["shown"] == score


def test_missing_is_not_zero():
    outcome = rank(reviewed({"a": same("40", "40", "40"), "b": same("45"), "c": {}}))

    assert places(outcome) == [(1, "b", "86.00"), (2, "a", "80.00")]
    assert outcome["unranked"] == [
        {"entry": "c", "name": "单位c", "reason": "还没有一份评审，不能排名。"}
    ]


def test_a_partial_sheet_is_refused():
    document = reviewed({"a": same("40")})
    del document["reviews"][0]["marks"]["voice"]

    with pytest.raises(ValueError, match="a mark for each criterion"):
        rank(document)


def test_levels_of_reviewers_are_moved_only_when_declared():
    strict = dict.fromkeys("abc", ("20", "8"))
    mild = dict.fromkeys("def", ("40", "8"))
    marks = {code: {"strict": strict[code]} for code in "abc"} | {
        code: {"mild": mild[code]} for code in "def"
    }

    plain, moved = rank(reviewed(marks)), rank(reviewed(marks, normalised=True))

    assert {row["score"]["shown"] for row in plain["ranking"]} == {"56.00", "80.00"}
    assert {row["score"]["shown"] for row in moved["ranking"]} == {"68.00"}
    assert moved["ranking"][0]["reviews"][0]["total"]["shown"] == "56.00"


def test_a_reviewer_of_two_sheets_has_no_level():
    marks = {"a": {"x": ("20", "8")}, "b": {"x": ("30", "8")}, "c": {"y": ("50", "8")}}

    assert places(rank(reviewed(marks, normalised=True))) == places(
        rank(reviewed(marks))
    )


TIED = {
    "a": {"x": ("50", "8")},
    "b": {"x": ("40", "8")},
    "c": {"x": ("45", "6.5"), "y": ("35", "9.5")},
    "d": {"x": ("30", "8")},
}


def test_a_tie_across_the_cut_stays_open():
    outcome = rank(reviewed(TIED))

    assert outcome["cut"] == {
        "places": 2,
        "inside": ["a"],
        "tied": ["b", "c"],
        "places_left": 1,
    }
    assert outcome["chosen"] is None


@pytest.mark.parametrize(
    ("decision", "chosen"),
    [
        pytest.param({"kind": "all", "chosen": []}, ["a", "b", "c"], id="all"),
        pytest.param({"kind": "named", "chosen": ["c"]}, ["a", "c"], id="named"),
    ],
)
def test_a_decision_ends_the_tie(decision, chosen):
    assert rank(reviewed(TIED, decision=decision))["chosen"] == chosen


def test_the_further_rung_compares_the_heaviest_criterion_first():
    # Both 80: 40 and 8, or 45 and 6.5. The heaviest criterion is effect.
    marks = {
        "a": {"x": ("50", "8")},
        "b": {"x": ("40", "8")},
        "c": {"x": ("45", "6.5")},
    }

    further = rank(reviewed(marks))["further_rung"]

    assert (further["settles"], further["chosen"], further["by"]) == (
        True,
        ["c"],
        ["实效"],
    )
    decided = rank(reviewed(marks, decision={"kind": "rung", "chosen": ["c"]}))
    assert decided["chosen"] == ["a", "c"]


def test_a_further_rung_that_settles_nothing_says_so():
    marks = {code: same("40") for code in "abc"}

    assert rank(reviewed(marks))["further_rung"]["settles"] is False


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param({"kind": "named", "chosen": ["a"]}, id="somebody inside"),
        pytest.param({"kind": "named", "chosen": ["b", "c"]}, id="one too many"),
        pytest.param({"kind": "named", "chosen": []}, id="nobody"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(decision):
    with pytest.raises(ValueError, match="does not fit"):
        rank(reviewed(TIED, decision=decision))


def test_neighbours_that_look_equal_show_the_deciding_digit():
    criteria = [CRITERIA[0] | {"weight": "1"}]
    document = reviewed({}, criteria=criteria) | {
        "entries": [{"code": "a", "name": "甲"}, {"code": "b", "name": "乙"}],
        "reviews": [
            {"entry": "a", "reviewer": str(n), "marks": {"effect": mark}}
            for n, mark in enumerate(["40", "40", "40.5"])
        ]
        + [{"entry": "b", "reviewer": "1", "marks": {"effect": "40.1666"}}],
    }

    assert [row["score"]["shown"] for row in rank(document)["ranking"]] == [
        "80.3333",
        "80.3332",
    ]


def test_why_this_score_is_told_in_sentences():
    row = rank(reviewed({"a": same("40", "45", "50")}, trim_from=3))["ranking"][0]

    assert row["sentences"] == [
        "3 份评审（80.00、86.00、92.00），去掉最高 92.00，去掉最低 80.00，其余 1 份平均 ＝ 86.00。"
    ]
    assert row["spread"]["shown"] == "12.00"
    assert (
        row["reviews"][0]["sum"]
        == "实效 40 ÷ 50 × 60.00 ＋ 群众评价 8 ÷ 10 × 40.00 ＝ 80.00"
    )


def test_the_outcome_is_plain_json():
    outcome = rank(reviewed(TIED))

    assert json.loads(json.dumps(outcome)) == outcome


def test_the_total_of_one_sheet():
    assert total({"effect": "42.5", "voice": "9"}, CRITERIA) == "87.00"
