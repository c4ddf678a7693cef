"""The only doors to the version of the site."""

from datetime import datetime

from django.db import transaction

from site_cms.freshness.models import SiteChange
from site_cms.freshness.queries import believe_no_longer

# Rows that are added up into one when the worker finds as many.
ROWS_TO_FOLD = 500


def site_changed() -> None:
    """Say, in the transaction of a change, that the public will see something else.

    Whoever sees the change sees the new version too, and nobody does if it is taken back.
    """
    SiteChange.objects.create()
    transaction.on_commit(believe_no_longer)


def fold_changes(*, now: datetime) -> int:
    """Worker's job: add many rows up into one. The version stays; returns how many went."""
    if SiteChange.objects.count() < ROWS_TO_FOLD:
        return 0
    with transaction.atomic():
        rows = list(SiteChange.objects.select_for_update().order_by("pk"))
        if len(rows) < ROWS_TO_FOLD:
            return 0
        SiteChange.objects.filter(pk__in=[row.pk for row in rows]).delete()
        SiteChange.objects.create(weight=sum(row.weight for row in rows))
    return len(rows)
