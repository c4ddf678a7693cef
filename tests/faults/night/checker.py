"""What must hold of the night's marks, whatever broke. Plain values in, a verdict out."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

Marks = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One version of a seat's marks for one turn, as a device made it or a table holds it."""

    id: UUID
    seat: str
    turn: int
    version: int
    marks: Marks

    @property
    def total(self) -> Decimal:
        return sum(self.marks.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Taken:
    """A receipt that a judge got, or a row. ``aside``: why it is kept without counting."""

    sheet: Sheet
    aside: str = ""

    @property
    def counts(self) -> bool:
        return not self.aside


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many sheets went wrong, and how; how often the host or a screen did."""

    acknowledged: int
    aside: int
    lost: int
    doubled: int
    altered: int
    unknown: int
    refused: int
    misshown: int
    displaced: int
    behind: int

    @property
    def is_clean(self) -> bool:
        return not any(
            (
                self.lost,
                self.doubled,
                self.altered,
                self.unknown,
                self.refused,
                self.misshown,
                self.displaced,
                self.behind,
            )
        )


def verdict(
    *,
    sent: Collection[Sheet],
    receipts: Collection[Taken],
    refused: Collection[Sheet],
    stored: Collection[Taken],
    shown: Mapping[int, Collection[Sequence[Decimal]]],
    steps: Sequence[Hashable],
    expected_steps: Sequence[Hashable],
    displaced: int,
    behind: int,
) -> Verdict:
    """Compare what judges, host and hall were told with what the database holds.

    Lost: a receipt without its row. Doubled: rows beyond the first that count for one version
    of a seat's sheet, and rows beyond the first of one id. Altered: a row that is not what was
    sent under its id, or that counts other than its receipt says. Unknown: a row that nobody
    sent, and a sheet that got no answer for good. Refused: one that no other page of its judge
    had been faster than. Misshown: totals on a screen that are not those of the sheets that
    stand. Displaced: what the host did and no longer finds, or finds twice, or in another order.
    """
    by_id = {row.sheet.id: row for row in stored}
    made = {sheet.id: sheet for sheet in sent}
    told = {receipt.sheet.id: receipt for receipt in receipts}
    versions = {
        _version(receipt.sheet) for receipt in told.values() if receipt.counts
    } | {_version(row.sheet) for row in stored if row.counts}
    turned_away = {sheet.id: sheet for sheet in refused}
    known = [row for row in stored if row.sheet.id in made]
    return Verdict(
        acknowledged=len(told),
        aside=sum(not receipt.counts for receipt in told.values()),
        lost=sum(id_ not in by_id for id_ in told),
        doubled=_beyond_the_first(_version(row.sheet) for row in stored if row.counts)
        + _beyond_the_first(row.sheet.id for row in stored),
        altered=sum(
            row.sheet != made[row.sheet.id]
            or (row.sheet.id in told and row.aside != told[row.sheet.id].aside)
            for row in known
        ),
        unknown=len(stored)
        - len(known)
        + len(made.keys() - told.keys() - turned_away.keys()),
        refused=sum(
            _version(sheet) not in versions or sheet.id in by_id
            for sheet in turned_away.values()
        ),
        misshown=sum(
            sorted(totals) != standing_totals(stored, turn)
            for turn, seen in shown.items()
            for totals in seen
        ),
        displaced=displaced + _out_of_place(steps, expected_steps),
        behind=behind,
    )


def standing_totals(stored: Iterable[Taken], turn: int) -> list[Decimal]:
    """The total of the latest version of each seat that counts, lowest first."""
    latest: dict[str, Sheet] = {}
    for row in stored:
        sheet = row.sheet
        if row.counts and sheet.turn == turn:
            before = latest.get(sheet.seat)
            if before is None or sheet.version > before.version:
                latest[sheet.seat] = sheet
    return sorted(sheet.total for sheet in latest.values())


def _version(sheet: Sheet) -> tuple[int, str, int]:
    return sheet.turn, sheet.seat, sheet.version


def _beyond_the_first(keys: Iterable[Hashable]) -> int:
    return sum(number - 1 for number in Counter(keys).values())


def _out_of_place(steps: Sequence[Hashable], expected: Sequence[Hashable]) -> int:
    """Steps too many or too few; where none is, whether their order differs."""
    too_many, too_few = Counter(steps), Counter(expected)
    wrong = ((too_many - too_few) + (too_few - too_many)).total()
    return wrong or int(list(steps) != list(expected))
