"""What acts say of ballots, and the batches in which the public log seals them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from tests.factories.people import make_user
from voting.log.models import LogEntry
from voting.log.services import append
from voting.polls.models import Ballot, Poll
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import commitments_of
from voting.polls.standing_models import (
    ActKind,
    BallotStanding,
    SealedBatch,
    StandingAct,
)

REASON = "同一程序在两分钟里连续提交"


@transaction.atomic
def make_standing(
    kind: str, ballots: Iterable[Ballot | int], *, reason: str = REASON, at=None
) -> StandingAct:
    """One act of two people about these ballots, which are of one poll."""
    ids = [each.id if isinstance(each, Ballot) else each for each in ballots]
    poll = Ballot.objects.select_related("poll__contest").get(id=ids[0]).poll
    at = at or timezone.now()
    entry = append(
        contest=poll.contest,
        kind=kind,
        statement={"ballots": len(ids), "reason": reason},
        now=at,
    )
    act = StandingAct.objects.create(
        poll=poll,
        kind=ActKind(kind),
        made_at=at,
        proposed_by=make_user(),
        confirmed_by=make_user(),
        reason=reason,
        ballots=len(ids),
        log_entry=entry,
    )
    BallotStanding.objects.bulk_create(
        BallotStanding(act=act, ballot_id=each) for each in ids
    )
    return act


@transaction.atomic
def make_batch(frozen: FrozenPoll, *, without: Iterable[int] = ()) -> LogEntry:
    """Every ballot of a poll that is not in the log yet, in one batch, however few there are.

    ``without``: ids of ballots that a dishonest site leaves out.
    """
    poll = Poll.objects.select_related("contest").get(pk=frozen.id)
    last = poll.batches.last()
    after = last.upto_id if last else 0
    ballots = list(Ballot.objects.of_poll(poll.pk).filter(id__gt=after).order_by("id"))
    key = poll_key(frozen)
    promised = [
        each
        for ballot in ballots
        if ballot.id not in without
        for each in commitments_of(frozen, key, ballot.id, bytes(ballot.choices))
    ]
    entry = append(
        contest=poll.contest,
        kind="ballots",
        statement={"ballots": len(ballots), "picks": len(promised)},
        now=timezone.now(),
        commitments=promised,
    )
    SealedBatch.objects.create(
        poll=poll,
        log_entry=entry,
        number=(last.number if last else 0) + 1,
        upto_id=ballots[-1].id,
        ballots=len(ballots),
    )
    return entry
