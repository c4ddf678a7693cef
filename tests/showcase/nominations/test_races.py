"""Requests that meet: on real PostgreSQL, each on a connection of its own."""

import threading
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.services import set_times
from showcase.nominations.errors import NominationError
from showcase.nominations.models import Nomination
from showcase.nominations.rules import State
from showcase.nominations.services import (
    return_nomination,
    save_draft,
    submit_nomination,
    withdraw_nomination,
)
from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    HOUR,
    SECOND,
    make_desk,
    make_nominating,
    make_nomination,
    make_operator,
    make_submitted,
    make_user,
    make_words,
)

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

AT_ONCE = 8


def together(acts) -> list:
    """Run the acts at the same moment. A refusal is an answer like any other."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait(timeout=60)
            answers[place] = act()
        except NominationError as error:
            answers[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    return answers


@pytest.fixture
def entry():
    now = timezone.now()
    contest = make_nominating(
        nomination_opens_at=now - DAY,
        nomination_closes_at=now + HOUR,
        first_review_closes_at=now + 10 * DAY,
        poll_opens_at=None,
        poll_closes_at=None,
    )
    return make_desk(contest)


def submit(entry, revision):
    return submit_nomination(
        by=None, entry=entry, revision=revision, now=timezone.now()
    )


def save(entry, revision, statement="换过的话"):
    return save_draft(
        by=None,
        entry=entry,
        draft=make_words(statement=statement),
        revision=revision,
        now=timezone.now(),
    )


def test_eight_submissions_at_once_are_one_version(entry):
    nomination = make_nomination(entry, now=timezone.now())

    answers = together([lambda: submit(entry, nomination.revision)] * AT_ONCE)

    assert Counter(map(str, answers))["AlreadySubmitted"] == AT_ONCE - 1
    assert nomination.versions.count() == 1


def test_eight_first_saves_at_once_begin_one_draft(entry):
    answers = together(
        [lambda text=str(n): save(entry, 0, statement=text) for n in range(AT_ONCE)]
    )

    kept = Nomination.objects.get()
    assert Counter(map(str, answers))["DraftIsNewer"] == AT_ONCE - 1
    assert (kept.revision, kept.statement in "01234567") == (1, True)


def test_what_is_saved_while_it_is_submitted_is_in_the_version_or_refused(entry):
    nomination = make_nomination(entry, now=timezone.now())
    revision = nomination.revision

    together([lambda: submit(entry, revision), lambda: save(entry, revision)])

    nomination.refresh_from_db()
    if nomination.state == State.SUBMITTED:
        version = nomination.versions.get()
        assert nomination.statement == version.content["statement"]
        assert nomination.statement != "换过的话"
    else:
        assert (nomination.statement, nomination.versions.count()) == ("换过的话", 0)


def test_a_submission_that_meets_an_earlier_deadline_is_whole_or_refused(entry):
    nomination = make_nomination(entry, now=timezone.now())
    administrator = make_user()
    earlier = timezone.now() - SECOND

    def close():
        set_times(
            by=administrator,
            contest=Contest.objects.get(pk=entry.contest_id),
            now=timezone.now(),
            nomination_closes_at=earlier,
        )
        return "closed"

    answers = together([lambda: submit(entry, nomination.revision), close])

    nomination.refresh_from_db()
    is_submitted = nomination.submitted_at is not None
    assert is_submitted == (answers[0] != "Closed")
    assert nomination.versions.count() == int(is_submitted)


def test_a_return_that_meets_a_withdrawal_happens_once(entry):
    nomination = make_submitted(entry, now=timezone.now())
    reviewer = make_operator(Role.REVIEWER_FIRST)

    def send_back():
        return return_nomination(
            by=reviewer,
            entry=entry,
            version=1,
            remark="数字没有来源",
            now=timezone.now(),
        )

    def withdraw():
        return withdraw_nomination(by=None, entry=entry, now=timezone.now())

    answers = together([send_back, withdraw] * 4)

    assert Counter(map(str, answers))["NotSubmitted"] == 7
    nomination.refresh_from_db()
    assert nomination.submitted_at is None
    assert (nomination.returned_at is None) == (nomination.remark == "")
