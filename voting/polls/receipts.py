"""受理号 and receipt secret: made from the ballot's id and the poll's key, stored nowhere.

The number is a keyed permutation of the id, so that it tells neither how many ballots
there are nor in which order they came. Ten signs: nine for the id, one to catch typing
errors (:mod:`voting.polls.signs`).
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from site_cms.privacy.hashing import keyed_hash
from voting.polls.signs import ALPHABET, check_place, checked_places, read_signs

LENGTH = 10
SHA256_BYTES = 32

_BASE = len(ALPHABET)
_HALF_BITS = 21
_HALF = 1 << _HALF_BITS
_ROUNDS = 8


def receipt_number(key: bytes, ballot_id: int) -> str:
    """The 受理号 of a ballot, such as LH7K-29QF-M3."""
    rest = _permuted(key, ballot_id)
    signs = []
    for _ in range(LENGTH - 1):
        rest, sign = divmod(rest, _BASE)
        signs.append(sign)
    return as_printed("".join(ALPHABET[sign] for sign in [*signs, check_place(signs)]))


def as_printed(number: str) -> str:
    """A 受理号 that was typed in any way, as it stands on the receipt.

    >>> as_printed("lh7k 29qf m3")
    'LH7K-29QF-M3'
    """
    text = read_signs(number)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def ballot_id_of(key: bytes, number: str) -> int | None:
    """The id behind a 受理号 as somebody typed it. None: a typing error, or never given out."""
    signs = checked_places(read_signs(number), length=LENGTH)
    if signs is None:
        return None
    value = sum(sign * _BASE**place for place, sign in enumerate(signs))
    return _unpermuted(key, value) if value < _HALF * _HALF else None


def receipt_secret(key: bytes, ballot_id: int) -> bytes:
    """What the QR code carries: whoever has it may see the choices."""
    return keyed_hash(key, "receipt", str(ballot_id))


def secret_text(secret: bytes) -> str:
    return urlsafe_b64encode(secret).rstrip(b"=").decode()


def secret_of(text: str) -> bytes | None:
    """The secret that an address holds. None: no secret was ever written so."""
    try:
        secret = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return secret if len(secret) == SHA256_BYTES else None


def is_secret_of(key: bytes, ballot_id: int, text: str) -> bool:
    given = secret_of(text)
    return given is not None and hmac.compare_digest(
        given, receipt_secret(key, ballot_id)
    )


def opening_of(text: str) -> bytes | None:
    """Under what the archive finds a ballot by its secret; None: no secret was ever that."""
    secret = secret_of(text)
    return secret and opening(secret)


def opening(secret: bytes) -> bytes:
    """It needs no key, and leads nowhere from the archive back to the secret."""
    return sha256(b"hongqi receipt opening\0" + secret).digest()


def _round(key: bytes, number: int, half: int) -> int:
    digest = keyed_hash(key, "receipt number", bytes([number]), half.to_bytes(3))
    return int.from_bytes(digest[:4]) % _HALF


def _permuted(key: bytes, value: int) -> int:
    left, right = divmod(value, _HALF)
    for number in range(_ROUNDS):
        left, right = right, left ^ _round(key, number, right)
    return left * _HALF + right


def _unpermuted(key: bytes, value: int) -> int:
    left, right = divmod(value, _HALF)
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _round(key, number, left), left
    return left * _HALF + right
