import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from showcase.units.errors import PlanHasErrors, PlanIsStale
from showcase.units.importing import COLUMNS, Change, Outcome, exported, plan_import
from showcase.units.models import Branch, Category, Unit
from showcase.units.services import change_unit, import_units
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.spreadsheets.reading import read_table
from site_cms.spreadsheets.writing import write_table
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_operator, make_unit, sign_in

pytestmark = pytest.mark.django_db

EDUCATION = [
    "J07",
    "临河县教育局",
    "县教育局",
    "县直部门",
    "71,000",
    "60 人",
    "李某",
    "0478-1",
    "机关支部、一站；二站",
]


def file_of(*rows) -> bytes:
    return write_table(COLUMNS, rows, title="单位")


def plan_of(*rows):
    return plan_import(read_table(io.BytesIO(file_of(*rows)), COLUMNS))


def do(*rows):
    table = read_table(io.BytesIO(file_of(*rows)), COLUMNS)
    plan = plan_import(table)
    return import_units(by=None, table=table, fingerprint=plan.fingerprint, now=NOW)


def test_new_units_are_registered_with_their_branches():
    do(EDUCATION)

    unit = Unit.objects.get(code="J07")
    assert exported(unit) == [
        "J07", "临河县教育局", "县教育局", "县直部门", 71_000, 60, "李某", "0478-1", "机关支部、一站、二站",
    ]  # fmt: skip
    assert TrailEntry.objects.about(unit).filter(action="unit.created").exists()


def test_second_import_of_the_same_file_changes_nothing():
    do(EDUCATION)
    before = TrailEntry.objects.count()

    plan = do(EDUCATION)

    assert plan.counts == {Outcome.SAME: 1}
    assert TrailEntry.objects.count() == before


def test_preview_says_what_changes_from_what_to_what():
    do(EDUCATION)
    changed = [
        "j07",
        "临河县教育局",
        "",
        "乡镇",
        "7.2万",
        "60",
        "李某",
        "",
        "一站;三站",
    ]

    row = plan_of(changed).rows[0]

    assert (row.outcome, row.code) == (Outcome.CHANGED, "J07")
    assert row.changes == (
        Change("简称", "县教育局", "临河县教育局"),
        Change("类别", "县直部门", "乡镇（园区）"),
        Change("服务人口", "71000", "72000"),
        Change("联系电话", "0478-1", ""),
        Change("支部", "机关支部、一站、二站", "一站、三站"),
    )


def test_branches_that_stay_keep_their_rows():
    do(EDUCATION)
    kept = Branch.objects.get(name="一站").pk

    do([*EDUCATION[:8], "一站；三站"])

    assert list(Branch.objects.values_list("name", flat=True)) == ["一站", "三站"]
    assert Branch.objects.get(name="一站").pk == kept


@pytest.mark.parametrize(
    ("place", "value", "column", "said"),
    [
        (0, "", "单位代码", "没有填"),
        (0, "J 07", "单位代码", "只能用字母"),
        (0, "J" * 13, "单位代码", "12"),
        (1, "", "名称", "没有填"),
        (1, "局" * 61, "名称", "60"),
        (2, "局" * 21, "简称", "20"),
        (3, "学校", "类别", "没有“学校”这一类"),
        (4, "很多", "服务人口", "不是数字"),
        (4, "99999999999", "服务人口", "太大"),
        (5, "", "在编人数", "没有填"),
        (8, "站" * 41, "支部", "超过 40 个字"),
    ],
)
def test_wrong_cell_is_told_at_its_row_and_column(place, value, column, said):
    row = list(EDUCATION)
    row[place] = value

    errors = plan_of(row).errors

    assert [(error.row, error.column) for error in errors] == [(2, column)]
    assert said in errors[0].sentence


def test_rows_that_stand_twice_are_told():
    other = ["J08", *EDUCATION[1:]]

    errors = plan_of(EDUCATION, other, ["J07", "别的局", *EDUCATION[2:]]).errors

    assert sorted((e.row, e.column) for e in errors) == [
        (2, "单位代码"), (2, "名称"), (3, "名称"), (4, "单位代码"),
    ]  # fmt: skip


