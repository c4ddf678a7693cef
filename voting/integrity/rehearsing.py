"""Invented ballots with invented signals for a practice poll, to try the console on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from random import Random
from uuid import UUID

from django.db import transaction

from site_cms.accounts.models import User
from voting.integrity.campaigns import Town, traffic
from voting.integrity.detection.rows import Seen
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import opened_poll
from voting.polls.rules import CHOSEN, FrozenPoll
from voting.polls.services import import_practice_ballots

_ROWS_AT_ONCE = 5_000


@transaction.atomic
def add_invented_ballots(
    *,
    by: User | None,
    poll: Poll,
    seed: int,
    ballots: int,
    campaigns: Sequence[tuple[str, int]],
    now: datetime,
) -> int:
    """Add honest ballots and campaigns, the last of them cast just now. Returns how many.

    The same seed adds nothing twice. A real contest is refused.
    """
    frozen = opened_poll(poll)
    town = Town(Random(seed), entries=len(frozen.entries), most=frozen.picks_max)
    rows = traffic(town, campaigns, ballots=ballots).rows
    late = int(now.timestamp()) // 60 - rows[-1].minute
    moments = [datetime.fromtimestamp(60 * (row.minute + late), UTC) for row in rows]
    known = set(Ballot.objects.of_poll(frozen.id).values_list("id", flat=True))
    added = import_practice_ballots(
        by=by,
        poll=poll,
        ballots=[
            (_choices(row, frozen), moment)
            for row, moment in zip(rows, moments, strict=True)
        ],
        now=now,
        source=f"invented {seed} {ballots} {campaigns}",
    )
    if added == len(rows):
        ids = sorted(
            set(Ballot.objects.of_poll(frozen.id).values_list("id", flat=True)) - known
        )
        BallotSignal.objects.bulk_create(
            (
                _signal(row, ballot_id, frozen, moment)
                for row, ballot_id, moment in zip(rows, ids, moments, strict=True)
            ),
            batch_size=_ROWS_AT_ONCE,
        )
    return added


def _choices(row: Seen, frozen: FrozenPoll) -> bytes:
    picks = set(row.picks)
    return bytes(CHOSEN * (place in picks) for place in range(len(frozen.entries)))


def _signal(
    row: Seen, ballot_id: int, frozen: FrozenPoll, minute: datetime
) -> BallotSignal:
    return BallotSignal(
        ballot_id=ballot_id,
        poll_id=frozen.id,
        minute=minute,
        voter_day=_uuid(f"{ballot_id} {row.voter_day}"),
        prefix=_uuid(row.prefix),
        network=_uuid(row.network),
        adapter=row.adapter,
        client=row.client,
        device_age=row.device_age,
        difficulty=row.difficulty,
        unthrottled=row.unthrottled,
    )


def _uuid(name: object) -> UUID:
    return UUID(bytes=sha256(str(name).encode()).digest()[:16])
