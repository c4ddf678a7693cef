"""Figure skating (ISU judging system): component marks to segment totals and ranks.

Every segment becomes a rule sheet and inputs and goes through the same engine as a contest of
ours: trimming of each component, rounding after the mean and after the factor, element points
added, deductions taken off, a ladder whose second rung depends on the segment.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from voting import verify
from voting.replays.checks import Check, UnreadableFile, compare, read_rows
from voting.rules import exact
from voting.rules.combining import Deduction
from voting.rules.engine import compute
from voting.rules.inputs import Absence, Entry, Inputs, Seat
from voting.rules.reading import Refused
from voting.rules.rounding import Stage, half_up
from voting.rules.rule_sheet import ExtraRule, PanelRule, RoundRule, RuleSheet
from voting.rules.sheets import Criterion
from voting.rules.trace import EntryTrace, Outcome
from voting.rules.trimming import Trimming, trimmed_mean

FILE = "isu_components.csv"

AT_THE_END: dict[Stage, int] = {"panel": 2}

_JUDGE = re.compile(r"J[0-9]+")
_COLUMNS = [
    "competition",
    "program",
    "starting_number",
    "name",
    "component",
    "factor",
    "panel_mark",
    "total_component_score",
    "total_element_score",
    "total_deductions",
    "total_segment_score",
    "rank",
]


@dataclass(frozen=True, slots=True)
class Published:
    """What the protocol prints for one performance."""

    name: str
    panel_marks: Mapping[str, Fraction]
    components: Fraction
    total: Fraction
    rank: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One program of one competition, ready for the engine."""

    title: str
    sheet: RuleSheet
    inputs: Inputs
    published: Mapping[str, Published]


def read_segments(path: Path) -> list[Segment]:
    """All segments of a file of component marks.

    Errors
        :class:`~voting.replays.checks.UnreadableFile`.
    """
    by_segment: dict[str, dict[tuple[str, str], list[dict[str, str]]]] = {}
    for row in read_rows(path, _COLUMNS):
        performances = by_segment.setdefault(
            f"{row['competition']}, {row['program']}", {}
        )
        performances.setdefault((row["starting_number"], row["name"]), []).append(row)
    try:
        return [
            _segment(title, list(performances.values()))
            for title, performances in by_segment.items()
        ]
    except (ValueError, TypeError) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


def _segment(
    title: str, performances: Sequence[Sequence[Mapping[str, str]]]
) -> Segment:
    factors = {
        row["component"]: exact.parse(row["factor"]) for p in performances for row in p
    }
    codes = {component: f"c{index}" for index, component in enumerate(sorted(factors))}
    entries = [
        Entry(f"e{index}", index, rows[0]["name"])
        for index, rows in enumerate(performances, start=1)
    ]
    judges = sorted(name for name in performances[0][0] if _JUDGE.fullmatch(name))
    marks: dict[str, dict[str, dict[str, Fraction]]] = {}
    for entry, rows in zip(entries, performances, strict=True):
        by_judge = marks.setdefault(entry.code, {})
        for row in rows:
            for judge in judges:
                if (mark := _mark(row[judge])) is not None:
                    by_judge.setdefault(judge, {})[codes[row["component"]]] = mark
    return Segment(
        title=title,
        sheet=_rule_sheet(title, factors, codes),
        inputs=Inputs(
            entries=tuple(entries),
            seats=tuple(Seat(judge, "judges") for judge in judges),
            marks={"segment": marks},
            absences=tuple(
                Absence(judge, entry.code)
                for entry in entries
                for judge in judges
                if judge not in marks[entry.code]
            ),
            extras={
                "elements": {
                    entry.code: exact.parse(rows[0]["total_element_score"])
                    for entry, rows in zip(entries, performances, strict=True)
                }
            },
            deductions=tuple(
                Deduction(entry.code, points, "as printed")
                for entry, rows in zip(entries, performances, strict=True)
                if (points := abs(exact.parse(rows[0]["total_deductions"])))
            ),
        ),
        published={
            entry.code: Published(
                entry.name,
                {
                    codes[row["component"]]: exact.parse(row["panel_mark"])
                    for row in rows
                },
                exact.parse(rows[0]["total_component_score"]),
                exact.parse(rows[0]["total_segment_score"]),
                int(rows[0]["rank"]),
            )
            for entry, rows in zip(entries, performances, strict=True)
        },
    )


