"""Nodes of a log's tree from what is stored, and the proofs that are made of them.

Above :data:`voting.log.models.TILE` leaves a node is folded from stored tiles; below it
from the leaf hashes of one tile, cut out of the entries that hold them. Nodes never
change, so a process keeps the upper ones.
"""

from bisect import bisect_left

from django.db.models import BinaryField, F, Func, IntegerField, Subquery, Value
from django.db.models.functions import Cast, Greatest, Least, Substr

from voting.log.errors import HeadUnknown, LeafUnknown
from voting.log.models import TILE, Log, LogEntry, LogTile, SignedHead
from voting.rules.merkle import (
    HASH_BYTES,
    consistency_path,
    inclusion_path,
    node_hash,
    nodes_of,
)

TILE_LEVEL = TILE.bit_length() - 1

# By the name of the log's key, which no other log ever has; level; place.
_kept: dict[tuple[str, int, int], bytes] = {}
_MOST_KEPT = 100_000


class Nodes:
    """The nodes of one log: those above a tile of leaves, and those within it.

    Only whole nodes are asked for, so what was found once holds for ever.
    """

    def __init__(self, log: Log) -> None:
        self.log = log
        self._leaves: dict[int, list[bytes]] = {}

    def __call__(self, level: int, place: int) -> bytes:
        kept = _kept.get((self.log.key_name, level, place))
        if kept:
            return kept
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        if level >= TILE_LEVEL:
            return self._folded(level, place)
        return self._keep(level, place, self._within(level, place))

    def _within(self, level: int, place: int) -> bytes:
        tile, inside = divmod(place << level, TILE)
        if tile not in self._leaves:
            self._leaves[tile] = leaf_hashes(self.log, tile * TILE, (tile + 1) * TILE)
        return nodes_of(self._leaves[tile])(level, inside >> level)

    def _folded(self, level: int, place: int) -> bytes:
        """From stored tiles, and all that is folded on the way is kept."""
        width = 1 << (level - TILE_LEVEL)
        tiles = LogTile.objects.filter(
            log=self.log, place__gte=place * width, place__lt=(place + 1) * width
        )
        roots = tiles.order_by("place").values_list("root", flat=True)
        nodes = [bytes(root) for root in roots]
        if len(nodes) != width:
            raise HeadUnknown
        for height in range(TILE_LEVEL, level + 1):
            first = place << (level - height)
            for offset, node in enumerate(nodes):
                self._keep(height, first + offset, node)
            root = nodes[0]
            nodes = [
                node_hash(left, right)
                for left, right in zip(nodes[::2], nodes[1::2], strict=False)
            ]
        return root

    def _keep(self, level: int, place: int, node: bytes) -> bytes:
        _kept[self.log.key_name, level, place] = node
        return node


def leaf_hashes(log: Log, start: int, end: int) -> list[bytes]:
    """The leaf hashes from ``start`` up to, not including, ``end``, as far as there are any.

    Only these bytes are read, however long the entries are that hold them.
    """
    entries = LogEntry.objects.filter(log=log)
    holding = entries.filter(first_leaf__lte=start).order_by("-first_leaf")
    cut = (
        entries.filter(
            first_leaf__gte=Subquery(holding.values("first_leaf")[:1]),
            first_leaf__lt=end,
        )
        .annotate(
            begin=_int(Greatest(start - F("first_leaf"), 0)),
            stop=_int(Least(end - F("first_leaf"), F("leaves"))),
        )
        .annotate(
            piece=Substr(
                "hashes",
                F("begin") * HASH_BYTES + 1,
                (F("stop") - F("begin")) * HASH_BYTES,
                output_field=BinaryField(),
            )
        )
        .in_order()
        .values_list("piece", flat=True)
    )
    return _split(b"".join(bytes(piece) for piece in cut))


def _int(expression) -> Cast:
    """A place inside one entry: PostgreSQL cuts bytes at integers alone."""
    return Cast(expression, IntegerField())


def _split(hashes: bytes) -> list[bytes]:
    return [
        hashes[place : place + HASH_BYTES]
        for place in range(0, len(hashes), HASH_BYTES)
    ]


def inclusion(log: Log, *, index: int, size: int) -> list[bytes]:
    """What joins one leaf to the root of the head of this size."""
    _require_head(log, size)
    if not 0 <= index < size:
        raise LeafUnknown
    return inclusion_path(index, size, Nodes(log))


def consistency(log: Log, *, first: int, second: int) -> list[bytes]:
    """What shows that the head of the first size holds the beginning of the second's."""
    for size in (first, second):
        _require_head(log, size)
    if first > second:
        raise HeadUnknown("前一个日志头必须不大于后一个，请把两个大小对调再查。")
    return consistency_path(first, second, Nodes(log))


def _require_head(log: Log, size: int) -> None:
    if not SignedHead.objects.filter(log=log, size=size).exists():
        raise HeadUnknown


class _PlaceIn(Func):
    """Where bytes begin in others, from 1 on; 0 where they do not occur."""

    function = "INSTR"
    output_field = IntegerField()

    def as_postgresql(self, compiler, connection, **context) -> tuple:
        needle = self.copy()
        needle.set_source_expressions(self.get_source_expressions()[::-1])
        return needle.as_sql(
            compiler,
            connection,
            template="POSITION(%(expressions)s)",
            arg_joiner=" IN ",
            **context,
        )


def index_of(log: Log, leaf: bytes, *, entry: int | None = None) -> int:
    """Where a leaf stands in the tree; ``entry`` is the number of the one that holds it.

    Without that the hashes of the whole log are looked through, by the database.

    Errors
        :class:`LeafUnknown`: no entry holds it.
    """
    entries = log.entries.all() if entry is None else log.entries.filter(number=entry)
    sought = Value(leaf, output_field=BinaryField())
    found = (
        entries.annotate(at=_PlaceIn("hashes", sought))
        .filter(at__gt=0)
        .values_list("first_leaf", "at")
        .first()
    )
    if found is None:
        raise LeafUnknown
    first_leaf, at = found
    place, inside = divmod(at - 1, HASH_BYTES)
    if inside:
        raise LeafUnknown
    return first_leaf + place


def index_in(entry: LogEntry, leaf: bytes) -> int | None:
    """Where a pick's leaf stands in the tree, if it is one of those of this entry."""
    leaves = _split(bytes(entry.hashes)[HASH_BYTES:])
    place = bisect_left(leaves, leaf)
    if place == len(leaves) or leaves[place] != leaf:
        return None
    return entry.first_leaf + 1 + place
