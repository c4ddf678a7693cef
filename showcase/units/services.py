"""Every change to a unit, its branches and the people who work there happens here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from showcase.units.errors import PlanHasErrors, PlanIsStale
from showcase.units.importing import Outcome, Plan, PlannedRow, plan_import
from showcase.units.models import Affiliation, Branch, Unit
from site_cms.accounts.models import User
from site_cms.spreadsheets.tables import Table
from site_cms.trail import services as trail


@transaction.atomic
def create_unit(
    *,
    by: User | None,
    now: datetime,
    branches: Sequence[str] = (),
    **fields: Any,
) -> Unit:
    unit = Unit(**fields)
    unit.full_clean()
    unit.save()
    trail.record(
        by=by,
        action="unit.created",
        subject=unit,
        sentence=f"登记单位“{unit}”",
        now=now,
    )
    if branches:
        _set_branches(by=by, unit=unit, names=branches, now=now)
    return unit


@transaction.atomic
def change_unit(
    *,
    by: User | None,
    unit: Unit,
    now: datetime,
    branches: Sequence[str] | None = None,
    **fields: Any,
) -> Unit:
    """Correct what is known about a unit. What did not change is not written down."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    trail.save_changes(
        by=by,
        action="unit.changed",
        subject=unit,
        noun="单位",
        fields=fields,
        now=now,
    )
    if branches is not None:
        _set_branches(by=by, unit=unit, names=branches, now=now)
    return unit


def _set_branches(
    *, by: User | None, unit: Unit, names: Sequence[str], now: datetime
) -> None:
    """Make these the unit's branches. Those that stay keep their rows."""
    present = {branch.name: branch for branch in unit.branches.all()}
    added = [name for name in names if name not in present]
    removed = [name for name in present if name not in names]
    if not added and not removed:
        return
    unit.branches.filter(name__in=removed).delete()
    for name in added:
        branch = Branch(unit=unit, name=name)
        branch.full_clean()
        branch.save()
    trail.record(
        by=by,
        action="unit.branches_changed",
        subject=unit,
        sentence=f"修改单位“{unit}”的支部（站所）",
        now=now,
        details={"added": added, "removed": removed},
    )


@transaction.atomic
def import_units(
    *,
    by: User | None,
    table: Table,
    fingerprint: str,
    now: datetime,
    progress: Callable[[PlannedRow], None] = lambda row: None,
) -> Plan:
    """Do what was previewed, all of it or nothing.

    The units are locked and the plan is made again: when it has another effect than the
    one that was confirmed, nothing is done.
    """
    _lock_units()
    plan = plan_import(table)
    if plan.errors:
        raise PlanHasErrors
    if plan.fingerprint != fingerprint:
        raise PlanIsStale
    known = {unit.code: unit for unit in Unit.objects.all()}
    for row in plan.rows:
        if row.outcome == Outcome.NEW:
            create_unit(by=by, now=now, branches=row.branches or (), **row.fields)
        elif row.outcome == Outcome.CHANGED:
            change_unit(
                by=by,
                unit=known[row.code],
                now=now,
                branches=row.branches,
                **row.fields,
            )
        progress(row)
    return plan


def _lock_units() -> None:
    """Nobody adds or changes a unit until this transaction ends. SQLite writes one at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = connection.ops.quote_name(Unit._meta.db_table)
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def set_affiliation(
    *, by: User | None, user: User, unit: Unit, now: datetime
) -> Affiliation:
    """Write down where a person works; a person works in one place."""
    affiliation = Affiliation.objects.filter(user=user).first() or Affiliation(
        user=user
    )
    if affiliation.pk and affiliation.unit_id == unit.pk:
        return affiliation
    affiliation.unit = unit
    affiliation.full_clean()
    affiliation.save()
    trail.record(
        by=by,
        action="affiliation.set",
        subject=affiliation,
        sentence=f"登记{user}在{unit}工作",
        now=now,
        details={"user": user.pk, "unit": unit.code},
    )
    return affiliation


@transaction.atomic
def end_affiliation(
    *, by: User | None, affiliation: Affiliation, now: datetime
) -> None:
    trail.record(
        by=by,
        action="affiliation.ended",
        subject=affiliation,
        sentence=f"取消登记：{affiliation.user}不再在{affiliation.unit}工作",
        now=now,
        details={"user": affiliation.user_id, "unit": affiliation.unit.code},
    )
    affiliation.delete()
