"""综合得分 Marks, votes and further points become one total; deductions carry their reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from voting.rules.rounding import Stage, at_stage


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points taken from one entry. Without a reason there is no deduction."""

    entry: str
    points: Fraction
    reason: str


class Component(NamedTuple):
    """One weighted part of the total: ``points`` on the 0-100 scale."""

    name: str
    points: Fraction
    weight: Fraction


def combine(
    components: Sequence[Component],
    *,
    added: Sequence[Fraction] = (),
    deducted: Sequence[Fraction] = (),
    stages: Mapping[Stage, int] | None = None,
) -> Fraction:
    """Sum of weight x points, plus added points, minus deductions; not yet rounded as a total.

    Errors
        ``ValueError`` if the weights do not add up to 1.

    Source
        总分 = 网络得分 x 30% + 专家得分 x 70% and its kin; ISU segment total =
        elements + components - deductions.

    >>> parts = [Component("现场", Fraction("88.62"), Fraction("0.7")), Component("民意", Fraction("84.63"), Fraction("0.3"))]
    >>> combine(parts), combine(parts, deducted=[Fraction("0.5")])
    (Fraction(87423, 1000), Fraction(86923, 1000))
    """
    if sum((c.weight for c in components), Fraction(0)) != 1:
        raise ValueError("the weights must add up to 1")
    weighted = sum(
        (at_stage(c.points * c.weight, "weighted", stages or {}) for c in components),
        Fraction(0),
    )
    return weighted + sum(added, Fraction(0)) - sum(deducted, Fraction(0))
