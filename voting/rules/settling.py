"""The last rung: what the metrics leave equal goes to a lot, to named people, or stays open."""

from collections.abc import Sequence

from voting.rules import draw, ranking
from voting.rules.inputs import Entry, Inputs
from voting.rules.ranking import Ladder
from voting.rules.rule_sheet import RuleSheet
from voting.rules.trace import Tie


def settle(
    sheet: RuleSheet, inputs: Inputs, scored: Sequence[Entry], ladder: Ladder
) -> tuple[Ladder, tuple[Tie, ...], tuple[str, ...]]:
    """Apply the last rung to every group of equals; the notes name decisions that were not used."""
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
    why = (
        "规则的最后一级是抽签。"
        if sheet.ladder[-1] == "lot"
        else "这些单位并不恰好是一组同分。"
    )
    notes = tuple(
        f"裁定“{'、'.join(names[code] for code in decision.order)}”没有用上：{why}"
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
    seed = inputs.lot_seeds.get(tie.list_hash, inputs.lot_seed)
    if sheet.ladder[-1] != "lot" or seed is None:
        return tie
    code_of = {f"{entry.number:02d}": entry.code for entry in entries}
    lots = draw.draw(title, listed, seed)
    return tie._replace(
        entries=tuple(code_of[lot.number] for lot in lots),
        settled_by="lot",
        hashes=tuple(lot.hash for lot in lots),
    )
