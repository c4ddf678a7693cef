"""Reads of the ledger: what a unit has promised, and what all of it comes to."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Opening
from showcase.ledger import rules
from showcase.ledger.models import Deed, DeedQuerySet, DeedState
from site_cms.templatetags.design import day, full_day

# Under this name the gate of the poll freezes what `deeds_snapshot` returns.
FROZEN_KEY = "deeds"


@dataclass(frozen=True, slots=True)
class DeedLine:
    """One deed as it is shown, whether from the ledger or from a snapshot."""

    title: str
    leader: str
    target: Decimal
    done: Decimal
    measure: str
    due_on: date
    closed_on: date | None
    note: str
    source: str
    percent: int
    standing: rules.Standing
    year: int

    @property
    def figures(self) -> str:
        """目标 71 个，完成 58 个。12 月 20 日到期。"""
        target = rules.measured(self.target, self.measure)
        done = rules.measured(self.done, self.measure)
        promise = f"目标 {target}，完成 {done}。{self.dated}。"
        return promise + (f"{self.note.rstrip('。')}。" if self.note else "")

    @property
    def dated(self) -> str:
        """12 月 20 日到期, or 9 月 1 日销号; with its year where it is not this one."""
        on, word = (self.closed_on, "销号") if self.closed_on else (self.due_on, "到期")
        return (day(on) if on.year == self.year else full_day(on)) + word


@dataclass(frozen=True, slots=True)
class UnitDeeds:
    """A unit's deeds; ``frozen_at`` is set when they are the snapshot of the opening."""

    lines: list[DeedLine]
    frozen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    planned: int
    closed: int
    running: int
    overdue: int

    @property
    def closed_share(self) -> str:
        """Percent with one digit, rounded down: all is closed only when all is closed."""
        if not self.planned:
            return "0"
        return rules.amount(Decimal(self.closed * 1000 // self.planned) / 10)


def totals(today: date) -> Totals:
    open_deed = ~Q(state=DeedState.CLOSED)
    counted = Deed.objects.public().aggregate(
        planned=Count("pk"),
        closed=Count("pk", filter=~open_deed),
        running=Count("pk", filter=open_deed & Q(due_on__gte=today)),
        overdue=Count("pk", filter=open_deed & Q(due_on__lt=today)),
    )
    return Totals(**counted)


def public_list(*, shown: str, today: date) -> DeedQuerySet:
    """The deeds of the public ledger: all, ``overdue``, ``running`` or ``closed``."""
    deeds = Deed.objects.public().select_related("unit").unfinished_first()
    if shown == "overdue":
        return deeds.overdue(today)
    if shown == "running":
        return deeds.running(today)
    if shown == "closed":
        return deeds.closed()
    return deeds


def deeds_snapshot(contest: Contest) -> list[dict[str, Any]]:
    """The public deeds of all shortlisted units as plain values, for the poll's gate."""
    deeds = Deed.objects.public().filter(
        unit__in=contest.entries.shortlisted().values("unit")
    )
    return [
        {
            "deed": deed.pk,
            "unit": deed.unit_id,
            "title": deed.title,
            "leader": deed.leader,
            "target": rules.amount(deed.target),
            "done": rules.amount(deed.done),
            "measure": deed.measure,
            "due_on": deed.due_on.isoformat(),
            "state": deed.state,
            "closed_on": deed.closed_on.isoformat() if deed.closed_on else None,
            "note": deed.note,
            "source": deed.source,
        }
        for deed in deeds.order_by("unit", "due_on", "pk")
    ]


def unit_deeds(entry: Entry, opening: Opening | None, *, now: datetime) -> UnitDeeds:
    """What the page of an entry shows: the ledger, or what the poll's opening froze of it."""
    if opening and FROZEN_KEY in opening.frozen:
        on = timezone.localdate(opening.opened_at)
        lines = [
            _line_of_snapshot(frozen, on)
            for frozen in opening.frozen[FROZEN_KEY]
            if frozen["unit"] == entry.unit_id
        ]
        return UnitDeeds(lines=lines, frozen_at=opening.opened_at)
    today = timezone.localdate(now)
    deeds = Deed.objects.filter(unit=entry.unit_id).public().order_by("due_on", "pk")
    return UnitDeeds(lines=[line_of(deed, today) for deed in deeds], frozen_at=None)


def line_of(deed: Deed, today: date) -> DeedLine:
    return DeedLine(
        title=deed.title,
        leader=deed.leader,
        target=deed.target,
        done=deed.done,
        measure=deed.measure,
        due_on=deed.due_on,
        closed_on=deed.closed_on,
        note=deed.note,
        source=deed.source,
        percent=deed.percent,
        standing=rules.standing(state=deed.state, due_on=deed.due_on, today=today),
        year=today.year,
    )


def _line_of_snapshot(frozen: dict[str, Any], on: date) -> DeedLine:
    target, done = Decimal(frozen["target"]), Decimal(frozen["done"])
    due_on = date.fromisoformat(frozen["due_on"])
    closed_on = frozen["closed_on"]
    return DeedLine(
        title=frozen["title"],
        leader=frozen["leader"],
        target=target,
        done=done,
        measure=frozen["measure"],
        due_on=due_on,
        closed_on=date.fromisoformat(closed_on) if closed_on else None,
        note=frozen["note"],
        source=frozen["source"],
        percent=rules.percent(done=done, target=target),
        standing=rules.standing(state=frozen["state"], due_on=due_on, today=on),
        year=on.year,
    )
