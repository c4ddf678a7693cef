"""What keeps inputs from being calculated with, in sentences for the person who entered them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from math import lcm

from voting.rules import exact
from voting.rules.draw import is_seed
from voting.rules.inputs import Absence, Inputs, Recusal, denominators
from voting.rules.reading import Problem
from voting.rules.rule_sheet import RoundRule, RuleSheet


def check(sheet: RuleSheet, inputs: Inputs) -> list[Problem]:
    """All that keeps these inputs from being calculated with; empty when they are good.

    Missing sheets are no problem here: the outcome lists them, and whoever publishes refuses.
    """
    return [
        *_entries(inputs),
        *_seats(sheet, inputs),
        *_marks(sheet, inputs),
        *_votes(sheet, inputs),
        *_extras(sheet, inputs),
        *_acts(inputs),
    ]


def _twice(values: Collection[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def _entries(inputs: Inputs) -> Iterator[Problem]:
    if twice := _twice([entry.code for entry in inputs.entries]):
        yield Problem("entries", f"参评代号重复：{_join(twice)}。")
    if twice := _twice([entry.number for entry in inputs.entries]):
        yield Problem("entries", f"参评编号重复：{_join(twice)}。")
    if any(entry.number < 1 for entry in inputs.entries):
        yield Problem("entries", "参评编号要从 1 开始。")
    if any("\n" in entry.name or "\r" in entry.name for entry in inputs.entries):
        yield Problem("entries", "单位名称里不能换行。")
    if any((entry.headcount or 0) < 0 for entry in inputs.entries):
        yield Problem("entries", "人数不能是负数。")


def _join(values: Collection[object]) -> str:
    return "、".join(str(value) for value in list(values)[:10])


def _seats(sheet: RuleSheet, inputs: Inputs) -> Iterator[Problem]:
    seats = {seat.code for seat in inputs.seats}
    entries = {entry.code for entry in inputs.entries}
    rounds = {round_rule.code for round_rule in sheet.rounds}
    panels = {panel.code for panel in sheet.panels}
    if twice := _twice([seat.code for seat in inputs.seats]):
        yield Problem("seats", f"席位代号重复：{_join(twice)}。")
    if unknown := {seat.panel for seat in inputs.seats} - panels:
        yield Problem(
            "seats", f"席位所在的评委组不在规则里：{_join(sorted(unknown))}。"
        )
    acts: dict[str, tuple[Recusal | Absence, ...]] = {
        "recusals": inputs.recusals,
        "absences": inputs.absences,
    }
    for name, listed in acts.items():
        for index, act in enumerate(listed):
            if (
                act.seat not in seats
                or (act.entry is not None and act.entry not in entries)
                or (act.round is not None and act.round not in rounds)
            ):
                yield Problem(
                    f"{name}[{index}]", "席位、参评单位或轮次不存在，请核对。"
                )


def _marks(sheet: RuleSheet, inputs: Inputs) -> Iterator[Problem]:
    rounds = {round_rule.code: round_rule for round_rule in sheet.rounds}
    entries = {entry.code for entry in inputs.entries}
    panel_of = {seat.code: seat.panel for seat in inputs.seats}
    for code, by_entry in inputs.marks.items():
        if code not in rounds:
            yield Problem(f"marks.{code}", "规则里没有这一轮。")
            continue
        judging = {panel.code for panel in sheet.panels_of(rounds[code])}
        seats = {seat for seat, panel in panel_of.items() if panel in judging}
        checks = _mark_checks(rounds[code], by_entry)
        for entry, by_seat in by_entry.items():
            if entry not in entries:
                yield Problem(f"marks.{code}.{entry}", "没有这个参评单位。")
            if strangers := by_seat.keys() - seats:
                yield Problem(
                    f"marks.{code}.{entry}",
                    f"这些席位不存在或不评这一轮：{_join(sorted(strangers))}。",
                )
            for seat, marks in by_seat.items():
                for criterion, mark in marks.items():
                    if criterion not in checks:
                        yield Problem(
                            f"marks.{code}.{entry}.{seat}",
                            f"没有评分项 {criterion[:40]}。",
                        )
                        continue
                    scale, low, high, step, sentence = checks[criterion]
                    scaled = mark.numerator * (scale // mark.denominator)
                    if not low <= scaled <= high or (scaled - low) % step:
                        yield Problem(
                            f"marks.{code}.{entry}.{seat}.{criterion}", sentence
                        )


def _mark_checks(
    round_rule: RoundRule, by_entry: Mapping[str, Mapping[str, Mapping[str, Fraction]]]
) -> dict[str, tuple[int, int, int, int, str]]:
    """For each criterion a common denominator, and bounds and step as whole numbers over it."""
    scale = lcm(*denominators(by_entry), *_bounds_denominators(round_rule))
    return {
        c.code: (
            scale,
            int(c.minimum * scale),
            int(c.maximum * scale),
            int(c.step * scale),
            f"{c.name}要在 {exact.plain(c.minimum)} 到 {exact.plain(c.maximum)} 之间，"
            f"间隔 {exact.plain(c.step)}。",
        )
        for c in round_rule.criteria
    }


def _bounds_denominators(round_rule: RoundRule) -> set[int]:
    return {
        bound.denominator
        for criterion in round_rule.criteria
        for bound in (criterion.minimum, criterion.maximum, criterion.step)
    }


def _votes(sheet: RuleSheet, inputs: Inputs) -> Iterator[Problem]:
    entries = {entry.code for entry in inputs.entries}
    if unknown := (inputs.votes.keys() | inputs.grades.keys()) - entries:
        yield Problem(
            "votes", f"有票记在不存在的参评单位上：{_join(sorted(unknown))}。"
        )
    counts = [*inputs.votes.values()]
    for by_grade in inputs.grades.values():
        counts += by_grade.values()
    if any(count < 0 for count in counts):
        yield Problem("votes", "票数不能是负数。")
    rule = sheet.votes
    if rule is None:
        return
    names = set(rule.values())
    if rule.form == "grades" and any(
        by_grade.keys() - names for by_grade in inputs.grades.values()
    ):
        yield Problem("grades", "有规则里没有的满意度档次。")
    given = inputs.votes if rule.form == "approval" else inputs.grades
    active = inputs.active()
    missing = [entry.label for entry in active if entry.code not in given]
    if sheet.online_weight and missing:
        yield Problem("votes", f"这些单位还没有票数（零票要写 0）：{_join(missing)}。")
    if rule.method == "floor_and_rank" and (
        unknown_size := [entry.label for entry in active if entry.headcount is None]
    ):
        yield Problem(
            "entries", f"按人数设门槛，这些单位缺人数：{_join(unknown_size)}。"
        )


def _extras(sheet: RuleSheet, inputs: Inputs) -> Iterator[Problem]:
    rules = {extra.code: extra for extra in sheet.extras}
    entries = {entry.code for entry in inputs.entries}
    for code, values in inputs.extras.items():
        if code not in rules:
            yield Problem(f"extras.{code}", "规则里没有这个得分项。")
        elif values.keys() - entries:
            yield Problem(f"extras.{code}", "有分记在不存在的参评单位上。")
        elif any(not 0 <= value <= rules[code].full for value in values.values()):
            yield Problem(
                f"extras.{code}",
                f"{rules[code].name}要在 0 到 {exact.plain(rules[code].full)} 之间。",
            )
    for code, rule in rules.items():
        given = inputs.extras.get(code, {})
        missing = [entry.label for entry in inputs.active() if entry.code not in given]
        if rule.way == "weighted" and missing:
            yield Problem(
                f"extras.{code}", f"这些单位缺{rule.name}：{_join(missing)}。"
            )


def _acts(inputs: Inputs) -> Iterator[Problem]:
    entries = {entry.code for entry in inputs.entries}
    for index, deduction in enumerate(inputs.deductions):
        where = f"deductions[{index}]"
        if deduction.entry not in entries:
            yield Problem(where, "没有这个参评单位。")
        if deduction.points <= 0 or not deduction.reason.strip():
            yield Problem(where, "扣分要大于 0，并写明原因。")
    for index, withdrawal in enumerate(inputs.withdrawals):
        if withdrawal.entry not in entries or not withdrawal.reason.strip():
            yield Problem(f"withdrawals[{index}]", "退出的单位要存在，并写明原因。")
    if _twice([frozenset(decision.order) for decision in inputs.decisions]):
        yield Problem("decisions", "同一组单位的裁定写了两次，请留一份。")
    for index, decision in enumerate(inputs.decisions):
        where = f"decisions[{index}]"
        if (
            set(decision.order) - entries
            or _twice(decision.order)
            or len(decision.order) < 2
        ):
            yield Problem(where, "裁定要列出至少两个不同的参评单位，从前到后。")
        if not any(name.strip() for name in decision.by) or not decision.reason.strip():
            yield Problem(where, "裁定要写明是谁定的、为什么。")
    seeds = {"lot_seed": inputs.lot_seed} if inputs.lot_seed is not None else {}
    seeds |= {
        f"lot_seeds.{list_hash}": seed for list_hash, seed in inputs.lot_seeds.items()
    }
    for where, seed in seeds.items():
        if not is_seed(seed):
            yield Problem(where, "抽签种子是 8 到 200 个数字或英文字母，中间没有空格。")
