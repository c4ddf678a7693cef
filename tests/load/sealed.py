"""The log of a poll with many ballots, measured in this process."""

import random
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from tests.load.figures import seconds_of
from tests.load.poll import prepared_poll
from tests.load.stored import store_ballots
from voting.log import proofs
from voting.log.heads import sign_head
from voting.log.models import Log, LogEntry
from voting.log.proofs import consistency, inclusion, index_of, leaf_hashes
from voting.polls.models import Ballot, Poll
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import commitments_of, seal_ballots
from voting.polls.standing_models import SealedBatch
from voting.polls.tally import catch_up
from voting.rules.merkle import leaf_hash, root_from_inclusion

_MINUTE = timedelta(minutes=1)
_TABLES = ("voting_logentry", "voting_logtile", "voting_sealedbatch")
_PROOFS, _BATCHES, _SEED = 200, 10, 7


def measured(ballots: int) -> dict[str, Any]:
    poll, _ = prepared_poll()
    now = timezone.now()
    half = ballots // 2
    empty = _stored_bytes()
    sealing = _stored_and_sealed(poll, half, now)
    log = Log.objects.get()
    first = sign_head(log=log, now=now)
    sealing += _stored_and_sealed(poll, ballots - half, now + _MINUTE)
    signing = seconds_of(lambda: sign_head(log=log, now=now + _MINUTE))
    size = log.heads.last().size
    batches = SealedBatch.objects.count()
    found = {
        "leaves": size,
        "sealing": sealing,
        "batch": sealing / batches,
        # The second half was read again: as much again was read before it.
        "signing": 2 * signing,
        "bytes": (_stored_bytes() - empty) / ballots,
        "bare_bytes": (_stored_bytes() - empty - _bytes_of_hashes()) / ballots,
    }
    found |= _of_proofs(log, first.size, size)
    found |= _of_derived(poll, log, batches)
    store_ballots(poll, 1_040)
    catch_up(poll)
    seal_ballots(poll=_row(poll), now=now + 2 * _MINUTE)
    again = seconds_of(lambda: sign_head(log=log, now=now + 2 * _MINUTE))
    return found | {"again": again}


def _row(poll: FrozenPoll) -> Poll:
    return Poll.objects.select_related("contest").get(pk=poll.id)


def _stored_and_sealed(poll: FrozenPoll, number: int, now) -> float:
    store_ballots(poll, number)
    catch_up(poll)
    return seconds_of(lambda: seal_ballots(poll=_row(poll), now=now))


def _stored_bytes() -> int:
    return sum(
        _number(f"SELECT pg_total_relation_size('{table}')") for table in _TABLES
    )


def _bytes_of_hashes() -> int:
    """The table beside the table, where long values stand."""
    return _number(
        "SELECT pg_total_relation_size(reltoastrelid) FROM pg_class"
        " WHERE relname = 'voting_logentry'"
    )


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _of_proofs(log: Log, first: int, size: int) -> dict[str, float]:
    chance = random.Random(_SEED)
    places = [chance.randrange(size) for _ in range(_PROOFS)]
    proofs._kept.clear()
    cold = seconds_of(lambda: inclusion(log, index=places[0], size=size))
    root = bytes(log.heads.get(size=size).root)
    for index in places[:5]:
        (leaf,) = leaf_hashes(log, index, index + 1)
        path = inclusion(log, index=index, size=size)
        assert root_from_inclusion(index, size, leaf, path) == root
    (leaf,) = leaf_hashes(log, places[0], places[0] + 1)
    return {
        "cold": cold,
        "inclusion": _middle(lambda at: inclusion(log, index=at, size=size), places),
        "consistency": _middle(
            lambda _: consistency(log, first=first, second=size), places[:20]
        ),
        "search": _middle(lambda _: index_of(log, leaf), places[:5]),
    }


def _of_derived(poll: FrozenPoll, log: Log, batches: int) -> dict[str, float]:
    """A proof would derive its batch and read the tiles; the log would derive all batches."""
    key = poll_key(poll)
    chance = random.Random(_SEED)
    chosen = [chance.randrange(2, batches) for _ in range(_BATCHES)]

    def derive(number: int) -> None:
        before = SealedBatch.objects.get(number=number - 1)
        batch = SealedBatch.objects.get(number=number)
        rows = Ballot.objects.of_poll(poll.id).filter(
            id__gt=before.upto_id, id__lte=batch.upto_id
        )
        leaves = sorted(
            leaf_hash(each)
            for ballot_id, choices in rows.values_list("id", "choices")
            for each in commitments_of(poll, key, ballot_id, bytes(choices))
        )
        entry = LogEntry.objects.get(pk=batch.log_entry_id)
        assert bytes(entry.hashes)[32:] == b"".join(leaves)

    derived = _middle(derive, chosen)
    return {"derived": derived, "derived_all": derived * batches}


def _middle(act: Callable[[int], object], arguments: list[int]) -> float:
    return median(seconds_of(lambda one=each: act(one)) for each in arguments)
