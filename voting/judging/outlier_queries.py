"""Which totals are far from their panel, and who is still to answer."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from voting.judging.models import ScoreSheet, SeatKind, Turn
from voting.judging.outlier_models import OutlierPrompt
from voting.rules.outliers import advice
from voting.rules.rule_sheet import RuleSheet
from voting.rules.sheets import sheet_total
from voting.rulesheets.queries import frozen_rule_sheet


def sheets_far_off(turn: Turn) -> list[ScoreSheet]:
    """The official sheets that the frozen rules want asked about, by seat."""
    frozen = frozen_rule_sheet(turn.round.night.contest)
    if frozen is None or frozen.rules.outliers is None:
        return []
    sheets = {
        sheet.seat.code: sheet
        for sheet in ScoreSheet.objects.latest()
        .filter(turn=turn, seat__kind=SeatKind.OFFICIAL)
        .select_related("seat__panel")
    }
    far = {
        doubt.seat
        for totals in _totals_by_panel(turn, sheets, frozen.rules).values()
        for doubt in advice(totals, frozen.rules.outliers)
    }
    return [sheets[code] for code in sorted(far)]


def _totals_by_panel(
    turn: Turn, sheets: Mapping[str, ScoreSheet], rules: RuleSheet
) -> dict[str, dict[str, Fraction]]:
    rule = next(each for each in rules.rounds if each.code == turn.round.code)
    totals: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for code, sheet in sheets.items():
        marks = {name: Fraction(mark) for name, mark in sheet.marks.items()}
        totals[sheet.seat.panel.code][code] = sheet_total(
            marks, rule.criteria, rule.adding
        )
    return totals


def outliers_waiting(turn: Turn) -> list[OutlierPrompt]:
    """Prompts that the judge has not answered."""
    return list(
        OutlierPrompt.objects.unanswered()
        .filter(turn=turn)
        .select_related("seat__panel")
    )


def prompts_of(turn: Turn) -> list[OutlierPrompt]:
    """Everybody who was asked about this turn, answered or not."""
    return list(turn.outlier_prompts.select_related("seat__panel", "waived_by"))
