"""What a unit finds on its desk once the result is public."""

from datetime import datetime

from django.urls import reverse

from showcase.contests.models import Contest
from showcase.pages.desk import Link, Task
from showcase.units.models import Unit
from voting.results.honour_queries import Honours, honours_of
from voting.results.standings import Row


def honour_task(
    unit: Unit, contest: Contest, *, number: int, now: datetime
) -> Task | None:
    """Its place and, for a flag, what it may fetch; None while nothing is public."""
    honours = honours_of(contest, now=now)
    entry = contest.entries.shortlisted().filter(unit=unit).first()
    row = honours and entry and _row(honours, entry.plate)
    if not row:
        return None
    slug = contest.slug
    read = Link(
        "看得分怎么来的",
        reverse("voting:result_entry", args=[slug, row.plate]),
        external=True,
    )
    return Task(
        number=number,
        title="评比结果",
        state=("红旗单位" if honours.is_final else "拟授红旗")
        if row.has_flag
        else row.place,
        kind="done" if honours.is_final else "wait",
        text=_text(honours, row),
        actions=[*_files(honours, row), read] if row.has_flag else [read],
    )


def _row(honours: Honours, plate: str) -> Row | None:
    return next((row for row in honours.result.table.rows if row.plate == plate), None)


def _text(honours: Honours, row: Row) -> str:
    told = f"{row.place}，综合得分 {row.score} 分。"
    if not honours.is_final:
        return f"{told}结果正在公示，还没有最终确定，对外请说“拟定”。"
    if row.has_flag:
        return f"{told}证书和分享图可以下载。证书要由颁发单位打印、盖章才有效。"
    return told


def _files(honours: Honours, row: Row) -> list[Link]:
    slug = honours.contest.slug
    share = reverse("voting:honours_share_of", args=[slug, row.plate])
    links = [Link("分享图", f"{share}?download")]
    if honours.is_final:
        at = [
            reverse("voting:certificate", args=[slug, row.plate, ending])
            for ending in ("pdf", "png")
        ]
        links = [Link("证书 PDF", at[0], primary=True), Link("证书 PNG", at[1]), *links]
    return links
