from datetime import date
from uuid import UUID

from site_cms.privacy.hashing import keyed_hash
from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter


def voter_keys(
    key: bytes, *, poll: FrozenPoll, voter: Voter, day: date | None
) -> list[UUID]:
    """The keys of a voter's slots: all that the database ever knows of a voter.

    16 bytes of HMAC(poll key, poll ‖ voter ‖ day ‖ slot). ``day`` is None where the
    quota is for the whole poll.
    """
    when = day.isoformat() if day else ""
    digests = (
        keyed_hash(key, "voter", str(poll.id), voter.tag, when, str(slot))
        for slot in range(poll.quota)
    )
    return [UUID(bytes=digest[:16]) for digest in digests]
