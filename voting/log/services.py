"""The only doors to the public log: a statement is added, a head is signed.

One transaction after the other adds to a log: it is locked until the act has ended. Acts
call :func:`append` last, so that the lock is held for as short as can be.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from showcase.contests.models import Contest
from showcase.contests.services import canonical_json
from site_cms.privacy.errors import KeyFileError
from site_cms.privacy.hashing import keyed_hash
from site_cms.privacy.keys import create_key, fingerprint, read_key
from voting.log.errors import LogKeyUnavailable
from voting.log.models import TILE, Kind, Log, LogEntry, LogTile
from voting.rules.merkle import Frontier, leaf_hash

# The first half of the advisory lock of a log; the second is its contest.
_LOCKS = 0x4C4F47


@transaction.atomic
def append(
    *,
    contest: Contest,
    kind: str,
    statement: dict[str, Any],
    now: datetime,
    commitments: Sequence[bytes] = (),
) -> LogEntry:
    """Add one statement, and behind it the leaves of these commitments of 32 bytes.

    The statement is kept as one line of canonical JSON that names its kind and its minute:
    the bytes that are hashed. Commitments are put in the order of their leaf hashes.
    """
    log = begin_log(contest=contest, now=now)
    last = log.entries.light().order_by("-number").first()
    before = last.frontier if last else Frontier()
    number = last.number + 1 if last else 1
    text = canonical_json(statement | {"kind": kind, "at": minute_text(now)})
    hashes = [leaf_hash(text.encode()), *sorted(map(leaf_hash, commitments))]
    after = before.extended(hashes)
    entry = LogEntry.objects.create(
        log=log,
        number=number,
        kind=Kind(kind),
        text=text,
        first_leaf=before.size,
        leaves=len(hashes),
        hashes=b"".join(hashes),
        peaks=bytes(after),
        added_at=now,
    )
    LogTile.objects.bulk_create(
        LogTile(log=log, place=place, root=root)
        for place, root in _full_tiles(before, hashes)
    )
    return entry


def minute_text(moment: datetime) -> str:
    """A moment as the public reads it: in UTC, and no finer than the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def begin_log(*, contest: Contest, now: datetime) -> Log:
    """The log of a contest, with its key where it had none; locked until the transaction ends.

    The web's role may only add to these tables, and PostgreSQL locks rows only for who may
    change them: so it is not a row that is locked here.
    """
    log = Log.objects.filter(pk=contest.pk).first()
    if log is None:
        # Its row refers to the contest's, and contests are locked before logs.
        Contest.objects.select_for_update(no_key=True).get(pk=contest.pk)
    _lock(contest)
    return log or Log.objects.filter(pk=contest.pk).first() or _begin(contest, now)


def log_key(contest: Contest, *, now: datetime) -> dict[str, str]:
    """What the opening of a stage says of the log itself: whose heads are to be believed."""
    log = begin_log(contest=contest, now=now)
    return {
        "log": log.origin,
        "log_key": b64encode(bytes(log.public_key)).decode(),
    }


def _lock(contest: Contest) -> None:
    """One transaction after the other. SQLite has one writer at a time as it is."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCKS, contest.pk])


def _begin(contest: Contest, now: datetime) -> Log:
    # A transaction that is rolled back leaves its key file behind: the next has another name.
    name = f"log-{contest.pk}-{secrets.token_hex(4)}"
    key = create_key(name)
    return Log.objects.create(
        contest=contest,
        origin=f"{settings.PUBLIC_ORIGIN.split('://')[-1]}/log/{contest.slug}",
        key_name=name,
        key_fingerprint=fingerprint(key),
        public_key=Ed25519PrivateKey.from_private_bytes(key)
        .public_key()
        .public_bytes_raw(),
        began_at=now,
    )


def statement_salt(*, contest: Contest, parts: Sequence[str], now: datetime) -> bytes:
    """The salt of a statement that promises what is shown later. The log's key makes it again.

    ``parts`` name what is promised: no two promises may have the same.
    """
    return promised_salt(begin_log(contest=contest, now=now), parts)


def promised_salt(log: Log, parts: Sequence[str]) -> bytes:
    """The salt of a promise that stands in the log already, for whoever may open it."""
    return keyed_hash(_seed(log), "statement salt", *parts)


def signing_key(log: Log) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_seed(log))


def _seed(log: Log) -> bytes:
    try:
        return read_key(log.key_name, log.key_fingerprint)
    except KeyFileError as error:
        raise LogKeyUnavailable from error


def _full_tiles(
    before: Frontier, hashes: Sequence[bytes]
) -> Iterator[tuple[int, bytes]]:
    """Place and root of every tile that becomes full when these leaves are added."""
    place, filled = divmod(before.size, TILE)
    tile = Frontier(filled, before.peaks[len(before.peaks) - filled.bit_count() :])
    start = 0
    while start < len(hashes):
        end = start + TILE - tile.size
        tile = tile.extended(hashes[start:end])
        start = end
        if tile.size == TILE:
            yield place, tile.root()
            place, tile = place + 1, Frontier()
