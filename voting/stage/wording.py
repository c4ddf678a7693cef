"""The host's next act in words: the button, its effect, and what still holds it back."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone

from voting.judging.rules import HostAct, Undo
from voting.stage.desk_queries import Desk


@dataclass(frozen=True, slots=True)
class ActWords:
    """``waits``: there is nothing to press. ``holds``: pressed for two seconds, never by a key.

    ``takes_over``: the button does no act of the night, it makes this browser the console.
    """

    label: str
    effect: str
    turn_id: int | None = None
    waits: bool = False
    holds: bool = False
    takes_over: bool = False


class GateWords(NamedTuple):
    text: str
    note: str
    state: str = ""


def act_words(desk: Desk) -> ActWords:
    if not desk.console.may_act:
        return _watching(desk)
    match desk.act:
        case HostAct.CALL:
            return _call(desk)
        case HostAct.OPEN:
            return ActWords(
                "开放打分",
                f"{_panel_seats(desk)} 席的屏幕会同时打开{_names(desk)}。",
                desk.current.pk,
            )
        case HostAct.WAIT_FOR_SEATS:
            return ActWords(
                f"等 {len(desk.missing)} {_sheets(desk)}",
                "右边是没交的席位。交齐后这里变成“送监督员签认”；确实来不了的，可以记缺席。",
                waits=True,
            )
        case HostAct.WAIT_FOR_OUTLIERS:
            return ActWords(
                f"等 {_seat_codes(desk)} 答复",
                "只提示本人一次：再看一眼，可以保持原分，也可以修改。答复前不能送签。",
                desk.current.pk,
                waits=True,
            )
        case HostAct.ASK_LOCK:
            return _ask_lock(desk)
        case HostAct.WAIT_FOR_SUPERVISOR:
            asked = timezone.localtime(desk.asked[-1].proposed_at)
            return ActWords(
                "等监督员签认",
                f"{desk.asked[-1].proposed_by} {asked:%H:%M:%S} 送签。签认或退回后这里自动变化。",
                waits=True,
            )
        case HostAct.SHOW_SCORES:
            entry = desk.to_show.entry
            return ActWords(
                "按住 2 秒，大屏亮分",
                f"亮出 {entry.plate} {entry.unit.short_name} 的得分。亮出后不能收回。",
                desk.to_show.pk,
                holds=True,
            )
        case HostAct.CLOSE_NIGHT:
            return ActWords(
                "按住 2 秒，结束评分",
                f"{desk.done} 个单位都已锁定。结束以后谁也不能再打分。",
                holds=True,
            )
        case _:
            return _nothing_to_do(desk)


def _watching(desk: Desk) -> ActWords:
    hosting = desk.console.hosting
    at = timezone.localtime(hosting.acted_at)
    return ActWords(
        "按住 2 秒，接过主持台",
        f"{hosting.host} 正在另一台电脑上主持（{at:%H:%M:%S} 有操作）。"
        "本台只看不动；接过来以后，那一台只看不动。",
        holds=True,
        takes_over=True,
    )


def _call(desk: Desk) -> ActWords:
    following = desk.upcoming.entry
    waits = (
        f"{desk.current.entry.plate} 先不打分，等这个单位汇报完一起打。"
        if desk.current and desk.current.marked_with_id and not desk.current.opened_at
        else ""
    )
    return ActWords(
        "请下一个单位上台",
        f"第 {desk.upcoming.order} 个：{following.plate} {following.unit.short_name}。"
        f"大屏换成这个单位，汇报计时开始。{waits}",
        desk.upcoming.pk,
    )


def _ask_lock(desk: Desk) -> ActWords:
    effect = "监督员在自己的设备上签认后锁定。签认之前评委仍可修改。"
    if desk.outliers.is_wanted and not desk.outliers.is_done:
        effect = "先做一次离群检查：没有离群就直接送签，有就提示本人。" + effect
    return ActWords("送监督员签认", effect, desk.current.pk)


def _names(desk: Desk) -> str:
    names = [f" {t.entry.plate} {t.entry.unit.short_name}" for t in desk.together]
    return " 和".join(names) if len(names) == 1 else f"两个单位：{'，再'.join(names)}"


def _panel_seats(desk: Desk) -> int:
    return len({each.line.seat.pk for each in desk.lines})


def _sheets(desk: Desk) -> str:
    return "席交分" if len(desk.together) == 1 else "份评分表"


def _seat_codes(desk: Desk) -> str:
    codes = [prompt.seat.code for prompt in desk.outliers.waiting]
    return "、".join(codes[:3]) + (f" 等 {len(codes)} 席" if len(codes) > 3 else "")


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
    if not desk.together or not desk.is_open or not desk.console.may_act:
        return []
    outliers = [_outlier_gate(desk)] if desk.outliers.is_wanted else []
    return [_seats_gate(desk), *outliers, _supervisor_gate(desk)]


def _seats_gate(desk: Desk) -> GateWords:
    counts = f"{desk.received} 收 · {desk.absent} 缺席 · {desk.recused} 回避"
    if not any(turn.opened_at for turn in desk.together):
        away = desk.official - desk.recused - desk.present
        note = f"{away} 席不在线" if away > 0 else f"{desk.present} 席在线"
        return GateWords("尚未开放", note)
    one = "席" if len(desk.together) == 1 else "份"
    if desk.missing:
        return GateWords(f"还差 {len(desk.missing)} {one}", counts)
    return GateWords(f"{desk.official} {one}齐", counts, "ok")


def _outlier_gate(desk: Desk) -> GateWords:
    if not desk.outliers.is_done:
        return GateWords("离群检查", "收齐后做一次")
    if desk.outliers.waiting:
        count = len(desk.outliers.waiting)
        return GateWords(f"离群 {count} 份", f"{_seat_codes(desk)}，已提示本人", "warn")
    if not desk.outliers.prompts:
        return GateWords("没有离群", "已检查", "ok")
    ends = [f"{prompt.seat.code} {prompt.end}" for prompt in desk.outliers.prompts]
    return GateWords("离群已答复", "、".join(ends), "ok")


def _supervisor_gate(desk: Desk) -> GateWords:
    if all(turn.is_locked for turn in desk.together):
        lock = desk.together[-1].lock
        at = timezone.localtime(lock.locked_at)
        return GateWords("已签认锁定", f"{lock.confirmed_by} {at:%H:%M:%S}", "ok")
    if desk.asked:
        return GateWords("等签认", "监督员还没有答复", "warn")
    return GateWords("监督员签认", "交齐后送签")


UNDO_WORDS = {
    Undo.CALL: "撤回上台",
    Undo.OPENING: "收回开放",
    Undo.TOGETHER: "改为单独打分",
    Undo.REQUEST: "撤回送签",
}
