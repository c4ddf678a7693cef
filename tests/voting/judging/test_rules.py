from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import NOW
from voting.judging.rules import (
    SILENT_AFTER,
    HostAct,
    MarkRange,
    Position,
    SeatFacts,
    SeatState,
    holds_up_the_lock,
    mark_problem,
    next_act,
    read_marks,
    seat_state,
)

RESULTS = MarkRange("results", "实事成效", Decimal(0), Decimal(40), Decimal("0.5"))
TENS = MarkRange("tens", "整十", Decimal(50), Decimal(100), Decimal("1E+1"))


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        pytest.param(SeatFacts(), SeatState.CLOSED, id="nothing happened"),
        pytest.param(
            SeatFacts(has_draft=True, seen_at=NOW), SeatState.DRAFT, id="draft"
        ),
        pytest.param(
            SeatFacts(has_draft=True, seen_at=NOW - SILENT_AFTER),
            SeatState.DRAFT,
            id="draft, last heard of just in time",
        ),
        pytest.param(
            SeatFacts(
                has_draft=True,
                seen_at=NOW - SILENT_AFTER - timedelta(microseconds=1),
            ),
            SeatState.OFFLINE,
            id="draft, silent too long",
        ),
        pytest.param(SeatFacts(has_sheet=True), SeatState.RECEIVED, id="received"),
        pytest.param(
            SeatFacts(has_sheet=True, has_draft=True, seen_at=NOW),
            SeatState.RECEIVED,
            id="received and being changed",
        ),
        pytest.param(
            SeatFacts(has_sheet=True, is_locked=True), SeatState.LOCKED, id="locked"
        ),
        pytest.param(SeatFacts(is_absent=True), SeatState.ABSENT, id="absent"),
        pytest.param(
            SeatFacts(is_absent=True, is_locked=True),
            SeatState.ABSENT,
            id="absent when it was locked",
        ),
        pytest.param(SeatFacts(is_recused=True), SeatState.RECUSED, id="recused"),
    ],
)
def test_the_state_of_a_seat_follows_from_its_rows(facts, state):
    assert seat_state(facts, now=NOW) == state


@pytest.mark.parametrize("state", SeatState)
def test_only_official_seats_without_a_sheet_hold_up_the_lock(state):
    waiting = {SeatState.CLOSED, SeatState.DRAFT, SeatState.OFFLINE}

    assert holds_up_the_lock(state, official=True) == (state in waiting)
    assert not holds_up_the_lock(state, official=False)


@pytest.mark.parametrize(
    ("position", "act"),
    [
        pytest.param(Position(turns_left=20), HostAct.CALL, id="begin"),
        pytest.param(
            Position(on_stage=True, turns_left=19), HostAct.OPEN, id="on stage"
        ),
        pytest.param(
            Position(on_stage=True, is_open=True, missing=3),
            HostAct.WAIT_FOR_SEATS,
            id="three seats missing",
        ),
        pytest.param(
            Position(on_stage=True, is_open=True), HostAct.ASK_LOCK, id="all are in"
        ),
        pytest.param(
            Position(on_stage=True, is_open=True, lock_is_asked=True, missing=1),
            HostAct.WAIT_FOR_SUPERVISOR,
            id="asked, then an absence was taken back",
        ),
        pytest.param(
            Position(
                on_stage=True,
                is_open=True,
                is_locked=True,
                scores_to_show=True,
                turns_left=3,
            ),
            HostAct.SHOW_SCORES,
            id="locked, scores not yet shown",
        ),
        pytest.param(
            Position(on_stage=True, is_open=True, is_locked=True, turns_left=3),
            HostAct.CALL,
            id="locked and shown",
        ),
        pytest.param(
            Position(on_stage=True, is_open=True, is_locked=True),
            HostAct.CLOSE_NIGHT,
            id="last one locked",
        ),
        pytest.param(Position(is_closed=True), HostAct.NOTHING, id="closed"),
    ],
)
def test_the_host_has_exactly_one_next_act(position, act):
    assert next_act(position) == act


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("0", "", id="least"),
        pytest.param("40", "", id="most"),
        pytest.param("37.5", "", id="on a step"),
        pytest.param("", "实事成效：0 到 40，每档 0.5。这一项还没有打分。", id="empty"),
        pytest.param(
            "37.3",
            "实事成效：0 到 40，每档 0.5。您填的是 37.3，不在档上。",
            id="between steps",
        ),
        pytest.param(
            "40.5",
            "实事成效：0 到 40，每档 0.5。您填的是 40.5，超过了 40。",
            id="too much",
        ),
        pytest.param(
            "-1",
            "实事成效：0 到 40，每档 0.5。您填的是“-1”，请只填数字。",
            id="negative",
        ),
        pytest.param(
            "1e2",
            "实事成效：0 到 40，每档 0.5。您填的是“1e2”，请只填数字。",
            id="exponent",
        ),
        pytest.param(
            "三十",
            "实事成效：0 到 40，每档 0.5。您填的是“三十”，请只填数字。",
            id="words",
        ),
    ],
)
def test_a_mark_is_refused_with_its_range_and_what_was_typed(text, problem):
    assert mark_problem(text, RESULTS) == problem


def test_a_mark_below_the_minimum_is_refused():
    assert (
        mark_problem("40", TENS) == "整十：50 到 100，每档 10。您填的是 40，不到 50。"
    )


@pytest.mark.parametrize(
    ("raw", "mark"),
    [
        pytest.param("37", "37.0", id="whole number takes the places of the step"),
        pytest.param(" 37.5 ", "37.5", id="blanks"),
        pytest.param("３７．５", "37.5", id="full-width digits"),
        pytest.param(37, "37.0", id="number instead of text"),
        pytest.param(Decimal("37.50"), "37.5", id="idle zero"),
    ],
)
def test_equal_marks_have_one_spelling(raw, mark):
    assert read_marks({"results": raw}, [RESULTS]) == ({"results": mark}, {})


def test_steps_above_one_keep_whole_numbers():
    assert read_marks({"tens": "60"}, [TENS]) == ({"tens": "60"}, {})


@pytest.mark.parametrize("raw", [True, [], {}, "1" * 5000, "９" * 400, float("nan")])
def test_rubbish_is_a_problem_of_its_criterion_and_never_an_error(raw):
    marks, problems = read_marks({"results": raw}, [RESULTS])

    assert (marks, list(problems)) == ({}, ["results"])
