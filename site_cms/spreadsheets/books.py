"""Several tables at once: the sheets of one xlsx file, or a csv file for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import Limits, RawSheet, raw_sheets, table_of
from site_cms.spreadsheets.tables import (
    EXPLAINED,
    PROBLEMS,
    Column,
    Table,
    plain_heading,
)

_MOST_SHEETS = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is expected: by its title, or else by its headings."""

    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """``tables`` by the title of their sheet, only those with rows; ``left_out``: not read."""

    tables: dict[str, Table]
    left_out: tuple[str, ...] = ()


def read_book(
    files: Iterable[tuple[str, BinaryIO]],
    sheets: Sequence[Sheet],
    *,
    limits: Limits,
) -> Book:
    """Read every sheet that is one of ``sheets``. ``files`` are (name, file).

    A sheet is known by its title, which for a csv file is the file's name, and otherwise by
    its headings. Other sheets are left out and named.
    """
    tables: dict[str, Table] = {}
    left_out = []
    for name, file in files:
        for raw in raw_sheets(file, limits=limits, most=_MOST_SHEETS):
            title = raw.title or PurePath(name).stem
            raw = RawSheet(title, list(raw.lines))
            sheet = _which(raw, sheets)
            if sheet is None:
                left_out += [] if title.startswith(EXPLAINED) else [title[:40]]
                continue
            if sheet.title in tables:
                raise SpreadsheetRefused(
                    f"“{sheet.title}”有两张表，不知道用哪一张，什么都没有读入。请只留一张。"
                )
            table = _read(raw, sheet, limits)
            if table.rows:
                tables[sheet.title] = table
    return Book(tables, tuple(left_out))


def _read(raw: RawSheet, sheet: Sheet, limits: Limits) -> Table:
    try:
        return table_of(raw, sheet.columns, limits=limits)
    except SpreadsheetRefused as error:
        raise SpreadsheetRefused(
            f"工作表“{raw.title[:40]}”：{error.message}"
        ) from error


def _which(raw: RawSheet, sheets: Sequence[Sheet]) -> Sheet | None:
    """By the title, or the one whose columns leave the fewest headings unknown."""
    title = plain_heading(raw.title)
    for sheet in sheets:
        if title == sheet.title:
            return sheet
    head = next((cells for _, cells in raw.lines), [])
    headings = {plain_heading(cell.text) for cell in head} - {"", PROBLEMS}
    unknown = {
        sheet: len(headings - {column.heading for column in sheet.columns})
        for sheet in sheets
        if {c.heading for c in sheet.columns if c.required} <= headings
    }
    fewest = min(unknown.values(), default=0)
    best = [sheet for sheet, count in unknown.items() if count == fewest]
    return best[0] if len(best) == 1 else None
