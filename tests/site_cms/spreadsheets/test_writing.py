import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from site_cms.spreadsheets.reading import read_table
from site_cms.spreadsheets.tables import Column, Row, RowError
from site_cms.spreadsheets.writing import harmless, write_errors, write_table

COLUMNS = (
    Column("代码", note="例如 J07。"),
    Column("类别", choices=("乡镇", "部门")),
    Column("人数", required=False),
)


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-x", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_program_would_run_is_made_text(text):
    assert harmless(text) == f"'{text}"


def test_numbers_stay_numbers():
    assert [harmless(-5), harmless(Decimal("1.5")), harmless(None)] == [
        -5,
        Decimal("1.5"),
        None,
    ]


def test_what_was_written_is_read_again_as_it_was():
    data = write_table(
        COLUMNS, [["J1", "=乡镇", 56], ["J2", "部\x0b门", None]], title="单位"
    )

    rows = read_table(io.BytesIO(data), COLUMNS).rows

    assert rows == (
        Row(2, {"代码": "J1", "类别": "=乡镇", "人数": "56"}),
        Row(3, {"代码": "J2", "类别": "部门", "人数": ""}),
    )


def test_template_offers_the_words_it_knows_and_explains_its_columns():
    book = load_workbook(io.BytesIO(write_table(COLUMNS, title="单位")))

    offered = book["单位"].data_validations.dataValidation[0]
    assert (offered.formula1, str(offered.sqref)) == ('"乡镇,部门"', "B2:B2000")
    assert [cell.value for cell in book["填写说明"][2]] == [
        "代码",
        "必须有",
        "例如 J07。",
    ]


def test_file_with_errors_holds_all_that_was_typed_and_can_be_sent_again():
    typed = (
        Row(4, {"代码": "J1", "类别": "=坏"}),
        Row(7, {"代码": "J2", "类别": "乡镇"}),
    )
    wrong = [RowError(4, "类别", "没有这一类。")]

    data = write_errors(COLUMNS, typed, wrong, title="单位")

    sheet = load_workbook(io.BytesIO(data))["单位"]
    assert [cell.value for cell in sheet[1]] == ["代码", "类别", "人数", "问题"]
    assert sheet["D2"].value == "类别：没有这一类。"
    assert sheet["B2"].fill.fgColor.rgb == "00FFE3DC"
    again = read_table(io.BytesIO(data), COLUMNS)
    assert [row.cells["类别"] for row in again.rows] == ["=坏", "乡镇"]
    assert again.unknown == ()
