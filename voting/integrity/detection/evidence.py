"""What is said about a group, in sentences and figures that name no entry and no person."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from voting.integrity.detection.groups import Group
from voting.integrity.detection.signs import Sign
from voting.integrity.detection.table import Table, step_of_age

SHANGHAI = ZoneInfo("Asia/Shanghai")

FAMILIES = {"time": "时间", "network": "网络", "client": "设备", "content": "选法"}
AGES = (
    "不到 1 分钟",
    "1 分钟",
    "2–4 分钟",
    "5–14 分钟",
    "15–59 分钟",
    "1–10 小时",
    "更久",
    "不知道",
)

_SENTENCES = {
    "burst": (
        "{from}至{upto}，某一选项的选票是按其他选票的起伏推算的 {times:.1f} 倍。"
    ),
    "even": (
        "到来的快慢过于均匀：每 {scale} 分钟平均 {mean:.1f} 张，起伏远小于随机到来，"
        "很多人各投各的做不到这样齐。"
    ),
    "rounds": "总在每 {period} 分钟一轮的同一段时间到来，一共 {cycles} 轮。",
    "one place": (
        "{share:.0f}% 来自同一个网段（{networks} 个地址），来自那里的其他选票占 {usual}。"
    ),
    "many places": (
        "{share:.0f}% 来自别人几乎不用的网段，一共 {prefixes} 个网段；其他选票是 {usual}。"
    ),
    "quick": ("{share:.0f}% 在第一次打开网页后不到 1 分钟就投出；全部选票是 {usual}。"),
    "one client": "{share:.0f}% 用的是同一类浏览器；其他选票是 {usual}。",
    "born together": (
        "设备不是刚来的，但有 {ballots} 台是在同一个半小时里第一次来的，占 {share:.0f}%。"
    ),
    "fresh": "{share:.0f}% 的设备 10 分钟以内才第一次来；全部选票是 {usual}。",
    "same picks": (
        "{share:.0f}% 选得一模一样，都是同样的 {picks} 个选项；其他选票里是 {usual}。"
    ),
    "almost same picks": (
        "{share:.0f}% 选的是同样 {picks} 个选项，至多换了其中一个；其他选票里是 {usual}。"
    ),
    "by lot": (
        "除共同的那个选项以外，其余选项像是抽签抽的：只有 {share:.0f}% 落在大家常选的选项上，"
        "其他选票是 {usual}。"
    ),
    "single": "{share:.0f}% 只选了一个选项；其他选票是 {usual}。只供参考。",
    "night": "{share:.0f}% 在 0 点到 6 点投出；全部选票是 {usual}。只供参考。",
    "hard work": (
        "{share:.0f}% 来自访问过于频繁的地址（计算量加大过）；全部选票是 {usual}。只供参考。"
    ),
    "unthrottled": "有 {ballots} 张是在限流停用的时候投出的。只供参考。",
}

# Minutes of a bar, so that a chart has some dozens of them.
_BARS = (1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440)
_MOST_BARS = 72


def evidence_of(group: Group, table: Table) -> dict[str, Any]:
    """Plain values for storing: sentences, series for charts, and from when to when."""
    minutes = [table.minutes[row] for row in group.rows]
    first, last = min(minutes), max(minutes)
    return {
        "sentences": [sentence_of(sign) for sign in (*group.signs, *group.supporting)],
        "series": [
            _over_time(table, minutes, first, last),
            _by_age(table, group.rows),
        ],
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
    bar = next(
        (bar for bar in _BARS if last - first < bar * _MOST_BARS),
        _BARS[-1],
    )
    start = first // bar - 1
    bars = last // bar + 2 - start
    values, everybody = [0] * bars, [0] * bars
    for minute in minutes:
        values[minute // bar - start] += 1
    for minute, count in Counter(table.minutes).items():
        at = minute // bar - start
        if 0 <= at < bars:
            everybody[at] += count
    total = sum(everybody)
    return {
        "title": f"每 {bar} 分钟的选票，线是全部选票的起伏" if bar < 60
        else f"每 {bar // 60} 小时的选票，线是全部选票的起伏",
        "start": _iso(start * bar),
        "minutes": bar,
        "values": values,
        "expected": [round(len(minutes) * each / total, 2) for each in everybody],
    }  # fmt: skip


def _by_age(table: Table, rows: Sequence[int]) -> dict[str, Any]:
    mine = Counter(step_of_age(_age(table, row)) for row in rows)
    all_rows = range(len(table))
    everybody = Counter(step_of_age(_age(table, row)) for row in all_rows)
    steps = range(len(AGES))
    return {
        "title": "设备第一次来到投票隔了多久，线是全部选票",
        "labels": list(AGES),
        "values": [mine[step] for step in steps],
        "expected": [
            round(len(rows) * everybody[step] / len(table), 2) for step in steps
        ],
    }


def _age(table: Table, row: int) -> int | None:
    return None if table.ages[row] < 0 else table.ages[row]


def _iso(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _small_share(percent: float) -> str:
    if percent < 0.1:
        return "不到 0.1%"
    return f"{percent:.1f}%" if percent < 10 else f"{percent:.0f}%"


def _clock(minute: float) -> str:
    moment = datetime.fromtimestamp(int(minute) * 60, SHANGHAI)
    return f"{moment.month} 月 {moment.day} 日 {moment:%H:%M}"
