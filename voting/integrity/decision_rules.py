"""What is decided about a group of ballots, and by when: plain values in, plain values out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

# A void covers a group. Two is what one voter's day may leave of one.
LEAST_BALLOTS = 2

# Leaves are listed for so many ballots at once, so that the picks of one stay apart.
LEAST_LISTED = 20

OBJECTION_WINDOW = timedelta(hours=72)


class ReasonCode(StrEnum):
    """Why ballots are struck out, in the words that the public reads."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    SCRIPT = "script", "刷票脚本"
    POOL = "pool", "代理地址池"
    RENTED = "rented", "租用账号"
    SAME_PERSON = "same", "同一人多张"
    TEST = "test", "测试选票"
    OTHER = "other", "其他"


class State(StrEnum):
    """Where a group stands. The first that is true of it, in this order, is shown."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    PROPOSED = "proposed", "等第二人确认"
    HELD = "held", "已隔离"
    VOID = "void", "已作废"
    RESTORED = "restored", "已恢复"
    RELEASED = "released", "已放回"
    DISMISSED = "dismissed", "看过，不隔离"
    NEW = "new", "还没有人看"


@dataclass(frozen=True, slots=True)
class Standings:
    """How the ballots of a group stand now, in numbers of ballots.

    ``held`` and ``void`` are by acts on this very group; ``elsewhere`` do not count because
    of another one.
    """

    counted: int = 0
    held: int = 0
    void: int = 0
    elsewhere: int = 0

    @property
    def ballots(self) -> int:
        return self.counted + self.held + self.void + self.elsewhere


def state_of(
    standings: Standings,
    *,
    is_proposed: bool,
    last_act: str = "",
    is_dismissed: bool = False,
) -> State:
    """
    >>> state_of(Standings(counted=30), is_proposed=False)
    <State.NEW: 'new'>
    >>> state_of(Standings(held=30), is_proposed=False, last_act="hold")
    <State.HELD: 'held'>
    """
    if is_proposed:
        return State.PROPOSED
    if standings.held:
        return State.HELD
    if standings.void:
        return State.VOID
    # After the archive acts alone say what became of a group.
    ended = {
        "void": State.VOID,
        "restore": State.RESTORED,
        "release": State.RELEASED,
    }
    if last_act in ended:
        return ended[last_act]
    return State.DISMISSED if is_dismissed else State.NEW


def fingerprint(ballot_ids: Iterable[int]) -> str:
    """What a proposal remembers of its ballots: the same for the same ballots alone."""
    listed = ",".join(map(str, sorted(ballot_ids)))
    return sha256(listed.encode()).hexdigest()


def objection_deadline(published_at: datetime) -> datetime:
    return published_at + OBJECTION_WINDOW


_AGES = (
    (10, "不到 10 分钟"),
    (60, "不到 1 小时"),
    (24 * 60, "不到 1 天"),
    (7 * 24 * 60, "不到 7 天"),
)


def device_age_in_words(minutes: int | None) -> str:
    """
    >>> device_age_in_words(12)
    '不到 1 小时'
    """
    if minutes is None:
        return "没有记录"
    return next((words for bound, words in _AGES if minutes < bound), "7 天以上")


AGES_IN_ORDER = (*(words for _, words in _AGES), "7 天以上", "没有记录")


def letters(values: Collection[str]) -> dict[str, str]:
    """A letter for each value, in their order, so that a place is told apart and not told.

    >>> letters(["k9", "b2"])
    {'k9': 'A', 'b2': 'B'}
    """
    return {value: _letter(place) for place, value in enumerate(values)}


def _letter(place: int) -> str:
    """
    >>> [_letter(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
