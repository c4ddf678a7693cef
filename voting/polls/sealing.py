"""Ballots enter the public log: in batches, settled ones alone, and the last batch never small.

While a poll is open its newest ballots are kept back, so that enough are left for the batch
after the close. Everything is derived from rows: a batch and its entry of the log are one
transaction, and whoever comes next goes on after it.

A ballot may be stored a little after the close: its statement began before it. So after
the close nothing is sealed for a while, nor while a statement runs that is older than the
close; only then has the tally certainly read the last ballot there will ever be.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet, Sum

from showcase.contests.models import Contest
from showcase.contests.public_log import facts_for
from showcase.contests.rules import Stage
from voting.log.models import Kind, LogEntry
from voting.log.services import append, minute_text
from voting.polls.batch_rules import LOOKED_AT, SMALLEST, next_batch
from voting.polls.casting import clock_of
from voting.polls.errors import KeyUnavailable, TallyBehind
from voting.polls.models import Ballot, Poll
from voting.polls.queries import opened_poll, poll_key
from voting.polls.receipts import receipt_secret
from voting.polls.rules import FrozenPoll
from voting.polls.standing_models import SealedBatch
from voting.polls.tally import GRACE, catch_up
from voting.polls.tally_models import TallyState
from voting.rules.commitments import commitment, pick_salt, picks_of

log = logging.getLogger(__name__)

SEAL_EVERY = timedelta(minutes=1)

# No statement that began before the close is looked for sooner: one that has just arrived
# is in no list yet.
SETTLING = timedelta(minutes=1)

# When a poll was last asked that waits for nothing, or could not be sealed: the worker
# comes by every few seconds, and the operators need not hear of it each time.
_asked: dict[int, datetime] = {}

_OLDER_STATEMENT = """
SELECT EXISTS (
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid() AND state = 'active' AND query_start < %s
)
"""


def seal_due_ballots(*, now: datetime) -> None:
    """Work of the worker: what each poll may seal by now."""
    for poll in _unfinished(now):
        if abs(now - _asked.get(poll.pk, now - SEAL_EVERY)) < SEAL_EVERY:
            continue
        try:
            seal_ballots(poll=poll, now=now)
        except (KeyUnavailable, TallyBehind) as error:
            _asked[poll.pk] = now
            log.error(
                "ballots are not sealed",
                extra={"poll": poll.pk, "why": error.message},
            )
        else:
            closes_at = poll.contest.poll_closes_at
            if closes_at and now >= closes_at + SETTLING:
                _asked[poll.pk] = now


def forget_asked_polls() -> None:
    """For a process whose database was emptied."""
    _asked.clear()


def _unfinished(now: datetime) -> QuerySet[Poll]:
    """Polls that take ballots, or whose log does not say yet that they closed.

    A practice poll may be given ballots at any time, so none is ever finished.
    """
    closed = LogEntry.objects.filter(kind=Kind.CLOSED).values("log_id")
    return (
        Poll.objects.select_related("contest")
        .filter(contest__openings__stage=Stage.POLL, archive=None)
        .filter(
            Q(contest__poll_closes_at__gt=now - GRACE)
            | Q(contest__practice=True)
            | ~Q(contest_id__in=closed)
        )
    )


def seal_ballots(*, poll: Poll, now: datetime) -> list[LogEntry]:
    """Add to the log what may be added: batches while enough is there, in the end the close.

    Errors
        :class:`KeyUnavailable`, :class:`TallyBehind`: nothing more was sealed.
    """
    if _was_sealed_lately(poll, now):
        return []
    frozen = opened_poll(poll)
    is_over = _is_over(poll, now)
    upto = catch_up(frozen).counted_id if is_over else _settled_upto(frozen)
    key = poll_key(frozen)
    added = []
    while entry := _seal_next(frozen, key, upto=upto, is_over=is_over, now=now):
        added.append(entry)
    return added


def _was_sealed_lately(poll: Poll, now: datetime) -> bool:
    last = poll.batches.select_related("log_entry").defer("log_entry__hashes").last()
    return last is not None and now - last.log_entry.added_at < SEAL_EVERY


def _is_over(poll: Poll, now: datetime) -> bool:
    """Whether no ballot can still be on its way, by our clock and by the database's."""
    closes_at = poll.contest.poll_closes_at
    if closes_at is None or now < closes_at + SETTLING:
        return False
    return clock_of(poll.pk).has_ended and not _has_older_statement(closes_at)


