from dataclasses import replace
from datetime import timedelta

import pytest

from showcase.contests.announcements import Action, announcement, stations
from showcase.contests.rules import Act, Times
from tests.factories import DAY, NOW, SECOND

# NOW is 20:00 on 1 June in Shanghai.
PLAN = Times(
    nomination_opens_at=NOW,
    nomination_closes_at=NOW + 10 * DAY,
    first_review_closes_at=NOW + 15 * DAY,
    second_review_closes_at=NOW + 20 * DAY,
    shortlisted_at=NOW + 21 * DAY,
    poll_opens_at=NOW + 25 * DAY,
    poll_closes_at=NOW + 35 * DAY,
    night_opens_at=NOW + 40 * DAY,
)
RESULT = replace(
    PLAN,
    night_closed_at=NOW + 40 * DAY + timedelta(hours=3),
    provisional_at=NOW + 41 * DAY,
    notice_closes_at=NOW + 48 * DAY,
)
VOTING = frozenset({Act.VOTE})
MARKING = frozenset({Act.MARK})


def unbroken(text: str) -> str:
    """Days that are not torn apart at the end of a line."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("times", "days", "acts", "expected"),
    [
        (PLAN, -1, (), ("", "活动正在筹备", "6 月 1 日 20:00 单位自荐开始", "ledger")),
        (PLAN, 0, (), ("", "单位自荐进行中", "6 月 11 日 20:00 截止", "ledger")),
        (PLAN, 10, (), ("", "初审进行中", "6 月 16 日 20:00 结束", "ledger")),
        (PLAN, 15, (), ("", "复审进行中", "6 月 21 日 20:00 结束", "ledger")),
        (PLAN, 20, (), ("", "正在确定入围单位", "6 月 22 日 20:00 公布名单", "ledger")),
        (PLAN, 21, (), ("", "民意测评还没有开始", "6 月 26 日 20:00 开始", "look")),
        (PLAN, 25, VOTING, ("open", "民意测评进行中", "7 月 6 日 20:00 截止", "vote")),
        (PLAN, 25, (), ("", "民意测评即将开放", "正在做开放前的最后核对", "look")),
        (
            PLAN,
            35,
            (),
            (
                "closed",
                "民意测评已经截止",
                "7 月 11 日 20:00 现场评比会开始",
                "receipt",
            ),
        ),
        (
            PLAN,
            40,
            MARKING,
            ("open", "现场评比会进行中", "7 月 11 日 20:00 开始", "watch"),
        ),
        (PLAN, 40, (), ("", "现场评比会即将开始", "正在做开始前的最后核对", "look")),
        (RESULT, 40.5, (), ("closed", "现场评比会已经结束", "正在核算结果", "receipt")),
        (
            RESULT,
            41,
            (),
            ("notice", "拟定结果公示中", "7 月 19 日 20:00 截止", "results"),
        ),
        (
            replace(RESULT, finalised_at=NOW + 49 * DAY),
            49,
            (),
            ("closed", "结果已经公布", "7 月 20 日 公布", "results"),
        ),
        (Times(), 0, (), ("", "活动正在筹备", "时间确定后在这里公布", "ledger")),
    ],
    ids=lambda value: value if isinstance(value, int | float) else "",
)
def test_the_panel_says_what_can_be_done_and_until_when(times, days, acts, expected):
    said = announcement(times, acts=frozenset(acts), now=NOW + days * DAY)

    assert (said.kind, said.label, said.title, said.action) == expected


@pytest.mark.parametrize("days", [-1, 0, 10, 15, 20, 21])
def test_before_the_poll_the_panel_counts_to_what_comes_next(days):
    said = announcement(PLAN, acts=frozenset(), now=NOW + days * DAY)

    assert said.until > NOW + days * DAY
    assert said.text


def test_voting_is_offered_only_while_it_is_open():
    closes_at = PLAN.poll_closes_at

    before = announcement(PLAN, acts=VOTING, now=closes_at - SECOND)
    after = announcement(PLAN, acts=frozenset(), now=closes_at)

    assert (before.action, after.action) == (Action.VOTE, Action.RECEIPT)


def test_the_line_of_stages_tells_done_from_now_from_still_to_come():
    line = stations(PLAN, now=NOW + 26 * DAY)

    assert [(stop.name, stop.when, stop.state) for stop in line] == [
        ("单位自荐", "6 月 1–11 日", "done"),
        ("初审", "6 月 16 日", "done"),
        ("复审", "6 月 21 日", "done"),
        ("公布入围", "6 月 22 日", "done"),
        ("民意测评", unbroken("6 月 26 日–7 月 6 日"), "now"),
        ("现场评比会", "7 月 11 日", ""),
        ("结果公示", "时间待定", ""),
        ("授予红旗", "时间待定", ""),
    ]


def test_a_contest_that_only_has_a_poll_does_not_promise_dates_that_have_passed():
    poll_alone = Times(poll_opens_at=NOW, poll_closes_at=NOW + DAY)

    line = stations(poll_alone, now=NOW)

    assert [(stop.when, stop.state) for stop in line[:5]] == [
        ("", "done"),
        ("", "done"),
        ("", "done"),
        ("", "done"),
        ("6 月 1–2 日", "now"),
    ]
