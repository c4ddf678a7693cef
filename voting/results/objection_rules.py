"""Objections to a result: the code that finds one again, and how far it is. Plain values."""

import re
from collections.abc import Callable, Collection
from enum import StrEnum

from voting.polls.signs import ALPHABET, check_place, checked_places, read_signs

LENGTH = 12
MOST_FILES = 3
_GROUP = 4
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0\d{2,3}[1-9]\d{6,7}|[1-9]\d{6,7}|[48]00\d{7}")


class Step(StrEnum):
    """What was done with an objection before its reply."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    ACCEPTED = "accepted", "已受理"
    CHECKING = "checking", "核查中"


class Outcome(StrEnum):
    """What came of an objection."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    UPHELD = "upheld", "异议成立"
    PARTLY = "partly", "异议部分成立"
    REFUSED = "refused", "异议不成立"
    DECLINED = "declined", "不予受理"


RECEIVED = "已收到"


def new_code(below: Callable[[int], int]) -> str:
    """A code from a source of whole numbers below a bound, its last sign catching slips.

    >>> new_code(lambda bound: 1)
    '33333333333N'
    """
    places = [below(len(ALPHABET)) for _ in range(LENGTH - 1)]
    return "".join(ALPHABET[place] for place in [*places, check_place(places)])


def read_code(typed: str) -> str | None:
    """The code that somebody typed in any way; None: a slip, or never given out.

    >>> read_code("3333 3333-333n")
    '33333333333N'
    """
    code = read_signs(typed)
    return None if checked_places(code, length=LENGTH) is None else code


def as_printed(code: str) -> str:
    """
    >>> as_printed("33333333333N")
    '3333-3333-333N'
    """
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def phone_of(typed: str) -> str | None:
    """The digits of a Chinese telephone number as somebody typed it; None: it is none.

    >>> [phone_of(typed) for typed in ("+86 138-0013-8000", "0319 7654321", "12345")]
    ['13800138000', '03197654321', None]
    """
    digits = re.sub(r"[\s()（）\-—]", "", typed)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1]
    return digits if _LANDLINE.fullmatch(digits) else None


def state_of(steps: Collection[str], outcome: str | None) -> str:
    """Where an objection stands, in the words for everybody.

    >>> state_of([], None), state_of(["accepted", "checking"], None)
    ('已收到', '核查中')
    """
    if outcome is not None:
        return "不予受理" if outcome == Outcome.DECLINED else "已答复"
    done = [step.label for step in Step if step in steps]
    return done[-1] if done else RECEIVED
