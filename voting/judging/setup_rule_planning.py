"""Panels, rounds and criteria of an import. They are the rule sheet's, as long as it is a draft.

Each of these sheets is the whole list: what is not in it would be removed, and the preview
says so. Criteria are the whole list of the rounds that they name.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from site_cms.spreadsheets.books import Book
from site_cms.spreadsheets.tables import Table
from voting.judging.draw_models import DrawList
from voting.judging.models import Night
from voting.judging.setup_plans import (
    Outcome,
    PlannedRow,
    RowReader,
    Section,
    changes_between,
    repeated,
)
from voting.judging.setup_rules import (
    in_minutes,
    mark_of,
    number_of,
    seconds_of,
    shares_of,
)
from voting.judging.setup_sheets import (
    CODE,
    CRITERIA,
    CRITERION,
    HIGHEST,
    HINT,
    LOWEST,
    MARKING,
    PANEL,
    PANELS,
    PRESENTING,
    ROUND,
    ROUNDS,
    STEP,
    WEIGHT,
    hints_of,
    names_of_panels,
)
from voting.rules import exact
from voting.rules.rule_sheet import PanelRule, RoundRule, RuleSheet
from voting.rules.sheets import Criterion

_CODE = re.compile(r"[0-9A-Za-z_-]{1,40}")
_LONGEST_NAME, _LONGEST_HINT = 40, 80
_TIMES = {PRESENTING: "presenting_seconds", MARKING: "marking_seconds"}


@dataclass(frozen=True, slots=True)
class RulesPlan:
    """``times`` and ``hints`` go by the code of their round; they are the night's own."""

    rules: RuleSheet
    sections: tuple[Section, ...] = ()
    times: dict[str, dict[str, int]] = field(default_factory=dict)
    hints: dict[str, dict[str, str]] = field(default_factory=dict)


def plan_rules(
    book: Book, rules: RuleSheet, night: Night | None, *, fixed: str
) -> RulesPlan:
    """``fixed``: why the rules cannot change any more; empty while they can."""
    sections, times, hints = [], {}, {}
    wanted = rules
    if table := book.tables.get(PANELS.title):
        panels, section = _panels(table, rules, night, fixed)
        wanted = replace(wanted, panels=panels)
        sections.append(section)
    if table := book.tables.get(ROUNDS.title):
        rounds, section, times = _rounds(table, wanted, night, fixed)
        wanted = replace(wanted, rounds=rounds)
        sections.append(section)
    if table := book.tables.get(CRITERIA.title):
        rounds, section, hints = _criteria(table, wanted, night, fixed)
        wanted = replace(wanted, rounds=rounds)
        sections.append(section)
    return RulesPlan(rules if fixed else wanted, tuple(sections), times, hints)


def _panels(
    table: Table, rules: RuleSheet, night: Night | None, fixed: str
) -> tuple[tuple[PanelRule, ...], Section]:
    readers = RowReader.all_of(table)
    known = {panel.code: panel for panel in rules.panels}
    codes = _codes(readers, PANEL, known, prefix="panel")
    shares, problems = _weights(readers, "各评委组")
    pattern = rules.panels[0] if rules.panels else PanelRule("", "", Fraction(0))
    panels, rows = [], []
    for reader, code, share in zip(readers, codes, shares, strict=True):
        before = known.get(code)
        name = reader.needed(PANEL, longest=_LONGEST_NAME)
        after = replace(before or pattern, code=code, name=name, weight=share)
        changes = changes_between(
            _panel_cells(before) if before else {}, _panel_cells(after)
        )
        if fixed and changes:
            reader.wrong(changes[0].column, _differs(changes[0].before, fixed))
        panels.append(after)
        rows.append(reader.planned(name, before, changes))
    gone = [panel for panel in rules.panels if panel.code not in codes]
    problems += _gone_problems(gone, fixed)
    problems += _panels_with_seats(gone, night)
    rows += _gone(gone)
    reordered = _is_reordered(known, codes) and not fixed
    return tuple(panels), _section(
        PANELS.title, table, rows, problems, reordered=reordered
    )


