"""The scores of one locked entry, by the contest's frozen rules."""

from collections.abc import Iterable
from fractions import Fraction

from showcase.contests.models import Contest
from voting.judging.models import Absence, Recusal, ScoreSheet, Seat, Turn
from voting.rules import exact, rounding
from voting.rules.inputs import Absence as AbsenceInput
from voting.rules.inputs import Entry, Inputs
from voting.rules.inputs import Recusal as RecusalInput
from voting.rules.inputs import Seat as SeatInput
from voting.rules.marking import judge
from voting.rules.rule_sheet import RuleSheet
from voting.rules.sheets import sheet_total
from voting.rules.trace import Line, PanelTrace
from voting.rulesheets.queries import frozen_rule_sheet
from voting.stage.rules import Mark, PanelScores, Scores

_DROPPED = {"high": "最高", "low": "最低"}
_COUNTED = {"counted", "high", "low", "void"}


def scores_of(contest: Contest, turn: Turn) -> Scores | None:
    """Sorted and anonymous later on; None while the turn is not locked."""
    rule_sheet = frozen_rule_sheet(contest)
    if rule_sheet is None or not turn.is_locked:
        return None
    rules = rule_sheet.rules
    code = str(turn.entry_id)
    marks = _marks(turn)
    judged = judge(rules, _inputs(turn, code, marks)).marks[code]
    trace = next(r for r in judged.rounds if r.code == turn.round.code)
    single = all(panel.method == "trimmed" for panel in rules.panels)
    return Scores(
        panels=tuple(
            _panel(rules, turn, panel, marks, shows_points=single)
            for panel in trace.panels
        ),
        points=_shown(trace.points, rules) if single else "",
        rule=_rule(rules),
    )


def _marks(turn: Turn) -> dict[str, dict[str, Fraction]]:
    sheets = ScoreSheet.objects.latest().filter(turn=turn)
    return {
        seat: {code: Fraction(mark) for code, mark in given.items()}
        for seat, given in sheets.values_list("seat__code", "marks")
    }


def _inputs(turn: Turn, code: str, marks: dict[str, dict[str, Fraction]]) -> Inputs:
    """One entry alone: enough for its own marks."""
    seats = Seat.objects.judging(turn.round).select_related("panel")
    recused = Recusal.objects.filter(entry=turn.entry).values_list("seat__code")
    absent = Absence.objects.standing().filter(turn=turn).values_list("seat__code")
    return Inputs(
        entries=(Entry(code, turn.entry.number, turn.entry.unit.name),),
        seats=tuple(SeatInput(seat.code, seat.panel.code, seat.kind) for seat in seats),
        marks={turn.round.code: {code: marks}},
        recusals=tuple(RecusalInput(seat, code) for (seat,) in recused),
        absences=tuple(AbsenceInput(seat, code) for (seat,) in absent),
    )


def _panel(
    rules: RuleSheet,
    turn: Turn,
    panel: PanelTrace,
    marks: dict[str, dict[str, Fraction]],
    *,
    shows_points: bool,
) -> PanelScores:
    rule = next(r for r in rules.rounds if r.code == turn.round.code)
    totals = {
        seat: sheet_total(given, rule.criteria, rule.adding)
        for seat, given in marks.items()
    }
    places = _places([*totals.values(), *(c.step for c in rule.criteria)])
    # Trimmed criterion by criterion, no whole sheet is dropped.
    line = panel.lines[0]
    whole = len(panel.lines) == 1 and line.criterion is None
    return PanelScores(
        name=panel.name,
        weight=exact.percent(panel.weight_used),
        points=_shown(panel.points, rules) if shows_points else "",
        marks=tuple(
            Mark(
                rounding.shown(totals[row.seat], places),
                _DROPPED.get(row.state, "") if whole else "",
            )
            for row in _rows_with_sheet(line)
        ),
    )


def _rows_with_sheet(line: Line) -> Iterable:
    return (row for row in line.rows if row.state in _COUNTED and row.total is not None)


def _places(values: Iterable[Fraction]) -> int:
    """As many places as steps and totals need, so that all marks look alike."""
    needed = [len(exact.plain(value).partition(".")[2]) for value in values]
    return min(max(needed, default=0), 2)


def _shown(points: Fraction | None, rules: RuleSheet) -> str:
    return "" if points is None else rounding.shown(points, rules.shown_places)


def _rule(rules: RuleSheet) -> str:
    dropped = {(p.trimming.drop_high, p.trimming.drop_low) for p in rules.panels}
    by_sheet = all(p.method == "trimmed" and p.trim_by == "sheet" for p in rules.panels)
    if by_sheet and dropped == {(1, 1)}:
        return "每组去掉一个最高分、一个最低分"
    return "按冻结的计分规则计算"
