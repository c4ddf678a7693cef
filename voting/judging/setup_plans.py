"""What each row of an import would do, as values: a page shows them, a service does them."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from site_cms.spreadsheets.tables import Row, RowError, Table

T = TypeVar("T")


class Outcome(StrEnum):
    NEW = "新建"
    CHANGED = "修改"
    REMOVED = "移除"
    SAME = "没有变化"
    WRONG = "有问题"


@dataclass(frozen=True, slots=True)
class Change:
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """``number`` is None for what stands in no row and would be removed."""

    number: int | None
    label: str
    outcome: Outcome
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """What one sheet would do. ``problems`` are of the sheet as a whole."""

    title: str
    rows: tuple[PlannedRow, ...]
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}

    @property
    def errors(self) -> list[RowError]:
        return [error for row in self.rows for error in row.errors]

    @property
    def number_of_problems(self) -> int:
        return len(self.errors) + len(self.problems)

    @property
    def changes_something(self) -> bool:
        return bool(self.remarks) or any(
            row.outcome in {Outcome.NEW, Outcome.CHANGED, Outcome.REMOVED}
            for row in self.rows
        )


def fingerprint_of(sections: Iterable[Section]) -> str:
    """The same for the same effect: what was confirmed is what is done."""
    effect = [
        [
            section.title,
            section.remarks,
            [
                [row.number, row.label, row.outcome]
                + [[c.column, c.before, c.after] for c in row.changes]
                for row in section.rows
            ],
        ]
        for section in sections
    ]
    text = json.dumps(effect, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class RowReader:
    """One row while it is read. The first thing wrong with a cell is the one that is told."""

    row: Row
    errors: list[RowError] = field(default_factory=list)

    @classmethod
    def all_of(cls, table: Table) -> list["RowReader"]:
        """``table.errors`` are cells that nobody can read."""
        return [
            cls(row, [error for error in table.errors if error.row == row.number])
            for row in table.rows
        ]

    def has(self, column: str) -> bool:
        """Whether the sheet has this column at all: without it, what there is stays."""
        return column in self.row.cells

    def text(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def wrong(self, column: str, sentence: str) -> None:
        if all(error.column != column for error in self.errors):
            self.errors.append(RowError(self.row.number, column, sentence))

    def needed(self, column: str, *, longest: int) -> str:
        """A text that must be there."""
        if not self.text(column):
            self.wrong(column, "没有填。合并的单元格请先拆开，每行都填。")
        return self.short(column, longest=longest)

    def short(self, column: str, *, longest: int) -> str:
        text = self.text(column)
        if len(text) > longest:
            self.wrong(column, f"超过 {longest} 个字，请写短一些。")
        return text

    def read(self, column: str, how: Callable[[str], T], default: T) -> T:
        """The cell's value; ``default`` where there is none or it cannot be read."""
        if not self.text(column):
            return default
        try:
            return how(self.text(column))
        except ValueError as error:
            self.wrong(column, str(error))
            return default

    def planned(
        self, label: str, before: object | None, changes: Iterable[Change]
    ) -> PlannedRow:
        """``before`` is what the row would change, None if it makes something new."""
        found = tuple(changes)
        if self.errors:
            outcome = Outcome.WRONG
        elif before is None:
            outcome = Outcome.NEW
        else:
            outcome = Outcome.CHANGED if found else Outcome.SAME
        return PlannedRow(self.row.number, label, outcome, found, tuple(self.errors))


def changes_between(before: dict[str, str], after: dict[str, str]) -> list[Change]:
    """Column by column; columns that the file does not have are not in ``after``."""
    return [
        Change(column, before.get(column, ""), value)
        for column, value in after.items()
        if before.get(column, "") != value
    ]


def repeated(texts: Iterable[str]) -> set[str]:
    found = Counter(text.casefold() for text in texts if text)
    return {text for text, times in found.items() if times > 1}
