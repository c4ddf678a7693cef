"""换一种算法 What would change under another method? A table for the rehearsal, on practice data."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from voting.rules import exact
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.reading import Refused
from voting.rules.rule_sheet import RuleSheet, VoteMethod, VotesRule
from voting.rules.trace import Outcome

METHOD_NAMES: dict[VoteMethod, str] = {
    "as_is": "平均满意度",
    "rank": "名次线性",
    "share_of_top": "占最高票",
    "share_of_total": "占总票",
    "min_max": "极差",
    "floor_and_rank": "人数门槛＋名次",
}


class Variant(NamedTuple):
    name: str
    sheet: RuleSheet


class Column(NamedTuple):
    """One variant's ranks. ``entering`` and ``leaving`` compare the flags with the first column.

    ``refused`` tells why a variant could not be computed (headcounts missing, for example).
    """

    name: str
    ranks: dict[str, int]
    scores: dict[str, Fraction]
    inside: tuple[str, ...]
    entering: tuple[str, ...]
    leaving: tuple[str, ...]
    refused: str


def variants(sheet: RuleSheet) -> list[Variant]:
    """The sheet itself, the other methods at its weight, half the weight, marks or votes alone.

    >>> sheet = RuleSheet("例", Fraction("0.2"), ("total", "lot"), votes=VotesRule("rank"))
    >>> [v.name for v in variants(sheet)][:3]
    ['名次线性 20%', '占最高票 20%', '占总票 20%']
    """
    weight, rule = sheet.online_weight or Fraction(0), sheet.votes
    if rule is None:
        return [Variant("公布的规则", sheet)]
    found = [_variant(sheet, rule.method, weight)]
    for method in METHOD_NAMES:
        if method != rule.method and (method != "as_is" or rule.form == "grades"):
            found.append(_variant(sheet, method, weight))
    if weight:
        found.append(_variant(sheet, rule.method, weight / 2))
        found.append(
            Variant("只看现场，民意只作参考", replace(sheet, online_weight=Fraction(0)))
        )
    if not sheet.extras_weight() and weight != 1:
        found.append(Variant("只看民意", replace(sheet, online_weight=Fraction(1))))
    return found


def compare(
    sheet: RuleSheet, inputs: Inputs, others: Sequence[Variant] | None = None
) -> list[Column]:
    """Compute every variant on the same inputs. The first column is the sheet as it stands.

    Errors
        :class:`~voting.rules.reading.Refused` if the sheet itself cannot be computed.
    """
    chosen = (
        variants(sheet) if others is None else [Variant("公布的规则", sheet), *others]
    )
    first = compute(sheet, inputs)
    columns = [_column(chosen[0].name, first, first)]
    for variant in chosen[1:]:
        try:
            columns.append(_column(variant.name, compute(variant.sheet, inputs), first))
        except Refused as refused:
            why = "".join(problem.sentence for problem in refused.problems[:1])
            columns.append(Column(variant.name, {}, {}, (), (), (), why))
    return columns


def _variant(sheet: RuleSheet, method: VoteMethod, weight: Fraction) -> Variant:
    rule = sheet.votes or VotesRule(method)
    return Variant(
        f"{METHOD_NAMES[method]} {exact.percent(weight)}",
        replace(sheet, online_weight=weight, votes=replace(rule, method=method)),
    )


def _column(name: str, outcome: Outcome, first: Outcome) -> Column:
    before = first.cut.inside if first.cut else ()
    inside = outcome.cut.inside if outcome.cut else ()
    return Column(
        name,
        {
            trace.entry: trace.rank
            for trace in outcome.ranking
            if trace.rank is not None
        },
        {
            trace.entry: trace.total
            for trace in outcome.ranking
            if trace.total is not None
        },
        inside,
        tuple(entry for entry in inside if entry not in before),
        tuple(entry for entry in before if entry not in inside),
        "",
    )
