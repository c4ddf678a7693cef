"""Sixteen orders of the entries, so that none profits from its place."""

from collections.abc import Sequence
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


def order_for(random_source: Random) -> str:
    """One of the sixteen orders for a new visitor; the address then carries it."""
    return random_source.choice(ORDERS)
