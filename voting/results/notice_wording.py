"""What the public reads when a result is open to objection: pure text."""

from datetime import date, datetime

from showcase.contests.notices import Notice
from site_cms.calendar.rules import weekday

_HOW = (
    "任何人都可以在公示期内对结果提出异议：在结果页点“提出异议”，实名，写明事实和理由，可以附照片或 PDF。"
    "每一件都会答复，答复由两名工作人员核对同意；公布答复时不公布提出人。有异议没有答复，结果不会最终确定。"
)


def beginning(contest: str, *, closes_at: datetime, days: int, first: date) -> Notice:
    return Notice(
        f"“{contest}”拟定结果公示",
        (
            f"“{contest}”的拟定结果现在公示，到 {told(closes_at)} 截止。",
            f"公示 {days} 个工作日，从 {told_day(first)} 算起，公布当天不计，周末和节假日不计。",
            _HOW,
        ),
    )


def extension(
    contest: str, *, before: datetime, closes_at: datetime, reason: str
) -> Notice:
    return Notice(
        f"“{contest}”结果公示延长",
        (
            f"“{contest}”的结果公示从 {told(before)} 延长到 {told(closes_at)}。",
            f"原因：{reason}",
            _HOW,
        ),
    )


def told(local: datetime) -> str:
    """12 月 11 日（周五）18:00, of a moment in the time of the county."""
    return f"{told_day(local.date())}{local:%H:%M}"


def told_day(day: date) -> str:
    return f"{day.month} 月 {day.day} 日（{weekday(day)}）"
