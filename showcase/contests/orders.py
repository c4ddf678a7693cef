"""Sixteen orders of the entries, so that none profits from its place."""

import hashlib
from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

ORDERS = tuple("0123456789abcdef")

_COUNT = len(ORDERS)

# One row of a balanced square: 0, 1, 15, 2, 14 … Shifted by 0 to 15 it brings each
# block to each place once, and each block once directly behind each other block.
_ROW = [0] + [
    step // 2 + 1 if step % 2 == 0 else _COUNT - 1 - step // 2
    for step in range(_COUNT - 1)
]


def in_order(entries: Sequence[T], order: str) -> list[T]:
    """The entries in one of the sixteen orders. An unknown order reads as the first.

    Entries stand in sixteen blocks. Over all orders an entry meets every sixteenth of
    the list once, and its neighbours change.

    >>> in_order("abcd", "0"), in_order("abcd", "5")
    (['a', 'b', 'd', 'c'], ['b', 'c', 'a', 'd'])
    """
    shift = ORDERS.index(order) if order in ORDERS else 0
    blocks: list[list[T]] = [[] for _ in ORDERS]
    for place, entry in enumerate(entries):
        blocks[place * _COUNT // len(entries)].append(entry)
    backwards = shift % 2 == 1
    return [
        entry
        for step in _ROW
        for entry in (
            reversed(blocks[(step + shift) % _COUNT])
            if backwards
            else blocks[(step + shift) % _COUNT]
        )
    ]


def shuffled(ids: Iterable[int], *, seed: str) -> list[int]:
    """Ids in an order that means nothing, the same for everybody who knows the seed.

    What is neighbouring by number is not neighbouring here.

    >>> shuffled([1, 2, 3, 4, 5], seed="demo")
    [1, 3, 4, 5, 2]
    """
    return sorted(
        ids, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest()
    )


def order_for(random_source: Random) -> str:
    """One of the sixteen orders for a new visitor; the address then carries it."""
    return random_source.choice(ORDERS)
