"""What the public reads when an entry leaves a contest or comes back: pure text."""

from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.notices import Notice
from site_cms.templatetags.design import moment

_TITLES = {
    Gone.WITHDRAWN: "{unit}退出“{contest}”",
    Gone.DISQUALIFIED: "取消{unit}参加“{contest}”的资格",
}
_FIRST = {
    Gone.WITHDRAWN: "{at} 起，{plate} 号{unit}退出评议。",
    Gone.DISQUALIFIED: "{at} 起，取消 {plate} 号{unit}的参评资格。",
}
_TWO_PEOPLE = "这件事由两名工作人员先后核对同意，记入公开日志，任何人可查。"


def withdrawal_notice(
    entry: Entry, *, kind: Gone, words: str, at: datetime, voted: bool, left: int
) -> Notice:
    """``voted``: ballots may have been cast. ``left``: entries that go on without this one."""
    named = _named(entry, at)
    lines = [_FIRST[kind].format(**named), f"原因：{words}"]
    if voted:
        lines.append(
            f"投给 {entry.plate} 号的选择不再计数；同一张选票上选的其他单位照常计数，不用重投。"
        )
    lines.append(f"{entry.plate} 号保留，不给别的单位用，其他单位的编号不变。")
    if shortage := fewer_than_flags(entry.contest, left=left):
        lines.append(shortage)
    return Notice(_TITLES[kind].format(**named), (*lines, _TWO_PEOPLE))


def reinstatement_notice(
    entry: Entry, *, words: str, at: datetime, voted: bool
) -> Notice:
    named = _named(entry, at)
    lines = ["{at} 起，{plate} 号{unit}恢复参评。".format(**named), f"说明：{words}"]
    if voted:
        lines.append(
            f"退出以前投给 {entry.plate} 号的选择重新计数。已经投过的选票不用重投，也不能补选。"
        )
    return Notice("{unit}恢复参加“{contest}”".format(**named), (*lines, _TWO_PEOPLE))


def fewer_than_flags(contest: Contest, *, left: int) -> str:
    """The sentence that must stand where fewer go on than there are flags."""
    if left >= contest.flags:
        return ""
    return (
        f"参评单位现在有 {left} 个，少于 {contest.flags} 面红旗的名额："
        "名额不补，结果按实际单位公布。"
    )


def _named(entry: Entry, at: datetime) -> dict[str, str]:
    return {
        "unit": entry.unit.name,
        "plate": entry.plate,
        "contest": entry.contest.name,
        "at": moment(timezone.localtime(at)),
    }