def _mark(text: str | None) -> Fraction | None:
    """A missing judge is printed as nothing, as a dash or as 0.00; no judge can give 0."""
    if text is None or text.strip() in ("", "-"):
        return None
    return exact.parse(text.strip()) or None


def _rule_sheet(
    title: str, factors: Mapping[str, Fraction], codes: Mapping[str, str]
) -> RuleSheet:
    """Short segments part equal totals by element points, free segments by component points."""
    is_short = any(word in title.upper() for word in ("SHORT", "RHYTHM"))
    second = "extra:elements" if is_short else "marks"
    return RuleSheet(
        title=title,
        online_weight=Fraction(0),
        ladder=("total", second, "open"),
        panels=(
            PanelRule(
                "judges",
                "Judges",
                Fraction(1),
                trimming=Trimming(drop_high=1, drop_low=1),
                trim_by="criterion",
            ),
        ),
        rounds=(
            RoundRule(
                "segment",
                title,
                Fraction(1),
                tuple(
                    Criterion(
                        codes[component],
                        component,
                        maximum=Fraction(10),
                        step=Fraction(1, 100),
                        weight=factor,
                    )
                    for component, factor in sorted(factors.items())
                ),
            ),
        ),
        extras=(ExtraRule("elements", "Elements", "added", full=Fraction(1000)),),
        rounding={"criterion": 2, "criterion_weighted": 2},
    )


def replay(path: Path) -> list[Check]:
    """Our rules on every segment, then rules that are known to be wrong."""
    segments = read_segments(path)
    try:
        outcomes = [compute(segment.sheet, segment.inputs) for segment in segments]
        late = [
            compute(replace(segment.sheet, rounding=AT_THE_END), segment.inputs)
            for segment in segments
        ]
    except Refused as refused:
        raise UnreadableFile(f"{path.name}: {refused.problems[0]}") from refused
    return [
        compare("ISU", "panel marks", _panel_marks(segments, outcomes)),
        compare("ISU", "total component scores", _components(segments, outcomes)),
        compare("ISU", "segment totals", _totals(segments, outcomes)),
        compare("ISU", "segment ranks", _ranks(segments, outcomes)),
        compare("ISU", "verify.py: whole segments", _verified(segments, outcomes)),
        compare(
            "ISU", "plain mean: panel marks", _plain_means(segments), is_our_rule=False
        ),
        compare(
            "ISU",
            "rounding at the end: component scores",
            _components(segments, late),
            is_our_rule=False,
        ),
        compare(
            "ISU",
            "rounding at the end: ranks",
            _ranks(segments, late),
            is_our_rule=False,
        ),
    ]


def _verified(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, object, object]]:
    """Every figure of a segment, from the second implementation."""
    for segment, outcome in zip(segments, outcomes, strict=True):
        documents = [segment.sheet.to_json(), segment.inputs.to_json()]
        made = verify.Ranking(*documents).outcome()
        yield (
            segment.title,
            verify.difference(made, outcome.to_json(), segment.sheet.shown_places),
            None,
        )


def _each(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, EntryTrace, Published]]:
    for segment, outcome in zip(segments, outcomes, strict=True):
        for code, published in segment.published.items():
            yield f"{segment.title}, {published.name}", outcome.trace(code), published


def _panel_marks(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, object, object]]:
    for what, trace, published in _each(segments, outcomes):
        lines = trace.marks.rounds[0].panels[0].lines
        points = {line.criterion: line.points for line in lines}
        for component, mark in published.panel_marks.items():
            yield what, points[component], mark


def _components(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, object, object]]:
    for what, trace, published in _each(segments, outcomes):
        yield what, trace.marks.points, published.components


def _totals(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, object, object]]:
    for what, trace, published in _each(segments, outcomes):
        yield what, trace.total, published.total


def _ranks(
    segments: Sequence[Segment], outcomes: Sequence[Outcome]
) -> Iterator[tuple[str, object, object]]:
    for what, trace, published in _each(segments, outcomes):
        yield what, trace.rank, published.rank


def _plain_means(segments: Sequence[Segment]) -> Iterator[tuple[str, object, object]]:
    for segment in segments:
        for code, published in segment.published.items():
            sheets = segment.inputs.marks["segment"][code].values()
            for component, mark in published.panel_marks.items():
                marks = [sheet[component] for sheet in sheets if component in sheet]
                yield published.name, half_up(trimmed_mean(marks, drop=0), 2), mark
