"""From sheets to judges' points, with the trace: trimming in panels, panels, rounds.

Marks are added and compared as whole numbers over one denominator for each round, so that
nothing is lost and a big panel stays fast; means become fractions.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from voting.rules import places, rounding, trimming, weighing
from voting.rules.inputs import Entry, Inputs, Seat, denominators
from voting.rules.rounding import at_stage
from voting.rules.rule_sheet import HUNDRED, PanelRule, RoundRule, RuleSheet
from voting.rules.sheets import coefficients
from voting.rules.trace import (
    Line,
    MarkRow,
    MarksTrace,
    Missing,
    PanelTrace,
    RoundTrace,
    State,
)


class Judged(NamedTuple):
    """The judges' side of all entries, what is missing, and who put whom first."""

    marks: Mapping[str, MarksTrace]
    missing: tuple[Missing, ...]
    first_places: Callable[[str], int]


class _Sheets:
    """The complete sheets of one round, as whole numbers over ``scale``."""

    def __init__(self, sheet: RuleSheet, round_rule: RoundRule, inputs: Inputs) -> None:
        self.marks = inputs.marks.get(round_rule.code, {})
        self.criteria = [criterion.code for criterion in round_rule.criteria]
        worth = coefficients(round_rule.criteria, round_rule.adding)
        self.mark_scale = lcm(*denominators(self.marks))
        worth_scale = lcm(*(value.denominator for value in worth.values()))
        self._worth = [
            (code, int(value * worth_scale)) for code, value in worth.items()
        ]
        self._places = sheet.rounding.get("sheet")
        self._exact_scale = self.mark_scale * worth_scale
        self.scale = self._exact_scale if self._places is None else 10**self._places
        self._fractions: dict[tuple[int, int], Fraction] = {}
        self.totals = {
            entry: {
                seat: self._total(marks)
                for seat, marks in by_seat.items()
                if len(marks) == len(self.criteria)
            }
            for entry, by_seat in self.marks.items()
        }

    def _total(self, marks: Mapping[str, Fraction]) -> int:
        scale, total = self.mark_scale, 0
        for code, worth in self._worth:
            numerator, denominator = marks[code].as_integer_ratio()
            total += worth * numerator * (scale // denominator)
        if self._places is None:
            return total
        return rounding.scaled_half_up(total, self._exact_scale, self.scale)

    def fraction(self, value: int, scale: int) -> Fraction:
        """Marks repeat, so their fractions are shared."""
        found = self._fractions.get((value, scale))
        if found is None:
            found = self._fractions[value, scale] = Fraction(value, scale)
        return found


class _Attendance:
    """Who marks what in one round: official seats that are neither recused nor absent."""

    def __init__(self, round_code: str, inputs: Inputs) -> None:
        self.recused = {
            (act.seat, act.entry)
            for act in inputs.recusals
            if act.round in (None, round_code)
        }
        self.absent = {
            (act.seat, act.entry)
            for act in inputs.absences
            if act.round in (None, round_code)
        }

    def excuse(self, seat: Seat, entry: str) -> State | None:
        if seat.kind != "official":
            return seat.kind
        if (seat.code, entry) in self.recused:
            return "recused"
        if (seat.code, None) in self.absent or (seat.code, entry) in self.absent:
            return "absent"
        return None


def judge(sheet: RuleSheet, inputs: Inputs) -> Judged:
    """Judges' points of every active entry. Inputs must have passed :func:`~voting.rules.admission.check`."""
    active = inputs.active()
    seats_of: dict[str, list[Seat]] = {panel.code: [] for panel in sheet.panels}
    for seat in sorted(inputs.seats, key=lambda seat: seat.code):
        seats_of[seat.panel].append(seat)
    missing: list[Missing] = []
    by_round: list[dict[str, RoundTrace]] = []
    ballots: list[Mapping[str, Mapping[str, int]]] = []
    for round_rule in sheet.rounds:
        judged_round = _Round(sheet, round_rule, inputs, active, seats_of)
        by_round.append(
            {entry.code: judged_round.trace(entry.code) for entry in active}
        )
        missing += judged_round.missing
        ballots.append(judged_round.by_seat)
    marks = {
        entry.code: _join_rounds(sheet, [traces[entry.code] for traces in by_round])
        for entry in active
    }
    return Judged(marks, tuple(missing), _count_first_places(ballots))


def _count_first_places(
    ballots: Sequence[Mapping[str, Mapping[str, int]]],
) -> Callable[[str], int]:
    best = [
        (totals, max(totals.values()))
        for by_seat in ballots
        for totals in by_seat.values()
        if totals
    ]
    return lambda entry: sum(totals.get(entry) == top for totals, top in best)


def _join_rounds(sheet: RuleSheet, traces: Sequence[RoundTrace]) -> MarksTrace:
    parts = [weighing.Part(t.code, t.weight, t.points) for t in traces]
    points, used = weighing.weigh(parts, void=sheet.void_round)
    return MarksTrace(
        tuple(t._replace(weight_used=w) for t, w in zip(traces, used, strict=True)),
        points,
        None if points is None else at_stage(points, "marks", sheet.rounding),
    )


class _Round:
    """One round being judged, entry by entry."""

    def __init__(
        self,
        sheet: RuleSheet,
        rule: RoundRule,
        inputs: Inputs,
        active: Sequence[Entry],
        seats_of: Mapping[str, Sequence[Seat]],
    ) -> None:
        self.sheet, self.rule = sheet, rule
        self.panels = sheet.panels_of(rule)
        self.seats_of = seats_of
        self.sheets = _Sheets(sheet, rule, inputs)
        self.attendance = _Attendance(rule.code, inputs)
        self.missing: list[Missing] = []
        self.by_seat = self._counting_totals(active)
        self.place_worth = places.Worth(sheet.place_points)
        self.places = {
            seat.code: places.middle_places(self.by_seat[seat.code])
            for panel in self.panels
            if panel.method == "places"
            for seat in seats_of[panel.code]
        }
        self.worth = coefficients(rule.criteria, rule.adding)

    def _counting_totals(self, active: Sequence[Entry]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for panel in self.panels:
            for seat in self.seats_of[panel.code]:
                found[seat.code] = {
                    entry.code: total
                    for entry in active
                    if (total := self.sheets.totals.get(entry.code, {}).get(seat.code))
                    is not None
                    and self.attendance.excuse(seat, entry.code) is None
                }
        return found

    def trace(self, entry: str) -> RoundTrace:
        traces = [self._panel(panel, entry) for panel in self.panels]
        parts = [weighing.Part(t.code, t.weight, t.points) for t in traces]
        points, used = weighing.weigh(
            parts, void=self.sheet.void_panel, heir=self.sheet.void_panel_heir
        )
        return RoundTrace(
            self.rule.code,
            self.rule.name,
            self.rule.weight,
            Fraction(0),
            tuple(t._replace(weight_used=w) for t, w in zip(traces, used, strict=True)),
            points,
            None if points is None else at_stage(points, "round", self.sheet.rounding),
        )

    def _panel(self, panel: PanelRule, entry: str) -> PanelTrace:
        seats = self.seats_of[panel.code]
        states = [self._state(seat, entry) for seat in seats]
        if panel.method == "places":
            lines = [self._by_places(panel, seats, states, entry)]
        elif panel.trim_by == "criterion":
            lines = [
                self._by_criterion(panel, seats, states, entry, c) for c in self.worth
            ]
        else:
            lines = [self._by_sheet(panel, seats, states, entry)]
        weighted = [line.weighted for line in lines]
        total = (
            None
            if not weighted or None in weighted
            else sum((w for w in weighted if w is not None), Fraction(0))
        )
        return PanelTrace(
            panel.code,
            panel.name,
            panel.weight,
            Fraction(0),
            tuple(lines),
            total,
            None if total is None else at_stage(total, "panel", self.sheet.rounding),
        )

    def _state(self, seat: Seat, entry: str) -> State:
        excuse = self.attendance.excuse(seat, entry)
        if excuse is not None:
            return excuse
        if entry in self.by_seat[seat.code]:
            return "counted"
        given = seat.code in self.sheets.marks.get(entry, {})
        state: State = "partial" if given else "missing"
        self.missing.append(
            Missing(self.rule.code, entry, seat.code, "partial" if given else "missing")
        )
        return state

    def _by_sheet(
        self, panel: PanelRule, seats: Sequence[Seat], states: list[State], entry: str
    ) -> Line:
        totals = self.sheets.totals.get(entry, {})
        values = [totals.get(seat.code) for seat in seats]
        how, final, mean = self._trimmed(panel, states, values, self.sheets.scale)
        marks = self.sheets.marks.get(entry, {})
        fraction, scale = self.sheets.fraction, self.sheets.scale
        rows = tuple(
            MarkRow(
                seat.code,
                state,
                None if value is None else fraction(value, scale),
                marks=marks.get(seat.code),
            )
            for seat, state, value in zip(seats, final, values, strict=True)
        )
        return Line(None, how, rows, mean, mean, Fraction(1), mean)

    def _by_criterion(
        self,
        panel: PanelRule,
        seats: Sequence[Seat],
        states: list[State],
        entry: str,
        criterion: str,
    ) -> Line:
        scale = self.sheets.mark_scale
        marks = self.sheets.marks.get(entry, {})
        given = [marks.get(seat.code, {}).get(criterion) for seat in seats]
        values = [
            None if mark is None else mark.numerator * (scale // mark.denominator)
            for mark in given
        ]
        how, final, mean = self._trimmed(panel, states, values, scale)
        rows = tuple(
            MarkRow(seat.code, state, mark)
            for seat, state, mark in zip(seats, final, given, strict=True)
        )
        weight, stages = self.worth[criterion], self.sheet.rounding
        points = None if mean is None else at_stage(mean, "criterion", stages)
        weighted = (
            None
            if points is None
            else at_stage(points * weight, "criterion_weighted", stages)
        )
        return Line(criterion, how, rows, mean, points, weight, weighted)

    def _trimmed(
        self,
        panel: PanelRule,
        states: list[State],
        values: list[int | None],
        scale: int,
    ) -> tuple[str, list[State], Fraction | None]:
        counting = [i for i, state in enumerate(states) if state == "counted"]
        present = [value for i in counting if (value := values[i]) is not None]
        trimmed = trimming.trim(present, panel.trimming)
        final = list(states)
        for position in counting if not trimmed.kept else ():
            final[position] = "void"
        for position in trimmed.high:
            final[counting[position]] = "high"
        for position in trimmed.low:
            final[counting[position]] = "low"
        if not trimmed.kept:
            return trimmed.how, final, None
        total = sum(present[i] for i in trimmed.kept)
        return trimmed.how, final, Fraction(total, scale * len(trimmed.kept))

    def _by_places(
        self, panel: PanelRule, seats: Sequence[Seat], states: list[State], entry: str
    ) -> Line:
        totals = self.sheets.totals.get(entry, {})
        marks = self.sheets.marks.get(entry, {})
        rows = []
        taken: Counter[tuple[int, int]] = Counter()
        for seat, state in zip(seats, states, strict=True):
            total = totals.get(seat.code)
            place = self.places[seat.code].get(entry)
            if place is not None:
                taken[place] += 1
            rows.append(
                MarkRow(
                    seat.code,
                    state,
                    None
                    if total is None
                    else self.sheets.fraction(total, self.sheets.scale),
                    place,
                    None if place is None else self.place_worth(*place),
                    marks.get(seat.code),
                )
            )
        count = taken.total()
        if count < max(panel.trimming.minimum, 1):
            void = tuple(
                row._replace(state="void") if row.state == "counted" else row
                for row in rows
            )
            return Line(None, "void", void, None, None, Fraction(1), None)
        points = (times * self.place_worth(*place) for place, times in taken.items())
        mean = sum(points, Fraction(0)) / count
        weight = HUNDRED / self.sheet.place_points[0]
        return Line(None, "places", tuple(rows), mean, mean, weight, mean * weight)