def test_a_name_that_another_unit_has_is_told_with_its_code():
    make_unit(code="J01", name="临河县教育局")

    error = plan_of(EDUCATION).errors[0]

    assert (error.column, "J01" in error.sentence) == ("名称", True)


def test_nothing_is_imported_while_anything_is_wrong():
    with pytest.raises(PlanHasErrors):
        do(EDUCATION, ["J08", "", "", "县直部门", "1", "1", "", "", ""])

    assert not Unit.objects.exists()


def test_what_changed_since_the_preview_is_not_overwritten():
    do(EDUCATION)
    table = read_table(
        io.BytesIO(file_of([*EDUCATION[:5], "61", *EDUCATION[6:]])), COLUMNS
    )
    seen = plan_import(table).fingerprint
    change_unit(by=None, unit=Unit.objects.get(), now=NOW, headcount=99)

    with pytest.raises(PlanIsStale):
        import_units(by=None, table=table, fingerprint=seen, now=NOW)

    assert Unit.objects.get().headcount == 99


def upload(client, data: bytes):
    file = io.BytesIO(data)
    file.name = "单位.xlsx"
    return client.post("/admin/units/import/", {"file": file})


@pytest.fixture
def administrator(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def test_administrator_sees_a_preview_and_then_confirms_it(client, administrator):
    preview = upload(client, file_of(EDUCATION))
    assert not Unit.objects.exists()

    done = client.post(
        "/admin/units/import/", {"sealed": preview.context["sealed"], "act": "confirm"}
    )

    assert "已经导入" in done.content.decode()
    assert Unit.objects.get().category == Category.DEPARTMENT
    assert TrailEntry.objects.get(action="unit.created").by == administrator


def test_file_with_errors_comes_back_with_them(client, administrator):
    preview = upload(client, file_of([*EDUCATION[:4], "很多", *EDUCATION[5:]]))
    assert "下载标出问题的表" in preview.content.decode()

    answer = client.post(
        "/admin/units/import/", {"sealed": preview.context["sealed"], "act": "errors"}
    )

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet["E2"].value == "很多"
    assert sheet["J2"].value.startswith("服务人口：“很多”不是数字")


@pytest.mark.parametrize("sealed", ["", "x", "x:y:z"])
def test_a_preview_that_was_tampered_with_is_not_done(client, administrator, sealed):
    answer = client.post("/admin/units/import/", {"sealed": sealed, "act": "confirm"})

    assert "这次预览已经失效" in answer.content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "空文件"), (b"PK\x03\x04", "打不开"), (file_of(), "没有内容")],
)
def test_rubbish_is_refused_at_its_field(client, administrator, data, said):
    assert said in upload(client, data).content.decode()


def test_export_is_a_file_that_changes_nothing_when_imported(client, administrator):
    do(EDUCATION)

    exported_file = client.get("/admin/units/file/").content

    table = read_table(io.BytesIO(exported_file), COLUMNS)
    assert plan_import(table).counts == {Outcome.SAME: 1}


def test_command_tells_each_row_and_can_be_run_again(tmp_path, capsys):
    file = tmp_path / "units.xlsx"
    file.write_bytes(file_of(EDUCATION))

    call_command("import_units", str(file), "--dry-run")
    assert not Unit.objects.exists()
    call_command("import_units", str(file))
    call_command("import_units", str(file))

    told = capsys.readouterr().out.splitlines()
    assert told == [
        "[1/1] J07 临河县教育局 新建",
        "新建 1 个。这是预览，没有导入。",
        "[1/1] J07 临河县教育局 新建",
        "新建 1 个。",
        "[1/1] J07 临河县教育局 没有变化",
        "没有变化 1 个。",
    ]


def test_command_refuses_a_file_with_errors_and_says_where(tmp_path, capsys):
    file = tmp_path / "units.csv"
    file.write_text("单位代码,名称,类别,服务人口,在编人数\nJ1,甲,学校,1,1\n", "utf-8")

    with pytest.raises(CommandError, match="有 1 处问题"):
        call_command("import_units", str(file))

    assert capsys.readouterr().err.startswith("第 2 行“类别”：没有“学校”这一类")
