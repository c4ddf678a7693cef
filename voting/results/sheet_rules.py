"""The result on paper, to be signed: what stands on which page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from voting.results.standings import Json, Row, value
from voting.rules import exact
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.wording import percent

T = TypeVar("T")

# What an A4 page holds at the height of a line that can be read and signed.
ROWS_A_PAGE = 25
SEATS_A_PAGE = 12

_DROPPED = {"high", "low"}
_AWAY = {
    "absent": "缺席",
    "recused": "回避",
    "missing": "缺",
    "partial": "缺项",
    "practice": "练习",
    "observer": "观摩",
}


class Heading(NamedTuple):
    name: str
    weight: str


class Line(NamedTuple):
    """One unit of the result: ``points`` under the headings. ``is_last_flag``: a line follows."""

    row: Row
    points: list[str]
    is_last_flag: bool


class Cell(NamedTuple):
    """What one seat gave one unit, or why nothing."""

    text: str
    is_dropped: bool


class MarksLine(NamedTuple):
    plate: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class MarksPage:
    """Some seats of one panel, with all units that they marked or might have marked."""

    round: str
    panel: str
    seats: list[str]
    lines: list[MarksLine]


class Counted(NamedTuple):
    """How many sheets there should be, and what became of them."""

    seats: int
    due: int
    received: int
    absent: int
    recused: int


def headings(rules: RuleSheet) -> list[Heading]:
    """Panels round by round, then what they were joined to, then the votes and the rest."""
    several = len(rules.rounds) > 1
    found = [
        Heading(
            f"{round_.name} {panel.name}" if several else panel.name,
            percent(panel.weight),
        )
        for round_ in rules.rounds
        for panel in rules.panels_of(round_)
    ]
    if rules.marks_weight():
        found.append(Heading("现场", percent(rules.marks_weight())))
    if rules.votes is not None:
        found.append(Heading("民意", percent(rules.online_weight)))
    return found + [
        Heading(
            extra.name, percent(extra.weight) if extra.way == "weighted" else "加分"
        )
        for extra in rules.extras
    ]


def lines(rules: RuleSheet, outcome: Json, rows: Sequence[Row]) -> list[Line]:
    flags = [row.plate for row in rows if row.has_flag]
    return [
        Line(row, _points(rules, entry), row.plate in flags[-1:])
        for row, entry in zip(rows, outcome["ranking"], strict=True)
    ]


def _points(rules: RuleSheet, entry: Json) -> list[str]:
    rounds = {trace["code"]: trace for trace in entry["marks"]["rounds"]}
    found = []
    for round_ in rules.rounds:
        panels = {p["code"]: p for p in rounds[round_.code]["panels"]}
        found += [_shown(panels[p.code]["points"]) for p in rules.panels_of(round_)]
    if rules.marks_weight():
        found.append(_shown(entry["marks"]["points"]))
    if rules.votes is not None:
        found.append(_shown(entry["votes"] and entry["votes"]["points"]))
    parts = {part["code"]: part for part in entry["parts"]}
    added = {note["name"]: note for note in entry["added"]}
    for extra in rules.extras:
        part = parts.get(f"extra:{extra.code}") or added.get(extra.name)
        found.append(_shown(part and part["points"]))
    return found


def _shown(figure: Json | None) -> str:
    return figure["shown"] if figure else "—"


def pages_of(all_lines: Sequence[Line]) -> list[list[Line]]:
    return _by(ROWS_A_PAGE, all_lines)


def _by(count: int, items: Sequence[T]) -> list[list[T]]:
    return [list(items[at : at + count]) for at in range(0, len(items), count)]


def marks_pages(rules: RuleSheet, outcome: Json) -> list[MarksPage]:
    """For each round and panel as many pages as its seats and the units need."""
    entries = sorted(
        (*outcome["ranking"], *outcome["unranked"]), key=lambda e: e["number"]
    )
    return [
        MarksPage(round_.name, panel.name, seats, page)
        for round_ in rules.rounds
        for panel in rules.panels_of(round_)
        for seats in _by(SEATS_A_PAGE, _seats(entries, round_.code, panel.code))
        for page in _by(
            ROWS_A_PAGE,
            [_marks_line(e, round_.code, panel.code, seats) for e in entries],
        )
    ]


def _rows(entry: Json, round_: str, panel: str) -> dict[str, list[Json]]:
    """The lines of every seat: one where whole sheets are averaged, else one a criterion."""
    found: dict[str, list[Json]] = {}
    for trace in entry["marks"]["rounds"]:
        for each in trace["panels"]:
            if (trace["code"], each["code"]) == (round_, panel):
                for line in each["lines"]:
                    for row in line["rows"]:
                        found.setdefault(row["seat"], []).append(row)
    return found


def _seats(entries: Sequence[Json], round_: str, panel: str) -> list[str]:
    return sorted({seat for entry in entries for seat in _rows(entry, round_, panel)})


def _marks_line(
    entry: Json, round_: str, panel: str, seats: Sequence[str]
) -> MarksLine:
    rows = _rows(entry, round_, panel)
    cells = [_cell(rows.get(seat, [])) for seat in seats]
    return MarksLine(entry["entry"], entry["name"], cells)


def _cell(rows: list[Json]) -> Cell:
    """Of several criteria the marks stand beside each other: they are averaged apart."""
    if not rows:
        return Cell("—", False)
    if rows[0]["state"] in _AWAY:
        return Cell(_AWAY[rows[0]["state"]], False)
    texts = [_plain(row["total"]) for row in rows if "total" in row]
    is_dropped = len(rows) == 1 and rows[0]["state"] in _DROPPED
    return Cell(" / ".join(texts), is_dropped)


def _plain(figure: Json) -> str:
    text = exact.plain(value(figure))
    return figure["shown"] if "/" in text else text


def counted(outcome: Json) -> Counted:
    """The sheets of official seats, over all rounds and units."""
    states, seats = [], set()
    for entry in (*outcome["ranking"], *outcome["unranked"]):
        for round_ in entry["marks"]["rounds"]:
            for panel in round_["panels"]:
                for row in panel["lines"][0]["rows"] if panel["lines"] else []:
                    if row["state"] not in ("practice", "observer"):
                        states.append(row["state"])
                        seats.add(row["seat"])
    absent, recused = states.count("absent"), states.count("recused")
    lacking = states.count("missing") + states.count("partial")
    return Counted(
        seats=len(seats),
        due=len(states),
        received=len(states) - absent - recused - lacking,
        absent=absent,
        recused=recused,
    )
