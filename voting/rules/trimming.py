"""去高低分 Trimmed mean inside a panel, with a declared rule for small panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple, TypeVar

Mark = TypeVar("Mark", int, Fraction)

SmallPanel = Literal["void", "mean", "closest"]
How = Literal["trimmed", "mean", "itself", "closest", "void"]


@dataclass(frozen=True, slots=True)
class Trimming:
    """``at_least`` marks must be left after dropping, otherwise the small-panel rule takes over.

    ``minimum``: with fewer marks than this the panel is void. ``small``: ``void``; ``mean`` of
    all there are; ``closest``: 1 itself, 2 mean, 3 mean of the two closest, 4 or more drop 1 + 1.
    """

    drop_high: int = 1
    drop_low: int = 1
    at_least: int = 1
    minimum: int = 1
    small: SmallPanel = "void"


class Trimmed(NamedTuple):
    """Positions in the given sequence; ``total / len(kept)`` is the mean."""

    how: How
    kept: tuple[int, ...]
    high: tuple[int, ...]
    low: tuple[int, ...]


def trimmed_mean(marks: Sequence[Fraction], *, drop: int) -> Fraction:
    """Average the marks after dropping the ``drop`` highest and the ``drop`` lowest.

    Units
        Marks and result are points on one scale. Of equal highest marks only one is dropped.

    Errors
        ``ValueError`` if ``drop`` is negative or no mark would be left.

    Source
        ISU judging system: one high and one low dropped per component (8,630 panel marks
        reproduced); 现场评比 practice: 去掉一个最高分、一个最低分.

    >>> trimmed_mean([Fraction(80), Fraction(95), Fraction(90), Fraction(60)], drop=1)
    Fraction(85, 1)
    """
    if drop < 0:
        raise ValueError(f"drop must not be negative: {drop}")
    mean = panel_mean(marks, Trimming(drop_high=drop, drop_low=drop))
    if mean is None:
        raise ValueError(
            f"dropping {drop} at each end leaves none of {len(marks)} marks"
        )
    return mean


def panel_mean(marks: Sequence[Fraction], rule: Trimming) -> Fraction | None:
    """The panel's mean by the declared rule, or None: the panel is void.

    >>> closest = Trimming(at_least=2, small="closest")
    >>> panel_mean([Fraction(85), Fraction(80), Fraction(90)], closest)
    Fraction(175, 2)
    """
    kept = trim(marks, rule).kept
    if not kept:
        return None
    return sum((marks[i] for i in kept), Fraction(0)) / len(kept)


def trim(marks: Sequence[Mark], rule: Trimming) -> Trimmed:
    """Which marks count. Equal marks are dropped in the order given; the mean does not change.

    Source
        Small panels: IJRU technical manual 3.0.0 (1 itself, 2 mean, 3 the two closest, equal gaps
        the higher two, 4 and more drop 1 + 1).

    >>> trim([80, 95, 90, 60], Trimming())
    Trimmed(how='trimmed', kept=(0, 2), high=(1,), low=(3,))
    """
    count = len(marks)
    ascending = sorted(range(count), key=marks.__getitem__)
    if count == 0 or count < rule.minimum:
        return Trimmed("void", (), (), ())
    if count - rule.drop_high - rule.drop_low >= max(rule.at_least, 1):
        return _dropped("trimmed", ascending, rule.drop_low, rule.drop_high)
    if rule.small == "void":
        return Trimmed("void", (), (), ())
    if count == 1:
        return Trimmed("itself", (0,), (), ())
    if rule.small == "mean" or count == 2:
        return _dropped("mean", ascending, 0, 0)
    if count == 3:
        low, middle, high = (marks[i] for i in ascending)
        upper_pair_is_closer = high - middle <= middle - low
        return _dropped(
            "closest",
            ascending,
            int(upper_pair_is_closer),
            int(not upper_pair_is_closer),
        )
    return _dropped("trimmed", ascending, 1, 1)


def _dropped(how: How, ascending: list[int], low: int, high: int) -> Trimmed:
    upper = len(ascending) - high
    return Trimmed(
        how,
        tuple(sorted(ascending[low:upper])),
        tuple(sorted(ascending[upper:])),
        tuple(sorted(ascending[:low])),
    )
