"""Who decides, votes or marks: worked out on a rehearsal's marks, never on real ones."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from showcase.contests.models import Contest
from voting.judging.models import Turn
from voting.judging.queries import NightMarks, marks
from voting.judging.rehearsal_queries import rehearsal_of
from voting.judging.rehearsal_rules import Spread, completed
from voting.rules import exact
from voting.rules.engine import compute
from voting.rules.influence import influence
from voting.rules.inputs import Absence, Entry, Inputs, Recusal, Seat
from voting.rules.reading import Refused
from voting.rules.rounding import half_up
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import Outcome
from voting.rulesheets.queries import rule_sheet_of
from voting.rulesheets.worked import Weighed, weigh


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which the votes may turn out, and what they then weigh."""

    spread: Spread
    nominal: str
    votes: str
    judges: str


@dataclass(frozen=True, slots=True)
class Weight:
    """``marked`` of ``entries`` were marked in the rehearsal; the others' marks are invented."""

    entries: int
    marked: int
    has_seats: bool
    spread: Spread
    cases: list[Case]
    weighed: Weighed | None
    problems: list[str]
    rules_changed: bool

    @property
    def about(self) -> str:
        """Whose figures these are, in a sentence for the page."""
        if not self.marked:
            whose = f"还没有人打分：{self.entries} 个单位的评委分都是编造的"
        elif self.marked == self.entries:
            whose = f"评委分是演练时 {self.entries} 个单位实打的"
        else:
            whose = (
                f"演练时已锁定的 {self.marked} 个单位用实打的分，"
                f"其余 {self.entries - self.marked} 个的评委分是编造的"
            )
        return (
            f"{whose}；票数都是编造的。正式票数在测评截止前任何人看不到，这里也不用它。"
        )


def weight_of(contest: Contest, spread: Spread, *, now: datetime) -> Weight | None:
    """None while the contest has no rules."""
    sheet = rule_sheet_of(contest)
    if sheet is None:
        return None
    rules = sheet.rules
    given, pairs = _inputs(contest, now), _locked(contest)
    marked = {
        entry.code
        for entry in given.active()
        if rules.rounds and all((r.code, entry.code) in pairs for r in rules.rounds)
    }
    weighed, cases = None, []
    try:
        inputs = completed(rules, given, marked=pairs, spread=spread)
        weighed, problems = weigh(rules, inputs), _unranked(compute(rules, inputs))
        cases = [_case(rules, given, pairs, each) for each in Spread]
    except Refused as error:
        problems = [problem.sentence for problem in error.problems]
    return Weight(
        entries=len(given.active()),
        marked=len(marked),
        has_seats=bool(given.seats),
        spread=spread,
        cases=cases,
        weighed=weighed,
        problems=problems,
        rules_changed=_rules_changed(contest, sheet.rules_hash),
    )


def rehearsed_outcome(contest: Contest, *, now: datetime) -> tuple[RuleSheet, Outcome]:
    """An invented result of a rehearsal, its own marks among it: only to practise its reveal."""
    rules = rule_sheet_of(contest).rules
    names = dict(contest.entries.values_list("number", "unit__name"))
    given = _inputs(contest, now)
    entries = tuple(replace(e, name=names[e.number]) for e in given.entries)
    inputs = completed(
        rules,
        replace(given, entries=entries),
        marked=_locked(contest),
        spread=Spread.USUAL,
    )
    return rules, compute(rules, inputs)


def _case(
    rules: RuleSheet, given: Inputs, pairs: set[tuple[str, str]], spread: Spread
) -> Case:
    inputs = completed(rules, given, marked=pairs, spread=spread)
    found = influence(rules, compute(rules, inputs))
    if found is None or found.effective is None:
        return Case(spread, exact.percent(rules.online_weight or Fraction(0)), "", "")
    votes = half_up(found.effective, 2)
    return Case(
        spread,
        exact.percent(found.nominal),
        exact.percent(votes),
        exact.percent(1 - votes),
    )


def _unranked(outcome: Outcome) -> list[str]:
    """Who has no combined score, as on the night itself."""
    return [f"{trace.name}没有综合得分：{trace.reason}" for trace in outcome.unranked]


def _rules_changed(contest: Contest, rules_hash: str) -> bool:
    """The real rules read differently from those that this rehearsal goes by."""
    rehearsal = rehearsal_of(contest)
    current = rehearsal and rule_sheet_of(rehearsal.source)
    return bool(current) and current.rules.hash() != rules_hash


def _locked(contest: Contest) -> set[tuple[str, str]]:
    turns = Turn.objects.filter(round__night__contest=contest).locked()
    return {
        (turn.round.code, turn.entry.plate)
        for turn in turns.select_related("round", "entry")
    }


def _inputs(contest: Contest, now: datetime) -> Inputs:
    entries = list(
        contest.entries.standing(now).select_related("unit").in_number_order()
    )
    plates = {entry.number: entry.plate for entry in entries}
    given = marks(contest)
    return Inputs(
        entries=tuple(
            Entry(
                entry.plate,
                entry.number,
                f"{entry.plate} {entry.unit.short_name}",
                entry.unit.headcount,
                entry.unit.population_served,
            )
            for entry in entries
        ),
        seats=tuple(Seat(code, panel, kind) for code, panel, kind in given.seats),
        marks=_marks(given, plates),
        recusals=tuple(
            Recusal(away.seat, plates[away.entry])
            for away in given.recusals
            if away.entry in plates
        ),
        absences=tuple(
            Absence(away.seat, plates[away.entry], away.round)
            for away in given.absences
            if away.entry in plates
        ),
    )


def _marks(
    given: NightMarks, plates: dict[int, str]
) -> dict[str, dict[str, dict[str, dict[str, Fraction]]]]:
    found: dict[str, dict[str, dict[str, dict[str, Fraction]]]] = {}
    for sheet in given.sheets:
        if sheet.entry in plates:
            by_entry = found.setdefault(sheet.round, {})
            by_entry.setdefault(plates[sheet.entry], {})[sheet.seat] = {
                code: Fraction(mark) for code, mark in sheet.marks.items()
            }
    return found
