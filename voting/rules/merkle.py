"""The Merkle tree of RFC 6962, section 2.1: roots, frontiers, proofs and their checks.

A tree is a row of leaf hashes of 32 bytes. Proofs ask for nodes by place, so that who
keeps the tree need not hold all of it in memory: ``node(level, place)`` is the root of the
``2 ** level`` leaves that begin at ``place << level``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    """The prefixes keep a leaf from ever passing for a node above it."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that must be kept of a tree to add leaves to it: its full subtrees from the left.

    ``peaks`` are their roots, the largest first: one for each bit that is set in ``size``.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> Self:
        return cls(
            size,
            tuple(
                peaks[start : start + HASH_BYTES]
                for start in range(0, len(peaks), HASH_BYTES)
            ),
        )

    def __bytes__(self) -> bytes:
        return b"".join(self.peaks)

    def extended(self, leaves: Iterable[bytes]) -> Self:
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            full = size
            while full & 1:
                leaf = node_hash(peaks.pop(), leaf)
                full >>= 1
            peaks.append(leaf)
            size += 1
        return type(self)(size, tuple(peaks))

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY_ROOT
        root, *rest = reversed(self.peaks)
        for peak in rest:
            root = node_hash(peak, root)
        return root


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root of these leaf hashes."""
    return Frontier().extended(leaves).root()


def nodes_of(leaves: Sequence[bytes]) -> Node:
    """The nodes of a tree that is wholly in memory, for small ones and for tests."""

    def node(level: int, place: int) -> bytes:
        start = place << level
        return tree_root(leaves[start : start + (1 << level)])

    return node


def subtree_root(start: int, end: int, node: Node) -> bytes:
    """The root of the leaves from ``start`` up to, not including, ``end``."""
    width = end - start
    if width & (width - 1) == 0 and start % width == 0:
        level = width.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(width)
    return node_hash(subtree_root(start, middle, node), subtree_root(middle, end, node))


def inclusion_path(index: int, size: int, node: Node) -> list[bytes]:
    """What joins the leaf at ``index`` to the root of ``size`` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not among {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree_root(middle, end, node))
            end = middle
        else:
            path.append(subtree_root(start, middle, node))
            start = middle
    return path[::-1]


def root_from_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes]
) -> bytes | None:
    """The root to which a path leads. None: a path of that length belongs to no such leaf."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            root = node_hash(root, sibling)
        place >>= 1
        last >>= 1
    return root if last == 0 else None


def consistency_path(before: int, after: int, node: Node) -> list[bytes]:
    """What shows that the first ``before`` of ``after`` leaves are the older tree."""
    if not 0 < before <= after:
        raise ValueError(f"a tree of {before} leaves is not before one of {after}")
    path: list[bytes] = []
    start, end, known = 0, after, True
    while before != end:
        middle = start + _split(end - start)
        if before <= middle:
            path.append(subtree_root(middle, end, node))
            end = middle
        else:
            path.append(subtree_root(start, middle, node))
            start, known = middle, False
    if not known:
        path.append(subtree_root(start, end, node))
    return path[::-1]


def is_consistent(
    before: int, after: int, older: bytes, newer: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path shows the older root's leaves to be the first of the newer's."""
    if before == after:
        return older == newer and not path
    if not 0 < before < after or not path:
        return False
    rest = list(path)
    if before & (before - 1) == 0:
        rest.insert(0, older)
    place, last = before - 1, after - 1
    while place & 1:
        place >>= 1
        last >>= 1
    old = new = rest[0]
    for sibling in rest[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and (old, new) == (older, newer)


def _split(width: int) -> int:
    """The largest power of two below ``width``."""
    return 1 << ((width - 1).bit_length() - 1)
