"""What the voids change: counts and ranks as they are, and as they would be without them.

Nobody asks before the poll has closed, and who asks is written down by the caller.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from showcase.contests.models import Contest
from voting.polls.models import Poll
from voting.polls.queries import by_entry, opened_poll, recount, recount_cast
from voting.polls.rules import CHOSEN, Grade
from voting.results.inputs import inputs_of
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.reading import Refused
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import Outcome
from voting.rulesheets.queries import frozen_rule_sheet


@dataclass(frozen=True, slots=True)
class Row:
    """One entry, in the order of the numbers. Ranks are None where none can be computed."""

    plate: str
    name: str
    cast: int
    counted: int
    rank_without: int | None
    rank_with: int | None

    @property
    def lost(self) -> int:
        return self.cast - self.counted

    @property
    def moves(self) -> bool:
        return self.rank_with != self.rank_without


@dataclass(frozen=True, slots=True)
class Comparison:
    """``basis`` says what the ranks are of; ``entering`` and ``leaving`` are flags by plate."""

    basis: str
    rows: list[Row]
    entering: list[str]
    leaving: list[str]


def compare_without_voids(contest: Contest, *, now: datetime) -> Comparison:
    rules = frozen_rule_sheet(contest).rules
    poll = Poll.objects.select_related("contest").get(contest=contest)
    frozen = opened_poll(poll)
    given = by_entry(recount(frozen), poll, now=now)
    cast = by_entry(recount_cast(frozen), poll, now=now)
    plates = {entry.id: entry.plate for entry in frozen.entries}
    inputs = inputs_of(contest, rules, now=now)
    without = _with_counts(inputs, rules, cast, plates)
    basis, outcomes = _ranked(rules, without, inputs)
    before, after = (_ranks(outcome) for outcome in outcomes)
    inside_before, inside_after = (_inside(outcome) for outcome in outcomes)
    return Comparison(
        basis,
        [
            Row(
                entry.plate,
                entry.unit,
                cast=cast[entry.id][CHOSEN],
                counted=given[entry.id][CHOSEN],
                rank_without=before.get(entry.plate),
                rank_with=after.get(entry.plate),
            )
            for entry in frozen.entries
            if entry.id in given
        ],
        entering=[plate for plate in inside_after if plate not in inside_before],
        leaving=[plate for plate in inside_before if plate not in inside_after],
    )


def _with_counts(
    inputs: Inputs,
    rules: RuleSheet,
    counts: dict[int, dict[int, int]],
    plates: dict[int, str],
) -> Inputs:
    """The same inputs with other counts of the poll."""
    if rules.votes.form == "approval":
        votes = {plates[entry]: given[CHOSEN] for entry, given in counts.items()}
        return replace(inputs, votes=votes)
    codes = {grade.name: grade.code for grade in rules.votes.grades}
    grades = {
        plates[entry]: {
            codes[Grade(value).label]: count for value, count in given.items()
        }
        for entry, given in counts.items()
    }
    return replace(inputs, grades=grades)


def _ranked(
    rules: RuleSheet, without: Inputs, counted: Inputs
) -> tuple[str, tuple[Outcome | None, Outcome | None]]:
    """By the rule sheet where everything for it is there, by the poll alone until then."""
    sheets = [("按冻结的规则", rules)]
    if not rules.extras_weight():
        sheets.append(
            (
                "现场评分还没有齐，只按民意测评",
                replace(rules, online_weight=Fraction(1)),
            )
        )
    for basis, sheet in sheets:
        try:
            outcomes = compute(sheet, without), compute(sheet, counted)
        except Refused:
            continue
        if _ranks(outcomes[1]):
            return basis, outcomes
    return "现在还算不出名次，只看票数", (None, None)


def _ranks(outcome: Outcome | None) -> dict[str, int]:
    if outcome is None:
        return {}
    return {
        trace.entry: trace.rank for trace in outcome.ranking if trace.rank is not None
    }


def _inside(outcome: Outcome | None) -> tuple[str, ...]:
    return outcome.cut.inside if outcome and outcome.cut else ()
