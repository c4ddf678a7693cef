import io

import pytest
from openpyxl import load_workbook

from site_cms.spreadsheets.books import Book, Sheet, read_book
from site_cms.spreadsheets.downloads import sealed_book, unsealed_book
from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import Limits
from site_cms.spreadsheets.tables import Column, RowError
from site_cms.spreadsheets.writing import write_book, write_book_errors, write_table

PEOPLE = Sheet("人员", (Column("姓名"), Column("电话", required=False)))
PLACES = Sheet("座次", (Column("姓名"), Column("排"), Column("座", required=False)))
SHEETS = (PEOPLE, PLACES)


def read(*files: tuple[str, bytes]) -> Book:
    return read_book(
        [(name, io.BytesIO(data)) for name, data in files], SHEETS, limits=Limits()
    )


def rows(book: Book) -> dict[str, list[dict[str, str]]]:
    return {
        title: [row.cells for row in table.rows] for title, table in book.tables.items()
    }


def a_book(*sheets) -> bytes:
    return write_book([(sheet.title, sheet.columns, lines) for sheet, lines in sheets])


def test_each_sheet_is_read_by_its_title_and_the_explanation_is_skipped():
    data = a_book((PLACES, [["甲", "3", "5"]]), (PEOPLE, [["甲", "123"]]))

    book = read(("x.xlsx", data))

    assert rows(book) == {
        "座次": [{"姓名": "甲", "排": "3", "座": "5"}],
        "人员": [{"姓名": "甲", "电话": "123"}],
    }
    assert book.left_out == ()


def test_a_csv_file_is_known_by_its_name_or_by_its_headings():
    book = read(
        ("人员.csv", "姓名\n甲\n".encode()), ("导出.csv", "姓名,排\n甲,3\n".encode())
    )

    assert rows(book) == {
        "人员": [{"姓名": "甲"}],
        "座次": [{"姓名": "甲", "排": "3"}],
    }


def test_a_sheet_that_is_none_of_ours_is_left_out_and_named():
    data = write_table((Column("菜名"),), [["面"]], title="菜单")

    assert read(("x.xlsx", data)) == Book({}, ("菜单",))


def test_a_sheet_without_rows_is_as_if_it_were_not_there():
    assert rows(read(("x.xlsx", a_book((PEOPLE, []), (PLACES, []))))) == {}


def test_two_sheets_of_one_kind_are_refused():
    csv = "姓名\n甲\n".encode()

    with pytest.raises(SpreadsheetRefused, match="“人员”有两张表"):
        read(("人员.csv", csv), ("第二份.csv", csv))


def test_what_is_wrong_with_a_sheet_names_it():
    with pytest.raises(
        SpreadsheetRefused, match="工作表“座次”：第一行里缺少这些列：排"
    ):
        read(("座次.csv", "姓名\n甲\n".encode()))


def test_a_file_comes_back_with_its_errors_on_every_sheet():
    book = read(
        ("x.xlsx", a_book((PEOPLE, [["甲", "1"]]), (PLACES, [["甲", "3", ""]])))
    )
    errors = {"人员": [RowError(2, "电话", "不对")], "座次": []}

    data = write_book_errors(
        [
            (
                sheet.title,
                sheet.columns,
                book.tables[sheet.title].rows,
                errors[sheet.title],
            )
            for sheet in SHEETS
        ]
    )

    opened = load_workbook(io.BytesIO(data))
    assert opened["人员"]["C2"].value == "电话：不对"
    assert opened["座次"]["D2"].value is None
    assert opened["填写说明"]["A2"].value == "人员"
    assert rows(read(("x.xlsx", data))) == rows(book)


def test_a_book_is_the_same_after_its_seal():
    book = read(("x.xlsx", a_book((PEOPLE, [["甲", "1"]]))), ("y.csv", b"a\nb\n"))

    assert unsealed_book(sealed_book(book, "f")) == (book, "f")
