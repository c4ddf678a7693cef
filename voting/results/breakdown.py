"""Why this score and this place: one entry of a stored outcome, step by step. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from voting.results.standings import (
    Json,
    counting_parts,
    place,
    score_of,
    shares,
    value,
)
from voting.rules import exact
from voting.rules.rule_sheet import RoundRule, RuleSheet
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
# Parts of a score whose own section of the page has an anchor.
_ANCHORS = {"marks": "marks", "votes": "votes"}


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


class SeatSheet(NamedTuple):
    """What one seat wrote: ``marks`` in the order of the criteria. ``state``: why not counted."""

    seat: str
    marks: list[str]
    total: str
    state: str


class Panel(NamedTuple):
    """``told``: how its points came about; ``sheets``: the judges' marks themselves."""

    name: str
    weight: str
    points: str
    exact: str
    lines: list[Line]
    told: list[str]
    criteria: list[str]
    sheets: list[SeatSheet]

    @property
    def has_totals(self) -> bool:
        """Not where each criterion is averaged by itself."""
        return any(sheet.total for sheet in self.sheets)


class Round(NamedTuple):
    name: str
    panels: list[Panel]


class Term(NamedTuple):
    """``anchor``: where on the page the value comes about; empty for points from elsewhere."""

    value: str
    label: str
    anchor: str = ""


class Exact(NamedTuple):
    """A figure to its last digit: ``ratio`` is what the data file and the verifier say."""

    name: str
    shown: str
    ratio: str


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
    shares: list[Decimal]
    minus: list[Term]
    rounds: list[Round]
    seats: int
    joined: list[str]
    votes: str
    counts: list[Term]
    total: str
    above: str
    placing: list[str]
    figures: list[Exact]
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
    rounds = [_round(rules, trace, told) for trace in entry["marks"]["rounds"]]
    return Breakdown(
        plate=plate,
        name=entry["name"],
        score=score_of(rules, outcome, plate) if entry["rank"] else "",
        place=place(entry) if entry["rank"] else "",
        has_flag=bool(cut) and plate in cut["inside"],
        reason=entry["reason"],
        terms=_terms(entry),
        shares=shares(entry),
        minus=[Term(n["points"]["shown"], n["name"]) for n in entry["deducted"]],
        rounds=rounds,
        seats=_seats(entry),
        joined=told.joined,
        votes=told.votes,
        counts=_counts(rules, entry),
        total=told.total,
        above=_above(outcome["ranking"], plate),
        placing=told.placing,
        figures=list(_figures(entry)),
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
        self.of_panels = [s for head, s in before if "（权重 " in head]
        self.total = sentences[total]
        self.placing = sentences[total + 1 :]

    def of_panel(self, head: str) -> list[str]:
        """Without the name and the weight, which stand above them on the page."""
        return [
            sentence.partition("）")[2].removeprefix("：")
            for sentence in self.of_panels
            if sentence.startswith(f"{head}（权重 ")
        ]


def _terms(entry: Json) -> list[Term]:
    terms = [
        Term(
            part["points"]["shown"],
            f"{part['name']} × {percent(value(part['weight']))}",
            _ANCHORS.get(part["code"], ""),
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


def _round(rules: RuleSheet, trace: Json, told: _Told) -> Round:
    rule = next(r for r in rules.rounds if r.code == trace["code"])
    prefix = f"{trace['name']}，" if len(rules.rounds) > 1 else ""
    return Round(
        trace["name"],
        [
            _panel(panel, rule, told.of_panel(prefix + panel["name"]))
            for panel in trace["panels"]
        ],
    )


def _panel(panel: Json, rule: RoundRule, told: list[str]) -> Panel:
    criteria = {c.code: c.name for c in rule.criteria}
    return Panel(
        name=panel["name"],
        weight=percent(value(panel["weight_used"])),
        points=panel["points"]["shown"] if panel["points"] else "",
        exact=panel["points"]["exact"] if panel["points"] else "",
        lines=[_line(line, criteria) for line in panel["lines"]],
        told=told,
        criteria=list(criteria.values()),
        sheets=_sheets(panel["lines"], criteria),
    )


def _sheets(lines: list[Json], criteria: Mapping[str, str]) -> list[SeatSheet]:
    """The seats of a panel with every mark, however the panel was averaged."""
    marks: dict[str, dict[str, str]] = {}
    for line in lines:
        for row in line["rows"]:
            by_criterion = marks.setdefault(row["seat"], {})
            if line["criterion"] is None:
                by_criterion |= row.get("marks", {})
            elif "total" in row:
                by_criterion[line["criterion"]] = exact.plain(value(row["total"]))
    return [
        SeatSheet(
            seat=row["seat"],
            marks=[marks[row["seat"]].get(code, "—") for code in criteria],
            total=_total(row) if lines[0]["criterion"] is None else "",
            state=_NOT_COUNTED.get(row["state"], _dropped(row, lines)),
        )
        for row in (lines[0]["rows"] if lines else [])
    ]


def _dropped(row: Json, lines: list[Json]) -> str:
    """A seat is dropped as a whole only where whole sheets are averaged."""
    return _DROPPED.get(row["state"], "") if lines[0]["criterion"] is None else ""


def _line(line: Json, criteria: Mapping[str, str]) -> Line:
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
    if "place" not in row:
        return _total(row)
    first, last = row["place"]
    where = f"第 {first} 名" if first == last else f"并列第 {first} 名"
    return f"{_total(row)}（{where}）"


def _total(row: Json) -> str:
    if "total" not in row:
        return "—"
    plain = exact.plain(value(row["total"]))
    return row["total"]["shown"] if "/" in plain else plain


def _counts(rules: RuleSheet, entry: Json) -> list[Term]:
    """The ballots behind the points: how many picked this entry, or gave it which grade."""
    trace = entry["votes"]
    if trace is None or rules.votes is None:
        return []
    grades = {grade.code: grade.name for grade in rules.votes.grades}
    if grades:
        return [
            Term(str(trace["counts"].get(code, 0)), name)
            for code, name in grades.items()
        ]
    if trace["measure"] is None:
        return []
    return [Term(exact.plain(value(trace["measure"])), "有效选票选了它")]


def _above(ranking: list[Json], plate: str) -> str:
    """What parted the entry from the one ranked next above."""
    codes = [entry["entry"] for entry in ranking]
    index = codes.index(plate) if plate in codes else 0
    if index == 0 or not ranking[index - 1]["parted_by"]:
        return ""
    better = ranking[index - 1]
    return f"{better['name']}{better['sentences'][-1]}"


def _figures(entry: Json):
    """Everything that was rounded on the page, to its last digit."""
    for name, figure in (
        ("现场得分", entry["marks"]["points"]),
        ("民意得分", entry["votes"] and entry["votes"]["points"]),
        *((note["name"], note["points"]) for note in entry["added"]),
        *((f"扣分：{note['name']}", note["points"]) for note in entry["deducted"]),
        ("综合得分，取整以前", entry["total_exact"]),
        ("综合得分", entry["total"]),
    ):
        if figure:
            yield Exact(name, figure["shown"], figure["exact"])


def _others(whatif: list[Json], plate: str) -> list[Other]:
    return [
        Other(column["name"], column["scores"][plate], column["ranks"][plate])
        for column in whatif
        if plate in column["ranks"]
    ]
