"""The overview as a spreadsheet."""

from django.utils import timezone

from showcase.nominations.queries import Overview, Standing
from site_cms.spreadsheets.tables import Column
from site_cms.spreadsheets.writing import Value, write_table

COLUMNS = (
    Column("单位代码"),
    Column("单位", width=28),
    Column("类别"),
    Column("状态", note="没有开始、草稿、已提交、退回修改、逾期未交"),
    Column("最近保存", width=18),
    Column("提交时间", width=18),
    Column("延期提交", note="在统一的截止时间以后、为它延的期限以内提交。"),
    Column("截止时间", width=18),
    Column("延期理由", width=28),
    Column("退回意见", width=28),
    Column("联系人"),
    Column("联系电话", width=18),
)


def overview_table(overview: Overview) -> bytes:
    """What the overview shows, in its order."""
    rows = [_row(standing) for standing in overview.rows]
    return write_table(COLUMNS, rows, title="自荐情况")


def _moment(value) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def _row(standing: Standing) -> list[Value]:
    nomination, unit = standing.nomination, standing.unit
    return [
        unit.code,
        unit.name,
        unit.get_category_display(),
        standing.state.label,
        _moment(standing.saved_at),
        _moment(nomination.submitted_at if nomination else None),
        "是" if standing.was_late else "",
        _moment(standing.deadline),
        nomination.extension_reason if nomination else "",
        nomination.remark if nomination else "",
        standing.contact_name,
        standing.contact_phone,
    ]
