"""Signed heads: what the log promises to hold, in a form that anybody can keep and check.

Before it signs, the worker reads again what was added since the head before, and refuses
where statements, leaves and frontiers are not what they were when they were added.
"""

import logging
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction

from site_cms.refusals import Refusal
from voting.log.errors import LogAltered, NoteRefused
from voting.log.models import Kind, Log, LogEntry, SignedHead
from voting.log.services import minute_text, signing_key
from voting.rules.merkle import HASH_BYTES, Frontier, leaf_hash
from voting.rules.notes import Head, signature_of, signed_note

log = logging.getLogger(__name__)

SIGN_EVERY = timedelta(minutes=1)

# What the operators were last told of a log that cannot be signed. The worker asks every
# few seconds.
SAY_AGAIN_AFTER = timedelta(minutes=10)
_said: dict[int, tuple[datetime, str]] = {}


def sign_due_heads(*, now: datetime) -> None:
    """Work of the worker: a head for each log that has grown, at most one a minute."""
    for grown in Log.objects.grown():
        try:
            sign_head(log=grown, now=now)
        except Refusal as error:
            _say_once(grown, error, now)


def _say_once(altered: Log, error: Refusal, now: datetime) -> None:
    said_at, said = _said.get(altered.pk, (None, ""))
    if said == error.message and said_at and abs(now - said_at) < SAY_AGAIN_AFTER:
        return
    _said[altered.pk] = now, error.message
    log.error("log is not signed", extra={"log": altered.origin, "why": error.message})


def sign_head(*, log: Log, now: datetime) -> SignedHead | None:
    """Sign what the log holds now. None: it has not grown, or was signed a moment ago."""
    last = log.heads.order_by("-size").first()
    if last and now - last.signed_at < SIGN_EVERY:
        return None
    after, ballots = _checked(log, last)
    if after.size == (last.size if last else 0):
        return None
    head = Head(log.origin, after.size, after.root(), ballots, minute_text(now))
    try:
        with transaction.atomic():
            return SignedHead.objects.create(
                log=log,
                size=head.size,
                root=head.root,
                ballots=head.ballots,
                signed_at=now,
                note=_signed(log, head.text),
            )
    except IntegrityError:
        return None


def _signed(log: Log, text: str) -> str:
    return signed_note(
        text,
        name=log.origin,
        public_key=bytes(log.public_key),
        signature=signing_key(log).sign(text.encode()),
    )


def _checked(log: Log, last: SignedHead | None) -> tuple[Frontier, int]:
    """The frontier of the whole log and its ballots, read again from the last head on."""
    frontier, ballots = Frontier(), 0
    if last:
        frontier, ballots = _frontier_at(log, last), last.ballots
    for entry in (
        log.entries.filter(first_leaf__gte=frontier.size).in_order().iterator()
    ):
        frontier = _extended(frontier, entry)
        if entry.kind == Kind.BALLOTS:
            ballots += entry.statement["ballots"]
    return frontier, ballots


def _frontier_at(log: Log, head: SignedHead) -> Frontier:
    before = log.entries.light().filter(first_leaf__lt=head.size).in_order().last()
    if (
        before is None
        or before.size_after != head.size
        or before.frontier.root() != bytes(head.root)
    ):
        raise LogAltered
    return before.frontier


def _extended(before: Frontier, entry: LogEntry) -> Frontier:
    hashes = bytes(entry.hashes)
    leaves = [
        hashes[start : start + HASH_BYTES]
        for start in range(0, len(hashes), HASH_BYTES)
    ]
    after = before.extended(leaves)
    if (
        entry.first_leaf != before.size
        or len(hashes) != entry.leaves * HASH_BYTES
        or leaves[0] != leaf_hash(entry.text.encode())
        or bytes(after) != bytes(entry.peaks)
    ):
        raise LogAltered
    return after


def head_of(note: str, log: Log) -> Head:
    """What a note says, if it was signed by the key of this log.

    Errors
        :class:`NoteRefused`: it was not, or it is no head of this log.
    """
    public_key = bytes(log.public_key)
    try:
        text, signature = signature_of(note, name=log.origin, public_key=public_key)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except (ValueError, InvalidSignature) as error:
        raise NoteRefused from error
    head = Head.from_text(text)
    if head is None or head.origin != log.origin:
        raise NoteRefused
    return head
