"""Every step on the way to a score, as data: what :mod:`voting.rules.sentences` tells in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from voting.rules import exact, rounding
from voting.rules.ranking import Cut

OUTCOME_FORMAT = "hongqi-outcome/1"

State = Literal[
    "counted",
    "high",
    "low",
    "void",
    "absent",
    "recused",
    "missing",
    "partial",
    "practice",
    "observer",
]


class MarkRow(NamedTuple):
    """One seat: ``total`` is its sheet total (or its mark for the criterion), None without sheet.

    ``place`` and ``points``: only where a panel works by places. ``void``: the sheet is there,
    but the panel is void. ``missing``: nobody said absent or recused, and there is no sheet.
    """

    seat: str
    state: State
    total: Fraction | None
    place: tuple[int, int] | None = None
    points: Fraction | None = None
    marks: Mapping[str, Fraction] | None = None


class Line(NamedTuple):
    """One act of averaging: of sheet totals (``criterion`` None) or of one criterion's marks.

    ``mean`` is exact, ``points`` after the stage "criterion", ``weighted`` after the criterion's
    ``weight`` and the stage "criterion_weighted".
    """

    criterion: str | None
    how: str
    rows: tuple[MarkRow, ...]
    mean: Fraction | None
    points: Fraction | None
    weight: Fraction
    weighted: Fraction | None


class PanelTrace(NamedTuple):
    """``weight_used`` differs from ``weight`` where another panel is void."""

    code: str
    name: str
    weight: Fraction
    weight_used: Fraction
    lines: tuple[Line, ...]
    exact: Fraction | None
    points: Fraction | None


class RoundTrace(NamedTuple):
    code: str
    name: str
    weight: Fraction
    weight_used: Fraction
    panels: tuple[PanelTrace, ...]
    exact: Fraction | None
    points: Fraction | None


class MarksTrace(NamedTuple):
    """The judges' side of one entry: ``points`` after the stage "marks", None when void."""

    rounds: tuple[RoundTrace, ...]
    exact: Fraction | None
    points: Fraction | None


class VotesTrace(NamedTuple):
    """``measure``: the count, or the mean grade; ``facts``: what the method compared it with."""

    method: str
    measure: Fraction | None
    counts: Mapping[str, int]
    facts: Mapping[str, Fraction]
    exact: Fraction | None
    points: Fraction | None


class PartTrace(NamedTuple):
    """``weight`` is what really counted; ``full`` to 100 has been applied to ``points``."""

    code: str
    name: str
    points: Fraction
    weight: Fraction
    weighted: Fraction


class Note(NamedTuple):
    """Added or deducted points with their name or reason."""

    name: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class EntryTrace:
    """Why this score and this rank. ``rank`` None: ``reason`` tells why there is none.

    ``parted_by``: the rung that parts it from the entry ranked next below, None if they share.
    """

    entry: str
    number: int
    name: str
    rank: int | None
    is_shared: bool
    parted_by: str | None
    reason: str
    marks: MarksTrace
    votes: VotesTrace | None
    parts: tuple[PartTrace, ...]
    added: tuple[Note, ...]
    deducted: tuple[Note, ...]
    total_exact: Fraction | None
    total: Fraction | None
    sentences: tuple[str, ...]


class Tie(NamedTuple):
    """Equals after all metrics. ``settled_by``: "lot", "decision" or None: still open.

    ``entries`` in the settled order. The list is what must be published before the seed is made.
    """

    rank: int
    entries: tuple[str, ...]
    settled_by: Literal["lot", "decision"] | None
    list_text: str
    list_hash: str
    hashes: tuple[str, ...]
    by: tuple[str, ...]
    reason: str


class Missing(NamedTuple):
    """An official sheet that is neither there nor excused."""

    round: str
    entry: str
    seat: str
    state: Literal["missing", "partial"]


class Gone(NamedTuple):
    entry: str
    number: int
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole result. ``ranking`` in order, ``unranked`` have no score, ``withdrawn`` left."""

    rule_sheet_hash: str
    inputs_hash: str
    shown_places: int
    ranking: tuple[EntryTrace, ...]
    unranked: tuple[EntryTrace, ...]
    withdrawn: tuple[Gone, ...]
    cut: Cut | None
    ties: tuple[Tie, ...]
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """No official sheet is missing or partial."""
        return not self.missing

    @property
    def is_settled(self) -> bool:
        """No tie is open, and the cut (if there is one) is clear."""
        return all(tie.settled_by for tie in self.ties)

    def trace(self, entry: str) -> EntryTrace:
        """The trace of one entry; ``KeyError`` if it was withdrawn or never took part."""
        for trace in (*self.ranking, *self.unranked):
            if trace.entry == entry:
                return trace
        raise KeyError(entry)

    def to_json(self) -> dict[str, Any]:
        """Every number as ``{"exact": "n/d", "shown": "87.42"}``; see README.md for the fields."""
        return {
            "format": OUTCOME_FORMAT,
            **_Writer(self.shown_places).object(self, _OUTCOME),
        }

    def hash(self) -> str:
        return exact.digest(self.to_json())


_OUTCOME = tuple(Outcome.__slots__)
_ENTRY = tuple(EntryTrace.__slots__)


class _Writer:
    """Writes trace values; equal numbers are written once and shared."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.figures: dict[tuple[int, int], dict[str, str]] = {}

    def figure(self, value: Fraction) -> dict[str, str]:
        key = value.as_integer_ratio()
        found = self.figures.get(key)
        if found is None:
            shown = rounding.shown(value, self.places)
            found = self.figures[key] = {"exact": exact.ratio(value), "shown": shown}
        return found

    def object(self, value: object, names: tuple[str, ...]) -> dict[str, Any]:
        return {name: self.any(getattr(value, name)) for name in names}

    def row(self, row: MarkRow) -> dict[str, Any]:
        written: dict[str, Any] = {"seat": row.seat, "state": row.state}
        if row.total is not None:
            written["total"] = self.figure(row.total)
        if row.place is not None:
            written["place"] = list(row.place)
        if row.points is not None:
            written["points"] = self.figure(row.points)
        if row.marks is not None:
            written["marks"] = {
                code: exact.plain(mark) for code, mark in row.marks.items()
            }
        return written

    def any(self, value: Any) -> Any:
        if isinstance(value, str | int | None):
            return value
        if isinstance(value, Fraction):
            return self.figure(value)
        if isinstance(value, MarkRow):
            return self.row(value)
        if isinstance(value, EntryTrace):
            return self.object(value, _ENTRY)
        if isinstance(value, tuple):
            names = getattr(value, "_fields", None)
            return (
                self.object(value, names)
                if names
                else [self.any(item) for item in value]
            )
        return {key: self.any(item) for key, item in value.items()}
