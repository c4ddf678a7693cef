"""How a printed code and a telephone number are written: plain values in and out."""

import re

from voting.polls.signs import ALPHABET, bare, check_place, checked_places, read_signs

# Eight signs by chance, some 5 * 10**11 codes, and one that catches typing errors.
LENGTH = 9

_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
PHONE_CODE_LENGTH = 6


def with_check(signs: str) -> str:
    """The code whose first eight signs these are."""
    return signs + ALPHABET[check_place([ALPHABET.index(sign) for sign in signs])]


def typed_code(typed: str) -> str | None:
    """A code as somebody typed it: any case, width and separators. None: a typing error.

    >>> typed_code("ｈａｄ-7k2 ymr") == typed_code("HAD7KZYMR")
    True
    """
    text = read_signs(typed)
    return text if checked_places(text, length=LENGTH) is not None else None


def as_printed(code: str) -> str:
    """In three groups, as people read it aloud.

    >>> as_printed("HAD7K2YMR")
    'HAD-7K2-YMR'
    """
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def typed_phone(typed: str) -> str | None:
    """A mobile number of mainland China, in one way of writing. None: it is none.

    >>> typed_phone("（86）138 0013-8000")
    '+8613800138000'
    """
    found = _MOBILE.fullmatch(re.sub(r"[()]", "", bare(typed)))
    return f"+86{found[1]}" if found else None


def masked_phone(phone: str) -> str:
    """Enough to see a typing error, too little to know a neighbour's number.

    >>> masked_phone("+8613800138000")
    '138****8000'
    """
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}"


def typed_digits(typed: str) -> str | None:
    """The six digits of a text message, however they were typed or pasted."""
    text = bare(typed)
    is_code = len(text) == PHONE_CODE_LENGTH and text.isascii() and text.isdigit()
    return text if is_code else None
