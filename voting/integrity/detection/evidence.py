"""What is said about a group, in sentences and figures that name no entry and no person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from voting.integrity.detection.groups import Group
from voting.integrity.detection.signs import Sign
from voting.integrity.detection.table import Table

SHANGHAI = ZoneInfo("Asia/Shanghai")

_SENTENCES = {
    "burst": (
        "{from} 至 {upto}，某一选项的选票是按其他选票的起伏推算的 {times:.1f} 倍。"
    ),
    "even": (
        "到来的快慢过于均匀：每 {scale} 分钟平均 {mean:.1f} 张，起伏远小于随机到来，"
        "很多人各投各的做不到这样齐。"
    ),
    "rounds": "总在每 {period} 分钟一轮的同一段时间到来，一共 {cycles} 轮。",
    "one place": (
        "{share:.0f}% 来自同一个网段（{networks} 个地址）；其他选票里来自那里的是{usual}。"
    ),
    "many places": (
        "{share:.0f}% 来自别人几乎不用的网段，一共 {prefixes} 个网段；其他选票是{usual}。"
    ),
    "quick": ("{share:.0f}% 在第一次打开网页后不到 1 分钟就投出；全部选票是{usual}。"),
    "one client": "{share:.0f}% 用的是同一类浏览器；其他选票是{usual}。",
    "born together": (
        "设备不是刚来的，但有 {ballots} 台是在同一个半小时里第一次来的，占 {share:.0f}%。"
    ),
    "fresh": "{share:.0f}% 的设备 10 分钟以内才第一次来；全部选票是{usual}。",
    "same picks": (
        "{share:.0f}% 选得一模一样，都是同样的 {picks} 个选项；其他选票里是{usual}。"
    ),
    "almost same picks": (
        "{share:.0f}% 选的是同样 {picks} 个选项，至多换了其中一个；其他选票里是{usual}。"
    ),
    "by lot": (
        "除共同的那个选项以外，其余选项像是抽签抽的：只有 {share:.0f}% 落在大家常选的选项上，"
        "其他选票是{usual}。"
    ),
    "single": "{share:.0f}% 只选了一个选项；其他选票是{usual}。只供参考。",
    "night": "{share:.0f}% 在 0 点到 6 点投出；全部选票是{usual}。只供参考。",
    "hard work": (
        "{share:.0f}% 来自访问过于频繁的地址（计算量加大过）；全部选票是{usual}。只供参考。"
    ),
    "residents": "这一组的选票，比某一选项那个单位服务的人口还多。只供参考。",
    "unthrottled": "有 {ballots} 张是在限流停用的时候投出的。只供参考。",
}

# Minutes of a bar, so that a chart has some dozens of them. Bars begin with the day in Shanghai.
_BARS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_MOST_BARS = 96
_AHEAD = 8 * 60


def evidence_of(
    group: Group, table: Table, residents: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """Plain values for storing: sentences, series for charts, and from when to when.

    ``residents``: how many people the unit of an option serves, where that is known. Only
    that there are fewer of them than ballots is said: a share would name the unit.
    """
    minutes = [table.minutes[row] for row in group.rows]
    first, last = min(minutes), max(minutes)
    signs = [*group.signs, *group.supporting]
    if 0 < (residents or {}).get(group.option, 0) < len(group.rows):
        signs.append(Sign("support", "residents", False, {}))
    return {
        "sentences": [sentence_of(sign) for sign in signs],
        "series": [_over_time(table, minutes, first, last)],
        "from": _iso(first),
        "upto": _iso(last + 1),
    }


def sentence_of(sign: Sign) -> str:
    figures: dict[str, Any] = dict(sign.figures)
    for name in figures.keys() & {"from", "upto"}:
        figures[name] = _clock(figures[name])
    if "usual" in figures:
        figures["usual"] = _small_share(figures["usual"])
    return _SENTENCES[sign.name].format(**figures)


def _over_time(
    table: Table, minutes: Sequence[int], first: int, last: int
) -> dict[str, Any]:
    """The group, and the same number of ballots spread as all ballots of that time were."""
    bar = next((bar for bar in _BARS if last - first < bar * _MOST_BARS), _BARS[-1])
    start = (first + _AHEAD) // bar - 1
    bars = (last + _AHEAD) // bar + 2 - start
    values, everybody = [0] * bars, [0] * bars
    for minute in minutes:
        values[(minute + _AHEAD) // bar - start] += 1
    for minute, count in Counter(table.minutes).items():
        at = (minute + _AHEAD) // bar - start
        if 0 <= at < bars:
            everybody[at] += count
    total = sum(everybody)
    length = f"{bar} 分钟" if bar < 60 else f"{bar // 60} 小时"
    return {
        "title": f"这一组每 {length}的选票；线是同样多的选票照全部选票的起伏会怎样来",
        "start": _iso(start * bar - _AHEAD),
        "minutes": bar,
        "values": values,
        "expected": [round(len(minutes) * each / total, 2) for each in everybody],
    }


def _iso(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _small_share(percent: float) -> str:
    if percent < 0.1:
        return "不到 0.1%"
    return f" {percent:.1f}%" if percent < 10 else f" {percent:.0f}%"


def _clock(minute: float) -> str:
    moment = datetime.fromtimestamp(int(minute) * 60, SHANGHAI)
    return f"{moment.month} 月 {moment.day} 日 {moment:%H:%M}"
