"""Rows become the engine's inputs: entries, votes and marks, by public number and seat code."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from showcase.contests.models import Contest, Gone
from showcase.contests.models import Entry as Participation
from voting.judging.queries import NightMarks
from voting.judging.queries import marks as night_marks
from voting.polls.errors import GradesDiffer
from voting.polls.models import Poll
from voting.polls.queries import grade_totals, totals
from voting.polls.rules import Grade
from voting.polls.standing_queries import told_in_public
from voting.results.points_queries import deduction_inputs, extra_inputs
from voting.results.tie_queries import decision_inputs, lot_seeds
from voting.rules.inputs import Absence, Entry, Inputs, Recusal, Seat, Withdrawal
from voting.rules.rule_sheet import RuleSheet


def inputs_of(contest: Contest, rules: RuleSheet, *, now: datetime) -> Inputs:
    """What the result of ``contest`` is computed from, as it stands ``now``.

    An entry's code is its number as everybody sees it. Why a seat is recused stays in the
    records of the night: the result needs only that it is.
    """
    entries = list(
        contest.entries.shortlisted().select_related("unit").in_number_order()
    )
    plates = {entry.number: entry.plate for entry in entries}
    given = night_marks(contest)
    return Inputs(
        entries=tuple(
            Entry(
                entry.plate,
                entry.number,
                entry.unit.name,
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
            Absence(away.seat, plates[away.entry], away.round or None)
            for away in given.absences
            if away.entry in plates
        ),
        votes=_votes(contest, rules, {entry.pk: entry.plate for entry in entries}, now),
        grades=_grades(
            contest, rules, {entry.pk: entry.plate for entry in entries}, now
        ),
        withdrawals=tuple(
            Withdrawal(entry.plate, why_it_left(entry))
            for entry in entries
            if entry.is_gone(now)
        ),
        extras=extra_inputs(contest),
        deductions=deduction_inputs(contest),
        decisions=decision_inputs(contest),
        lot_seeds=lot_seeds(contest),
    )


def ballots_told(
    contest: Contest, rules: RuleSheet, *, now: datetime
) -> dict[str, Any] | None:
    """How many ballots count, how many are void and why; None: no ballot plays a part."""
    poll = Poll.objects.filter(contest=contest).first()
    if rules.votes is None or poll is None:
        return None
    return told_in_public(poll.pk, closes_at=contest.poll_closes_at, now=now)


def why_it_left(entry: Participation) -> str:
    """Its public notice; who was disqualified did not simply leave."""
    if entry.withdrawal_kind == Gone.DISQUALIFIED:
        return f"取消资格：{entry.withdrawal_notice}"
    return entry.withdrawal_notice


def _marks(
    given: NightMarks, plates: dict[int, str]
) -> dict[str, dict[str, dict[str, dict[str, Fraction]]]]:
    found: dict[str, dict[str, dict[str, dict[str, Fraction]]]] = {}
    for sheet in given.sheets:
        if sheet.entry not in plates:
            continue
        by_seat = found.setdefault(sheet.round, {}).setdefault(plates[sheet.entry], {})
        by_seat[sheet.seat] = {
            code: Fraction(mark) for code, mark in sheet.marks.items()
        }
    return found


def _votes(
    contest: Contest, rules: RuleSheet, plates: dict[int, str], now: datetime
) -> dict[str, int]:
    poll = _poll_of(contest, rules, form="approval")
    if poll is None:
        return {}
    counts = totals(poll, now=now, for_result=True)
    return {plates[entry]: count for entry, count in counts.items() if entry in plates}


def _grades(
    contest: Contest, rules: RuleSheet, plates: dict[int, str], now: datetime
) -> dict[str, dict[str, int]]:
    """The ballot's grades under the codes that the rule sheet gives to their names."""
    poll = _poll_of(contest, rules, form="grades")
    if poll is None:
        return {}
    codes = {grade.name: grade.code for grade in rules.votes.grades}
    if codes.keys() != {grade.label for grade in Grade}:
        raise GradesDiffer
    counts = grade_totals(poll, now=now, for_result=True)
    return {
        plates[entry]: {codes[grade.label]: count for grade, count in by_grade.items()}
        for entry, by_grade in counts.items()
        if entry in plates
    }


def _poll_of(contest: Contest, rules: RuleSheet, *, form: str) -> Poll | None:
    if rules.votes is None or rules.votes.form != form:
        return None
    return Poll.objects.filter(contest=contest).first()