def _has_older_statement(moment: datetime) -> bool:
    """SQLite has one writer at a time, and its clock is read by that writer."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(_OLDER_STATEMENT, [moment])
        return cursor.fetchone()[0]


def _settled_upto(frozen: FrozenPoll) -> int:
    state = TallyState.objects.filter(pk=frozen.id).first()
    return state.counted_id if state else 0


@transaction.atomic
def _seal_next(
    frozen: FrozenPoll, key: bytes, *, upto: int, is_over: bool, now: datetime
) -> LogEntry | None:
    """One batch, or after the last one the close. None: there is nothing to add."""
    contest = Contest.objects.select_for_update(no_key=True).get(pk=frozen.contest_id)
    poll = Poll.objects.select_for_update(no_key=True).get(pk=frozen.id)
    if is_over and now < contest.poll_closes_at:
        return None
    last = poll.batches.last()
    waiting = _ballots(poll, after=last.upto_id if last else 0, upto=upto)
    size = next_batch(len(waiting), is_over=is_over)
    if size:
        return _seal(
            contest, poll, last, _commitments(frozen, key, waiting[:size]), now
        )
    return _state_the_close(contest, poll, now) if is_over else None


def _ballots(poll: Poll, *, after: int, upto: int) -> list[tuple[int, bytes]]:
    """The oldest that wait, id and choices."""
    settled = Ballot.objects.of_poll(poll.pk).filter(id__gt=after, id__lte=upto)
    rows = settled.order_by("id").values_list("id", "choices")[:LOOKED_AT]
    return [(ballot_id, bytes(choices)) for ballot_id, choices in rows]


def _seal(
    contest: Contest,
    poll: Poll,
    last: SealedBatch | None,
    ballots: dict[int, list[bytes]],
    now: datetime,
) -> LogEntry:
    number = last.number + 1 if last else 1
    commitments = [each for picks in ballots.values() for each in picks]
    statement = {"batch": number, "ballots": len(ballots), "picks": len(commitments)}
    if len(ballots) < SMALLEST:
        statement["small"] = True
    entry = append(
        contest=contest,
        kind=Kind.BALLOTS,
        statement=statement,
        now=now,
        commitments=commitments,
    )
    SealedBatch.objects.create(
        poll=poll,
        log_entry=entry,
        number=number,
        upto_id=max(ballots),
        ballots=len(ballots),
    )
    return entry


def _state_the_close(contest: Contest, poll: Poll, now: datetime) -> LogEntry | None:
    """Say how much was sealed in all, unless the log says just that."""
    batches = poll.batches.aggregate(
        batches=Count("pk"),
        ballots=Sum("ballots", default=0),
        leaves=Sum("log_entry__leaves", default=0),
    )
    sealed = {
        "batches": batches["batches"],
        "ballots": batches["ballots"],
        "picks": batches["leaves"] - batches["batches"],
    }
    said = LogEntry.objects.of_contest(contest.pk).light().of_kind(Kind.CLOSED).last()
    if said and sealed.items() <= said.statement.items():
        return None
    if said and not contest.practice:
        log.error("ballots were sealed after the close", extra={"poll": poll.pk})
    facts = facts_for(Kind.CLOSED, contest, now=now)
    return append(
        contest=contest,
        kind=Kind.CLOSED,
        statement=facts | sealed | {"closed_at": minute_text(contest.poll_closes_at)},
        now=now,
    )


def _commitments(
    frozen: FrozenPoll, key: bytes, ballots: list[tuple[int, bytes]]
) -> dict[int, list[bytes]]:
    return {
        ballot_id: commitments_of(frozen, key, ballot_id, choices)
        for ballot_id, choices in ballots
    }


def commitments_of(
    frozen: FrozenPoll, key: bytes, ballot_id: int, choices: bytes
) -> list[bytes]:
    """What the log holds of one ballot, in the frozen order of its entries."""
    secret = receipt_secret(key, ballot_id)
    numbers = tuple(entry.number for entry in frozen.entries)
    return [
        commitment(pick_salt(secret, pick.number), pick)
        for pick in picks_of(choices, numbers)
    ]


def batch_with(poll: Poll, ballot_id: int) -> SealedBatch | None:
    """The batch that holds a ballot. None: it waits to be sealed."""
    return poll.batches.filter(upto_id__gte=ballot_id).order_by("number").first()


def is_sealed_to_the_end(poll: Poll) -> bool:
    """Whether the log states the close of this poll, and no ballot came after it."""
    last = poll.batches.last()
    unsealed = Ballot.objects.of_poll(poll.pk).filter(
        id__gt=last.upto_id if last else 0
    )
    closed = LogEntry.objects.of_contest(poll.contest_id).of_kind(Kind.CLOSED)
    return closed.exists() and not unsealed.exists()
