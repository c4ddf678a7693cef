"""Seats and recusals of an import. A seat that is in no row stays as it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from showcase.contests.models import Contest, Entry
from site_cms.spreadsheets.tables import Table
from voting.judging.models import Night, Recusal, Seat, SeatKind
from voting.judging.setup_plans import (
    Outcome,
    RowReader,
    Section,
    changes_between,
    repeated,
)
from voting.judging.setup_rule_planning import by_name_or_code
from voting.judging.setup_rules import NotReadable, number_of
from voting.judging.setup_sheets import (
    KIND,
    NUMBER,
    ORGANISATION,
    PANEL,
    PERSON,
    PLACE,
    REASON,
    RECUSALS,
    SEAT,
    SEATS,
    UNIT,
)
from voting.rules.rule_sheet import RuleSheet

_CODE = re.compile(r"[A-Za-z0-9-]{1,8}")
_TEXTS = {
    PERSON: ("name", 20),
    ORGANISATION: ("organisation", 40),
    PLACE: ("place", 20),
}
_AFTER_THE_DRAW = "抽签已经完成，回避不能再登记或改动。"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """What is to become of one seat; ``panel`` is a code, ``seat`` None for a new one."""

    seat: Seat | None
    code: str
    panel: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecusalRow:
    """``before`` is the recusal whose reason changes."""

    before: Recusal | None
    seat: str
    entry: Entry
    reason: str


def plan_seats(
    table: Table, rules: RuleSheet, night: Night | None
) -> tuple[list[SeatRow], Section]:
    known = _known_seats(night)
    readers = RowReader.all_of(table)
    twice = repeated(reader.text(SEAT) for reader in readers)
    found, rows = [], []
    for reader in readers:
        typed = reader.needed(SEAT, longest=8)
        before = known.get(typed.casefold())
        if typed and not _CODE.fullmatch(typed):
            reader.wrong(SEAT, "只能用字母、数字和减号，最多 8 位，例如 A01。")
        if typed.casefold() in twice:
            reader.wrong(SEAT, "这个文件里有几行相同，请只留一行。")
        panel = by_name_or_code(reader.needed(PANEL, longest=40), rules.panels)
        if panel is None:
            reader.wrong(
                PANEL, f"没有“{reader.text(PANEL)[:20]}”这个评委组，请写评委组的名称。"
            )
        fields = _fields(reader)
        after = {PANEL: panel.name if panel else ""} | _cells(fields)
        row = reader.planned(
            f"{before.code if before else typed} {reader.text(PERSON)}",
            before,
            changes_between(_seat_cells(before, rules) if before else {}, after),
        )
        rows.append(row)
        if row.outcome in {Outcome.NEW, Outcome.CHANGED}:
            code = before.code if before else typed
            found.append(SeatRow(before, code, panel.code, fields))
    return found, Section(SEATS.title, tuple(rows), unknown=table.unknown)


def _known_seats(night: Night | None) -> dict[str, Seat]:
    seats = Seat.objects.of_night(night).select_related("panel") if night else []
    return {seat.code.casefold(): seat for seat in seats}


def _fields(reader: RowReader) -> dict[str, Any]:
    """Only what the file speaks of: a missing column changes nothing."""
    fields: dict[str, Any] = {}
    for column, (name, longest) in _TEXTS.items():
        if column == PERSON:
            fields[name] = reader.needed(column, longest=longest)
        elif reader.has(column):
            fields[name] = reader.short(column, longest=longest)
    if reader.has(KIND):
        fields["kind"] = reader.read(KIND, _kind, SeatKind.OFFICIAL)
    return fields


def _kind(text: str) -> SeatKind:
    for kind in SeatKind:
        if text.casefold() in {kind.label, kind.value, f"{kind.label}席"}:
            return kind
    raise NotReadable(f"没有“{text[:10]}”这一类，请写{'、'.join(SeatKind.labels)}。")


def _cells(fields: Mapping[str, Any]) -> dict[str, str]:
    cells = {
        column: fields[name] for column, (name, _) in _TEXTS.items() if name in fields
    }
    if "kind" in fields:
        cells[KIND] = SeatKind(fields["kind"]).label
    return cells


def _seat_cells(seat: Seat, rules: RuleSheet) -> dict[str, str]:
    """A panel that an import renames is the same panel: it goes by its code."""
    panel = by_name_or_code(seat.panel.code, rules.panels)
    fields = {name: getattr(seat, name) for name, _ in _TEXTS.values()}
    return {PANEL: panel.name if panel else seat.panel.name} | _cells(
        fields | {"kind": seat.kind}
    )


def plan_recusals(
    table: Table,
    contest: Contest,
    night: Night | None,
    seats: Table | None,
    *,
    is_drawn: bool,
) -> tuple[list[RecusalRow], Section]:
    """``seats``: those of the same file, which may be new."""
    typed = [row.cells[SEAT] for row in seats.rows] if seats else []
    codes = {code.casefold(): code for code in typed if code}
    codes |= {folded: seat.code for folded, seat in _known_seats(night).items()}
    entries = {
        entry.number: entry
        for entry in contest.entries.shortlisted().select_related("unit")
    }
    known = {
        (recusal.seat.code, recusal.entry.number): recusal
        for recusal in Recusal.objects.filter(seat__night=night).select_related(
            "seat", "entry"
        )
    }
    readers = RowReader.all_of(table)
    twice = repeated(f"{each.text(SEAT)} {each.text(NUMBER)}" for each in readers)
    found, rows = [], []
    for reader in readers:
        seat = codes.get(reader.needed(SEAT, longest=8).casefold(), "")
        if not seat:
            reader.wrong(SEAT, f"没有“{reader.text(SEAT)[:8]}”这个席位，请先登记席位。")
        entry = _entry(reader, entries)
        reason = reader.needed(REASON, longest=100)
        if f"{reader.text(SEAT)} {reader.text(NUMBER)}".casefold() in twice:
            reader.wrong(NUMBER, "这个文件里有几行相同，请只留一行。")
        before = known.get((seat, entry.number)) if entry else None
        changes = changes_between(
            {REASON: before.reason} if before else {}, {REASON: reason}
        )
        if is_drawn and changes:
            reader.wrong(NUMBER, _AFTER_THE_DRAW)
        label = f"{seat or reader.text(SEAT)} 回避 {entry or reader.text(NUMBER)}"
        row = reader.planned(label, before, changes)
        rows.append(row)
        if row.outcome in {Outcome.NEW, Outcome.CHANGED}:
            found.append(RecusalRow(before, seat, entry, reason))
    return found, Section(RECUSALS.title, tuple(rows), unknown=table.unknown)


def _entry(reader: RowReader, entries: Mapping[int, Entry]) -> Entry | None:
    if not reader.text(NUMBER):
        reader.wrong(NUMBER, "没有填。请写参评编号，例如 07。")
        return None
    number = reader.read(NUMBER, _number, -1)
    entry = entries.get(number)
    if entry is None:
        reader.wrong(
            NUMBER, f"没有编号是 {reader.text(NUMBER)[:10]} 的入围单位，请核对。"
        )
        return None
    unit = reader.text(UNIT)
    if unit and unit not in {entry.unit.name, entry.unit.short_name}:
        reader.wrong(
            UNIT, f"{entry.plate} 号是“{entry.unit.short_name}”，和这里写的不一样。"
        )
    return entry


def _number(text: str) -> int:
    value = number_of(text.removesuffix("号"))
    if value.denominator != 1:
        raise NotReadable("编号要写整数，例如 07。")
    return int(value)
