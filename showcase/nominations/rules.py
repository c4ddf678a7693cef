"""What a nomination says and in what state it is: both follow from plain values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

STATEMENT_LIMIT = 2_000
# A draft may be longer for a while: what was pasted is kept and cut down later.
DRAFT_LIMIT = 20_000
FIGURES_LIMIT = 12
EVIDENCE_LIMIT = 20
EXTENSION_DAYS = 60

# The parts of a headline figure, each with the longest that is kept, in their order.
FIGURE_PARTS: Mapping[str, tuple[str, int]] = {
    "label": ("指标", 30),
    "value": ("数值", 20),
    "unit": ("计量单位", 10),
    "period": ("时间范围", 30),
    "source": ("数据来源", 60),
}

# How much of what stayed is shown on either side of a change.
_AROUND = 60

_PHONE = re.compile(r"[\d\s+()（）\-—转#]{7,30}")
_CLAUSE = re.compile(r"[^，。；：！？、\n]*[，。；：！？、\n]|[^，。；：！？、\n]+")


class State(StrEnum):
    NOT_STARTED = "not_started"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    LATE = "late"

    @property
    def label(self) -> str:
        return {
            State.NOT_STARTED: "没有开始",
            State.DRAFT: "草稿",
            State.SUBMITTED: "已提交",
            State.RETURNED: "退回修改",
            State.LATE: "逾期未交",
        }[self]


def state_of(
    *,
    submitted_at: datetime | None,
    returned_at: datetime | None,
    is_begun: bool = True,
) -> State:
    """The state of a nomination, whatever the clock says."""
    if submitted_at is not None:
        return State.SUBMITTED
    if returned_at is not None:
        return State.RETURNED
    return State.DRAFT if is_begun else State.NOT_STARTED


def deadline_of(
    closes_at: datetime | None, extended_until: datetime | None
) -> datetime | None:
    """Until when this unit may submit: an extension never shortens the time."""
    known = [moment for moment in (closes_at, extended_until) if moment is not None]
    return max(known, default=None) if closes_at is not None else None


def state_at(state: State, *, deadline: datetime | None, now: datetime) -> State:
    """The state as the office reads it: what was not submitted in time is late."""
    is_over = deadline is not None and now >= deadline
    return State.LATE if is_over and state != State.SUBMITTED else state


def days_left(deadline: date, today: date) -> int:
    """Whole days; 0 is today, and nothing is less than that.

    >>> days_left(date(2026, 6, 3), date(2026, 6, 1))
    2
    """
    return max((deadline - today).days, 0)


def length(text: str) -> int:
    """How many characters a text has, spaces and line ends not counted.

    >>> length("整修 村道\\r\\n十公里")
    7
    """
    return len("".join(text.split()))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a unit typed. ``captions`` are those of its evidence, by id."""

    statement: str
    figures: list[dict[str, str]]
    contact_name: str
    contact_phone: str
    captions: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Missing:
    """What still stands in the way of submission, and the field where it is put right."""

    text: str
    field: str


def missing(content: Mapping[str, Any]) -> list[Missing]:
    """What a content (see ``queries.content_of``) lacks before it may be submitted."""
    return [
        *_missing_statement(content["statement"]),
        *_missing_figures(content["figures"]),
        *_missing_evidence(content["evidence"]),
        *_missing_contact(content["contact_name"], content["contact_phone"]),
    ]


def _missing_statement(statement: str) -> list[Missing]:
    count = length(statement)
    if not count:
        return [Missing("自荐说明还没有写", "id_statement")]
    if count > STATEMENT_LIMIT:
        text = f"自荐说明有 {count} 字，最多 {STATEMENT_LIMIT} 字，请删去 {count - STATEMENT_LIMIT} 字"
        return [Missing(text, "id_statement")]
    return []


def _missing_figures(figures: Sequence[Mapping[str, str]]) -> list[Missing]:
    if not figures:
        return [Missing("主要数字至少写一项", "id_figure-label-1")]
    return [
        Missing(
            f"第 {number} 项主要数字没有写{'、'.join(lacking.values())}",
            f"id_figure-{next(iter(lacking))}-{number}",
        )
        for number, figure in enumerate(figures, start=1)
        if (
            lacking := {
                name: label
                for name, (label, _) in FIGURE_PARTS.items()
                if not figure.get(name)
            }
        )
    ]


def _missing_evidence(evidence: Sequence[Mapping[str, Any]]) -> list[Missing]:
    if not evidence:
        return [Missing("佐证材料至少放一张照片或一个文件", "id_files")]
    return [
        Missing(f"第 {number} 件佐证没有写说明", f"id_caption-{each['id']}")
        for number, each in enumerate(evidence, start=1)
        if not each["caption"]
    ]


def _missing_contact(name: str, phone: str) -> list[Missing]:
    lacking = []
    if not name:
        lacking.append(Missing("没有写联系人", "id_contact_name"))
    if not phone:
        lacking.append(Missing("没有写联系电话", "id_contact_phone"))
    elif not _PHONE.fullmatch(phone):
        lacking.append(Missing("联系电话看起来不是电话号码", "id_contact_phone"))
    return lacking


@dataclass(frozen=True, slots=True)
class Change:
    """A piece of text that stayed, went or came."""

    kind: str  # same, gone, new
    text: str

    @property
    def shown(self) -> str:
        """What stayed is shortened: a reader looks for what changed."""
        if self.kind != "same" or len(self.text) <= 3 * _AROUND:
            return self.text
        return f"{self.text[:_AROUND]} …… {self.text[-_AROUND:]}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a content that reads differently."""

    label: str
    changes: list[Change]


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    """What changed between two contents, part by part, in the order of the form."""
    found = [
        Difference(label, _changes(_lines(before, name), _lines(after, name)))
        for name, label in (
            ("statement", "自荐说明"),
            ("figures", "主要数字"),
            ("evidence", "佐证材料"),
            ("contact", "联系人"),
        )
    ]
    return [each for each in found if any(c.kind != "same" for c in each.changes)]


def _lines(content: Mapping[str, Any], name: str) -> list[str]:
    """A part as the pieces that are compared: clauses, or one line for each row."""
    if name == "statement":
        return _CLAUSE.findall(content["statement"].replace("\r\n", "\n"))
    if name == "figures":
        return [figure_line(figure) + "\n" for figure in content["figures"]]
    if name == "evidence":
        return [
            f"{each['caption'] or '（没有说明）'}［{each['title']}·{each['hash'][:8]}］\n"
            for each in content["evidence"]
        ]
    return [f"{content['contact_name']} {content['contact_phone']}\n"]


def figure_line(figure: Mapping[str, str]) -> str:
    """A headline figure on one line: 整修村道 12 公里（2026 年上半年，县交通局台账）"""
    about = "，".join(filter(None, (figure.get("period"), figure.get("source"))))
    said = " ".join(figure.get(name, "") for name in ("label", "value", "unit"))
    return said.strip() + (f"（{about}）" if about else "")


def _changes(before: list[str], after: list[str]) -> list[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changes = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(before[start:end])))
            continue
        if end > start:
            changes.append(Change("gone", "".join(before[start:end])))
        if new_end > new_start:
            changes.append(Change("new", "".join(after[new_start:new_end])))
    return changes
