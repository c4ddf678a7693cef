"""Where the picks of one receipt stand in the public log, and what shows it.

Only whoever has the receipt's secret gets here. While the ballot is stored its id leads to
its batch; after the archive its first leaf is looked for in all of them.
"""

from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import BinaryField, Func, IntegerField, Value

from voting.log.models import Kind, Log, LogEntry, SignedHead
from voting.log.proofs import Nodes, index_in
from voting.polls.errors import PollArchived
from voting.polls.models import Poll
from voting.polls.queries import archived_ballot, find_ballot, poll_key
from voting.polls.receipts import is_secret_of, secret_of, secret_text
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import batch_with
from voting.rules.commitments import Pick, commitment, pick_salt, picks_of
from voting.rules.merkle import inclusion_path, leaf_hash


class Place(StrEnum):
    """How far the picks of a ballot have come on their way into a signed head."""

    WAITING = "waiting"
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a receipt's secret opens. Without an id the ballot is archived."""

    secret: bytes
    choices: bytes
    ballot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One pick, and where the log has it."""

    pick: Pick
    salt: bytes
    index: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What was found. ``entry`` is the number of the batch, ``head`` the last signed one."""

    place: Place
    picks: int
    entry: int | None = None
    head: SignedHead | None = None
    leaves: tuple[Leaf, ...] = ()


class _Position(Func):
    """Where bytes stand in longer ones, from 1; 0: nowhere."""

    output_field = IntegerField()

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(
            compiler,
            connection,
            template="position(%(expressions)s)",
            arg_joiner=" IN ",
        )

    def as_sqlite(self, compiler, connection, **context):
        needle, hay = self.source_expressions
        turned = Func(hay, needle, function="instr", output_field=IntegerField())
        return turned.as_sql(compiler, connection)


def open_receipt(poll: FrozenPoll, *, number: str, secret: str) -> Opened | None:
    """What a secret opens, and before the archive only together with its own 受理号.

    Errors
        :class:`Unavailable`: nothing can be opened now.
    """
    try:
        ballot = find_ballot(poll, number)
        if ballot is None or not is_secret_of(poll_key(poll), ballot.id, secret):
            return None
    except PollArchived:
        archived = archived_ballot(poll, secret)
        return archived and Opened(secret_of(secret), bytes(archived.choices))
    return Opened(secret_of(secret), bytes(ballot.choices), ballot.id)


def place_of(poll: FrozenPoll, opened: Opened) -> Placed:
    """Find the picks of an opened receipt in the log of its contest."""
    picks = picks_of(opened.choices, tuple(each.number for each in poll.entries))
    salts = [pick_salt(opened.secret, pick.number) for pick in picks]
    hashes = [
        leaf_hash(commitment(salt, pick))
        for salt, pick in zip(salts, picks, strict=True)
    ]
    entry = _entry_of(poll, opened, hashes)
    if entry is None:
        is_stored = opened.ballot_id is not None
        return Placed(Place.WAITING if is_stored else Place.MISSING, len(picks))
    places = [index_in(entry, each) for each in hashes]
    if None in places:
        return Placed(Place.MISSING, len(picks), entry.number)
    head = SignedHead.objects.filter(log_id=poll.contest_id).order_by("-size").first()
    if head is None or head.size < entry.size_after:
        return Placed(Place.UNSIGNED, len(picks), entry.number)
    leaves = tuple(map(Leaf, picks, salts, places))
    return Placed(Place.SIGNED, len(picks), entry.number, head, leaves)


def _entry_of(poll: FrozenPoll, opened: Opened, hashes: list[bytes]) -> LogEntry | None:
    if opened.ballot_id is None:
        return _entry_with(poll, hashes[0])
    batch = batch_with(Poll(pk=poll.id), opened.ballot_id)
    return batch and LogEntry.objects.get(pk=batch.log_entry_id)


def _entry_with(poll: FrozenPoll, leaf: bytes) -> LogEntry | None:
    """The batch that holds a leaf: all picks of a ballot are in one."""
    sealed = LogEntry.objects.of_contest(poll.contest_id).filter(kind=Kind.BALLOTS)
    at = _Position(Value(leaf, output_field=BinaryField()), "hashes")
    found = sealed.alias(at=at).filter(at__gt=0).order_by("number")
    # Bytes may agree across two hashes; then the place is no multiple of their length.
    return next((entry for entry in found if index_in(entry, leaf) is not None), None)


def proof_of(poll: FrozenPoll, placed: Placed) -> dict[str, Any]:
    """What shows that the leaves stand under the head: read by the receipt's page and by
    ``verify.py receipt``.
    """
    log, head = Log.objects.get(pk=poll.contest_id), placed.head
    nodes = Nodes(log)
    return {
        "origin": log.origin,
        "public_key": _text(log.public_key),
        "head": {"size": head.size, "root": _text(head.root), "note": head.note},
        "batch": placed.entry,
        "picks": [
            {
                "number": leaf.pick.number,
                "value": leaf.pick.value,
                "salt": secret_text(leaf.salt),
                "index": leaf.index,
                "path": [
                    _text(each) for each in inclusion_path(leaf.index, head.size, nodes)
                ],
            }
            for leaf in placed.leaves
        ],
    }


def _text(data: bytes) -> str:
    return b64encode(bytes(data)).decode()


def sentence_of(placed: Placed) -> str:
    """What a voter reads about it."""
    if placed.place == Place.SIGNED:
        return (
            f"您的 {placed.picks} 个选择都在公开日志 {placed.head.size} 片叶时的指纹里，"
            "一个不少，没有改过。"
        )
    if placed.place == Place.UNSIGNED:
        return (
            f"您的 {placed.picks} 个选择已经封进公开日志第 {placed.entry} 条，"
            "等下一次签指纹，一两分钟就好。"
        )
    if placed.place == Place.WAITING:
        return (
            "还没有封进公开日志：选票凑够一批才一起封，好让谁也看不出哪一张是谁的。"
            "最迟在投票截止后 10 分钟封好，到时候再扫一次。"
        )
    return "对不上：公开日志里没有找到您的选择。"
