"""Reading xlsx and csv files that people fill in. Nothing in them is trusted."""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.tables import (
    PROBLEMS,
    Column,
    Row,
    RowError,
    Table,
    plain_heading,
)

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HARMLESS = ("=", "+", "-", "@", "\t", "\r")
# Openpyxl fills gaps with empty rows, and a row may claim any number.
_LAST_LINE = 100_000
_DAMAGED = "这个文件打不开，可能已经损坏。请用 Excel 或 WPS 打开，另存为 xlsx 再传。"
_FORMULA = "这一格是公式。请复制后“选择性粘贴”为数值，再上传。"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read. ``unpacked`` and ``parts`` guard against packed bombs."""

    bytes: int = 5 * 1024 * 1024
    rows: int = 2_000
    columns: int = 60
    cell: int = 2_000
    unpacked: int = 60 * 1024 * 1024
    parts: int = 500


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    is_formula: bool = False


_Line = tuple[int, list[_Cell]]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """``lines``: number of the row and its cells, only rows that hold something."""

    title: str
    lines: Iterable[_Line]


def read_table(
    file: BinaryIO, columns: Sequence[Column], *, limits: Limits = Limits()
) -> Table:
    """Read the first sheet. What it is, is seen from its bytes and not from its name."""
    return table_of(raw_sheets(file, limits=limits, most=1)[0], columns, limits=limits)


def raw_sheets(file: BinaryIO, *, limits: Limits, most: int) -> list[RawSheet]:
    """The first ``most`` sheets as they are; a csv file is one without a title."""
    data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise SpreadsheetRefused(
            f"文件超过 {limits.bytes // 1024 // 1024} MB。请去掉图片和多余的工作表再传。"
        )
    if not data.strip():
        raise SpreadsheetRefused("这是空文件。请填好表格，保存后再传。")
    if data.startswith(_OLD_EXCEL):
        raise SpreadsheetRefused(
            "这是旧格式（xls）或加了密码的文件。请在 Excel 或 WPS 里去掉密码，另存为 xlsx 再传。"
        )
    if data.startswith(_ZIP):
        return _xlsx(data, limits, most)
    return [RawSheet("", _filled(_csv(data, limits)))]


def _filled(lines: Iterable[_Line]) -> Iterator[_Line]:
    return ((number, cells) for number, cells in lines if any(c.text for c in cells))


def table_of(raw: RawSheet, columns: Sequence[Column], *, limits: Limits) -> Table:
    """What stands below the headings. Lines are read as they are needed."""
    filled = iter(raw.lines)
    _, head = next(filled, (0, []))
    headings = [plain_heading(cell.text) for cell in head]
    _check_headings(headings, columns)
    known = {column.heading for column in columns}
    rows, errors = [], []
    for number, cells in filled:
        if len(rows) == limits.rows:
            raise SpreadsheetRefused(
                f"超过 {limits.rows} 行，什么都没有读入。请拆成几个文件再传。"
            )
        named = {
            heading: cell
            for heading, cell in zip(headings, cells, strict=False)
            if heading in known
        }
        texts = {
            heading: named[heading].text if heading in named else ""
            for heading in headings
            if heading in known
        }
        if not any(texts.values()):
            continue
        rows.append(Row(number, texts))
        errors += [
            RowError(number, heading, sentence)
            for heading, cell in named.items()
            if (sentence := _complaint(cell, limits))
        ]
    return Table(
        headings=tuple(heading for heading in headings if heading in known),
        rows=tuple(rows),
        unknown=tuple(h for h in headings if h and h not in known | {PROBLEMS}),
        errors=tuple(errors),
    )


def _check_headings(headings: list[str], columns: Sequence[Column]) -> None:
    missing = [c.heading for c in columns if c.required and c.heading not in headings]
    if missing:
        found = "、".join(heading for heading in headings[:20] if heading) or "没有"
        raise SpreadsheetRefused(
            f"第一行里缺少这些列：{'、'.join(missing)}。找到的列：{found[:200]}。"
            "请用模板里的列名，列的先后不限。"
        )
    for column in columns:
        if headings.count(column.heading) > 1:
            raise SpreadsheetRefused(
                f"“{column.heading}”这一列出现了不止一次。请只留一列再传。"
            )


def _complaint(cell: _Cell, limits: Limits) -> str:
    if cell.is_formula:
        return _FORMULA
    if len(cell.text) > limits.cell:
        return f"这一格超过 {limits.cell} 个字，请写短一些。"
    if "\0" in cell.text:
        return "这一格里有读不出的字符，请重新填写。"
    return ""


def _xlsx(data: bytes, limits: Limits, most: int) -> list[RawSheet]:
    with _whatever_openpyxl_raises(), warnings.catch_warnings():
        # About styles and extensions that we do not read.
        warnings.simplefilter("ignore")
        _refuse_bombs(data, limits)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        if not book.worksheets:
            raise SpreadsheetRefused("文件里没有工作表。请用模板填写后再传。")
        found = [
            RawSheet(str(sheet.title), _xlsx_lines(sheet, limits))
            for sheet in book.worksheets[:most]
        ]
        book.close()
    return found


def _xlsx_lines(sheet: Any, limits: Limits) -> list[_Line]:
    # What a sheet claims of its own size is not believed.
    sheet.reset_dimensions()
    lines = sheet.iter_rows(max_row=_LAST_LINE, max_col=limits.columns)
    read = (
        (number, [_xlsx_cell(cell) for cell in cells])
        for number, cells in enumerate(lines, 1)
        if any(cell.value is not None for cell in cells)
    )
    return list(islice(_filled(read), limits.rows + 2))


@contextmanager
def _whatever_openpyxl_raises() -> Iterator[None]:
    """It promises no kind of exception for files that are not what they say."""
    try:
        yield
    except SpreadsheetRefused:
        raise
    except Exception as error:
        raise SpreadsheetRefused(_DAMAGED) from error


def _refuse_bombs(data: bytes, limits: Limits) -> None:
    """``zipfile`` never unpacks more of a part than its entry says, so the entries decide."""
    with ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.parts or unpacked > limits.unpacked:
            raise SpreadsheetRefused(
                "文件解开后太大，没有读入。请把需要的内容复制到模板里再传。"
            )
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read(4096):
                        raise BadZipFile("a document type in a spreadsheet")


def _xlsx_cell(cell: Any) -> _Cell:
    if cell.data_type == "f":
        return _Cell(str(cell.value), is_formula=True)
    return _Cell(_text(cell.value))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case _:
            return _without_guard(str(value).strip())


def _without_guard(text: str) -> str:
    """Take off the apostrophe that writing puts before what a program would run."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_HARMLESS) else text


def _csv(data: bytes, limits: Limits) -> Iterator[tuple[int, list[_Cell]]]:
    if data.startswith(_UTF16):
        raise SpreadsheetRefused(
            "这是“Unicode 文本”。请另存为 xlsx 或“CSV UTF-8”再传。"
        )
    text = _decoded(data)
    first_line = text.partition("\n")[0]
    delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            taken = cells[: limits.columns]
            yield number, [_Cell(_without_guard(cell.strip())) for cell in taken]
    except csv.Error as error:
        raise SpreadsheetRefused(
            f"第 {reader.line_num} 行读不出来，可能是引号没有成对。请检查后另存为 xlsx 再传。"
        ) from error


def _decoded(data: bytes) -> str:
    """What Excel and WPS write in China: UTF-8 with or without a mark, or GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SpreadsheetRefused(
        "这不是 xlsx 或 CSV 表格，或者文字编码认不出来。请用 Excel 或 WPS 另存为 xlsx 再传。"
    )
