from dataclasses import replace
from datetime import datetime

import pytest

from showcase.contests.rules import (
    Act,
    Stage,
    Times,
    next_change_after,
    open_acts,
    stage_at,
    times_out_of_order,
)
from tests.factories import DAY, HOUR, NOW, SECOND

BOTH = frozenset({Stage.POLL, Stage.NIGHT})

TIMES = Times(
    nomination_opens_at=NOW,
    nomination_closes_at=NOW + DAY,
    first_review_closes_at=NOW + 2 * DAY,
    second_review_closes_at=NOW + 3 * DAY,
    shortlisted_at=NOW + 4 * DAY,
    poll_opens_at=NOW + 5 * DAY,
    poll_closes_at=NOW + 6 * DAY,
    night_opens_at=NOW + 7 * DAY,
    night_closed_at=NOW + 7 * DAY + HOUR,
    provisional_at=NOW + 8 * DAY,
    notice_closes_at=NOW + 9 * DAY,
    finalised_at=NOW + 10 * DAY,
    archived_at=NOW + 11 * DAY,
)


@pytest.mark.parametrize(
    ("now", "acts"),
    [
        pytest.param(NOW - SECOND, set(), id="a second before nominations"),
        pytest.param(NOW, {Act.NOMINATE}, id="nominations open"),
        pytest.param(NOW + DAY, {Act.REVIEW_FIRST}, id="nominations close"),
        pytest.param(NOW + 2 * DAY, {Act.REVIEW_SECOND}, id="first review closes"),
        pytest.param(NOW + 4 * DAY, set(), id="shortlist published"),
        pytest.param(NOW + 5 * DAY - SECOND, set(), id="a second before the poll"),
        pytest.param(NOW + 5 * DAY, {Act.VOTE}, id="poll opening instant"),
        pytest.param(NOW + 6 * DAY - SECOND, {Act.VOTE}, id="last second of the poll"),
        pytest.param(NOW + 6 * DAY, set(), id="poll closing instant"),
        pytest.param(NOW + 7 * DAY, {Act.MARK}, id="night opens"),
        pytest.param(NOW + 7 * DAY + HOUR, set(), id="night closed"),
        pytest.param(NOW + 8 * DAY, {Act.OBJECT}, id="public notice"),
        pytest.param(NOW + 9 * DAY, set(), id="notice ended"),
    ],
)
def test_acts_follow_from_the_times(now, acts):
    assert open_acts(TIMES, opened=BOTH, now=now) == acts


@pytest.mark.parametrize("now", [NOW + 5 * DAY, NOW + 7 * DAY], ids=["poll", "night"])
def test_a_stage_whose_gate_was_not_met_stays_shut(now):
    assert open_acts(TIMES, opened=frozenset(), now=now) == frozenset()


def test_marking_stays_open_until_somebody_closes_the_night():
    times = replace(TIMES, night_closed_at=None, provisional_at=None)

    assert Act.MARK in open_acts(times, opened=BOTH, now=NOW + 30 * DAY)


def test_a_poll_without_a_closing_time_is_not_open():
    times = Times(poll_opens_at=NOW)

    assert open_acts(times, opened=BOTH, now=NOW + HOUR) == frozenset()


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (NOW - SECOND, Stage.ANNOUNCED),
        (NOW, Stage.NOMINATION),
        (NOW + DAY, Stage.FIRST_REVIEW),
        (NOW + 2 * DAY, Stage.SECOND_REVIEW),
        (NOW + 3 * DAY, Stage.SHORTLIST),
        (NOW + 5 * DAY, Stage.POLL),
        (NOW + 6 * DAY, Stage.COUNT),
        (NOW + 7 * DAY, Stage.NIGHT),
        (NOW + 8 * DAY, Stage.NOTICE),
        (NOW + 10 * DAY, Stage.FINAL),
        (NOW + 11 * DAY, Stage.ARCHIVED),
    ],
)
def test_stage_is_the_last_that_the_clock_has_reached(now, stage):
    assert stage_at(TIMES, now=now) == stage


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        pytest.param(NOW - HOUR, NOW, id="before everything"),
        pytest.param(NOW, NOW + DAY, id="the instant itself has passed"),
        pytest.param(NOW + 12 * DAY, None, id="after everything"),
    ],
)
def test_next_change_is_the_next_timestamp(now: datetime, moment):
    assert next_change_after(TIMES, now=now) == moment


def test_times_in_order_are_accepted_with_gaps():
    assert times_out_of_order(TIMES) == []
    assert times_out_of_order(Times(poll_opens_at=NOW, finalised_at=NOW)) == []


def test_reversed_times_are_named_in_pairs():
    times = Times(shortlisted_at=NOW + HOUR, poll_closes_at=NOW)

    assert times_out_of_order(times) == [("shortlisted_at", "poll_closes_at")]