def _panel_cells(panel: PanelRule) -> dict[str, str]:
    return {PANEL: panel.name, WEIGHT: exact.percent(panel.weight)}


def _panels_with_seats(gone: Sequence[PanelRule], night: Night | None) -> list[str]:
    if night is None:
        return []
    seats = {
        panel.code: [seat.code for seat in panel.seats.all()]
        for panel in night.panels.prefetch_related("seats")
    }
    return [
        f"表里没有“{panel.name}”，可是它还有席位 {'、'.join(seats[panel.code])}，不能移除。"
        "请先把这些席位改到别的组。"
        for panel in gone
        if seats.get(panel.code)
    ]


def _rounds(
    table: Table, rules: RuleSheet, night: Night | None, fixed: str
) -> tuple[tuple[RoundRule, ...], Section, dict[str, dict[str, int]]]:
    readers = RowReader.all_of(table)
    known = {each.code: each for each in rules.rounds}
    at_night = {each.code: each for each in night.rounds.all()} if night else {}
    codes = _codes(readers, ROUND, known, prefix="round")
    shares, problems = _weights(readers, "各轮")
    rounds, rows, times = [], [], {}
    for reader, code, share in zip(readers, codes, shares, strict=True):
        before = known.get(code)
        name = reader.needed(ROUND, longest=_LONGEST_NAME)
        after = replace(
            before or RoundRule(code, name, share, ()),
            name=name,
            weight=share,
            panels=_panels_named(reader, rules, before),
        )
        seconds = {
            column: reader.read(column, seconds_of, 0)
            for column in _TIMES
            if reader.text(column)
        }
        ruled = changes_between(
            _round_cells(rules, before) if before else {}, _round_cells(rules, after)
        )
        if fixed and ruled:
            reader.wrong(ruled[0].column, _differs(ruled[0].before, fixed))
        timed = changes_between(
            {
                column: in_minutes(getattr(at_night[code], name))
                for column, name in _TIMES.items()
                if code in at_night
            },
            {column: in_minutes(value) for column, value in seconds.items()},
        )
        times[code] = {_TIMES[column]: value for column, value in seconds.items()}
        rounds.append(after)
        rows.append(reader.planned(name, before, [*ruled, *timed]))
    gone = [each for each in rules.rounds if each.code not in codes]
    problems += _gone_problems(gone, fixed)
    problems += _rounds_with_a_list(gone, night)
    rows += _gone(gone)
    reordered = _is_reordered(known, codes) and not fixed
    section = _section(ROUNDS.title, table, rows, problems, reordered=reordered)
    return tuple(rounds), section, times


def _round_cells(rules: RuleSheet, each: RoundRule) -> dict[str, str]:
    return {
        ROUND: each.name,
        WEIGHT: exact.percent(each.weight),
        PANEL: names_of_panels(rules, each),
    }


def _panels_named(
    reader: RowReader, rules: RuleSheet, before: RoundRule | None
) -> tuple[str, ...]:
    if not reader.has(PANEL):
        return before.panels if before else ()
    found = []
    for word in parts_of(reader.text(PANEL)):
        panel = by_name_or_code(word, rules.panels)
        if panel is None:
            reader.wrong(PANEL, f"没有“{word[:20]}”这个评委组，请写评委组的名称。")
        else:
            found.append(panel.code)
    inside = tuple(panel.code for panel in rules.panels if panel.code in found)
    return () if len(inside) == len(rules.panels) else inside


def _rounds_with_a_list(gone: Sequence[RoundRule], night: Night | None) -> list[str]:
    if night is None:
        return []
    listed = set(
        DrawList.objects.filter(round__night=night).values_list(
            "round__code", flat=True
        )
    )
    return [
        f"表里没有“{each.name}”，可是它已经公布过抽签名单，不能移除。"
        for each in gone
        if each.code in listed
    ]


