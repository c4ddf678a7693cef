"""What statements of the log say, in words for everybody. Plain values in, plain values out.

A statement may lack what a later version of this site writes into it, and have what this
one does not know: what can be said is said.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Statement = Mapping[str, Any]

_WITHDRAWN = {"disqualified": "被取消参评资格", "reinstated": "恢复参评"}


def told(kind: str, statement: Statement) -> str:
    """One or two sentences.

    >>> told("ballots", {"batch": 3, "ballots": 25, "picks": 118})
    '第 3 批选票封存：25 张选票，118 个选择。'
    """
    return _TELLERS[kind](statement).strip()


def local(text: str) -> str:
    """A minute of a statement, in UTC, as it is read here.

    >>> local("2026-06-01T16:05Z")
    '6 月 2 日 00:05'
    """
    try:
        moment = datetime.fromisoformat(text).astimezone(SHANGHAI)
    except ValueError:
        return text
    return f"{moment.month} 月 {moment.day} 日 {moment:%H:%M}"


def fingerprint(hexadecimal: str) -> list[str]:
    """A hash in groups that can be read aloud and compared.

    >>> fingerprint("00ff12ab")
    ['00ff', '12ab']
    """
    return [hexadecimal[at : at + 4] for at in range(0, len(hexadecimal), 4)]


def _rule_sheet(said: Statement) -> str:
    return f"计分规则“{said.get('title', '')}”冻结，从此不能再改。{_by(said)}"


def _opened(said: Statement) -> str:
    if said.get("stage") == "night":
        return "现场评比会开放，评委、回避和出场顺序从此不变。"
    return "民意测评开放，选票上的单位和规则从此不变。"


def _ballots(said: Statement) -> str:
    text = (
        f"第 {said.get('batch', '?')} 批选票封存：{said.get('ballots', '?')} 张选票，"
        f"{said.get('picks', '?')} 个选择。"
    )
    return text + ("剩下的不到 20 张，合成这一组。" if said.get("small") else "")


def _group(verb: str) -> Callable[[Statement], str]:
    def tell(said: Statement) -> str:
        ballots = f"{said['ballots']} 张选票" if "ballots" in said else "一组选票"
        reason = f"原因：{_ended(said['reason'])}" if said.get("reason") else ""
        return f"{ballots}{verb}。{reason}{_by(said)}"

    return tell


def _leaves(said: Statement) -> str:
    what = "撤销作废" if said.get("list") == "restore" else "作废"
    counted = f"{said.get('ballots', '?')} 张选票，{said.get('leaves', '?')} 片叶"
    small = "不到 20 张，合成这一组。" if said.get("small") else ""
    return f"公布{what}的清单：{counted}。{small}"


def _paused(said: Statement) -> str:
    return f"投票暂停。{_ended(said.get('notice', ''))}{_by(said)}"


def _resumed(said: Statement) -> str:
    return f"投票恢复。{_ended(said.get('notice', ''))}{_by(said)}"


def _extended(said: Statement) -> str:
    after = local(said.get("after", ""))
    return f"截止时间推后到 {after}。{_ended(said.get('reason', ''))}{_by(said)}"


def _withdrawn(said: Statement) -> str:
    done = _WITHDRAWN.get(said.get("act", ""), "退出评议")
    words = f"说明：{_ended(said['words'])}" if said.get("words") else ""
    return f"{_entry(said)}{done}。{words}{_by(said)}"


def _notice(said: Statement) -> str:
    words = said.get("words") or said.get("notice") or ""
    act = "的通报撤销" if said.get("act") == "lifted" else "受到通报"
    return f"{_entry(said)}{act}。{_ended(words)}{_by(said)}"


def _closed(said: Statement) -> str:
    return (
        f"投票截止：共 {said.get('ballots', '?')} 张选票，"
        f"分 {said.get('batches', '?')} 批全部封存。"
    )


def _thresholds(said: Statement) -> str:
    return "核查选票用的阈值在这里公布，和开放时的校验值应当一致。"


def _sheet(said: Statement) -> str:
    return (
        f"{said.get('round', '')}{_entry(said)}的评分表全部锁定。"
        f"分数公布以前，这里只有校验值。{_by(said)}"
    )


def _corrected(said: Statement) -> str:
    seat = f"评委席 {said['seat']} " if said.get("seat") else ""
    return (
        f"{said.get('round', '')}{_entry(said)}锁定以后，{seat}更正了一份评分表，"
        f"原来的一份留着。{_by(said)}"
    )


def _draw(said: Statement) -> str:
    title, entries = said.get("title", ""), said.get("entries", "?")
    if said.get("act") == "list":
        return f"{title}：{entries} 个单位的抽签名单公布，种子还没有产生。"
    return (
        f"{title}：{entries} 个单位抽签，"
        f"种子是 {said.get('seed', '')}，人人可以照着再算一遍。{_by(said)}"
    )


def _tie(said: Statement) -> str:
    if said.get("act") == "list":
        return (
            f"有 {said.get('lists', '?')} 组单位各级都相同，要抽签。名单已经定下，种子还没有产生；"
            f"名单公布以前，这里只有校验值。{_by(said)}"
        )
    if said.get("act") == "drawn":
        seed = f"种子是 {said.get('seed', '')}。{_ended(said.get('how', ''))}"
        return f"同分抽签，{seed}{_by(said)}"
    return f"同分的单位由具名人员裁定了先后，结果公开以前，这里只有校验值。{_by(said)}"


def _points(said: Statement) -> str:
    return (
        f"给 {said.get('entries', '?')} 个单位记了加分、扣分或其他得分，"
        f"结果公开以前，这里只有校验值。{_by(said)}"
    )


def _result(said: Statement) -> str:
    told = f"规则、打分和每一步得数的校验值都在这里。{_by(said)}"
    if not said.get("revision"):
        return f"结果确定，{told}"
    reason = f"理由：{_ended(said['reason'])}" if said.get("reason") else ""
    return f"结果更正第 {said['revision']} 版。{reason}{told}"


def _final(said: Statement) -> str:
    if said.get("act") == "reopened":
        reason = _ended(said.get("reason", ""))
        return f"最终结果重新打开，以便更正。理由：{reason}{_by(said)}"
    revision = f"（更正第 {said['revision']} 版）" if said.get("revision") else ""
    return f"结果{revision}最终确定。{_by(said)}"


def _entry(said: Statement) -> str:
    number = said.get("entry", said.get("number"))
    plate = f" {number:02d} 号" if isinstance(number, int) else ""
    return f"{plate}{said.get('unit', '')}"


def _by(said: Statement) -> str:
    """Officials who acted: one did it, or one proposed and another agreed."""
    names = said.get("by") or []
    if len(names) == 2:
        return f"{names[0]}提出，{names[1]}核对同意。"
    return f"经办人：{'、'.join(names)}。" if names else ""


def _ended(words: str) -> str:
    return words + _stop(words)


def _stop(words: str) -> str:
    return "" if words and words[-1] in "。！？" else "。" if words else ""


_TELLERS: dict[str, Callable[[Statement], str]] = {
    "rule_sheet": _rule_sheet,
    "opened": _opened,
    "ballots": _ballots,
    "hold": _group("暂时隔离，等待核查"),
    "release": _group("解除隔离，照常计入"),
    "void": _group("作废"),
    "restore": _group("撤销作废，重新计入"),
    "leaves": _leaves,
    "paused": _paused,
    "resumed": _resumed,
    "extended": _extended,
    "withdrawn": _withdrawn,
    "notice": _notice,
    "closed": _closed,
    "thresholds": _thresholds,
    "sheet": _sheet,
    "corrected": _corrected,
    "draw": _draw,
    "tie": _tie,
    "points": _points,
    "result": _result,
    "final": _final,
}
