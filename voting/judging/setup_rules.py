"""What people write into the cells of a spreadsheet about a night, and what rules ask of it."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from voting.rules import exact
from voting.rules.rule_sheet import RuleSheet

SUPERVISORS_NEEDED = 2
_SHORTEST, _LONGEST = 10, 3_600
_MINUTES = re.compile(r"([0-9]{1,3}(?:\.[0-9])?)(?:分|分钟)?")
_MINUTES_AND_SECONDS = re.compile(r"([0-9]{1,3})(?:分|分钟|:)([0-9]{1,2})秒?")
_SECONDS = re.compile(r"([0-9]{1,4})秒")
_HOURS_OF_A_CELL = re.compile(r"00:([0-9]{2}):([0-9]{2})")
_LARGEST_MARK = 9_999
_PLACES = 4


class NotReadable(ValueError):
    """The sentence says how to write it."""


def seconds_of(text: str) -> int:
    """A length of time in seconds; a number alone is minutes.

    >>> seconds_of("8 分钟"), seconds_of("90秒"), seconds_of("5:30"), seconds_of("3")
    (480, 90, 330, 180)
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if found := _SECONDS.fullmatch(plain):
        seconds = int(found[1])
    elif found := _HOURS_OF_A_CELL.fullmatch(plain) or _MINUTES_AND_SECONDS.fullmatch(
        plain
    ):
        seconds = 60 * int(found[1]) + int(found[2])
    elif found := _MINUTES.fullmatch(plain):
        seconds = int(Decimal(found[1]) * 60)
    else:
        raise NotReadable(f"“{text[:20]}”看不懂。请写成 8 分钟、5 分 30 秒或 90 秒。")
    if not _SHORTEST <= seconds <= _LONGEST:
        raise NotReadable(f"要在 {_SHORTEST} 秒到 {_LONGEST // 60} 分钟之间。")
    return seconds


def in_minutes(seconds: int) -> str:
    """
    >>> in_minutes(480), in_minutes(90), in_minutes(45)
    ('8 分钟', '1 分 30 秒', '45 秒')
    """
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"


def number_of(text: str) -> Fraction:
    """A number that is not negative, with or without a sign for per cent.

    >>> number_of("３０%"), number_of("0.5")
    (Fraction(30, 1), Fraction(1, 2))
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("%")
    try:
        value = exact.parse(plain.removesuffix("分"))
    except ValueError as error:
        raise NotReadable(
            f"“{text[:20]}”不是一个数，请写成 30 或 12.5 这样。"
        ) from error
    if value < 0:
        raise NotReadable("不能小于 0。")
    return value


def mark_of(text: str) -> Fraction:
    """A number that judges can give: at most four places, and not endless."""
    value = number_of(text)
    if value > _LARGEST_MARK:
        raise NotReadable(f"太大了，最多 {_LARGEST_MARK}。")
    if (value * 10**_PLACES).denominator != 1:
        raise NotReadable(f"最多 {_PLACES} 位小数。")
    return value


def shares_of(typed: list[Fraction]) -> list[Fraction] | None:
    """Weights that add up to 100, or to 1 as cells in per cent do; None if they do neither.

    >>> shares_of([Fraction(60), Fraction(40)]) == shares_of([Fraction("0.6"), Fraction("0.4")])
    True
    """
    total = sum(typed, Fraction(0))
    return [weight / total for weight in typed] if total in {1, 100} else None


class CriterionShape(NamedTuple):
    code: str
    name: str
    minimum: Fraction
    maximum: Fraction
    step: Fraction


class RoundShape(NamedTuple):
    """``panels`` are codes, in the order of the rule sheet."""

    code: str
    name: str
    panels: tuple[str, ...]
    criteria: tuple[CriterionShape, ...]


class Shape(NamedTuple):
    """Of a night, what only the rule sheet decides. ``panels``: (code, name)."""

    panels: tuple[tuple[str, str], ...]
    rounds: tuple[RoundShape, ...]


def shape_of(rules: RuleSheet) -> Shape:
    return Shape(
        panels=tuple((panel.code, panel.name) for panel in rules.panels),
        rounds=tuple(
            RoundShape(
                each.code,
                each.name,
                tuple(panel.code for panel in rules.panels_of(each)),
                tuple(
                    CriterionShape(c.code, c.name, c.minimum, c.maximum, c.step)
                    for c in each.criteria
                ),
            )
            for each in rules.rounds
        ),
    )
