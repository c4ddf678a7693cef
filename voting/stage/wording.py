"""The host's next act in words: the button, its effect, and what still holds it back."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from voting.judging.rules import HostAct
from voting.stage.queries import Desk


@dataclass(frozen=True, slots=True)
class ActWords:
    """``waits``: there is nothing to press. ``holds``: pressed for two seconds, never by a key."""

    label: str
    effect: str
    turn_id: int | None = None
    waits: bool = False
    holds: bool = False


class GateWords(NamedTuple):
    text: str
    note: str
    state: str = ""


def act_words(desk: Desk) -> ActWords:
    entry = desk.current.entry if desk.current else None
    current_id = desk.current.pk if desk.current else None
    match desk.act:
        case HostAct.CALL:
            following = desk.upcoming.entry
            return ActWords(
                "请下一个单位上台",
                f"第 {desk.upcoming.order} 个：{following.plate} {following.unit.short_name}。"
                "大屏换成这个单位，汇报计时开始。",
                desk.upcoming.pk,
            )
        case HostAct.OPEN:
            return ActWords(
                "开放打分",
                f"{desk.seats} 席的屏幕会同时打开 {entry.plate} {entry.unit.short_name}。",
                current_id,
            )
        case HostAct.WAIT_FOR_SEATS:
            return ActWords(
                f"等 {len(desk.missing)} 席交分",
                "右边是没交的席位。交齐后这里变成“送监督员签认”；确实来不了的，可以记缺席。",
                waits=True,
            )
        case HostAct.ASK_LOCK:
            return ActWords(
                "送监督员签认",
                "监督员在自己的设备上签认后锁定。签认之前评委仍可修改。",
                current_id,
            )
        case HostAct.WAIT_FOR_SUPERVISOR:
            asked = timezone.localtime(desk.asked.proposed_at)
            return ActWords(
                "等监督员签认",
                f"{desk.asked.proposed_by} {asked:%H:%M:%S} 送签。签认或退回后这里自动变化。",
                waits=True,
            )
        case HostAct.SHOW_SCORES:
            return ActWords(
                "大屏亮分",
                f"亮出 {entry.plate} {entry.unit.short_name} 的得分。亮出后不能收回。",
                current_id,
            )
        case HostAct.CLOSE_NIGHT:
            return ActWords(
                "按住 2 秒，结束评分",
                f"{desk.done} 个单位都已锁定。结束以后谁也不能再打分。",
                holds=True,
            )
        case _:
            return _nothing_to_do(desk)


def _nothing_to_do(desk: Desk) -> ActWords:
    if desk.night.contest.night_closed_at:
        return ActWords("评分已经结束", "拟定结果由计分员和监督员完成。", waits=True)
    opens_at = desk.night.contest.night_opens_at
    if opens_at is None:
        return ActWords(
            "还没有定开始时间", "请管理员设定现场评比会的开始时间。", waits=True
        )
    if desk.now >= opens_at:
        return ActWords(
            "还不能开始",
            "开始时间已到，但条件没有齐（规则冻结、席位、抽签）。请管理员核对后自动开放。",
            waits=True,
        )
    at = timezone.localtime(opens_at)
    return ActWords(
        "评比会还没开始", f"{at:%m 月 %d 日 %H:%M} 自动开放，不用操作。", waits=True
    )


def gates(desk: Desk) -> list[GateWords]:
    """What the lock of the entry on stage needs, in the order in which it comes."""
    if desk.current is None or not desk.is_open:
        return []
    return [_seats_gate(desk), _supervisor_gate(desk)]


def _seats_gate(desk: Desk) -> GateWords:
    counts = f"{desk.received} 收 · {desk.absent} 缺席 · {desk.recused} 回避"
    if desk.current.opened_at is None:
        away = desk.official - desk.recused - desk.present
        note = f"{away} 席不在线" if away > 0 else f"{desk.present} 席在线"
        return GateWords("尚未开放", note)
    if desk.missing:
        return GateWords(f"还差 {len(desk.missing)} 席", counts)
    return GateWords(f"{desk.official} 席齐", counts, "ok")


def _supervisor_gate(desk: Desk) -> GateWords:
    if desk.current.is_locked:
        lock = desk.current.lock
        at = timezone.localtime(lock.locked_at)
        return GateWords("已签认锁定", f"{lock.confirmed_by} {at:%H:%M:%S}", "ok")
    if desk.asked:
        return GateWords("等签认", "监督员还没有答复", "warn")
    return GateWords("监督员签认", "交齐后送签")
