"""抽签 Draw of an order, or of lots, from a published list and a seed made in public.

By hand, with nothing but ``sha256sum``:

1. Write the list as a text file: the title on the first line, then one line for each entry,
   its number, one blank, its name, numbers ascending, every line ended by one line feed, UTF-8.
2. ``sha256sum list.txt`` gives the list hash. It is published before the seed is made.
3. The seed is made in public (dice, drawn balls) and published, 8 to 200 letters and digits.
4. For each entry: ``printf '%s' 'LISTHASH:SEED:NUMBER' | sha256sum``.
5. The order is the hexadecimal results, smallest first.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

_SEED = re.compile(r"[0-9A-Za-z]{8,200}")


class Lot(NamedTuple):
    """One line of the list and the hash that it drew."""

    number: str
    name: str
    hash: str


def is_seed(text: str) -> bool:
    """Whether a text can be a seed. Twenty decimal digits from dice or balls are advised.

    >>> is_seed("31415926535897932384"), is_seed("3141 5926"), is_seed("")
    (True, False, False)
    """
    return _SEED.fullmatch(text) is not None


def list_text(title: str, entries: Sequence[tuple[str, str]]) -> str:
    """The list to be published: (number, name) pairs under a title, in order of number.

    Errors
        ``ValueError`` if a number comes twice or a line feed hides in a text.

    >>> list_text("出场顺序", [("07", "县教育局"), ("02", "柳林镇")])
    '出场顺序\\n02 柳林镇\\n07 县教育局\\n'
    """
    lines = [
        title,
        *(f"{number} {name}" for number, name in sorted(entries, key=_by_number)),
    ]
    if any(character in line for line in lines for character in "\r\n"):
        raise ValueError("a line of the list must not hold a line feed")
    if len({number for number, _ in entries}) < len(entries):
        raise ValueError("a number stands twice in the list")
    return "".join(f"{line}\n" for line in lines)


def read_list(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The title and the (number, name) pairs of a list that :func:`list_text` wrote.

    >>> read_list("出场顺序\\n02 柳林镇\\n07 县教育局\\n")
    ('出场顺序', [('02', '柳林镇'), ('07', '县教育局')])
    """
    title, *lines = text.split("\n")[:-1]
    pairs = [line.split(" ", 1) for line in lines]
    return title, [(number, name) for number, name in pairs]


def list_hash(text: str) -> str:
    """SHA-256 of the list as published.

    >>> list_hash("出场顺序\\n02 柳林镇\\n07 县教育局\\n")[:16]
    'd58a97cf7165f9f2'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def draw(title: str, entries: Sequence[tuple[str, str]], seed: str) -> list[Lot]:
    """The drawn order, first to last. It does not depend on the order in which entries are given.

    Errors
        ``ValueError`` for a bad seed or list.

    Source
        RFC 3797 (public seed, published list); Colorado's audited elections throw dice in
        public. Dice alone do not prove that no hand was quick: the seed needs witnesses.

    >>> [lot.number for lot in draw("出场顺序", [("02", "柳林镇"), ("07", "县教育局")], "31415926535897932384")]
    ['02', '07']
    """
    if not is_seed(seed):
        raise ValueError("a seed is 8 to 200 letters and digits")
    listed = list_hash(list_text(title, entries))
    lots = [
        Lot(
            number,
            name,
            hashlib.sha256(f"{listed}:{seed}:{number}".encode()).hexdigest(),
        )
        for number, name in entries
    ]
    return sorted(lots, key=lambda lot: lot.hash)


def _by_number(entry: tuple[str, str]) -> tuple[int, str]:
    return len(entry[0]), entry[0]
