"""What is noted of a request beside its ballot: coarse, hashed with the poll's key, deletable.

Nothing here is read from the database. An address is never stored: what is stored finds
ballots that came from one place while the key lives, and is nothing without it.
"""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest

from site_cms.gate.addresses import bucket, network
from site_cms.privacy.hashing import keyed_hash
from voting.polls.casting import Signals
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll, client_family, day_in_shanghai
from voting.polls.voters.base import Voter
from voting.polls.voters.device import device_since


def signals_of(
    request: HttpRequest,
    *,
    poll: FrozenPoll,
    voter: Voter,
    now: datetime,
    difficulty: int = 0,
) -> Signals:
    """``difficulty`` is that of the work done for this ballot; 0: none was asked."""
    key = poll_key(poll)
    return Signals(
        voter_day=voter_day(key, voter=voter, day=day_in_shanghai(now)),
        prefix=_hashed(key, "signal prefix", network(request)),
        network=_hashed(key, "signal network", bucket(request)),
        adapter=voter.adapter,
        client=client_family(request.META.get("HTTP_USER_AGENT", "")).value,
        device_age=_minutes_since(device_since(request), now),
        difficulty=difficulty,
        unthrottled=getattr(request, "unthrottled", False),
    )


def voter_day(key: bytes, *, voter: Voter, day: date) -> UUID:
    """The same for all ballots of one voter on one day in Shanghai, and for no others."""
    return _hashed(key, "signal voter day", voter.tag, day.isoformat())


def _hashed(key: bytes, purpose: str, *parts: str) -> UUID:
    return UUID(bytes=keyed_hash(key, purpose, *parts)[:16])


def _minutes_since(moment: datetime | None, now: datetime) -> int | None:
    return max(0, int((now - moment).total_seconds()) // 60) if moment else None
