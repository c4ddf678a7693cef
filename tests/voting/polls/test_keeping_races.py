"""Acts of several administrators, and of voters, at the same instant."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import DAY, make_ballot, make_user, open_poll
from voting.polls.errors import AlreadyPaused, NotLater, VotingPaused
from voting.polls.models import Ballot, Poll, PollPause
from voting.polls.services import extend_poll, pause_poll

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


def at_once(acts) -> Counter[str]:
    """What came of each act: the name of its refusal, or done."""
    barrier = threading.Barrier(len(acts))

    def run(act) -> str:
        barrier.wait(timeout=60)
        try:
            act()
        except (AlreadyPaused, NotLater, VotingPaused) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return Counter(threads.map(run, acts))


def test_eight_pauses_at_once_are_one():
    poll, by = Poll.objects.get(pk=open_poll().id), make_user()

    def pause():
        pause_poll(by=by, poll=poll, notice="正在核查。", now=timezone.now())

    outcome = at_once([pause] * AT_ONCE)

    assert outcome == {"done": 1, "AlreadyPaused": AT_ONCE - 1}
    assert PollPause.objects.count() == 1


def test_eight_extensions_to_one_moment_are_one():
    poll, by = Poll.objects.get(pk=open_poll().id), make_user()
    later = Contest.objects.get().poll_closes_at + DAY

    def extend():
        extend_poll(
            by=by, poll=poll, closes_at=later, reason="停电。", now=timezone.now()
        )

    assert at_once([extend] * AT_ONCE) == {"done": 1, "NotLater": AT_ONCE - 1}


def test_a_ballot_at_the_instant_of_a_pause_is_stored_or_refused():
    poll, by = open_poll(), make_user()
    row = Poll.objects.get(pk=poll.id)

    def vote():
        make_ballot(poll=poll)

    def pause():
        pause_poll(by=by, poll=row, notice="正在核查。", now=timezone.now())

    outcome = at_once([vote] * (AT_ONCE - 1) + [pause])

    assert Ballot.objects.count() == outcome["done"] - 1
    assert outcome["done"] + outcome["VotingPaused"] == AT_ONCE
    with pytest.raises(VotingPaused):
        vote()
