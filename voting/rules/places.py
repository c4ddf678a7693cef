"""名次折分 Place points: a judge's places, not the distances, decide, so no outlier weighs more.

The alternative to trimming: nobody's sheet is dropped, yet a single judge who puts an entry last
can only take away a bounded number of points.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TypeVar

from voting.rules.rounding import half_up

Mark = TypeVar("Mark", int, Fraction)

TABLE_PLACES = 9


def exponential_table(length: int) -> tuple[Fraction, ...]:
    """12 x exp(-0.19 x (place - 1)), each rounded half-up to nine decimals: rational and declared.

    The rule sheet holds the table itself, so nobody has to compute an exponential to check it.

    Source
        Eurovision national juries since 2018; the constant 0.19 is inferred from published
        rankings (313 of 313 juries), the broadcaster never published it.

    >>> [str(Decimal(p.numerator) / p.denominator) for p in exponential_table(3)]
    ['12', '9.923509607', '8.206336911']
    """
    context = Context(prec=60)
    return tuple(
        half_up(12 * Fraction(context.exp(Decimal("-0.19") * place)), TABLE_PLACES)
        for place in range(length)
    )


def middle_places(totals: Mapping[str, Mark]) -> dict[str, tuple[int, int]]:
    """First and last place that each entry shares, the highest total first.

    >>> middle_places({"a": 90, "b": 95, "c": 90})
    {'b': (1, 1), 'a': (2, 3), 'c': (2, 3)}
    """
    ordered = sorted(totals, key=totals.__getitem__, reverse=True)
    places: dict[str, tuple[int, int]] = {}
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and totals[ordered[end]] == totals[ordered[start]]:
            end += 1
        for entry in ordered[start:end]:
            places[entry] = (start + 1, end)
        start = end
    return places


class Worth:
    """What a place, or a run of shared places, is worth: the mean of its lines in the table.

    Places beyond the table are worth nothing.

    >>> worth = Worth([Fraction(12), Fraction(10), Fraction(8)])
    >>> worth(1, 1), worth(2, 3), worth(3, 4)
    (Fraction(12, 1), Fraction(9, 1), Fraction(4, 1))
    """

    def __init__(self, table: Sequence[Fraction]) -> None:
        self._table = tuple(table)
        self._known: dict[tuple[int, int], Fraction] = {}

    def __call__(self, first: int, last: int) -> Fraction:
        if (first, last) not in self._known:
            shared = sum(self._table[first - 1 : last], Fraction(0))
            self._known[first, last] = shared / (last - first + 1)
        return self._known[first, last]


def place_points(
    totals: Mapping[str, Mark], table: Sequence[Fraction]
) -> dict[str, Fraction]:
    """One judge's totals as points.

    >>> place_points({"a": 90, "b": 95, "c": 90}, [Fraction(12), Fraction(10), Fraction(8)])
    {'b': Fraction(12, 1), 'a': Fraction(9, 1), 'c': Fraction(9, 1)}
    """
    worth = Worth(table)
    return {entry: worth(*place) for entry, place in middle_places(totals).items()}
