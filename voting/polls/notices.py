"""What the public reads when a poll is interrupted or extended: pure text."""

from datetime import datetime

from django.utils import timezone

from showcase.contests.notices import Notice
from site_cms.templatetags.design import moment


def pause_notice(
    contest: str, *, words: str, at: datetime, closes_at: datetime | None
) -> Notice:
    return Notice(
        f"{contest}民意测评暂停",
        (
            f"{_at(at)} 起，民意测评暂停投票。",
            f"原因：{words}",
            "暂停以前收到的选票都有效。没有提交的选择，留在您的手机上，最多一天。",
            f"截止时间没有变，还是 {_at(closes_at)}。恢复时会再发公告。",
        ),
    )


def resume_notice(
    contest: str, *, words: str, at: datetime, closes_at: datetime | None
) -> Notice:
    lines = [f"{_at(at)} 起，民意测评恢复投票，{_at(closes_at)} 截止。"]
    if words:
        lines.append(f"说明：{words}")
    lines.append("暂停以前投过的，不用再投。")
    return Notice(f"{contest}民意测评恢复", tuple(lines))


def extension_notice(
    contest: str, *, words: str, before: datetime, after: datetime
) -> Notice:
    return Notice(
        f"{contest}民意测评延长到 {_at(after)}",
        (
            f"民意测评截止时间由 {_at(before)} 推后到 {_at(after)}。",
            f"原因：{words}",
            "其他规则都不变。已经投过的选票有效。",
        ),
    )


def _at(value: datetime | None) -> str:
    return moment(timezone.localtime(value)) if value else "另行公布的时间"
