"""The one function: (rule sheet, inputs) → outcome, with a trace of every step."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from voting.rules import ranking
from voting.rules.admission import check
from voting.rules.inputs import Inputs
from voting.rules.marking import judge
from voting.rules.metrics import Metric, rung_values
from voting.rules.polling import poll
from voting.rules.ranking import Ladder, Rung
from voting.rules.reading import Refused
from voting.rules.rule_sheet import LAST_RUNGS, RuleSheet
from voting.rules.scoring import score
from voting.rules.sentences import Teller
from voting.rules.settling import settle
from voting.rules.trace import EntryTrace, Gone, Outcome
from voting.rules.validation import validate


def compute(sheet: RuleSheet, inputs: Inputs) -> Outcome:
    """Rank every entry and tell why. Pure: equal arguments give an equal outcome.

    Errors
        :class:`~voting.rules.reading.Refused` with every problem of the rule sheet or, if that
        is good, of the inputs.
    """
    if problems := validate(sheet) or check(sheet, inputs):
        raise Refused(problems)
    judged = judge(sheet, inputs)
    polled = poll(sheet, inputs)
    active = inputs.active()
    teller = Teller(sheet)
    traces = {
        entry.code: score(
            sheet, inputs, entry, judged.marks[entry.code], polled.get(entry.code)
        )
        for entry in active
    }
    scored = [entry for entry in active if traces[entry.code].total is not None]
    metrics = rung_values(sheet, inputs, traces, judged)
    ladder = ranking.climb(
        [entry.code for entry in scored],
        [Rung(name, metrics[name]) for name in sheet.ladder if name not in LAST_RUNGS],
    )
    settled, ties, notes = settle(sheet, inputs, scored, ladder)
    ranked = _rank(settled, traces)
    told = [
        replace(
            trace,
            sentences=(*teller.tell(trace), *_placing(teller, trace, below, metrics)),
        )
        for trace, below in zip_longest(ranked, ranked[1:])
    ]
    unranked = tuple(
        replace(trace, sentences=tuple(teller.tell(trace)))
        for trace in traces.values()
        if trace.total is None
    )
    return Outcome(
        rule_sheet_hash=sheet.hash(),
        inputs_hash=inputs.hash(),
        shown_places=sheet.shown_places,
        ranking=tuple(told),
        unranked=unranked,
        withdrawn=_withdrawn(inputs),
        cut=None if sheet.places is None else ranking.cut(settled.groups, sheet.places),
        ties=ties,
        missing=judged.missing,
        notes=notes,
    )


def _rank(ladder: Ladder, traces: Mapping[str, EntryTrace]) -> list[EntryTrace]:
    rank_of = ranking.ranks(ladder.groups)
    ranked = []
    for index, group in enumerate(ladder.groups):
        parted_by = ladder.between[index] if index < len(ladder.between) else None
        for position, code in enumerate(group):
            is_last = position == len(group) - 1
            ranked.append(
                replace(
                    traces[code],
                    rank=rank_of[code],
                    is_shared=len(group) > 1,
                    parted_by=parted_by if is_last else None,
                )
            )
    return ranked


def _placing(
    teller: Teller,
    trace: EntryTrace,
    below: EntryTrace | None,
    metrics: Mapping[str, Metric],
) -> list[str]:
    shared = "并列" if trace.is_shared else ""
    told = [f"{shared}第 {trace.rank} 名。"]
    if trace.is_shared:
        told.append("各级都分不出先后，名次并列，后面的名次空出。")
    if trace.parted_by is not None and below is not None:
        values = _values(metrics.get(trace.parted_by), trace.entry, below.entry)
        told.append(teller.parting(trace.parted_by, trace, below, values))
    return told


def _values(
    metric: Metric | None, high: str, low: str
) -> tuple[Fraction, Fraction] | None:
    pair = (metric(high), metric(low)) if metric else (None, None)
    return (
        None
        if pair[0] is None or pair[1] is None
        else (Fraction(pair[0]), Fraction(pair[1]))
    )


def _withdrawn(inputs: Inputs) -> tuple[Gone, ...]:
    reasons = {withdrawal.entry: withdrawal.reason for withdrawal in inputs.withdrawals}
    return tuple(
        Gone(entry.code, entry.number, entry.name, reasons[entry.code])
        for entry in sorted(inputs.entries, key=lambda e: (e.number, e.code))
        if entry.code in reasons
    )
