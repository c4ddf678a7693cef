"""What an entry's leaving or coming back means for poll and night, in sentences."""

from datetime import datetime

from showcase.contests.models import Entry
from voting.judging.models import Draw, Turn
from voting.judging.queries import night_of
from voting.polls.queries import frozen_poll
from voting.polls.rules import Form


def effects_of_withdrawal(entry: Entry, *, now: datetime) -> list[str]:
    """What whoever takes this entry out should know beforehand."""
    left = entry.contest.entries.standing(now).exclude(pk=entry.pk).count()
    effects = []
    poll = frozen_poll(entry.contest.slug)
    if poll and poll.form == Form.APPROVAL and left < poll.picks_min:
        effects.append(
            f"每张选票至少要选 {poll.picks_min} 个，只剩 {left} 个单位：以后谁也投不成票。"
            "请先暂停民意测评，商量好再办。"
        )
    night = night_of(entry.contest)
    turn = night.current_turn if night else None
    if turn and turn.entry_id == entry.pk and not turn.is_locked:
        effects.append("它正在台上。请告诉主持人：可以直接请下一个单位上台。")
    elif night and Turn.objects.of_night(night).filter(entry=entry).exists():
        effects.append("出场顺序不变，轮到它时跳过；已经打的分留着，不计入结果。")
    return effects


def against_reinstating(entry: Entry, *, now: datetime) -> list[str]:
    """Why the night has no place for this entry any more."""
    night = night_of(entry.contest)
    if night is None:
        return []
    drawn = Draw.objects.filter(round__night=night)
    turns = Turn.objects.of_night(night).filter(entry=entry)
    if drawn.exclude(round__in=turns.values("round")).exists():
        return [
            "抽签时这个单位不在名单里，出场顺序里没有它，不能再恢复。什么都没有改变。"
        ]
    closed = entry.contest.night_closed_at
    if closed is not None and closed <= now and turns.unlocked().exists():
        return ["现场评分已经结束，这个单位没有打完的分，不能再恢复。什么都没有改变。"]
    return []
