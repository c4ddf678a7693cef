"""What stands in an address, read with care: rubbish becomes None, never an error."""

from base64 import b64decode
from binascii import Error

from voting.rules.merkle import HASH_BYTES

# More than any database holds leaves, and less than overflows its integers.
_MOST_DIGITS = 15


def whole_number(text: str) -> int | None:
    """
    >>> whole_number("1024"), whole_number("-1"), whole_number("٣"), whole_number("9" * 40)
    (1024, None, None, None)
    """
    is_one = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if is_one else None


def leaf_of(text: str) -> bytes | None:
    """A leaf hash in either alphabet of base64, with or without its padding.

    A plus in an address arrives as a space.
    """
    plain = text.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        leaf = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (Error, ValueError):
        return None
    return leaf if len(leaf) == HASH_BYTES else None