def _criteria(
    table: Table, rules: RuleSheet, night: Night | None, fixed: str
) -> tuple[tuple[RoundRule, ...], Section, dict[str, dict[str, str]]]:
    readers = RowReader.all_of(table)
    by_round = _by_round(readers, rules)
    hints_before, hints = hints_of(night), {}
    rounds, planned, gone_rows, problems, reordered = [], {}, [], [], False
    for each in rules.rounds:
        of_round = by_round.get(each.code)
        if of_round is None:
            rounds.append(each)
            continue
        known = {criterion.code: criterion for criterion in each.criteria}
        codes = _codes(of_round, CRITERION, known, prefix="item")
        criteria = []
        for reader, code in zip(of_round, codes, strict=True):
            criterion, row = _criterion(
                reader,
                code,
                known.get(code),
                hints_before.get((each.code, code)),
                fixed,
            )
            criteria.append(criterion)
            planned[reader.row.number] = row
            if reader.has(HINT):
                hints.setdefault(each.code, {})[code] = reader.text(HINT)
        gone = [criterion for criterion in each.criteria if criterion.code not in codes]
        problems += _gone_problems(gone, fixed)
        gone_rows += _gone(gone)
        reordered = reordered or _is_reordered(known, codes)
        rounds.append(replace(each, criteria=tuple(criteria)))
    rows = [
        planned.get(reader.row.number)
        or reader.planned(reader.text(CRITERION), None, [])
        for reader in readers
    ]
    section = _section(
        CRITERIA.title,
        table,
        [*rows, *gone_rows],
        problems,
        reordered=reordered and not fixed,
    )
    return tuple(rounds), section, hints


def _by_round(
    readers: Sequence[RowReader], rules: RuleSheet
) -> dict[str, list[RowReader]]:
    found: dict[str, list[RowReader]] = {}
    for reader in readers:
        word = reader.needed(ROUND, longest=_LONGEST_NAME)
        each = by_name_or_code(word, rules.rounds)
        if each is None:
            reader.wrong(ROUND, f"没有“{word[:20]}”这一轮，请写轮次的名称。")
        else:
            found.setdefault(each.code, []).append(reader)
    return found


def _criterion(
    reader: RowReader,
    code: str,
    before: Criterion | None,
    hint: str | None,
    fixed: str,
) -> tuple[Criterion, PlannedRow]:
    name = reader.needed(CRITERION, longest=_LONGEST_NAME)
    reader.short(HINT, longest=_LONGEST_HINT)
    if not reader.text(HIGHEST):
        reader.wrong(HIGHEST, "没有填。请写满分，例如 40。")
    after = replace(
        before or Criterion(code, name, Fraction(0)),
        name=name,
        maximum=reader.read(HIGHEST, mark_of, Fraction(0)),
    )
    if reader.has(LOWEST):
        after = replace(after, minimum=reader.read(LOWEST, mark_of, Fraction(0)))
    if reader.has(STEP):
        after = replace(after, step=reader.read(STEP, mark_of, Fraction(1, 2)))
    if not reader.errors:
        _check_range(reader, after)
    changes = changes_between(
        _criterion_cells(before) if before else {}, _criterion_cells(after)
    )
    if fixed and changes:
        reader.wrong(changes[0].column, _differs(changes[0].before, fixed))
    hinted = (
        changes_between({HINT: hint or ""}, {HINT: reader.text(HINT)})
        if reader.has(HINT)
        else []
    )
    return after, reader.planned(name, before, [*changes, *hinted])


def _check_range(reader: RowReader, criterion: Criterion) -> None:
    if criterion.maximum <= criterion.minimum:
        reader.wrong(HIGHEST, f"要大于最低分 {exact.plain(criterion.minimum)}。")
    elif criterion.step <= 0:
        reader.wrong(STEP, "要大于 0，例如 0.5。")
    elif (criterion.maximum - criterion.minimum) % criterion.step:
        reader.wrong(
            STEP, f"每档 {exact.plain(criterion.step)}，打不到满分，请改每档或满分。"
        )


