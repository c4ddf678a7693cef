"""Acts of several administrators, and of voters, at the same instant."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import DAY, make_ballot, make_user, open_poll
from tests.parallel import outcomes
from voting.polls import casting
from voting.polls.errors import AlreadyPaused, NotLater, NotPaused, VotingPaused
from voting.polls.models import Ballot, Poll, PollPause
from voting.polls.services import extend_poll, pause_poll, resume_poll

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


def at_once(acts) -> Counter[str]:
    return outcomes(acts, AlreadyPaused, NotLater, NotPaused)


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


def votes_around_a_pause() -> tuple[Counter[str], Counter[str]]:
    """Voters who do not stop while somebody pauses: what came of the ballots that were sent
    before the pause stood, and of those after it."""
    poll, by = open_poll(), make_user()
    begun, stands = threading.Barrier(AT_ONCE), threading.Event()
    before, after = Counter(), Counter()

    def vote() -> str:
        try:
            make_ballot(poll=poll)
        except VotingPaused:
            return "refused"
        return "stored"

    def vote_on_and_on():
        begun.wait(timeout=20)
        while not stands.is_set():
            # The pause may come to stand while this one is on its way.
            before[vote()] += 1
        for _ in range(3):
            after[vote()] += 1
        connection.close()

    def pause():
        begun.wait(timeout=20)
        row = Poll.objects.get(pk=poll.id)
        pause_poll(by=by, poll=row, notice="正在核查。", now=timezone.now())
        stands.set()
        connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        done = [
            threads.submit(act) for act in [vote_on_and_on] * (AT_ONCE - 1) + [pause]
        ]
    for each in done:
        each.result()
    assert Ballot.objects.count() == before["stored"] + after["stored"]
    return before, after


def test_a_ballot_is_stored_or_refused_and_none_is_stored_once_a_pause_stands():
    before, after = votes_around_a_pause()

    assert before["stored"] > 0
    assert after == {"refused": 3 * (AT_ONCE - 1)}


@pytest.fixture
def insert_that_asks_for_no_pause(monkeypatch):
    """As on platforms where a page looks whether voting is on, and the database does not."""
    asks = f"AND NOT {casting._PAUSED}"
    for name in ("_INSERT_NOTED", "_INSERT"):
        statements = getattr(casting, name)
        if isinstance(statements, dict):
            without = {key: text.replace(asks, "") for key, text in statements.items()}
        else:
            without = statements.replace(asks, "")
        assert without != statements
        monkeypatch.setattr(casting, name, without)


@pytest.mark.usefixtures("insert_that_asks_for_no_pause")
def test_control_an_insert_that_asks_for_no_pause_stores_on():
    _, after = votes_around_a_pause()

    assert after == {"stored": 3 * (AT_ONCE - 1)}


def test_eight_resumptions_at_once_are_one_and_voting_goes_on():
    poll, by = open_poll(), make_user()
    row = Poll.objects.get(pk=poll.id)
    pause_poll(by=by, poll=row, notice="正在核查。", now=timezone.now())

    def resume():
        resume_poll(by=by, poll=row, now=timezone.now())

    assert at_once([resume] * AT_ONCE) == {"done": 1, "NotPaused": AT_ONCE - 1}
    make_ballot(poll=poll)
