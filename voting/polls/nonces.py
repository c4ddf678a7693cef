"""The request key of a ballot: a raw nonce, signed for one voter of one poll.

The page that shows what will be sent carries it, so a double click, a back button and a
lost answer all send the same key, and the key of somebody else is worth nothing.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.signing import BadSignature, Signer

from voting.polls.errors import PageOfAnother
from voting.polls.voters.base import Voter

LIFETIME = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Nonce:
    request_key: uuid.UUID
    is_expired: bool


def issue_nonce(*, poll_id: int, voter: Voter, now: datetime) -> str:
    until = int((now + LIFETIME).timestamp())
    return _signer(poll_id, voter).sign(f"{uuid.uuid4().hex}.{until}")


def usable_nonce(text: str, *, poll_id: int, voter: Voter, now: datetime) -> str:
    """A nonce that was issued before, while it is good; otherwise a new one."""
    try:
        if not read_nonce(text, poll_id=poll_id, voter=voter, now=now).is_expired:
            return text
    except PageOfAnother:
        pass
    return issue_nonce(poll_id=poll_id, voter=voter, now=now)


def read_nonce(text: str, *, poll_id: int, voter: Voter, now: datetime) -> Nonce:
    """What :func:`issue_nonce` made for this voter and poll, or :class:`PageOfAnother`."""
    try:
        key, until = _signer(poll_id, voter).unsign(text).split(".")
    except BadSignature as error:
        raise PageOfAnother from error
    return Nonce(uuid.UUID(key), is_expired=now.timestamp() >= int(until))


def _signer(poll_id: int, voter: Voter) -> Signer:
    return Signer(salt=f"voting.polls.nonce:{poll_id}:{voter.tag}")