def _criterion_cells(criterion: Criterion) -> dict[str, str]:
    return {
        CRITERION: criterion.name,
        HIGHEST: exact.plain(criterion.maximum),
        LOWEST: exact.plain(criterion.minimum),
        STEP: exact.plain(criterion.step),
    }


# What the three sheets have in common

_REORDERED = "次序改成表里的次序。"


def parts_of(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[、,，;；\n]", text) if word.strip()]


def by_name_or_code(word: str, among: Iterable):
    """What is named so, or has that code; None where there is no such thing."""
    asked = word.casefold()
    for each in among:
        if asked in {each.name.casefold(), each.code.casefold()}:
            return each
    return None


def _codes(
    readers: Sequence[RowReader],
    column: str,
    known: Mapping[str, object],
    *,
    prefix: str,
) -> list[str]:
    """The code of each row: as typed, of the thing with that name, or a new one."""
    by_folded = {code.casefold(): code for code in known}
    by_name = {each.name.casefold(): code for code, each in known.items()}
    typed = {reader.text(CODE).casefold() for reader in readers}
    twice = repeated(reader.text(CODE) for reader in readers)
    names_twice = repeated(reader.text(column) for reader in readers)
    codes: list[str] = []
    for reader in readers:
        code, name = reader.text(CODE), reader.text(column)
        if code and not _CODE.fullmatch(code):
            reader.wrong(CODE, "只能用 1 到 40 个英文字母、数字、横线或下划线。")
        if code.casefold() in twice:
            reader.wrong(CODE, "这个代号用了两次，请改一个。")
        if name.casefold() in names_twice:
            reader.wrong(column, "这个名称用了两次，请改一个。")
        found = (
            by_folded.get(code.casefold(), code)
            if code
            else by_name.get(name.casefold())
        )
        if not found or found in codes:
            found = _new_code(prefix, {*by_folded, *typed, *codes})
        codes.append(found)
    return codes


def _new_code(prefix: str, taken: set[str]) -> str:
    number = 1
    while f"{prefix}-{number}" in taken:
        number += 1
    return f"{prefix}-{number}"


def _weights(
    readers: Sequence[RowReader], what: str
) -> tuple[list[Fraction], list[str]]:
    typed = []
    for reader in readers:
        if not reader.text(WEIGHT):
            reader.wrong(WEIGHT, "没有填。请写百分比，例如 30。")
        typed.append(reader.read(WEIGHT, number_of, Fraction(0)))
    shares = shares_of(typed)
    if shares is None:
        unread = any(
            error.column == WEIGHT for each in readers for error in each.errors
        )
        total = exact.plain(sum(typed, Fraction(0)))
        problem = f"{what}的权重合起来是 {total}，要正好是 100。"
        return [weight / 100 for weight in typed], [] if unread else [problem]
    return shares, []


def _differs(before: str, fixed: str) -> str:
    return f"{fixed}现在是“{before}”，请照现在的写。" if before else fixed


def _gone(gone: Iterable) -> list[PlannedRow]:
    return [PlannedRow(None, each.name, Outcome.REMOVED) for each in gone]


def _gone_problems(gone: Iterable, fixed: str) -> list[str]:
    return [f"表里没有“{each.name}”。{fixed}" for each in gone] if fixed else []


def _is_reordered(known: Mapping[str, object], codes: Sequence[str]) -> bool:
    return [c for c in codes if c in known] != [c for c in known if c in codes]


def _section(
    title: str,
    table: Table,
    rows: Sequence[PlannedRow],
    problems: Sequence[str],
    *,
    reordered: bool,
) -> Section:
    remarks = (_REORDERED,) if reordered else ()
    return Section(title, tuple(rows), tuple(problems), remarks, table.unknown)
