"""Acts that lock several rows and the log lock them in one order: contest, poll, log."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import HOUR, make_ballot, make_user, open_poll
from voting.log.models import Kind, LogEntry
from voting.log.services import append
from voting.polls.models import Poll
from voting.polls.sealing import seal_ballots
from voting.polls.services import extend_poll, pause_poll, resume_poll
from voting.polls.standing_models import ActKind, StandingAct
from voting.polls.tally import advance_tally

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

TIMES = 8


@pytest.fixture
def poll() -> Poll:
    frozen = open_poll()
    for _ in range(40):
        make_ballot(poll=frozen)
    for _ in range(2):
        advance_tally(frozen)
    return Poll.objects.select_related("contest").get(pk=frozen.id)


@transaction.atomic
def hold(poll: Poll, *, locks_the_contest: bool = True) -> None:
    """As every act about a group of ballots: its row refers to the poll's and comes last."""
    if locks_the_contest:
        Contest.objects.select_for_update().get(pk=poll.contest_id)
    now = timezone.now()
    entry = append(contest=poll.contest, kind=Kind.HOLD, statement={}, now=now)
    StandingAct.objects.create(
        poll=poll,
        kind=ActKind.HOLD,
        made_at=now,
        reason="x",
        ballots=1,
        log_entry=entry,
    )


def together(*acts) -> list[BaseException]:
    """What went wrong when all of these were done over and over at the same time."""
    barrier, wrong = threading.Barrier(len(acts)), []

    def run(act) -> None:
        barrier.wait(timeout=20)
        try:
            for _ in range(TIMES):
                act()
        except OperationalError as error:
            wrong.append(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(run, act) for act in acts]:
            done.result()
    return wrong


def pauses(poll: Poll, by) -> None:
    pause_poll(by=by, poll=poll, notice="核查。", now=timezone.now())
    resume_poll(by=by, poll=poll, now=timezone.now())


def extends(poll: Poll, by) -> None:
    closes_at = Contest.objects.get(pk=poll.contest_id).poll_closes_at + HOUR
    extend_poll(
        by=by, poll=poll, closes_at=closes_at, reason="补足。", now=timezone.now()
    )


def test_acts_of_many_kinds_at_once_never_wait_for_each_other_for_ever(poll):
    by = make_user()

    wrong = together(
        lambda: hold(poll),
        lambda: pauses(poll, by),
        lambda: extends(poll, by),
        lambda: seal_ballots(poll=poll, now=timezone.now()),
    )

    assert wrong == []
    kinds = list(LogEntry.objects.values_list("kind", flat=True))
    assert (kinds.count("hold"), kinds.count("paused")) == (TIMES, TIMES)
    assert kinds.count("ballots") == 1


def test_control_an_act_that_locks_only_the_log_meets_a_pause(poll):
    by = make_user()

    wrong = together(
        lambda: hold(poll, locks_the_contest=False), lambda: pauses(poll, by)
    )

    assert "deadlock" in str(wrong[0])
