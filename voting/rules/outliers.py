"""离群提示 Outliers: advice to a judge before the lock. It never changes or drops a mark."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

_CRITICAL_90 = (
    "0.941 0.765 0.642 0.560 0.507 0.468 0.437 0.412 0.392 0.376 0.361 0.349 0.338 0.329 "
    "0.320 0.313 0.306 0.300 0.295 0.290 0.285 0.281 0.277 0.273 0.269 0.266 0.263 0.260"
)
CRITICAL_Q = {
    count: Fraction(value) for count, value in enumerate(_CRITICAL_90.split(), start=3)
}


@dataclass(frozen=True, slots=True)
class OutlierRule:
    """``distance`` from the panel's mean, and the least ``gap`` for which Dixon's test speaks."""

    distance: Fraction | None = None
    gap: Fraction = Fraction(0)
    dixon: bool = True


class Advice(NamedTuple):
    """One sentence-worth of doubt: ``value`` reached ``limit`` for this seat's total."""

    seat: str
    test: Literal["distance", "dixon"]
    value: Fraction
    limit: Fraction


def far_from_panel(totals: Mapping[str, Fraction], *, limit: Fraction) -> list[Advice]:
    """Seats whose total is ``limit`` or more away from the mean of the whole panel.

    Source
        Barbershop Harmony Society scoring (barberscore-api): 4.5 of 100 from the category mean.

    >>> panel = {"A1": Fraction(90), "A2": Fraction(91), "A3": Fraction(80)}
    >>> [(a.seat, a.value) for a in far_from_panel(panel, limit=Fraction(5))]
    [('A3', Fraction(7, 1))]
    """
    if not totals:
        return []
    mean = sum(totals.values(), Fraction(0)) / len(totals)
    return [
        Advice(seat, "distance", abs(total - mean), limit)
        for seat, total in sorted(totals.items())
        if abs(total - mean) >= limit
    ]


def dixon(
    totals: Mapping[str, Fraction], *, gap: Fraction = Fraction(0)
) -> list[Advice]:
    """Dixon's Q at 90 %: the gap to the nearest total over the range, for each end.

    Speaks for panels of 3 to 30 totals, when the gap itself is at least ``gap``, and only where
    one seat alone holds the extreme.

    Source
        Dean and Dixon 1951, critical values after Rorabacher 1991 (two-sided 90 %);
        barberscore-api asks for a gap of at least 4.

    >>> panel = {s: Fraction(m) for s, m in [("A1", 90), ("A2", 91), ("A3", 89), ("A4", 70)]}
    >>> [(a.seat, a.value, a.limit) for a in dixon(panel, gap=Fraction(4))]
    [('A4', Fraction(19, 21), Fraction(153, 200))]
    """
    limit = CRITICAL_Q.get(len(totals))
    ascending = sorted(totals, key=lambda seat: (totals[seat], seat))
    if limit is None or totals[ascending[0]] == totals[ascending[-1]]:
        return []
    spread = totals[ascending[-1]] - totals[ascending[0]]
    ends = ((ascending[0], ascending[1]), (ascending[-1], ascending[-2]))
    found = []
    for seat, neighbour in ends:
        distance = abs(totals[seat] - totals[neighbour])
        if distance >= gap and distance / spread > limit:
            found.append(Advice(seat, "dixon", distance / spread, limit))
    return found


def advice(totals: Mapping[str, Fraction], rule: OutlierRule) -> list[Advice]:
    """All that the rule sheet wants said about one panel's totals for one entry."""
    far = (
        far_from_panel(totals, limit=rule.distance) if rule.distance is not None else []
    )
    return far + (dixon(totals, gap=rule.gap) if rule.dixon else [])
