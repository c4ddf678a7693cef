"""取整 Rounding: half-up, only at the stages that the rule sheet declares."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Stage = Literal[
    "sheet",
    "criterion",
    "criterion_weighted",
    "panel",
    "round",
    "marks",
    "votes",
    "weighted",
    "total",
]

MOST_PLACES = 12


def half_up(value: Fraction, places: int) -> Fraction:
    """Round to ``places`` decimals, a half away from zero: 四舍五入.

    Errors
        ``ValueError`` if ``places`` is negative.

    Source
        GB/T 8170 calls it 四舍五入; ISU protocols print marks so (8,630 of 8,630 reproduced).

    >>> half_up(Fraction("2.345"), 2), half_up(Fraction("-2.345"), 2)
    (Fraction(47, 20), Fraction(-47, 20))
    """
    scale = 10**places if places >= 0 else 0
    if not scale:
        raise ValueError(f"places must not be negative: {places}")
    rounded = scaled_half_up(abs(value.numerator), value.denominator, scale)
    return Fraction(rounded if value >= 0 else -rounded, scale)


def scaled_half_up(numerator: int, denominator: int, scale: int) -> int:
    """``numerator / denominator * scale`` as a whole number, for a numerator of 0 or more.

    >>> scaled_half_up(1, 8, 100)
    13
    """
    return (2 * numerator * scale + denominator) // (2 * denominator)


def at_stage(value: Fraction, stage: Stage, stages: Mapping[Stage, int]) -> Fraction:
    """Round if the rule sheet declares this stage, otherwise leave the value exact.

    >>> at_stage(Fraction(1, 3), "panel", {"panel": 2}), at_stage(Fraction(1, 3), "total", {"panel": 2})
    (Fraction(33, 100), Fraction(1, 3))
    """
    places = stages.get(stage)
    return value if places is None else half_up(value, places)


def shown(value: Fraction, places: int) -> str:
    """Text for a screen, always with ``places`` decimals. Never read back into a calculation.

    >>> shown(Fraction(88), 2), shown(Fraction(-1, 3), 2), shown(Fraction(5, 2), 0)
    ('88.00', '-0.33', '3')
    """
    whole = half_up(value, places) * 10**places
    digits = str(abs(whole.numerator)).rjust(places + 1, "0")
    sign = "-" if whole < 0 else ""
    return f"{sign}{digits[: len(digits) - places]}{'.' if places else ''}{digits[len(digits) - places :]}"


def to_decimal(value: Fraction, places: int) -> Decimal:
    """What leaves the rules for a database column or a page.

    >>> to_decimal(Fraction(2, 3), 2)
    Decimal('0.67')
    """
    return Decimal(shown(value, places))


def deciding_places(
    high: Fraction, low: Fraction, *, start: int, most: int = 40
) -> int:
    """How many decimals must be shown so that two different values look different.

    Errors
        ``ValueError`` if the values are equal.

    >>> deciding_places(Fraction("87.4231"), Fraction("87.4229"), start=2)
    4
    """
    if high == low:
        raise ValueError("equal values look the same at any length")
    return next(
        (p for p in range(start, most) if half_up(high, p) != half_up(low, p)), most
    )
