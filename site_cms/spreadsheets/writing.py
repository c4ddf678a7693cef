"""Writing xlsx files: templates to fill in, exports, and files sent back with their errors."""

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from site_cms.spreadsheets.tables import (
    EXPLAINED,
    PROBLEMS,
    Column,
    Row,
    RowError,
    errors_by_row,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | Decimal | None

_RUNS = ("=", "+", "-", "@", "\t", "\r")
_HEAD = Font(bold=True)
_WRONG = PatternFill("solid", fgColor="FFE3DC")
_WRAP = Alignment(wrap_text=True, vertical="top")
_LAST_ROW_WITH_CHOICES = 2_000


def harmless(value: Value) -> Value:
    """Text that a spreadsheet program would take for a formula, made text again."""
    if not isinstance(value, str):
        return value
    value = ILLEGAL_CHARACTERS_RE.sub("", value)
    return f"'{value}" if value.startswith(_RUNS) else value


def write_table(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]] = (), *, title: str
) -> bytes:
    """A sheet of ``rows``, empty for a template, and one that explains the columns."""
    return write_book([(title, columns, rows)])


def write_book(
    sheets: Sequence[tuple[str, Sequence[Column], Iterable[Sequence[Value]]]],
    *,
    explained: bool = True,
) -> bytes:
    """The same for several sheets: (title, columns, rows).

    A book that is only read needs no sheet that explains how to fill in the others.
    """
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        sheet = _sheet(book, columns, title)
        for row in rows:
            sheet.append([harmless(value) for value in row])
    if explained:
        _explain(book, {title: columns for title, columns, _ in sheets})
    return _bytes(book)


def write_errors(
    columns: Sequence[Column],
    rows: Sequence[Row],
    errors: Sequence[RowError],
    *,
    title: str,
) -> bytes:
    """The rows as they were typed, with what is wrong in a last column, wrong cells coloured."""
    return write_book_errors([(title, columns, rows, errors)])


def write_book_errors(
    sheets: Sequence[tuple[str, Sequence[Column], Sequence[Row], Sequence[RowError]]],
) -> bytes:
    """The same for several sheets: (title, columns, rows, errors)."""
    book = Workbook(write_only=True)
    for title, columns, rows, errors in sheets:
        _append_with_errors(book, title, columns, rows, errors)
    _explain(book, {title: columns for title, columns, _, _ in sheets})
    return _bytes(book)


def _append_with_errors(
    book: Workbook,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    errors: Sequence[RowError],
) -> None:
    problems = Column(PROBLEMS, width=60)
    sheet = _sheet(book, [*columns, problems], title)
    by_row = errors_by_row(errors)
    for row in rows:
        wrong = by_row.get(row.number, [])
        columns_wrong = {error.column for error in wrong}
        cells = [
            _cell(sheet, row.cells.get(c.heading, ""), c.heading in columns_wrong)
            for c in columns
        ]
        said = "\n".join(f"{error.column}：{error.sentence}" for error in wrong)
        sheet.append([*cells, _cell(sheet, said, bool(wrong))])


def _sheet(book: Workbook, columns: Sequence[Column], title: str):
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = column.width
        if column.choices:
            offered = DataValidation(
                type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True
            )
            offered.add(f"{letter}2:{letter}{_LAST_ROW_WITH_CHOICES}")
            sheet.data_validations.append(offered)
    sheet.append([_head(sheet, column.heading) for column in columns])
    return sheet


def _explain(book: Workbook, sheets: Mapping[str, Sequence[Column]]) -> None:
    """A sheet of its own; where there are several to fill in, each line names its one."""
    sheet = book.create_sheet(EXPLAINED)
    named = ["工作表"] if len(sheets) > 1 else []
    after = len(named)
    sheet.column_dimensions[get_column_letter(2 + after)].width = 10
    sheet.column_dimensions[get_column_letter(3 + after)].width = 70
    heads = [*named, "列名", "这一列", "怎样填"]
    sheet.append([_head(sheet, text) for text in heads])
    for title, columns in sheets.items():
        for column in columns:
            needed = "必须有" if column.required else "可以没有"
            which = [title] if named else []
            sheet.append([*which, column.heading, needed, column.note])


def _head(sheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font = _HEAD
    return cell


def _cell(sheet, value: Value, is_wrong: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, harmless(value))
    cell.alignment = _WRAP
    if is_wrong:
        cell.fill = _WRONG
    return cell


def _bytes(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
