"""The one function: (rule sheet, inputs) → outcome, with a trace of every step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import zip_longest

from voting.rules import combining, draw, ranking
from voting.rules.combining import Component
from voting.rules.inputs import Entry, Inputs, check
from voting.rules.marking import Judged, judge
from voting.rules.polling import poll
from voting.rules.ranking import Ladder, Rung
from voting.rules.reading import Refused
from voting.rules.rounding import at_stage
from voting.rules.rule_sheet import LAST_RUNGS, RuleSheet, heaviest_panels, validate
from voting.rules.sentences import Teller
from voting.rules.trace import (
    EntryTrace,
    Gone,
    Note,
    Outcome,
    PartTrace,
    Tie,
    VotesTrace,
)
from voting.rules.weighing import Part, weigh

Metric = Callable[[str], Fraction | int | None]


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
        entry.code: _score(sheet, inputs, entry, judged, polled.get(entry.code))
        for entry in active
    }
    scored = [entry for entry in active if traces[entry.code].total is not None]
    metrics = _metrics(sheet, inputs, traces, judged)
    ladder = ranking.climb(
        [entry.code for entry in scored],
        [Rung(name, metrics[name]) for name in sheet.ladder if name not in LAST_RUNGS],
    )
    settled, ties, notes = _settle(sheet, inputs, scored, ladder)
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


def _score(
    sheet: RuleSheet,
    inputs: Inputs,
    entry: Entry,
    judged: Judged,
    votes: VotesTrace | None,
) -> EntryTrace:
    marks = judged.marks[entry.code]
    online, left = sheet.online_weight or Fraction(0), sheet.marks_weight()
    reason = ""
    if online and (votes is None or votes.points is None):
        if sheet.void_votes == "unranked":
            reason = "没有有效的民意测评结果。"
        else:
            online, left = Fraction(0), left + online
    if left and marks.points is None:
        reason = "没有有效的现场得分。"
    components: list[tuple[str, Component]] = []
    if marks.points is not None:
        components.append(("marks", Component("现场得分", marks.points, left)))
    if votes is not None and votes.points is not None:
        components.append(("votes", Component("民意得分", votes.points, online)))
    added = []
    for extra in sheet.extras:
        value = inputs.extras.get(extra.code, {}).get(entry.code)
        if value is None:
            continue
        if extra.way == "added":
            added.append(Note(extra.name, value))
        else:
            points = value * 100 / extra.full
            components.append(
                (f"extra:{extra.code}", Component(extra.name, points, extra.weight))
            )
    deducted = [
        Note(d.reason, d.points) for d in inputs.deductions if d.entry == entry.code
    ]
    total = (
        None
        if reason
        else combining.combine(
            [component for _, component in components],
            added=[note.points for note in added],
            deducted=[note.points for note in deducted],
            stages=sheet.rounding,
        )
    )
    return EntryTrace(
        entry=entry.code,
        number=entry.number,
        name=entry.name,
        rank=None,
        is_shared=False,
        parted_by=None,
        reason=reason,
        marks=marks,
        votes=votes,
        parts=tuple(
            PartTrace(
                code,
                c.name,
                c.points,
                c.weight,
                at_stage(c.points * c.weight, "weighted", sheet.rounding),
            )
            for code, c in components
        ),
        added=tuple(added),
        deducted=tuple(deducted),
        total_exact=total,
        total=None if total is None else at_stage(total, "total", sheet.rounding),
        sentences=(),
    )


def _metrics(
    sheet: RuleSheet, inputs: Inputs, traces: Mapping[str, EntryTrace], judged: Judged
) -> dict[str, Metric]:
    """Every rung's value by entry; the higher is the better."""

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


def _settle(
    sheet: RuleSheet, inputs: Inputs, scored: Sequence[Entry], ladder: Ladder
) -> tuple[Ladder, tuple[Tie, ...], tuple[str, ...]]:
    """Apply the last rung to every group of equals."""
    by_code = {entry.code: entry for entry in scored}
    rank_of = ranking.ranks(ladder.groups)
    decisions = {frozenset(decision.order): decision for decision in inputs.decisions}
    groups: list[tuple[str, ...]] = []
    between: list[str] = []
    ties: list[Tie] = []
    for index, group in enumerate(ladder.groups):
        if index:
            between.append(ladder.between[index - 1])
        if len(group) == 1:
            groups.append(group)
            continue
        tie = _tie(sheet, inputs, [by_code[code] for code in group], rank_of[group[0]])
        if sheet.ladder[-1] == "open" and (
            decision := decisions.pop(frozenset(group), None)
        ):
            tie = tie._replace(
                entries=decision.order,
                settled_by="decision",
                by=decision.by,
                reason=decision.reason,
            )
        ties.append(tie)
        if tie.settled_by is None:
            groups.append(group)
        else:
            groups.extend((code,) for code in tie.entries)
            between.extend([sheet.ladder[-1]] * (len(group) - 1))
    names = {entry.code: entry.label for entry in inputs.entries}
    notes = tuple(
        f"裁定“{'、'.join(names[code] for code in decision.order)}”没有用上："
        "这些单位并不恰好是一组同分。"
        for decision in inputs.decisions
        if frozenset(decision.order) in decisions
    )
    return Ladder(tuple(groups), tuple(between)), tuple(ties), notes


def _tie(sheet: RuleSheet, inputs: Inputs, entries: Sequence[Entry], rank: int) -> Tie:
    listed = [(f"{entry.number:02d}", entry.name) for entry in entries]
    title = f"{sheet.title} 并列第 {rank} 名抽签"
    text = draw.list_text(title, listed)
    tie = Tie(
        rank=rank,
        entries=tuple(entry.code for entry in entries),
        settled_by=None,
        list_text=text,
        list_hash=draw.list_hash(text),
        hashes=(),
        by=(),
        reason="",
    )
    if sheet.ladder[-1] != "lot" or inputs.lot_seed is None:
        return tie
    code_of = {f"{entry.number:02d}": entry.code for entry in entries}
    lots = draw.draw(title, listed, inputs.lot_seed)
    return tie._replace(
        entries=tuple(code_of[lot.number] for lot in lots),
        settled_by="lot",
        hashes=tuple(lot.hash for lot in lots),
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
