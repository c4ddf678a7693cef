"""Invented figures for a rehearsal: votes always, marks where nobody has marked yet.

The same every time and for everybody. Real counts of votes are never among them: nobody may know
those before the poll has closed, and a rehearsal refers to nothing real.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction

from voting.rules.inputs import Entry, Inputs
from voting.rules.rule_sheet import RoundRule, RuleSheet
from voting.rules.sheets import Criterion


class Spread(StrEnum):
    """How far apart the invented votes lie. Nobody knows beforehand how it will be."""

    words: str

    def __new__(cls, value: str, words: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    EVEN = "even", "票数接近"
    USUAL = "usual", "票数有高低"
    WIDE = "wide", "少数单位票数特别高"


def completed(
    rules: RuleSheet,
    inputs: Inputs,
    *,
    marked: Collection[tuple[str, str]],
    spread: Spread,
) -> Inputs:
    """The inputs with invented votes, and invented marks for every (round, entry) not ``marked``.

    What was marked in the rehearsal stays as it is, its absences too; recused seats mark nothing.
    """
    recused = {(each.seat, each.entry) for each in inputs.recusals}
    return replace(
        inputs,
        marks={
            rule.code: _marks(rules, rule, inputs, marked, recused)
            for rule in rules.rounds
        },
        votes={entry.code: _votes(entry, spread) for entry in inputs.active()},
        grades=_grades(rules, inputs, spread),
        extras={
            extra.code: {
                entry.code: extra.full * _quality(entry) / 1000
                for entry in inputs.active()
            }
            for extra in rules.extras
        },
    )


def _marks(
    rules: RuleSheet,
    rule: RoundRule,
    inputs: Inputs,
    marked: Collection[tuple[str, str]],
    recused: set[tuple[str, str]],
) -> dict[str, Mapping[str, Mapping[str, Fraction]]]:
    judging = {panel.code for panel in rules.panels_of(rule)}
    given = inputs.marks.get(rule.code, {})
    return {
        entry.code: given.get(entry.code, {})
        if (rule.code, entry.code) in marked
        else {
            seat.code: _sheet(entry, place, rule)
            for place, seat in enumerate(inputs.seats)
            if seat.panel in judging and (seat.code, entry.code) not in recused
        }
        for entry in inputs.active()
    }


def _sheet(entry: Entry, place: int, rule: RoundRule) -> dict[str, Fraction]:
    return {
        criterion.code: _mark(entry, place, index, criterion)
        for index, criterion in enumerate(rule.criteria)
    }


def _mark(entry: Entry, seat: int, place: int, criterion: Criterion) -> Fraction:
    """The unit's quality, this judge's bent and a little unevenness, in whole steps."""
    bent = seat * 5 % 7 - 3
    unevenness = (entry.number * 7 + seat * 11 + place * 5) % 13 - 6
    share = Fraction(_quality(entry) + 4 * bent + 3 * unevenness, 1000)
    span = criterion.maximum - criterion.minimum
    return criterion.minimum + criterion.step * round(span * share / criterion.step)


def _quality(entry: Entry) -> int:
    """In thousandths of the full marks: close together, as judges' marks are."""
    return 860 + entry.number * 37 % 83


def _votes(entry: Entry, spread: Spread) -> int:
    if spread == Spread.EVEN:
        return 14_000 + entry.number * 7_919 % 1_500
    if spread == Spread.USUAL:
        return 6_000 + entry.number * 7_919 % 17_000
    return 3_000 + (entry.number * 7_919 % 97) ** 3 // 20


def _grades(
    rules: RuleSheet, inputs: Inputs, spread: Spread
) -> dict[str, dict[str, int]]:
    """The same people, grading instead of picking: each grade down is given a third as often."""
    if rules.votes is None or rules.votes.form != "grades":
        return {}
    votes = {entry.code: _votes(entry, spread) for entry in inputs.active()}
    most = max(votes.values(), default=0)
    return {
        code: {
            grade.code: count if place == 0 else (most - count) // 3**place + 10
            for place, grade in enumerate(rules.votes.grades)
        }
        for code, count in votes.items()
    }
