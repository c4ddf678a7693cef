"""How a paper sheet is laid out and read back. Plain values in, plain values out."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from voting.judging.rules import MarkRange, mark_text, plain

_HALF = Decimal("0.5")
_NUMERALS = "零一两三四五六七八九十"
# A total of fifty criteria of 9,999 points each still fits its column.
_HIGHEST_TOTAL = Decimal(99_999)


@dataclass(frozen=True, slots=True)
class Boxes:
    """What a judge writes one mark into: a box a digit, and the decimal place if there is one.

    ``half``: the place is only ever 0 or 5, so it is circled instead of written.
    """

    whole: int
    places: int
    half: bool

    @property
    def wholes(self) -> range:
        return range(self.whole)

    @property
    def decimals(self) -> range:
        return range(0 if self.half else self.places)


def boxes(maximum: Decimal, steps: Iterable[Decimal]) -> Boxes:
    """The boxes for a mark up to ``maximum`` that goes in these steps.

    >>> boxes(Decimal(40), [Decimal("0.5")])
    Boxes(whole=2, places=1, half=True)
    >>> boxes(Decimal(100), [Decimal(1)])
    Boxes(whole=3, places=0, half=False)
    """
    steps = list(steps)
    places = max(len(plain(step).partition(".")[2]) for step in steps)
    half = places == 1 and all(not step % _HALF for step in steps)
    return Boxes(len(str(int(maximum))), places, half)


def steps_words(ranges: Sequence[MarkRange]) -> str:
    """The step, if all criteria have the same one; otherwise each line says its own.

    >>> half = MarkRange("a", "实效", Decimal(0), Decimal(40), Decimal("0.50"))
    >>> steps_words([half, half])
    '0.5 一档'
    """
    steps = {plain(each.step) for each in ranges}
    return f"{steps.pop()} 一档" if len(steps) == 1 else ""


def count_words(number: int) -> str:
    """
    >>> count_words(4), count_words(2), count_words(12)
    ('四', '两', '12')
    """
    return _NUMERALS[number] if number < len(_NUMERALS) else str(number)


def code_text(raw: object) -> str:
    """A check code as it was typed, in one spelling.

    >>> code_text(" 4f　８2")
    '4F82'
    """
    text = unicodedata.normalize("NFKC", str(raw)[:40]).upper()
    return "".join(sign for sign in text if sign.isalnum())


def total_problem(text: str, marks: Iterable[str], *, added_wrong: bool) -> str:
    """Why the total on the paper cannot be taken with these marks; empty if it can.

    ``added_wrong``: the typist has looked again, and the judge's own sum is wrong.

    >>> total_problem("90.5", ["50.0", "40.0"], added_wrong=False)
    '两项之和是 90.0，纸面合计是 90.5。请再看纸：哪个数抄错了？'
    >>> total_problem("90", ["50.0", "40.0"], added_wrong=False)
    ''
    """
    marks = list(marks)
    total = read_total(text)
    if not text:
        return "请照纸上的合计录入，用来发现抄错的数。"
    if total is None:
        return f"纸面合计请只填数字，您填的是“{text[:12]}”。"
    if added_wrong or total == sum(map(Decimal, marks)):
        return ""
    added = sum(map(Decimal, marks), Decimal(0))
    return (
        f"{count_words(len(marks))}项之和是 {added}，纸面合计是 {text}。"
        "请再看纸：哪个数抄错了？"
    )


def read_total(raw: object) -> Decimal | None:
    """
    >>> read_total("９０.5"), read_total("x"), read_total("1e9")
    (Decimal('90.5'), None, None)
    """
    text = mark_text(raw)
    whole, point, places = text.partition(".")
    digits = whole + places
    if not (whole and digits.isascii() and digits.isdigit()) or (point and not places):
        return None
    total = Decimal(text)
    return total if total <= _HIGHEST_TOTAL and len(places) <= 4 else None
