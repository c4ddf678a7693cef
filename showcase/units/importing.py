"""What a spreadsheet of units would do: found out before anything is done."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError

from showcase.units.models import Category, Unit
from showcase.units.rules import branch_names, same_word
from site_cms.spreadsheets.numbers import NotANumber, whole_number
from site_cms.spreadsheets.tables import Column, Row, RowError, Table

CODE, NAME, SHORT, CATEGORY = "单位代码", "名称", "简称", "类别"
POPULATION, HEADCOUNT = "服务人口", "在编人数"
CONTACT, PHONE, BRANCHES = "联系人", "联系电话", "支部"

COLUMNS = (
    Column(
        CODE, note="县内统一的代码，字母和数字，例如 J07。代码相同的就是同一个单位。"
    ),
    Column(NAME, width=28, note="全称，60 字以内，不能和别的单位相同。"),
    Column(SHORT, required=False, note="20 字以内。空着就用名称。"),
    Column(
        CATEGORY,
        width=16,
        note="、".join(Category.labels) + "，三种里的一种。",
        choices=tuple(Category.labels),
    ),
    Column(POPULATION, note="人数，例如 12300、12,300 或 1.23 万。"),
    Column(HEADCOUNT, note="人数，例如 56。"),
    Column(CONTACT, required=False, note="负责填报的人。不公开。"),
    Column(PHONE, required=False, width=16, note="手机或座机。不公开。"),
    Column(BRANCHES, required=False, width=36, note="几个支部之间用“、”或“;”隔开。"),
)
_FIELDS = {
    CODE: "code",
    NAME: "name",
    SHORT: "short_name",
    CATEGORY: "category",
    POPULATION: "population_served",
    HEADCOUNT: "headcount",
    CONTACT: "contact_name",
    PHONE: "contact_phone",
}
_COLUMN_OF = {field: heading for heading, field in _FIELDS.items()}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,12}")
_NUMBERS = {POPULATION, HEADCOUNT}


class Outcome(StrEnum):
    NEW = "新建"
    CHANGED = "修改"
    SAME = "没有变化"
    WRONG = "有问题"


@dataclass(frozen=True, slots=True)
class Change:
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What one row will do. ``branches`` is None where the file says nothing of them."""

    number: int
    code: str
    name: str
    outcome: Outcome
    fields: dict[str, Any]
    branches: list[str] | None
    changes: tuple[Change, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    rows: tuple[PlannedRow, ...]
    unknown: tuple[str, ...]

    @property
    def errors(self) -> list[RowError]:
        return [error for row in self.rows for error in row.errors]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each outcome there are, in the order of Outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}

    @property
    def changes_something(self) -> bool:
        return any(row.outcome in {Outcome.NEW, Outcome.CHANGED} for row in self.rows)

    @property
    def fingerprint(self) -> str:
        """The same for the same effect: what was confirmed is what is done."""
        effect = [
            [row.number, row.outcome, row.fields, row.branches]
            + [[c.column, c.before, c.after] for c in row.changes]
            for row in self.rows
        ]
        text = json.dumps(effect, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_import(table: Table) -> Plan:
    known = {
        unit.code.casefold(): unit for unit in Unit.objects.prefetch_related("branches")
    }
    holders = {unit.name: unit for unit in known.values()}
    twice = {
        column: _repeated(row.cells[column] for row in table.rows)
        for column in (CODE, NAME)
    }
    rows = []
    for row in table.rows:
        unreadable = [error for error in table.errors if error.row == row.number]
        rows.append(_planned(row, unreadable, known, holders, twice))
    return Plan(rows=tuple(rows), unknown=table.unknown)


def _planned(
    row: Row,
    unreadable: Sequence[RowError],
    known: dict[str, Unit],
    holders: dict[str, Unit],
    twice: dict[str, set[str]],
) -> PlannedRow:
    unit = known.get(row.cells[CODE].casefold())
    errors = list(unreadable)
    told = {error.column for error in errors}

    def wrong(column: str, sentence: str) -> None:
        if column not in told:
            told.add(column)
            errors.append(RowError(row.number, column, sentence))

    fields = _fields(row, unit, wrong)
    branches = branch_names(row.cells[BRANCHES]) if BRANCHES in row.cells else None
    for name in branches or []:
        if len(name) > 40:
            wrong(BRANCHES, f"“{name[:10]}…”超过 40 个字，请写短一些。")
    for column, repeated in twice.items():
        if same_word(row.cells[column]) in repeated:
            wrong(column, "这个文件里有几行相同，请只留一行。")
    holder = holders.get(fields.get("name", ""))
    if holder and holder != unit:
        wrong(
            NAME,
            f"这个名称是 {holder.code} 的。请核对代码；要对调名称，请分两次导入。",
        )
    changes = _changes(unit, fields, branches) if unit and not errors else ()
    return PlannedRow(
        number=row.number,
        code=unit.code if unit else row.cells[CODE],
        name=row.cells[NAME],
        outcome=_outcome(unit, changes, errors),
        fields=fields,
        branches=branches,
        changes=changes,
        errors=tuple(errors),
    )


def _outcome(unit, changes, errors) -> Outcome:
    if errors:
        return Outcome.WRONG
    if unit is None:
        return Outcome.NEW
    return Outcome.CHANGED if changes else Outcome.SAME


def _fields(row: Row, unit: Unit | None, wrong) -> dict[str, Any]:
    """The values of a row's cells; ``wrong`` is told of every cell that has none."""
    fields: dict[str, Any] = {}
    for column in COLUMNS:
        heading = column.heading
        if heading not in row.cells or heading == BRANCHES:
            continue
        text = row.cells[heading]
        if column.required and not text:
            wrong(heading, "没有填。合并的单元格请先拆开，每行都填。")
        elif heading == CODE and not _CODE.fullmatch(text):
            wrong(heading, "只能用字母、数字和减号，最多 12 位，例如 J07。")
        elif heading in _NUMBERS:
            try:
                fields[_FIELDS[heading]] = whole_number(text, units="口人名")
            except NotANumber as error:
                wrong(heading, str(error))
        elif heading == CATEGORY:
            category = _category(text)
            if category is None:
                wrong(heading, f"没有“{text[:20]}”这一类，请写{column.note}")
            else:
                fields["category"] = category
        else:
            fields[_FIELDS[heading]] = text
    if unit:
        fields["code"] = unit.code
    if not fields.get("short_name") and not (unit and SHORT not in row.cells):
        fields["short_name"] = fields.get("name", "")
        if len(fields["short_name"]) > 20:
            wrong(SHORT, "名称超过 20 个字，请另写一个简称。")
    _check_by_the_model(fields, wrong)
    return fields


def _check_by_the_model(fields: dict[str, Any], wrong) -> None:
    try:
        Unit(**fields).clean_fields(
            exclude=[
                field.name for field in Unit._meta.fields if field.name not in fields
            ]
        )
    except ValidationError as error:
        for name, sentences in error.message_dict.items():
            wrong(_COLUMN_OF[name], sentences[0])


def _category(text: str) -> str | None:
    """By its label, as people shorten it: 乡镇 is 乡镇（园区）."""
    asked = same_word(text)
    for category in Category:
        label = same_word(category.label)
        if asked in {label, label.partition("(")[0], category.value}:
            return category.value
    return None


def _changes(
    unit: Unit, fields: dict[str, Any], branches: list[str] | None
) -> tuple[Change, ...]:
    changes = [
        Change(_COLUMN_OF[name], _shown(unit, name, before), _shown(unit, name, after))
        for name, after in fields.items()
        if (before := getattr(unit, name)) != after
    ]
    present = [branch.name for branch in unit.branches.all()]
    if branches is not None and set(branches) != set(present):
        changes.append(Change(BRANCHES, "、".join(present), "、".join(branches)))
    return tuple(changes)


def _shown(unit: Unit, name: str, value: Any) -> str:
    return Category(value).label if name == "category" else str(value)


def _repeated(texts: Iterable[str]) -> set[str]:
    found = Counter(same_word(text) for text in texts if text)
    return {text for text, times in found.items() if times > 1}


def exported(unit: Unit) -> list[str | int]:
    """A unit as a row of the template, so that an export can be corrected and sent back."""
    return [
        unit.code,
        unit.name,
        unit.short_name,
        unit.get_category_display(),
        unit.population_served,
        unit.headcount,
        unit.contact_name,
        unit.contact_phone,
        "、".join(branch.name for branch in unit.branches.all()),
    ]
