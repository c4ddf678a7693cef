"""What the public reads of a shortlist, before and after it is published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from showcase.contests.models import Contest
from site_cms.design.words import two_digits
from site_cms.templatetags.design import moment


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    intro: str
    body: SafeString


def shortlist_notice(
    contest: Contest,
    names: Mapping[int, str],
    *,
    scores: Mapping[str, str],
    corrects: bool = False,
) -> Notice:
    """``names`` by number. ``scores`` by name, empty where the round does not publish them."""
    word = "重新公布" if corrects else "公布"
    lines = format_html_join(
        "",
        "<li>{} {}{}</li>",
        (
            (
                two_digits(number),
                name,
                f"，复审得分 {scores[name]}" if name in scores else "",
            )
            for number, name in sorted(names.items())
        ),
    )
    opens = contest.poll_opens_at
    poll = (
        f"民意测评 {moment(timezone.localtime(opens))} 开始。"
        if opens
        else "民意测评的时间另行公告。"
    )
    return Notice(
        title=f"关于{word}{contest}入围单位的公告",
        intro=f"经初审、复审，{len(names)} 个单位入围。",
        body=format_html(
            "<p>经单位自荐、初审和复审，下列 {} 个单位入围，按编号排列。编号与名次无关。</p>"
            "<ul>{}</ul><p>{}</p>",
            len(names),
            lines,
            poll,
        ),
    )


def taken_back_notice(contest: Contest, *, reason: str, at: datetime) -> Notice:
    when = moment(timezone.localtime(at))
    return Notice(
        title=f"关于撤回{contest}入围名单的更正公告",
        intro=f"{when} 公布的入围名单撤回，重新确定后再公布。",
        body=format_html(
            "<p>{} 公布的入围名单现予撤回。</p><p>原因：{}</p>"
            "<p>重新确定的名单将另行公告，编号以新公告为准。</p>",
            when,
            reason,
        ),
    )


def numbers_by_code(codes: Sequence[str]) -> dict[str, int]:
    """The numbers that are offered: by the unit's code, never by rank.

    >>> numbers_by_code(["J07", "A01", "C03"])
    {'A01': 1, 'C03': 2, 'J07': 3}
    """
    return {code: number for number, code in enumerate(sorted(codes), start=1)}
