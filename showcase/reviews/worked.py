"""The example beside the criteria: what their weights do to one made-up sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from showcase.reviews.queries import total_of
from showcase.reviews.rules import plain, shares


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    mark: str
    maximum: str
    share: str
    points: str


@dataclass(frozen=True, slots=True)
class Worked:
    lines: list[Line]
    total: str


# The first criterion at nine tenths, the next at eight, so that weights can be seen to act.
_TENTHS = (9, 8, 7, 6)


def worked_example(criteria: Sequence[dict[str, str]]) -> Worked:
    lines, marks = [], {}
    for index, (row, share) in enumerate(zip(criteria, shares(criteria), strict=True)):
        maximum, step = Decimal(row["maximum"]), Decimal(row["step"])
        mark = maximum * _TENTHS[index % len(_TENTHS)] / 10 // step * step
        marks[row["code"]] = plain(mark)
        lines.append(
            Line(
                name=row["name"],
                mark=plain(mark),
                maximum=row["maximum"],
                share=plain(share),
                points=plain(round(mark / maximum * share, 2)),
            )
        )
    return Worked(lines, total_of(marks, list(criteria)))
