"""A poll whose public log is whole: opened, sealed, closed and signed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.public_log import facts_for
from tests.factories.moments import HOUR, MINUTE
from tests.factories.polls import make_ballot, open_poll
from voting.log.heads import sign_head
from voting.log.models import Kind, Log, SignedHead
from voting.log.services import append
from voting.polls.models import Poll
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import seal_ballots

WAYS = [(1,), (1, 2), (1, 2, 3), (2, 3), (3,)]


@transaction.atomic
def open_in_log(**fields) -> FrozenPoll:
    """A poll that takes ballots now, and whose log says what is voted on."""
    poll = open_poll(**fields)
    contest, now = Contest.objects.get(pk=poll.contest_id), timezone.now()
    facts = facts_for(Kind.OPENED, contest, now=now)
    statement = facts | {"stage": "poll"}
    append(contest=contest, kind=Kind.OPENED, statement=statement, now=now)
    return poll


def cast_some(poll: FrozenPoll, count: int) -> None:
    for place in range(count):
        make_ballot(poll=poll, picks=WAYS[place % len(WAYS)])


def close_poll(poll: FrozenPoll) -> Contest:
    """It closed so long ago that every ballot has been sealed since."""
    now = timezone.now()
    contests = Contest.objects.filter(pk=poll.contest_id)
    contests.update(poll_opens_at=now - 3 * HOUR, poll_closes_at=now - 2 * HOUR)
    row = Poll.objects.select_related("contest").get(pk=poll.id)
    seal_ballots(poll=row, now=now)
    sign(poll)
    return contests.get()


def sign(poll: FrozenPoll, *, at: datetime | None = None) -> SignedHead | None:
    """A head as if every one before had been signed long ago."""
    log = Log.objects.get(pk=poll.contest_id)
    minutes = log.heads.count() + 1
    return sign_head(log=log, now=at or timezone.now() + 2 * minutes * MINUTE)


def make_sealed_poll(*, ballots: int = 45, **fields) -> FrozenPoll:
    """A poll that is over, with its ballots in the log and a head over all of it."""
    poll = open_in_log(**fields)
    cast_some(poll, ballots)
    sign(poll)
    close_poll(poll)
    return poll
