"""评分表 Sheet total: the criteria of one sheet become one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Adding = Literal["sum", "mean", "percent"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is marked: from ``minimum`` to ``maximum`` in steps of ``step``."""

    code: str
    name: str
    maximum: Fraction
    step: Fraction = Fraction(1, 2)
    minimum: Fraction = Fraction(0)
    weight: Fraction = Fraction(1)


def coefficients(criteria: Sequence[Criterion], adding: Adding) -> dict[str, Fraction]:
    """What one point of each criterion is worth in the sheet total.

    ``sum``: weight x mark, added (40 + 30 + 30 points). ``mean``: the same, divided by the sum of
    weights. ``percent``: each mark as a share of its maximum, weighted, out of 100.

    >>> two = [Criterion("a", "实效", Fraction(10), weight=Fraction(3)), Criterion("b", "表达", Fraction(5))]
    >>> coefficients(two, "percent")
    {'a': Fraction(15, 2), 'b': Fraction(5, 1)}
    """
    weights = sum((c.weight for c in criteria), Fraction(0))
    if adding == "sum":
        return {c.code: c.weight for c in criteria}
    if adding == "mean":
        return {c.code: c.weight / weights for c in criteria}
    return {c.code: 100 * c.weight / c.maximum / weights for c in criteria}


def full_marks(criteria: Sequence[Criterion], adding: Adding) -> Fraction:
    """The sheet total of a sheet with every maximum.

    >>> full_marks([Criterion("a", "实效", Fraction(60)), Criterion("b", "表达", Fraction(40))], "sum")
    Fraction(100, 1)
    """
    worth = coefficients(criteria, adding)
    return sum((worth[c.code] * c.maximum for c in criteria), Fraction(0))


def sheet_total(
    marks: Mapping[str, Fraction], criteria: Sequence[Criterion], adding: Adding
) -> Fraction:
    """Add up one sheet. Every criterion is needed: a partial sheet has no total.

    Errors
        ``ValueError`` if a criterion has no mark, or a mark no criterion.

    Source
        Award platforms count means over complete sheets; where a skipped criterion silently
        became zero (pretalx), users could not compare totals.

    >>> two = [Criterion("a", "实效", Fraction(60)), Criterion("b", "表达", Fraction(40))]
    >>> sheet_total({"a": Fraction(51), "b": Fraction("36.5")}, two, "sum")
    Fraction(175, 2)
    """
    if marks.keys() != {c.code for c in criteria}:
        raise ValueError(f"a sheet needs a mark for each criterion: {sorted(marks)}")
    worth = coefficients(criteria, adding)
    return sum((worth[code] * mark for code, mark in marks.items()), Fraction(0))
