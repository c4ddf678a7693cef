"""The named metrics of the ladder: each rung's value for each entry, the higher the better."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from voting.rules.inputs import Inputs
from voting.rules.marking import Judged
from voting.rules.rule_sheet import RuleSheet, heaviest_panels
from voting.rules.trace import EntryTrace
from voting.rules.weighing import Part, weigh

Metric = Callable[[str], Fraction | int | None]


def rung_values(
    sheet: RuleSheet, inputs: Inputs, traces: Mapping[str, EntryTrace], judged: Judged
) -> dict[str, Metric]:
    """A metric for every rung but the last; None where an entry has no such value."""

    def votes(entry: str) -> Fraction | None:
        trace = traces[entry].votes
        return trace.points if trace else None

    def votes_raw(entry: str) -> Fraction | None:
        trace = traces[entry].votes
        return trace.measure if trace else None

    metrics: dict[str, Metric] = {
        "total": lambda entry: traces[entry].total,
        "total_exact": lambda entry: traces[entry].total_exact,
        "marks": lambda entry: traces[entry].marks.points,
        "votes": votes,
        "votes_raw": votes_raw,
        "first_places": judged.first_places,
    }
    for panel in sheet.panels:
        metrics[f"panel:{panel.code}"] = _panel_metric(panel.code, traces)
    heaviest = heaviest_panels(sheet)
    if len(heaviest) == 1:
        metrics["heaviest_panel"] = metrics[f"panel:{heaviest[0].code}"]
    for round_rule in sheet.rounds:
        metrics[f"round:{round_rule.code}"] = _round_metric(round_rule.code, traces)
        for criterion in round_rule.criteria:
            name = f"criterion:{round_rule.code}/{criterion.code}"
            metrics[name] = _criterion_metric(round_rule.code, criterion.code, inputs)
    for extra in sheet.extras:
        metrics[f"extra:{extra.code}"] = inputs.extras.get(extra.code, {}).get
    return metrics


def _panel_metric(panel: str, traces: Mapping[str, EntryTrace]) -> Metric:
    """One panel's points over all rounds, by the weight of the rounds in which it counted."""

    def value(entry: str) -> Fraction | None:
        parts = [
            Part(round_trace.code, round_trace.weight, panel_trace.points)
            for round_trace in traces[entry].marks.rounds
            for panel_trace in round_trace.panels
            if panel_trace.code == panel
        ]
        return weigh(parts, void="share").points

    return value


def _round_metric(code: str, traces: Mapping[str, EntryTrace]) -> Metric:
    return lambda entry: next(
        r.points for r in traces[entry].marks.rounds if r.code == code
    )


def _criterion_metric(round_code: str, criterion: str, inputs: Inputs) -> Metric:
    """Plain mean over the official sheets that count, nothing dropped, panels alike."""
    official = {seat.code for seat in inputs.seats if seat.kind == "official"}
    excused = {
        (r.seat, r.entry) for r in inputs.recusals if r.round in (None, round_code)
    }
    away = {(a.seat, a.entry) for a in inputs.absences if a.round in (None, round_code)}

    def value(entry: str) -> Fraction | None:
        marks = [
            sheet_marks[criterion]
            for seat, sheet_marks in inputs.marks.get(round_code, {})
            .get(entry, {})
            .items()
            if seat in official
            and criterion in sheet_marks
            and not {(seat, entry), (seat, None)} & (excused | away)
        ]
        return sum(marks, Fraction(0)) / len(marks) if marks else None

    return value
