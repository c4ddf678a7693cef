"""A pick is promised before it is shown: SHA-256(salt ‖ entry ‖ value).

Each pick has a salt of its own, made from the secret of the ballot's receipt. Nobody can
therefore read a pick before it is opened, nobody can tell from opened picks which of them
stood on one ballot, and whoever has the secret finds all of theirs.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pick:
    """One entry of a ballot, by its public number, and what it got: 1 chosen, or the grade."""

    number: int
    value: int


def picks_of(choices: bytes, numbers: tuple[int, ...]) -> list[Pick]:
    """The picks of a ballot, whose bytes stand in the frozen order. 0 is no pick.

    >>> picks_of(bytes([0, 1, 1]), (7, 9, 12))
    [Pick(number=9, value=1), Pick(number=12, value=1)]
    """
    return [
        Pick(number, value)
        for number, value in zip(numbers, choices, strict=True)
        if value
    ]


def pick_salt(secret: bytes, number: int) -> bytes:
    """HMAC-SHA-256 of the entry's number under the receipt's secret, 32 bytes."""
    return hmac.digest(secret, b"hongqi pick\0" + _number(number), "sha256")


def commitment(salt: bytes, pick: Pick) -> bytes:
    """What the log holds of a pick; the leaf hash of RFC 6962 is taken of these 32 bytes."""
    return sha256(salt + _number(pick.number) + bytes([pick.value])).digest()


def _number(number: int) -> bytes:
    return number.to_bytes(2)
