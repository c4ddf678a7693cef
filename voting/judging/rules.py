"""What follows from what happened on the night: states, the host's next act, what a mark may be.

Plain values in, plain values out. Missing is not zero: a seat without a sheet has no marks.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# A device that has not asked for this long is off the network.
SILENT_AFTER = timedelta(seconds=12)
PIN_TRIES = 5
HIGHEST_VERSION = 999

_PLAIN_NUMBER = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")


class SeatState(StrEnum):
    """What a seat's sheet is, for one turn. The value is the name of its glyph."""

    words: str

    def __new__(cls, value: str, words: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    CLOSED = "closed", "未打开"
    DRAFT = "draft", "草稿在设备上"
    OFFLINE = "off", "断网，草稿在设备上"
    RECEIVED = "in", "已收到"
    LOCKED = "locked", "已锁定"
    ABSENT = "absent", "缺席"
    RECUSED = "recused", "回避"


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """What the rows say about one seat in one turn."""

    has_sheet: bool = False
    is_locked: bool = False
    is_absent: bool = False
    is_recused: bool = False
    has_draft: bool = False
    seen_at: datetime | None = None


def seat_state(facts: SeatFacts, *, now: datetime) -> SeatState:
    """Exactly one state follows from the rows.

    >>> seat_state(SeatFacts(has_sheet=True, has_draft=True), now=datetime(2026, 6, 1))
    <SeatState.RECEIVED: 'in'>
    """
    if facts.is_recused:
        return SeatState.RECUSED
    if facts.has_sheet:
        return SeatState.LOCKED if facts.is_locked else SeatState.RECEIVED
    if facts.is_absent:
        return SeatState.ABSENT
    if facts.has_draft:
        silent = facts.seen_at is None or now - facts.seen_at > SILENT_AFTER
        return SeatState.OFFLINE if silent else SeatState.DRAFT
    return SeatState.CLOSED


_SETTLED = {
    SeatState.RECEIVED,
    SeatState.LOCKED,
    SeatState.ABSENT,
    SeatState.RECUSED,
}


def holds_up_the_lock(state: SeatState, *, official: bool) -> bool:
    """An official seat must have a sheet, be absent or be recused. Others never hold it up."""
    return official and state not in _SETTLED


class HostAct(StrEnum):
    """What the host may do next: always exactly one, or wait for somebody."""

    CALL = "call"
    OPEN = "open"
    WAIT_FOR_SEATS = "wait_for_seats"
    WAIT_FOR_OUTLIERS = "wait_for_outliers"
    ASK_LOCK = "ask_lock"
    WAIT_FOR_SUPERVISOR = "wait_for_supervisor"
    SHOW_SCORES = "show_scores"
    CLOSE_NIGHT = "close_night"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Position:
    """Where the night is. ``missing``: official seats that hold the lock up.

    ``waits_for_next``: the entry on stage is marked together with the one that follows.
    ``outliers``: judges who have not answered whether they keep their marks.
    """

    on_stage: bool = False
    waits_for_next: bool = False
    is_open: bool = False
    is_locked: bool = False
    lock_is_asked: bool = False
    missing: int = 0
    outliers: int = 0
    turns_left: int = 0
    scores_to_show: bool = False
    is_closed: bool = False


def next_act(position: Position) -> HostAct:
    """The one next legal act of the host.

    >>> next_act(Position(turns_left=20))
    <HostAct.CALL: 'call'>
    >>> next_act(Position(on_stage=True, is_open=True, missing=2))
    <HostAct.WAIT_FOR_SEATS: 'wait_for_seats'>
    """
    if position.is_closed:
        return HostAct.NOTHING
    if position.on_stage and not position.is_locked:
        return _next_act_on_stage(position)
    if position.scores_to_show:
        return HostAct.SHOW_SCORES
    return HostAct.CALL if position.turns_left else HostAct.CLOSE_NIGHT


def _next_act_on_stage(position: Position) -> HostAct:
    if position.waits_for_next:
        return HostAct.CALL
    if not position.is_open:
        return HostAct.OPEN
    if position.lock_is_asked:
        return HostAct.WAIT_FOR_SUPERVISOR
    if position.missing:
        return HostAct.WAIT_FOR_SEATS
    return HostAct.WAIT_FOR_OUTLIERS if position.outliers else HostAct.ASK_LOCK


class Undo(StrEnum):
    """What the host may take back without anybody being worse off. Not more than one at a time."""

    CALL = "call"
    OPENING = "opening"
    TOGETHER = "together"
    REQUEST = "request"


def honest_undo(position: Position, *, received: int) -> Undo | None:
    """Before marking opens the call, while no sheet has come in the opening, and a request.

    >>> honest_undo(Position(on_stage=True, is_open=True), received=0)
    <Undo.OPENING: 'opening'>
    >>> honest_undo(Position(on_stage=True, is_open=True), received=1)
    """
    if position.is_closed or not position.on_stage or position.is_locked:
        return None
    if position.waits_for_next:
        return Undo.TOGETHER
    if not position.is_open:
        return Undo.CALL
    if position.lock_is_asked:
        return Undo.REQUEST
    return None if received else Undo.OPENING


@dataclass(frozen=True, slots=True)
class Clock:
    """A countdown that the host may hold and lengthen. ``added``: seconds given on top.

    >>> noon = datetime(2026, 6, 1, 12)
    >>> held = Clock("汇报", noon, 300, added=30, held_at=noon + timedelta(seconds=310))
    >>> held.left, held.is_held
    (20, True)
    """

    word: str
    starts_at: datetime
    seconds: int
    added: int = 0
    held_at: datetime | None = None

    @property
    def is_held(self) -> bool:
        return self.held_at is not None

    @property
    def ends_at(self) -> datetime:
        """When it runs out, if it runs."""
        return self.starts_at + timedelta(seconds=self.seconds + self.added)

    @property
    def left(self) -> int | None:
        """Seconds that stood there when it was held, negative in overtime; None while it runs."""
        if self.held_at is None:
            return None
        return round((self.ends_at - self.held_at).total_seconds())


@dataclass(frozen=True, slots=True)
class MarkRange:
    """What one criterion allows."""

    code: str
    name: str
    minimum: Decimal
    maximum: Decimal
    step: Decimal


def mark_problem(text: str, allowed: MarkRange) -> str:
    """Why this text is no mark for the criterion, as a sentence; empty if it is one.

    >>> half = MarkRange("a", "实效", Decimal(0), Decimal(40), Decimal("0.5"))
    >>> mark_problem("37.5", half)
    ''
    >>> mark_problem("41", half)
    '实效：0 到 40，每档 0.5。您填的是 41，超过了 40。'
    """
    range_words = (
        f"{allowed.name}：{plain(allowed.minimum)} 到 {plain(allowed.maximum)}，"
        f"每档 {plain(allowed.step)}。"
    )
    if not text:
        return f"{range_words}这一项还没有打分。"
    if not _PLAIN_NUMBER.fullmatch(text):
        return f"{range_words}您填的是“{text[:12]}”，请只填数字。"
    mark = Decimal(text)
    if mark > allowed.maximum:
        return f"{range_words}您填的是 {text}，超过了 {plain(allowed.maximum)}。"
    if mark < allowed.minimum:
        return f"{range_words}您填的是 {text}，不到 {plain(allowed.minimum)}。"
    if (mark - allowed.minimum) % allowed.step:
        return f"{range_words}您填的是 {text}，不在档上。"
    return ""


def mark_text(raw: object) -> str:
    """A typed mark as plain text: full-width digits become ordinary ones, blanks go."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        return "" if raw is None else "?"
    return unicodedata.normalize("NFKC", str(raw)[:40]).strip()


def read_marks(
    raw: Mapping[str, object], ranges: Sequence[MarkRange]
) -> tuple[dict[str, str], dict[str, str]]:
    """The marks in one spelling, and the problems by criterion. A sheet is whole or refused.

    >>> half = MarkRange("a", "实效", Decimal(0), Decimal(40), Decimal("0.5"))
    >>> read_marks({"a": "３７"}, [half])
    ({'a': '37.0'}, {})
    """
    marks, problems = {}, {}
    for allowed in ranges:
        text = mark_text(raw.get(allowed.code))
        problem = mark_problem(text, allowed)
        if problem:
            problems[allowed.code] = problem
        else:
            marks[allowed.code] = str(Decimal(text).quantize(_last_place(allowed.step)))
    return marks, problems


def _last_place(step: Decimal) -> Decimal:
    exponent = step.normalize().as_tuple().exponent
    return Decimal(1).scaleb(min(int(exponent), 0))


def sheet_total(marks: Iterable[str]) -> Decimal:
    """What stands under the sheet, on the screen and on paper: the marks added up.

    The rule sheet may weigh criteria; that is the engine's business, not the judge's.
    """
    return sum((Decimal(mark) for mark in marks), Decimal(0))


def plain(value: Decimal) -> str:
    """A decimal without idle zeros.

    >>> plain(Decimal("40.00")), plain(Decimal("0.50"))
    ('40', '0.5')
    """
    return f"{value.normalize():f}"


def sheets_text(
    *,
    round_: str,
    entry: int,
    sheets: Iterable[tuple[str, int, Mapping[str, str]]],
    absent: Iterable[str],
) -> str:
    """Locked sheets as one line of JSON, the same whoever writes it: what a digest is made of.

    Each sheet is its seat's code, its version and its marks by criterion.

    >>> sheets_text(round_="r1", entry=7, sheets=[("A02", 1, {"results": "50"})], absent=["A01"])
    '{"absent":["A01"],"entry":7,"round":"r1","sheets":[["A02",1,{"results":"50"}]]}'
    """
    return json.dumps(
        {
            "round": round_,
            "entry": entry,
            "sheets": sorted(([*sheet] for sheet in sheets), key=lambda each: each[0]),
            "absent": sorted(absent),
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
