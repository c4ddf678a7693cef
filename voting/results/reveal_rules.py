"""The script of a reveal: what the wall shows at each step, what is read before it. Pure.

A place is revealed in up to four steps: its rank, what the hall has known since the night, what
nobody knew yet with the combined score, and last of all the unit. Step 0 is the opening, the step
after the last one is the wall with every flag.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from voting.results.standings import standings
from voting.rules import exact
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import percent

FORMAT = "hongqi-reveal/1"

_DIGITS = "零一二三四五六七八九"
_SHORT_CODE = 8
_FIRST_PLACES = 3
_PARTS = ("known", "rest")

# As the hall has heard them called all evening; other parts have names of their own.
_SPOKEN = {"marks": "现场评比", "votes": "民意测评"}


class Order(StrEnum):
    words: str

    def __new__(cls, value: str, words: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    LAST_FIRST = "last_first", "从最后一名到第一名"
    FIRST_LAST = "first_last", "从第一名到最后一名"


class Kind(StrEnum):
    """What a step adds. ``phase`` is its place among the four, ``pause`` how long it stands."""

    phase: int
    pause: int

    def __new__(cls, value: str, phase: int, pause: int):
        member = str.__new__(cls, value)
        member._value_ = value
        member.phase = phase
        member.pause = pause
        return member

    RANK = "rank", 1, 2
    KNOWN = "known", 2, 3
    REST = "rest", 3, 4
    UNIT = "unit", 4, 6


class Part(NamedTuple):
    """One line of a score on the wall."""

    name: str
    note: str
    points: str


class Place(NamedTuple):
    """One flag. ``position`` counts without gaps, whatever ranks are shared."""

    position: int
    rank: int
    words: str
    equals: int
    plate: str
    short: str
    full: str
    known: tuple[Part, ...]
    rest: tuple[Part, ...]
    total: str


class Step(NamedTuple):
    """``pause``: how many seconds it should stand before the next one."""

    place: int
    kind: Kind
    pause: int


@dataclass(frozen=True, slots=True)
class Script:
    """``places`` and ``steps`` in the order in which they are shown; ``note``: why not all flags."""

    outcome_hash: str
    order: Order
    title: str
    note: str
    places: tuple[Place, ...]
    steps: tuple[Step, ...]

    @property
    def last(self) -> int:
        """The number of the wall's step."""
        return len(self.steps) + 1

    def to_json(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "outcome_hash": self.outcome_hash,
            "order": str(self.order),
            "title": self.title,
            "note": self.note,
            "places": [_written(place) for place in self.places],
            "steps": [
                {"place": step.place, "kind": str(step.kind), "pause": step.pause}
                for step in self.steps
            ],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Script":
        return cls(
            outcome_hash=document["outcome_hash"],
            order=Order(document["order"]),
            title=document["title"],
            note=document["note"],
            places=tuple(_read(place) for place in document["places"]),
            steps=tuple(
                Step(step["place"], Kind(step["kind"]), step["pause"])
                for step in document["steps"]
            ),
        )

    def hash(self) -> str:
        return exact.digest(self.to_json())


def _written(place: Place) -> dict[str, Any]:
    parts = {name: [p._asdict() for p in getattr(place, name)] for name in _PARTS}
    return place._asdict() | parts


def _read(place: Mapping[str, Any]) -> Place:
    parts = {name: tuple(Part(**part) for part in place[name]) for name in _PARTS}
    return Place(**place | parts)


def short_code(script_hash: str) -> str:
    """As much of the hash as two people compare by reading it aloud.

    >>> short_code("e41f09c277d05ab3")
    'e41f 09c2'
    """
    half = _SHORT_CODE // 2
    return f"{script_hash[:half]} {script_hash[half:_SHORT_CODE]}"


def ordinal(number: int) -> str:
    """
    >>> [ordinal(number) for number in (1, 10, 12, 20, 21)]
    ['第一名', '第十名', '第十二名', '第二十名', '第二十一名']
    """
    tens, ones = divmod(number, 10)
    spoken = _DIGITS[tens] if tens > 1 else ""
    return (
        f"第{spoken}{'十' if tens else ''}{_DIGITS[ones] if ones or not tens else ''}名"
    )


def write_script(
    rules: RuleSheet,
    outcome: Mapping[str, Any],
    *,
    outcome_hash: str,
    short_names: Mapping[str, str],
    marks_are_known: bool,
    order: Order = Order.LAST_FIRST,
) -> Script:
    """The script of a stored outcome.

    ``marks_are_known``: the hall has seen every unit's marks on the night. How much of a score
    the wall tells is the rule sheet's decision.
    """
    table = standings(rules, outcome)
    scores = {row.plate: row.score for row in table.rows}
    winners = set(outcome["cut"]["inside"]) if outcome["cut"] else set()
    ranked = [entry for entry in outcome["ranking"] if entry["entry"] in winners]
    places = [
        _place(rules, entry, position, ranked, scores, short_names, marks_are_known)
        for position, entry in enumerate(ranked, start=1)
    ]
    if order == Order.LAST_FIRST:
        places.reverse()
    steps = tuple(
        Step(index, kind, _pause(place, kind))
        for index, place in enumerate(places)
        for kind in _kinds(place)
    )
    return Script(
        outcome_hash=outcome_hash,
        order=order,
        title=table.title,
        note=table.why_not_exact,
        places=tuple(places),
        steps=steps,
    )


def _place(
    rules: RuleSheet,
    entry: Mapping[str, Any],
    position: int,
    ranked: list[Mapping[str, Any]],
    scores: Mapping[str, str],
    short_names: Mapping[str, str],
    marks_are_known: bool,
) -> Place:
    equals = sum(other["rank"] == entry["rank"] for other in ranked)
    known, rest = _parts(rules, entry, marks_are_known)
    return Place(
        position=position,
        rank=entry["rank"],
        words=f"{'并列' if equals > 1 else ''}{ordinal(entry['rank'])}",
        equals=equals,
        plate=entry["entry"],
        short=short_names.get(entry["entry"], entry["name"]),
        full=entry["name"],
        known=known,
        rest=rest,
        total=scores[entry["entry"]] if rules.shown_on_wall == "total" else "",
    )


def _parts(
    rules: RuleSheet, entry: Mapping[str, Any], marks_are_known: bool
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What the hall knows already, and what it is told now."""
    if rules.shown_on_wall == "none":
        return (), ()
    known, rest = [], []
    for part in entry["parts"]:
        weight = exact.parse(part["weight"]["exact"])
        if not weight:
            continue
        is_known = marks_are_known and part["code"] == "marks"
        told = "已公布" if is_known else "现在揭晓"
        (known if is_known else rest).append(
            Part(
                _SPOKEN.get(part["code"], part["name"]),
                f"{told} · 占 {percent(weight)}",
                part["points"]["shown"],
            )
        )
    if rules.shown_on_wall == "total":
        rest += [
            Part(n["name"], "加分", f"＋{n['points']['shown']}") for n in entry["added"]
        ]
        rest += [
            Part("扣分", n["name"], f"－{n['points']['shown']}")
            for n in entry["deducted"]
        ]
    return tuple(known), tuple(rest)


def _kinds(place: Place) -> list[Kind]:
    there = {
        Kind.RANK: True,
        Kind.KNOWN: bool(place.known),
        Kind.REST: bool(place.rest or place.total),
        Kind.UNIT: True,
    }
    return [kind for kind in Kind if there[kind]]


def _pause(place: Place, kind: Kind) -> int:
    """The first places stand longer."""
    return kind.pause + (2 if place.position <= _FIRST_PLACES else 0)


# What the wall shows


class Roll(NamedTuple):
    """One line of the list beside the place. ``unit`` is empty until it is revealed."""

    number: int
    unit: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The wall at one step: nothing in it that a later step adds.

    ``phase`` 0 is the opening. ``new``: how many of the parts this very step brought.
    """

    step: int
    of: int
    phase: int
    title: str
    words: str = ""
    parts: tuple[Part, ...] = ()
    new: int = 0
    total: str = ""
    plate: str = ""
    short: str = ""
    full: str = ""
    roll: tuple[Roll, ...] = ()


def shown_at(script: Script, step: int) -> Shown:
    """What stands on the wall at a step between the opening and the last unit."""
    if not step:
        roll = _roll(script, shown=0, current=None)
        return Shown(0, len(script.steps), 0, script.title, roll=roll)
    at = script.steps[step - 1]
    place = script.places[at.place]
    has = at.kind.phase
    is_unit = at.kind == Kind.UNIT
    known = place.known if has >= Kind.KNOWN.phase else ()
    rest = place.rest if has >= Kind.REST.phase else ()
    newest = {Kind.KNOWN: known, Kind.REST: rest}.get(at.kind, ())
    return Shown(
        step=step,
        of=len(script.steps),
        phase=has,
        title=script.title,
        words=place.words,
        parts=known + rest,
        new=len(newest),
        total=place.total if has >= Kind.REST.phase else "",
        plate=place.plate if is_unit else "",
        short=place.short if is_unit else "",
        full=place.full if is_unit else "",
        roll=_roll(script, shown=at.place + is_unit, current=at.place),
    )


def _roll(script: Script, *, shown: int, current: int | None) -> tuple[Roll, ...]:
    """Best place first. A rank that is shared is not told before its step."""
    lines = [
        Roll(
            place.rank if index < shown or index == current else place.position,
            place.short if index < shown else "",
            index == current,
        )
        for index, place in enumerate(script.places)
    ]
    return tuple(reversed(lines) if script.order == Order.LAST_FIRST else lines)


# What the presenter reads


@dataclass(frozen=True, slots=True)
class Cue:
    """``line`` and ``name`` are read, then the button ``act`` is pressed."""

    step: int
    of: int
    now: str
    line: str
    plate: str
    name: str
    hint: str
    act: str
    then: str
    pause: int


def cue_at(script: Script, step: int) -> Cue:
    """The words for the press after ``step``, and of what comes then no more than its kind."""
    after = _reading(script, step + 1)
    return Cue(
        step=step,
        of=len(script.steps),
        now=_now(script, step),
        then=act_at(script, step + 2) if step + 2 <= script.last else "",
        pause=script.steps[step - 1].pause if 0 < step < script.last else 0,
        act=act_at(script, step + 1) if step < script.last else "",
        **after,
    )


def act_at(script: Script, step: int) -> str:
    """What a press that leads to this step does, without a name and without a figure."""
    if step >= script.last:
        return script.title
    at = script.steps[step - 1]
    place = script.places[at.place]
    if at.kind == Kind.RANK:
        return f"亮出{place.words}"
    if at.kind == Kind.KNOWN:
        return f"亮{_names(place.known)}"
    if at.kind == Kind.REST:
        told = [part.name for part in place.rest]
        return f"亮{'、'.join([*told, '综合得分'] if place.total else told)}"
    return f"升{place.words}的旗"


def _names(parts: tuple[Part, ...]) -> str:
    return "、".join(part.name for part in parts)


def _now(script: Script, step: int) -> str:
    if not step:
        return "揭晓的开场，还没有任何名次"
    if step >= script.last:
        return f"{script.title}，全部揭晓"
    shown = shown_at(script, step)
    told = [shown.words, *(f"{part.name} {part.points}" for part in shown.parts)]
    if shown.phase == Kind.UNIT.phase:
        told = [shown.words, f"{shown.plate} {shown.short}"]
    if shown.total:
        told.append(f"综合 {shown.total}")
    return " · ".join(told)


def _reading(script: Script, step: int) -> dict[str, str]:
    read = {"line": "", "plate": "", "name": "", "hint": "读完再按。"}
    if step > script.last:
        return read | {
            "line": "揭晓完毕。",
            "hint": "请主持台结束揭晓，拟定结果随即公开。",
        }
    if step == script.last:
        return read | {
            "line": f"{script.title}，全部揭晓。",
            "name": "请全场起立鼓掌",
            "hint": f"按下后大屏出现{script.title}。",
        }
    at = script.steps[step - 1]
    place = script.places[at.place]
    if at.kind == Kind.RANK:
        one = f"，{place.equals} 个单位并列，这是其中一个" if place.equals > 1 else ""
        return read | {"line": f"下面揭晓{place.words}{one}。", "name": place.words}
    if at.kind == Kind.KNOWN:
        return read | {
            "line": f"{place.words}，{_names(place.known)}得分：",
            "name": "、".join(part.points for part in place.known),
        }
    if at.kind == Kind.REST:
        told = [f"{part.name} {part.points}" for part in place.rest]
        if place.total:
            heads = [place.words, *told, "综合得分"]
            return read | {"line": f"{'，'.join(heads)}：", "name": place.total}
        return read | {"line": f"{place.words}：", "name": "、".join(told)}
    return read | {
        "line": f"获得{place.words}红旗的是：",
        "plate": place.plate,
        "name": place.short,
        "hint": "读到单位名再按。按下后大屏升旗。",
    }
