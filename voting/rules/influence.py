"""实际影响 Effective weight: who decides, the votes or the marks? Advice for the rehearsal.

A nominal weight of 30 % decides nothing if one side is bunched: influence is weight x spread.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from voting.rules import exact
from voting.rules.rounding import half_up, shown
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import Outcome

SPREAD_PLACES = 12


class Influence(NamedTuple):
    """``effective``: weight x spread, as a share. ``explained``: the votes' share in the variance
    of weighted marks + weighted votes, which knows about correlation and may leave 0 to 1.
    ``weight_for_nominal``: the weight that would make the effective share what is written now.
    """

    nominal: Fraction
    effective: Fraction | None
    explained: Fraction | None
    weight_for_nominal: Fraction | None
    marks: tuple[Fraction, Fraction]
    votes: tuple[Fraction, Fraction]

    def sentence(self) -> str:
        """What to tell the people who choose the weight."""
        if self.effective is None or self.weight_for_nominal is None:
            return "现场得分和民意得分都没有高低之分，看不出谁的影响大。"
        told = (
            f"民意名义占 {exact.percent(self.nominal)}，实际约占 {_about(self.effective)}："
            f"现场得分在 {shown(self.marks[0], 2)} 到 {shown(self.marks[1], 2)} 之间，"
            f"民意得分在 {shown(self.votes[0], 2)} 到 {shown(self.votes[1], 2)} 之间。"
        )
        if not self.nominal or self.effective == self.nominal:
            return told
        return (
            f"{told}要让实际接近 {exact.percent(self.nominal)}，"
            f"权重约为 {_about(self.weight_for_nominal)}。"
        )


def spread(values: Sequence[Fraction]) -> Fraction:
    """Standard deviation of all values (not a sample), cut after twelve decimals.

    >>> spread([Fraction(2), Fraction(4), Fraction(4), Fraction(4), Fraction(5), Fraction(5), Fraction(7), Fraction(9)])
    Fraction(2, 1)
    """
    if not values:
        return Fraction(0)
    variance = _covariance(values, values)
    scale = 10**SPREAD_PLACES
    return Fraction(isqrt(variance.numerator * scale**2 // variance.denominator), scale)


def effective_share(
    votes: Sequence[Fraction],
    marks: Sequence[Fraction],
    *,
    votes_weight: Fraction,
    marks_weight: Fraction,
) -> Fraction | None:
    """weight x spread of the votes over the same of both; None if nothing differs.

    Source
        Significance magazine on DWTS; recomputed on ISU and JESC data: with 70/30 a panel that
        uses a 2 % range gives the votes 80 % of the influence.

    >>> bunched, wide = [Fraction(90), Fraction(91)], [Fraction(50), Fraction(100)]
    >>> effective_share(wide, bunched, votes_weight=Fraction("0.3"), marks_weight=Fraction("0.7"))
    Fraction(150, 157)
    """
    by_votes, by_marks = votes_weight * spread(votes), marks_weight * spread(marks)
    whole = by_votes + by_marks
    return by_votes / whole if whole else None


def weight_for(
    target: Fraction,
    votes: Sequence[Fraction],
    marks: Sequence[Fraction],
    *,
    shared: Fraction = Fraction(1),
) -> Fraction | None:
    """The votes' weight (of ``shared`` between both) for which their effective share is ``target``.

    >>> bunched, wide = [Fraction(90), Fraction(91)], [Fraction(50), Fraction(100)]
    >>> weight_for(Fraction(1, 2), wide, bunched)
    Fraction(1, 51)
    """
    of_votes, of_marks = spread(votes), spread(marks)
    whole = target * of_marks + (1 - target) * of_votes
    return shared * target * of_marks / whole if whole else None


def explained_share(
    votes: Sequence[Fraction],
    marks: Sequence[Fraction],
    *,
    votes_weight: Fraction,
    marks_weight: Fraction,
) -> Fraction | None:
    """Covariance of the weighted votes with the total over the total's variance: exact.

    >>> explained_share([Fraction(0), Fraction(100)], [Fraction(80), Fraction(80)],
    ...                 votes_weight=Fraction("0.1"), marks_weight=Fraction("0.9"))
    Fraction(1, 1)
    """
    weighted = [votes_weight * value for value in votes]
    totals = [
        w + marks_weight * value for w, value in zip(weighted, marks, strict=True)
    ]
    variance = _covariance(totals, totals)
    return _covariance(weighted, totals) / variance if variance else None


def influence(sheet: RuleSheet, outcome: Outcome) -> Influence | None:
    """Votes against marks over the entries that have both; None if there are none."""
    pairs = [
        (trace.votes.points, trace.marks.points)
        for trace in outcome.ranking
        if trace.votes is not None
        and trace.votes.points is not None
        and trace.marks.points is not None
    ]
    if not pairs:
        return None
    votes, marks = [v for v, _ in pairs], [m for _, m in pairs]
    nominal, left = sheet.online_weight or Fraction(0), sheet.marks_weight()
    target = nominal / (nominal + left) if nominal + left else Fraction(0)
    return Influence(
        nominal=nominal,
        effective=effective_share(
            votes, marks, votes_weight=nominal, marks_weight=left
        ),
        explained=explained_share(
            votes, marks, votes_weight=nominal, marks_weight=left
        ),
        weight_for_nominal=weight_for(target, votes, marks, shared=nominal + left),
        marks=(min(marks), max(marks)),
        votes=(min(votes), max(votes)),
    )


def _covariance(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    count = len(left)
    left_mean = sum(left, Fraction(0)) / count
    right_mean = sum(right, Fraction(0)) / count
    products = (
        (a - left_mean) * (b - right_mean) for a, b in zip(left, right, strict=True)
    )
    return sum(products, Fraction(0)) / count


def _about(share: Fraction) -> str:
    return exact.percent(half_up(share, 2))
