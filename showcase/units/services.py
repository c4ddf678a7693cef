"""Every change to a unit happens here."""

from datetime import datetime
from typing import Any

from django.db import transaction

from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.trail import services as trail


@transaction.atomic
def create_unit(*, by: User | None, now: datetime, **fields: Any) -> Unit:
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
    return unit


@transaction.atomic
def change_unit(*, by: User | None, unit: Unit, now: datetime, **fields: Any) -> Unit:
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
    return unit
