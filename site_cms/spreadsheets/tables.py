"""A table as a person typed it: columns by their Chinese headings, every cell a string."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

# The column in which a file comes back with what is wrong. Reading skips it.
PROBLEMS = "问题"
# The sheet that explains the columns. Reading skips it.
EXPLAINED = "填写说明"


@dataclass(frozen=True, slots=True)
class Column:
    """``required``: without this column the file is refused. ``choices``: the words it knows."""

    heading: str
    required: bool = True
    width: int = 14
    note: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the row as the spreadsheet program counts it."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class RowError:
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"第 {self.row} 行“{self.column}”：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: ``unknown`` headings were left out, ``errors`` are cells nobody can read."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = field(default=())


def plain_heading(text: str) -> str:
    """A heading without what people add to it: spaces, line breaks, stars, units.

    >>> plain_heading(" 服务人口\\n（人）* ")
    '服务人口'
    """
    text = "".join(unicodedata.normalize("NFKC", text).split())
    return text.partition("(")[0].strip("*:")


def errors_by_row(errors: Sequence[RowError]) -> dict[int, list[RowError]]:
    found: dict[int, list[RowError]] = {}
    for error in errors:
        found.setdefault(error.row, []).append(error)
    return found
