"""Proof of work: a browser computes for a moment before something is taken from it.

The protocol is version 2 of ALTCHA: the derived key of one hidden counter is to be found,
and every parameter is signed. The counter is below the difficulty, so that no browser
is unlucky: the difficulty is the most that it will ever try, half of it the average.

The library verifies a solution as often as it is shown. Once-only is the database's, which
a flush of Redis does not touch: :func:`spend` leaves a unique row. Where the work is bound to
a key that is itself taken once, such as the request key of a ballot, :func:`verify` is enough,
and a retry after a lost answer needs no new work.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import altcha
from django.conf import settings
from django.db import IntegrityError, transaction

from site_cms.gate.errors import (
    WorkExpired,
    WorkInvalid,
    WorkMissing,
    WorkSpent,
)
from site_cms.gate.models import SpentWork
from site_cms.privacy.hashing import keyed_hash

LIFETIME = timedelta(hours=2)

_ALGORITHM = "PBKDF2/SHA-256"
# Iterations of one try. Long enough for browsers whose every call of WebCrypto has its
# price, short enough for a phone that has only JavaScript.
_COST = 1000
_LONGEST = 4096
# Clocks of web nodes differ; a row that went too early would make its work good again.
_KEPT_LONGER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a page asks of the browser. ``text`` is JSON for its script."""

    text: str
    difficulty: int


@dataclass(frozen=True, slots=True)
class Work:
    """A challenge that was solved."""

    challenge: UUID
    difficulty: int
    expires_at: datetime


def issue(*, purpose: str, bound_to: str, difficulty: int, now: datetime) -> Challenge:
    """A new challenge, whose solution is good for this purpose and page alone."""
    challenge = altcha.create_challenge(
        _ALGORITHM,
        _COST,
        counter=_hidden_counter(difficulty),
        expires_at=now + LIFETIME,
        data={"for": _binding(purpose, bound_to), "difficulty": difficulty},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    return Challenge(json.dumps(challenge.to_dict()), difficulty)


def verify(*, payload: str, purpose: str, bound_to: str, now: datetime) -> Work:
    """What was solved, or one of the refusals of :class:`WorkRefused`.

    Costs a few hashes, whatever the difficulty was, and touches no database.
    """
    if not payload:
        raise WorkMissing
    parameters = _verified_parameters(payload)
    if parameters.data["for"] != _binding(purpose, bound_to):
        raise WorkInvalid
    expires_at = datetime.fromtimestamp(parameters.expires_at, tz=UTC)
    if expires_at <= now:
        raise WorkExpired
    return Work(UUID(parameters.nonce), parameters.data["difficulty"], expires_at)


def spend(*, payload: str, purpose: str, bound_to: str, now: datetime) -> Work:
    """Verify and use up: the second call with the same work, however close, is refused."""
    work = verify(payload=payload, purpose=purpose, bound_to=bound_to, now=now)
    try:
        with transaction.atomic():
            SpentWork.objects.create(
                challenge=work.challenge, expires_at=work.expires_at
            )
    except IntegrityError as error:
        raise WorkSpent from error
    return work


def forget_spent_work(*, now: datetime) -> int:
    """Worker's job: drop rows of work that is refused anyway because it has expired."""
    return SpentWork.objects.expired(now - _KEPT_LONGER).delete()[0]


def _verified_parameters(payload: str) -> altcha.ChallengeParameters:
    """The parameters as this server signed them: nothing in them is the browser's."""
    if len(payload) > _LONGEST:
        raise WorkInvalid
    try:
        given = altcha.Payload.from_base64(payload)
        result = altcha.verify_solution(
            given, _secret("challenge"), hmac_key_secret=_secret("solution")
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WorkInvalid from error
    if result.expired:
        raise WorkExpired
    if not result.verified:
        raise WorkInvalid
    return given.challenge.parameters


def _hidden_counter(difficulty: int) -> int:
    return secrets.randbelow(difficulty)


def _binding(purpose: str, bound_to: str) -> str:
    return keyed_hash(_secret("binding"), purpose, bound_to)[:16].hex()


def _secret(use: str) -> bytes:
    return _derived(settings.SECRET_KEY, use)


@cache
def _derived(secret_key: str, use: str) -> bytes:
    return keyed_hash(secret_key.encode(), "proof of work", use)
