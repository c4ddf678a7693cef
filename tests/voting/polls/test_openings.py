"""The opening of a poll: asked by thousands, decided once, on what nobody can change meanwhile."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from showcase.contests.models import Opening
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage, set_times, shortlist
from site_cms.trail.models import TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    SECOND,
    make_contest,
    make_entry,
    make_poll,
    make_rule_sheet,
    make_user,
)
from voting.polls.services import ASK_AGAIN_AFTER, open_if_due

AT_ONCE = 8


def contest_without_poll():
    """For practice, so that one way to vote is enough to open."""
    contest = make_contest(practice=True, practice_note="演练")
    make_entry(contest=contest)
    return contest


def ready_contest():
    contest = contest_without_poll()
    make_poll(contest=contest)
    make_rule_sheet(contest=contest, frozen_at=NOW)
    return contest


def on_own_connection(act):
    try:
        return act()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_eight_openings_at_once_leave_one():
    contest = ready_contest()
    barrier = threading.Barrier(AT_ONCE)

    def open_it():
        barrier.wait(timeout=60)
        return open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        openings = list(threads.map(on_own_connection, [open_it] * AT_ONCE))

    assert openings == [Opening.objects.get()] * AT_ONCE
    assert TrailEntry.objects.filter(action="poll.opened").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_opening_freezes_the_shortlist_that_was_being_saved():
    contest = ready_contest()
    entry = contest.entries.get()
    began = threading.Event()

    def open_it():
        began.set()
        return open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            shortlist(by=make_user(), contest=contest, numbers={entry.pk: 9}, now=NOW)
            waiting = threads.submit(on_own_connection, open_it)
            began.wait(timeout=60)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        opening = waiting.result(timeout=60)

    assert [each["number"] for each in opening.frozen["entries"]] == [9]


@pytest.mark.django_db
def test_poll_that_was_put_off_is_not_opened_by_somebody_who_did_not_see_it_yet():
    contest = ready_contest()
    set_times(by=make_user(), contest=contest, now=NOW, poll_opens_at=NOW + HOUR / 2)

    assert open_stage(contest=contest, stage=Stage.POLL, now=NOW) is None


@pytest.mark.django_db
def test_gate_of_a_shut_poll_is_asked_once_in_a_while(django_assert_num_queries):
    contest = contest_without_poll()
    assert open_if_due(contest=contest, now=NOW) is None
    make_poll(contest=contest)

    with django_assert_num_queries(1):
        assert open_if_due(contest=contest, now=NOW + SECOND) is None
    assert open_if_due(contest=contest, now=NOW + ASK_AGAIN_AFTER) is not None


@pytest.mark.django_db
def test_shut_poll_of_one_contest_holds_no_other_up():
    open_if_due(contest=make_contest(), now=NOW)

    assert open_if_due(contest=ready_contest(), now=NOW) is not None
