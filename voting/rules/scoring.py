"""One entry's total: what counts with which weight, what is added and deducted, or why nothing."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from voting.rules import combining
from voting.rules.combining import Component
from voting.rules.inputs import Entry, Inputs
from voting.rules.rounding import at_stage
from voting.rules.rule_sheet import ExtraRule, RuleSheet
from voting.rules.trace import EntryTrace, MarksTrace, Note, PartTrace, VotesTrace


class _Weights(NamedTuple):
    """What votes and marks weigh for this entry; with a ``reason`` it has no total."""

    votes: Fraction
    marks: Fraction
    reason: str


def score(
    sheet: RuleSheet,
    inputs: Inputs,
    entry: Entry,
    marks: MarksTrace,
    votes: VotesTrace | None,
) -> EntryTrace:
    """The trace of one entry up to its total; rank and sentences come when all are scored."""
    weights = _weights(sheet, marks, votes)
    parts = _parts(sheet, inputs, entry.code, weights, marks, votes)
    added = [
        Note(extra.name, value)
        for extra, value in _extras(sheet, inputs, entry.code, "added").items()
    ]
    deducted = [
        Note(d.reason, d.points) for d in inputs.deductions if d.entry == entry.code
    ]
    total = None
    if not weights.reason:
        total = combining.combine(
            list(parts.values()),
            added=[note.points for note in added],
            deducted=[note.points for note in deducted],
            stages=sheet.rounding,
        )
    return EntryTrace(
        entry=entry.code,
        number=entry.number,
        name=entry.name,
        rank=None,
        is_shared=False,
        parted_by=None,
        reason=weights.reason,
        marks=marks,
        votes=votes,
        parts=tuple(_part_trace(sheet, code, part) for code, part in parts.items()),
        added=tuple(added),
        deducted=tuple(deducted),
        total_exact=total,
        total=None if total is None else at_stage(total, "total", sheet.rounding),
        sentences=(),
    )


def _weights(sheet: RuleSheet, marks: MarksTrace, votes: VotesTrace | None) -> _Weights:
    online, left = sheet.online_weight or Fraction(0), sheet.marks_weight()
    if online and (votes is None or votes.points is None):
        if sheet.void_votes == "unranked":
            return _Weights(online, left, "没有有效的民意测评结果。")
        online, left = Fraction(0), left + online
    return _Weights(
        online, left, "没有有效的现场得分。" if left and marks.points is None else ""
    )


def _parts(
    sheet: RuleSheet,
    inputs: Inputs,
    entry: str,
    weights: _Weights,
    marks: MarksTrace,
    votes: VotesTrace | None,
) -> dict[str, Component]:
    parts = {}
    if marks.points is not None:
        parts["marks"] = Component("现场得分", marks.points, weights.marks)
    if votes is not None and votes.points is not None:
        parts["votes"] = Component("民意得分", votes.points, weights.votes)
    for extra, value in _extras(sheet, inputs, entry, "weighted").items():
        points = value * 100 / extra.full
        parts[f"extra:{extra.code}"] = Component(extra.name, points, extra.weight)
    return parts


def _extras(
    sheet: RuleSheet, inputs: Inputs, entry: str, way: str
) -> Mapping[ExtraRule, Fraction]:
    return {
        extra: inputs.extras[extra.code][entry]
        for extra in sheet.extras
        if extra.way == way and entry in inputs.extras.get(extra.code, {})
    }


def _part_trace(sheet: RuleSheet, code: str, part: Component) -> PartTrace:
    weighted = at_stage(part.points * part.weight, "weighted", sheet.rounding)
    return PartTrace(code, part.name, part.points, part.weight, weighted)
