"""Exact numbers as text, and the one way in which a value is written as JSON and hashed."""

import hashlib
import json
import re
from fractions import Fraction
from functools import lru_cache

LONGEST_NUMBER = 60

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RATIO = re.compile(r"-?[0-9]+/0*[1-9][0-9]*")


@lru_cache(maxsize=4096)
def parse(text: str) -> Fraction:
    """Read ``"92.5"`` or ``"1/3"``. Nothing else is a number: no exponent, no blank, no sign "+".

    Errors
        ``ValueError`` with the text.

    >>> parse("0.30"), parse("-7/21")
    (Fraction(3, 10), Fraction(-1, 3))
    """
    if len(text) <= LONGEST_NUMBER and (
        _DECIMAL.fullmatch(text) or _RATIO.fullmatch(text)
    ):
        return Fraction(text)
    raise ValueError(f"not an exact number: {text[:LONGEST_NUMBER]!r}")


def ratio(value: Fraction) -> str:
    """The exact value as "n/d", in lowest terms, the denominator always written.

    >>> ratio(Fraction(5)), ratio(Fraction(-1, 3))
    ('5/1', '-1/3')
    """
    return f"{value.numerator}/{value.denominator}"


def plain(value: Fraction) -> str:
    """The shortest exact text: a decimal where one exists, otherwise "n/d".

    >>> plain(Fraction(37, 2)), plain(Fraction(-3, 100)), plain(Fraction(1, 3)), plain(Fraction(90))
    ('18.5', '-0.03', '1/3', '90')
    """
    return _plain(*value.as_integer_ratio())


@lru_cache(maxsize=4096)
def _plain(numerator: int, denominator: int) -> str:
    if denominator == 1:
        return str(numerator)
    places = _decimal_places(denominator)
    if places is None:
        return f"{numerator}/{denominator}"
    digits = str(abs(numerator) * 10**places // denominator).rjust(places + 1, "0")
    sign = "-" if numerator < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _decimal_places(denominator: int) -> int | None:
    places = {2: 0, 5: 0}
    for prime in places:
        while denominator % prime == 0:
            denominator //= prime
            places[prime] += 1
    return max(places.values()) if denominator == 1 else None


def percent(value: Fraction) -> str:
    """
    >>> percent(Fraction(7, 10)), percent(Fraction(1, 3))
    ('70%', '100/3%')
    """
    return plain(value * 100) + "%"


def canonical(value: object) -> str:
    """JSON with sorted keys, no blanks and Chinese as it is: equal values give equal text.

    Floats are refused: a number that is not whole is written as text.

    >>> canonical({"b": [1, None], "a": "票"})
    '{"a":"票","b":[1,null]}'
    """
    _refuse_floats(value)
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )


def digest(value: object) -> str:
    """SHA-256 over the UTF-8 bytes of the canonical JSON, as 64 hexadecimal digits.

    >>> digest({})
    '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'
    """
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def _refuse_floats(value: object) -> None:
    kind = type(value)
    if kind is str or kind is int or value is None:
        return
    if isinstance(value, float):
        raise TypeError(f"a float has no exact text: {value!r}")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
