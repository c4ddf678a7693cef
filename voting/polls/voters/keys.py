from datetime import date
from uuid import UUID

from site_cms.privacy.hashing import keyed_hash
from voting.polls.voters.base import Voter


def voter_keys(
    key: bytes, *, poll_id: int, voter: Voter, day: date | None, quota: int
) -> list[UUID]:
    """The keys of a voter's slots: all that the database ever knows of a voter.

    16 bytes of HMAC(poll key, poll ‖ voter ‖ day ‖ slot). ``day`` is None where the
    quota is for the whole poll.
    """
    when = day.isoformat() if day else ""
    return [
        UUID(
            bytes=keyed_hash(key, "voter", str(poll_id), voter.tag, when, str(slot))[
                :16
            ]
        )
        for slot in range(quota)
    ]
