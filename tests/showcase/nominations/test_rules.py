from datetime import date

import pytest

from showcase.nominations.rules import (
    Change,
    Difference,
    Missing,
    State,
    days_left,
    deadline_of,
    differences,
    length,
    missing,
    state_at,
    state_of,
)
from tests.factories import DAY, NOW, SECOND

FIGURE = {
    "label": "修路",
    "value": "12",
    "unit": "公里",
    "period": "今年",
    "source": "县局",
}
PROOF = {
    "id": 3,
    "kind": "image",
    "title": "新路",
    "hash": "abcdef0123",
    "caption": "东街",
}
WHOLE = {
    "statement": "路修好了。",
    "figures": [FIGURE],
    "contact_name": "张某",
    "contact_phone": "0319-7654321",
    "evidence": [PROOF],
}


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param((None, None, False), State.NOT_STARTED, id="nothing written"),
        pytest.param((None, None, True), State.DRAFT, id="begun"),
        pytest.param((NOW, None, True), State.SUBMITTED, id="handed in"),
        pytest.param((None, NOW, True), State.RETURNED, id="returned"),
    ],
)
def test_state_follows_from_the_times(times, expected):
    submitted_at, returned_at, is_begun = times
    found = state_of(
        submitted_at=submitted_at, returned_at=returned_at, is_begun=is_begun
    )
    assert found == expected


@pytest.mark.parametrize(
    ("state", "now", "expected"),
    [
        pytest.param(State.DRAFT, NOW - SECOND, State.DRAFT, id="before the deadline"),
        pytest.param(State.DRAFT, NOW, State.LATE, id="at the deadline"),
        pytest.param(State.RETURNED, NOW, State.LATE, id="returned, not put right"),
        pytest.param(State.SUBMITTED, NOW, State.SUBMITTED, id="handed in in time"),
    ],
)
def test_what_is_not_submitted_at_the_deadline_is_late(state, now, expected):
    assert state_at(state, deadline=NOW, now=now) == expected


@pytest.mark.parametrize(
    ("closes_at", "extended", "expected"),
    [
        pytest.param(NOW, None, NOW, id="for everybody"),
        pytest.param(NOW, NOW + DAY, NOW + DAY, id="extended"),
        pytest.param(NOW, NOW - DAY, NOW, id="never shorter"),
        pytest.param(None, NOW, None, id="not planned"),
    ],
)
def test_an_extension_only_lengthens_the_time(closes_at, extended, expected):
    assert deadline_of(closes_at, extended) == expected


def test_the_last_day_is_day_nought():
    assert days_left(date(2026, 6, 3), date(2026, 6, 3)) == 0


def test_spaces_and_line_ends_are_no_characters():
    assert length(" 路 修\r\n好　了 ") == 4


def test_nothing_is_missing_in_a_whole_nomination():
    assert missing(WHOLE) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            {"statement": " \n"},
            Missing("自荐说明还没有写", "id_statement"),
            id="no statement",
        ),
        pytest.param(
            {"statement": "长" * 2_003},
            Missing("自荐说明有 2003 字，最多 2000 字，请删去 3 字", "id_statement"),
            id="statement too long",
        ),
        pytest.param(
            {"figures": []},
            Missing("主要数字至少写一项", "id_figure-label-1"),
            id="no figure",
        ),
        pytest.param(
            {"figures": [FIGURE, FIGURE | {"period": "", "source": ""}]},
            Missing("第 2 项主要数字没有写时间范围、数据来源", "id_figure-period-2"),
            id="half a figure",
        ),
        pytest.param(
            {"evidence": []},
            Missing("佐证材料至少放一张照片或一个文件", "id_files"),
            id="no evidence",
        ),
        pytest.param(
            {"evidence": [PROOF | {"caption": ""}]},
            Missing("第 1 件佐证没有写说明", "id_caption-3"),
            id="no caption",
        ),
        pytest.param(
            {"contact_name": ""},
            Missing("没有写联系人", "id_contact_name"),
            id="no contact",
        ),
        pytest.param(
            {"contact_phone": ""},
            Missing("没有写联系电话", "id_contact_phone"),
            id="no telephone",
        ),
        pytest.param(
            {"contact_phone": "找小张"},
            Missing("联系电话看起来不是电话号码", "id_contact_phone"),
            id="no telephone number",
        ),
    ],
)
def test_what_is_missing_names_the_field_where_it_is_put_right(change, expected):
    assert missing(WHOLE | change) == [expected]


def test_differences_show_what_went_and_what_came_clause_by_clause():
    before = WHOLE | {"statement": "路修好了。灯也亮了。"}
    after = WHOLE | {"statement": "路修好了。灯全亮了。", "contact_name": "李某"}

    assert differences(before, after) == [
        Difference(
            "自荐说明",
            [
                Change("same", "路修好了。"),
                Change("gone", "灯也亮了。"),
                Change("new", "灯全亮了。"),
            ],
        ),
        Difference(
            "联系人",
            [
                Change("gone", "张某 0319-7654321\n"),
                Change("new", "李某 0319-7654321\n"),
            ],
        ),
    ]


def test_an_exchanged_file_is_a_difference():
    after = WHOLE | {"evidence": [PROOF | {"hash": "0000000000"}]}

    assert [each.label for each in differences(WHOLE, after)] == ["佐证材料"]


def test_what_stayed_is_shown_shortened():
    assert Change("same", "甲" * 100 + "乙" * 100).shown == (
        "甲" * 60 + " …… " + "乙" * 60
    )
    assert Change("gone", "甲" * 200).shown == "甲" * 200


def test_the_same_content_has_no_difference():
    assert differences(WHOLE, WHOLE) == []
