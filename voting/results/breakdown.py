"""Why this score and this place: one entry of a stored outcome, step by step. Pure."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from voting.results.standings import Json, counting_parts, place, value
from voting.rules import exact
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import percent

_DROPPED = {"high": "最高", "low": "最低"}
_NOT_COUNTED = {
    "absent": "缺席",
    "recused": "回避",
    "missing": "没有交评分表",
    "partial": "评分表没填全",
    "practice": "练习席，不计",
    "observer": "观摩席，不计",
    "void": "整组作废，不计",
}


class Mark(NamedTuple):
    """``dropped``: why it is struck out; empty when it counts."""

    seat: str
    value: str
    dropped: str


class Line(NamedTuple):
    """One act of averaging. ``criterion`` is empty where whole sheets are averaged."""

    criterion: str
    marks: list[Mark]
    not_counted: list[str]
    mean: str


class Panel(NamedTuple):
    name: str
    weight: str
    points: str
    lines: list[Line]


class Round(NamedTuple):
    name: str
    panels: list[Panel]


class Term(NamedTuple):
    value: str
    label: str


class Other(NamedTuple):
    """What another method gives this entry."""

    name: str
    score: str
    rank: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    plate: str
    name: str
    score: str
    place: str
    has_flag: bool
    reason: str
    terms: list[Term]
    minus: list[Term]
    rounds: list[Round]
    seats: int
    joined: list[str]
    votes: str
    total: str
    placing: list[str]
    others: list[Other]


def breakdown(
    rules: RuleSheet, outcome: Json, whatif: list[Json], plate: str
) -> Breakdown | None:
    """The breakdown of one entry, or None: no such entry in this result."""
    entry = next(
        (
            entry
            for entry in (*outcome["ranking"], *outcome["unranked"])
            if entry["entry"] == plate
        ),
        None,
    )
    if entry is None:
        return None
    cut = outcome["cut"]
    told = _Told(entry["sentences"])
    rounds = [_round(rules, trace) for trace in entry["marks"]["rounds"]]
    return Breakdown(
        plate=plate,
        name=entry["name"],
        score=entry["total"]["shown"] if entry["total"] else "",
        place=place(entry) if entry["rank"] else "",
        has_flag=bool(cut) and plate in cut["inside"],
        reason=entry["reason"],
        terms=_terms(entry),
        minus=[Term(n["points"]["shown"], n["name"]) for n in entry["deducted"]],
        rounds=rounds,
        seats=_seats(entry),
        joined=told.joined,
        votes=told.votes,
        total=told.total,
        placing=told.placing,
        others=_others(whatif, plate),
    )


class _Told:
    """The engine's sentences about one entry, parted into the sections of the page."""

    def __init__(self, sentences: list[str]) -> None:
        heads = [sentence.split("：")[0] for sentence in sentences]
        total = next(
            index
            for index, head in enumerate(heads)
            if head in ("综合得分", "没有综合得分")
        )
        before = list(zip(heads, sentences, strict=True))[:total]
        self.votes = next((s for head, s in before if head == "民意测评"), "")
        self.joined = [
            s for head, s in before if "（权重 " not in head and head != "民意测评"
        ]
        self.total = sentences[total]
        self.placing = sentences[total + 1 :]


def _terms(entry: Json) -> list[Term]:
    terms = [
        Term(
            part["points"]["shown"],
            f"{part['name']} × {percent(value(part['weight']))}",
        )
        for part in counting_parts(entry)
    ]
    return terms + [Term(n["points"]["shown"], n["name"]) for n in entry["added"]]


def _seats(entry: Json) -> int:
    """How many different seats marked this entry."""
    return len(
        {
            row["seat"]
            for round_ in entry["marks"]["rounds"]
            for panel in round_["panels"]
            for line in panel["lines"]
            for row in line["rows"]
            if row["state"] in ("counted", "high", "low")
        }
    )


def _round(rules: RuleSheet, trace: Json) -> Round:
    criteria = {
        c.code: c.name
        for r in rules.rounds
        if r.code == trace["code"]
        for c in r.criteria
    }
    return Round(trace["name"], [_panel(panel, criteria) for panel in trace["panels"]])


def _panel(panel: Json, criteria: dict[str, str]) -> Panel:
    return Panel(
        name=panel["name"],
        weight=percent(value(panel["weight_used"])),
        points=panel["points"]["shown"] if panel["points"] else "",
        lines=[_line(line, criteria) for line in panel["lines"]],
    )


def _line(line: Json, criteria: dict[str, str]) -> Line:
    marks, not_counted = [], []
    for row in line["rows"]:
        if row["state"] in _NOT_COUNTED:
            not_counted.append(f"{row['seat']} {_NOT_COUNTED[row['state']]}")
        else:
            marks.append(Mark(row["seat"], _mark(row), _DROPPED.get(row["state"], "")))
    return Line(
        criterion=criteria.get(line["criterion"], ""),
        marks=marks,
        not_counted=not_counted,
        mean=line["mean"]["shown"] if line["mean"] else "",
    )


def _mark(row: dict[str, Any]) -> str:
    """The seat's total as marked; where places count, the place as well."""
    plain = exact.plain(value(row["total"]))
    shown = row["total"]["shown"] if "/" in plain else plain
    if "place" not in row:
        return shown
    first, last = row["place"]
    where = f"第 {first} 名" if first == last else f"并列第 {first} 名"
    return f"{shown}（{where}）"


def _others(whatif: list[Json], plate: str) -> list[Other]:
    return [
        Other(column["name"], column["scores"][plate], column["ranks"][plate])
        for column in whatif
        if plate in column["ranks"]
    ]
