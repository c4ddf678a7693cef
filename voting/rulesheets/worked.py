"""What a rule sheet does to the example, choice by choice: the right-hand side of the edit page."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from voting.rules import exact, polling, whatif
from voting.rules.engine import compute
from voting.rules.influence import Influence, influence
from voting.rules.inputs import Inputs
from voting.rules.reading import Refused
from voting.rules.rounding import half_up, shown
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import EntryTrace, Outcome, PanelTrace
from voting.rules.validation import validate
from voting.rulesheets.example import SHOWN, example_inputs

ROWS = 12
# Weights to compare while nobody has chosen one.
TO_CHOOSE_FROM = tuple(Fraction(percent, 100) for percent in (0, 5, 10, 20, 30, 50))
CHART_LEFT, CHART_WIDTH, CHART_STEP = 150, 250, 34


class Sum(NamedTuple):
    """``text`` ＝ ``figure``; without figure the text says all."""

    text: str
    figure: str = ""


class Bar(NamedTuple):
    """One line of the chart of effective weights, in units of its viewBox."""

    name: str
    is_current: bool
    y: int
    width: str
    nominal_x: str
    text: str


class Cell(NamedTuple):
    rank: int
    state: str


class Row(NamedTuple):
    name: str
    cells: list[Cell]


UNDECIDED = Sum("先填民意测评占多少，这里就算给您看。")


@dataclass(frozen=True, slots=True)
class WhatIf:
    columns: list[str]
    rows: list[Row]
    changes: list[int]

    @property
    def sentences(self) -> list[str]:
        """Whose flag hangs on the method, for each method but the first."""
        told = []
        for index, name in enumerate(self.columns[1:], start=1):
            moves = [
                f"{word} {'、'.join(names)}"
                for word, state in (("进", "in"), ("出", "out"))
                if (
                    names := [
                        r.name for r in self.rows if r.cells[index].state == state
                    ]
                )
            ]
            told.append(f"{name}：{'；'.join(moves) or '红旗不变'}。")
        return told


@dataclass(frozen=True, slots=True)
class Weighed:
    """Votes against marks, and what other methods would change, on whatever figures."""

    bars: list[Bar]
    chart_height: int
    advice: str
    whatif: WhatIf


@dataclass(frozen=True, slots=True)
class Worked:
    """``methods`` maps each way to turn votes into points to what it gives the example unit."""

    unit: str
    online: Sum
    votes: Sum
    methods: dict[str, str]
    criteria: Sum
    trimming: Sum
    panels: Sum
    rounding: Sum
    ladder: Sum
    places: Sum
    weighed: Weighed


def work_out(rules: RuleSheet) -> Worked | None:
    """The example under these rules; None while they have problems.

    An online weight that nobody has chosen is left out of the sums, not guessed.
    """
    chosen = rules.online_weight is not None
    sheet = rules if chosen else replace(rules, online_weight=Fraction(0))
    if validate(sheet):
        return None
    inputs = example_inputs(sheet)
    outcome = compute(sheet, inputs)
    trace = outcome.trace(SHOWN)
    return Worked(
        unit=f"{trace.number:02d} {trace.name}",
        online=_online(sheet, trace) if chosen else UNDECIDED,
        votes=_votes(sheet, trace),
        methods=_methods(sheet, inputs),
        criteria=_criteria(sheet, trace),
        trimming=_trimming(sheet, trace),
        panels=_panels(sheet, trace),
        rounding=_rounding(sheet, trace),
        ladder=_ladder(sheet, outcome),
        places=_places(sheet, outcome),
        weighed=weigh(rules, inputs),
    )


def weigh(rules: RuleSheet, inputs: Inputs) -> Weighed:
    """The rules and their neighbours on these figures; the first column is the rules.

    Errors
        :class:`~voting.rules.reading.Refused` if the rules cannot be computed on them.
    """
    current, *others = _variants(rules)
    outcome = compute(current.sheet, inputs)
    outcomes = [
        _Variant(current.name, current.sheet, outcome),
        *_outcomes(others, inputs),
    ]
    first = influence(current.sheet, outcome)
    chosen = rules.online_weight is not None
    return Weighed(
        bars=_bars(outcomes),
        chart_height=len(outcomes) * CHART_STEP + 30,
        advice=first.sentence() if chosen and first else "",
        whatif=_whatif(outcomes),
    )


class _Variant(NamedTuple):
    name: str
    sheet: RuleSheet
    outcome: Outcome


def _variants(rules: RuleSheet) -> list[whatif.Variant]:
    """The sheet itself first; while no weight is chosen, some to choose from."""
    if rules.online_weight is not None or rules.votes is None:
        return whatif.variants(rules)
    method = whatif.METHOD_NAMES[rules.votes.method]
    weights = [
        weight for weight in TO_CHOOSE_FROM if weight + rules.extras_weight() <= 1
    ]
    return [
        whatif.Variant(
            f"{method} {exact.percent(weight)}", replace(rules, online_weight=weight)
        )
        for weight in weights
    ]


def _outcomes(variants: list[whatif.Variant], inputs: Inputs) -> list[_Variant]:
    found = []
    for variant in variants:
        try:
            outcome = compute(variant.sheet, inputs)
        except Refused:
            continue
        found.append(_Variant(variant.name, variant.sheet, outcome))
    return found


def _online(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    if trace.total is None:
        return Sum(trace.reason)
    terms = " ＋ ".join(
        f"{part.name} {shown(part.points, sheet.shown_places)} × {exact.percent(part.weight)}"
        for part in trace.parts
        if part.weight
    )
    return Sum(terms, shown(trace.total, sheet.shown_places))


def _votes(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    told = next((s for s in trace.sentences if s.startswith("民意测评")), "")
    return Sum(told or "没有民意测评。")


def _methods(sheet: RuleSheet, inputs: Inputs) -> dict[str, str]:
    if sheet.votes is None:
        return {}
    found = {}
    for method in whatif.METHOD_NAMES:
        other = replace(sheet, votes=replace(sheet.votes, method=method))
        if validate(other):
            continue
        points = polling.poll(other, inputs)[SHOWN].points
        if points is not None:
            found[method] = shown(points, sheet.shown_places)
    return found


def _first_panel(trace: EntryTrace) -> PanelTrace | None:
    return next((p for r in trace.marks.rounds for p in r.panels if p.lines), None)


def _criteria(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    panel = _first_panel(trace)
    row = panel.lines[0].rows[0] if panel else None
    if row is None or row.marks is None or row.total is None:
        return Sum("评委按每一项分别打分。")
    marks = "、".join(exact.plain(mark) for mark in row.marks.values())
    return Sum(
        f"{panel.name}一位评委打 {marks}，合计", shown(row.total, sheet.shown_places)
    )


def _trimming(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    panel = _first_panel(trace)
    if panel is None or panel.points is None:
        return Sum("没有评委组。")
    rows = panel.lines[0].rows
    dropped = [
        exact.plain(row.total)
        for row in rows
        if row.state in ("high", "low") and row.total is not None
    ]
    kept = sum(row.state == "counted" for row in rows)
    without = f"去掉 {'、'.join(dropped)}，其余 " if dropped else ""
    return Sum(
        f"{panel.name} {len(rows)} 份，{without}{kept} 份平均",
        shown(panel.points, sheet.shown_places),
    )


def _panels(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    if not trace.marks.rounds or trace.marks.rounds[0].points is None:
        return Sum("没有现场评分。")
    first = trace.marks.rounds[0]
    terms = " ＋ ".join(
        f"{shown(panel.points, sheet.shown_places)} × {exact.percent(panel.weight_used)}"
        for panel in first.panels
        if panel.points is not None
    )
    return Sum(terms, shown(first.points, sheet.shown_places))


def _rounding(sheet: RuleSheet, trace: EntryTrace) -> Sum:
    if trace.total is None or trace.total_exact is None:
        return Sum(trace.reason)
    long = shown(trace.total_exact, sheet.shown_places + 4)
    if trace.total == trace.total_exact:
        return Sum("中间全用分数精确算，综合得分", exact.plain(trace.total))
    return Sum(
        f"中间全用分数精确算，综合得分 {long}…，四舍五入",
        shown(trace.total, sheet.shown_places),
    )


def _ladder(sheet: RuleSheet, outcome: Outcome) -> Sum:
    tied = [
        trace for trace in outcome.ranking if trace.parted_by not in (None, "total")
    ]
    if outcome.ties:
        names = "、".join(outcome.trace(code).name for code in outcome.ties[0].entries)
        return Sum(f"例中{names}各级都相同，要{sheet.rung_name(sheet.ladder[-1])}。")
    if tied:
        told = next((s for s in tied[0].sentences if "相同，比" in s), "")
        return Sum(f"例：{tied[0].name}{told}")
    return Sum("例中没有综合得分相同的单位。")


def _places(sheet: RuleSheet, outcome: Outcome) -> Sum:
    if outcome.cut is None or len(outcome.ranking) <= outcome.cut.places:
        return Sum("例中每个单位都在名额以内。")
    last, next_ = outcome.ranking[outcome.cut.places - 1 : outcome.cut.places + 1]
    figures = [
        f"第 {t.rank} 名 {t.name} {shown(t.total or Fraction(0), sheet.shown_places)}"
        for t in (last, next_)
    ]
    return Sum(f"{figures[0]}，得红旗；{figures[1]}，差一步。")


def _bars(outcomes: list[_Variant]) -> list[Bar]:
    bars = []
    for index, variant in enumerate(outcomes):
        weighed = influence(variant.sheet, variant.outcome)
        effective = weighed.effective if weighed else None
        bars.append(
            Bar(
                name=variant.name,
                is_current=index == 0,
                y=24 + index * CHART_STEP,
                width=_length(effective or Fraction(0)),
                nominal_x=_nominal_x(weighed),
                text="—" if effective is None else f"{shown(effective * 100, 0)}%",
            )
        )
    return bars


def _length(share: Fraction) -> str:
    return exact.plain(half_up(CHART_WIDTH * share, 1))


def _nominal_x(weighed: Influence | None) -> str:
    nominal = weighed.nominal if weighed else Fraction(0)
    return exact.plain(half_up(CHART_LEFT + CHART_WIDTH * nominal - 1, 1))


def _inside(outcome: Outcome) -> frozenset[str]:
    return frozenset(outcome.cut.inside) if outcome.cut else frozenset()


def _whatif(outcomes: list[_Variant]) -> WhatIf:
    current = outcomes[0].outcome
    before = _inside(current)
    concerned = {
        code for variant in outcomes for code in _inside(variant.outcome) ^ before
    }
    shown_rows = [
        trace
        for place, trace in enumerate(current.ranking)
        if place < ROWS or trace.entry in concerned
    ]
    return WhatIf(
        columns=[variant.name for variant in outcomes],
        rows=[
            Row(
                trace.name,
                [
                    _cell(trace.entry, v.outcome, before, v is outcomes[0])
                    for v in outcomes
                ],
            )
            for trace in shown_rows
        ],
        changes=[len(_inside(v.outcome) - before) for v in outcomes],
    )


def _cell(
    code: str, outcome: Outcome, before: frozenset[str], is_current: bool
) -> Cell:
    inside = code in _inside(outcome)
    rank = outcome.trace(code).rank or 0
    if is_current:
        return Cell(rank, "" if inside else "no")
    if inside == (code in before):
        return Cell(rank, "" if inside else "no")
    return Cell(rank, "in" if inside else "out")
