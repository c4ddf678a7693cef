import csv
import io
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import Limits, read_table
from site_cms.spreadsheets.tables import Column, Row, RowError

COLUMNS = (Column("代码"), Column("名称"), Column("人数", required=False))


def xlsx(*rows, change=lambda sheet: None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(data: bytes, **limits):
    return read_table(io.BytesIO(data), COLUMNS, limits=Limits(**limits))


def refusal(data: bytes, **limits) -> str:
    with pytest.raises(SpreadsheetRefused) as refused:
        read(data, **limits)
    return refused.value.message


def test_columns_are_found_by_their_headings_in_any_order():
    table = read(
        xlsx(["名称 *", "备注", "人 数（人）", "代码"], ["教育局", "x", 56, "J1"])
    )

    assert table.rows == (Row(2, {"名称": "教育局", "人数": "56", "代码": "J1"}),)
    assert table.unknown == ("备注",)


def test_column_of_problems_is_passed_over_in_silence():
    assert read(xlsx(["代码", "名称", "问题"], ["J1", "甲", "不对"])).unknown == ()


def test_missing_columns_are_named_with_those_that_were_found():
    assert refusal(xlsx(["代码", "单位"], ["J1", "甲"])) == (
        "第一行里缺少这些列：名称。找到的列：代码、单位。请用模板里的列名，列的先后不限。"
    )


def test_a_heading_that_stands_twice_is_refused():
    assert "“名称”这一列出现了不止一次" in refusal(xlsx(["代码", "名称", "名称"]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(12300.0, "12300", id="whole float"),
        pytest.param(1.5, "1.5", id="float"),
        pytest.param(date(2026, 5, 3), "2026-05-03", id="date"),
        pytest.param(datetime(2026, 5, 3, 9, 30), "2026-05-03 09:30", id="moment"),  # noqa: DTZ001
        pytest.param(True, "是", id="boolean"),
        pytest.param(None, "", id="blank"),
        pytest.param("  甲\n", "甲", id="spaces"),
        pytest.param("'=1+1", "=1+1", id="guarded formula"),
    ],
)
def test_every_kind_of_cell_is_read_as_text(value, text):
    table = read(xlsx(["代码", "名称", "人数"], ["J1", "甲", value]))

    assert table.rows[0].cells["人数"] == text


def test_a_formula_is_an_error_at_its_cell():
    table = read(xlsx(["代码", "名称"], ["J1", "=A1"]))

    assert table.errors == (
        RowError(2, "名称", "这一格是公式。请复制后“选择性粘贴”为数值，再上传。"),
    )


def test_merged_cells_leave_the_others_empty():
    merged = xlsx(
        ["代码", "名称"],
        ["J1", "甲"],
        ["J2", "乙"],
        change=lambda sheet: sheet.merge_cells("B2:B3"),
    )

    assert [row.cells["名称"] for row in read(merged).rows] == ["甲", ""]


def test_empty_lines_are_passed_over_and_rows_keep_their_numbers():
    table = read(
        xlsx([], ["代码", "名称"], [], ["J1", "甲"], [None, " "], ["J2", "乙"])
    )

    assert [row.number for row in table.rows] == [4, 6]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_of_excel_and_wps_is_read(encoding, delimiter):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(
        [["代码", "名称"], ["J1", "甲,乙\n丙"], [], ["J2", "丁"]]
    )

    table = read(file.getvalue().encode(encoding))

    assert table.rows == (
        Row(2, {"代码": "J1", "名称": "甲,乙\n丙"}),
        Row(4, {"代码": "J2", "名称": "丁"}),
    )


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "这是空文件", id="empty"),
        pytest.param(b" \r\n", "这是空文件", id="blank"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"x" * 99, "旧格式", id="old Excel"),
        pytest.param(b"PK\x03\x04rubbish", "打不开", id="not a zip"),
        pytest.param(packed(a=b"x"), "打不开", id="a zip of something else"),
        pytest.param(packed(a=b"0" * 70_000_000), "解开后太大", id="bomb"),
        pytest.param(packed(a=b"<!DOCTYPE x>"), "打不开", id="document type"),
        pytest.param("代码,名称".encode("utf-16"), "Unicode", id="UTF-16"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\xff", "不是 xlsx 或 CSV", id="a picture"),
        pytest.param(b'"', "缺少这些列", id="lone quote"),
        pytest.param("名称".encode(), "缺少这些列：代码", id="one heading"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(data, said):
    assert said in refusal(data)


def test_too_many_rows_and_bytes_are_refused():
    three = xlsx(["代码", "名称"], *([f"J{n}", "甲"] for n in range(3)))

    assert len(read(three, rows=3).rows) == 3
    assert "超过 2 行" in refusal(three, rows=2)
    assert "文件超过 0 MB" in refusal(three, bytes=100)


def test_a_cell_that_is_too_long_is_an_error_at_its_place():
    table = read(xlsx(["代码", "名称"], ["J1", "长" * 11]), cell=10)

    assert table.errors == (RowError(2, "名称", "这一格超过 10 个字，请写短一些。"),)


def read_or_refuse(data: bytes) -> str:
    """The sentence of the refusal; nothing where it was read."""
    try:
        read(data)
    except SpreadsheetRefused as refused:
        return refused.message
    return ""


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(data):
    for start in (b"", b"PK\x03\x04", "代码,名称\n".encode()):
        assert read_or_refuse(start + data)[-1:] in {"", "。"}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5000), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_good_file_breaks_it(place, damage):
    good = xlsx(["代码", "名称"], ["J1", "甲"])
    place %= len(good)
    damaged = good[:place] + damage + good[place + len(damage) :]
    assert read_or_refuse(damaged)[-1:] in {"", "。"}
