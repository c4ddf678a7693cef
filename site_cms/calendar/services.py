"""What operators say of single days."""

from datetime import date, datetime

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.calendar.models import DayOverride
from site_cms.calendar.rules import Counts
from site_cms.trail import services as trail


@transaction.atomic
def override_day(
    *, by: User, day: date, counts: Counts, reason: str, now: datetime
) -> DayOverride:
    """Say of a day that it counts or does not, or that it counts as the State Council says."""
    override = DayOverride(
        day=day, counts=counts, reason=reason.strip(), made_by=by, made_at=now
    )
    override.full_clean()
    override.save(force_insert=True)
    trail.record(
        by=by,
        action="calendar.overridden",
        subject=override,
        sentence=f"登记工作日：{override}，{override.reason}",
        now=now,
    )
    return override
