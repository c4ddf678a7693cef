"""The signs of 受理号 and printed codes: read aloud, copied by hand and typed by anybody.

Without 0 O 1 I, and without S Z B, which are read as 5 2 8. There are 29, a prime, so one
wrong sign or two swapped neighbours never pass the check.
"""

import re
import unicodedata
from collections.abc import Sequence

ALPHABET = "23456789ACDEFGHJKLMNPQRTUVWXY"

_READ_AS = str.maketrans("SZB", "528")
_SEPARATORS = re.compile(r"[\s\-－—–_.,·，。、]+")


def bare(typed: str) -> str:
    """What was typed, in one width and without separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))


def read_signs(typed: str) -> str:
    """What was typed as signs, which may or may not be of the alphabet.

    >>> read_signs("ｌｈ7k－z9qf m3")
    'LH7K29QFM3'
    """
    return bare(typed).upper().translate(_READ_AS)


def check_place(places: Sequence[int]) -> int:
    """The place in the alphabet of the sign that catches errors in those at ``places``."""
    return sum((at + 2) * place for at, place in enumerate(places)) % len(ALPHABET)


def checked_places(text: str, *, length: int) -> list[int] | None:
    """The places of all signs but the last, if so many stand there and the last is right."""
    if len(text) != length or any(sign not in ALPHABET for sign in text):
        return None
    *places, check = (ALPHABET.index(sign) for sign in text)
    return places if check == check_place(places) else None
