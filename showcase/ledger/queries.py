"""Reads of the ledger that other subjects ask for."""

from typing import Any

from showcase.contests.models import Contest
from showcase.ledger.models import Deed


def deeds_snapshot(contest: Contest) -> list[dict[str, Any]]:
    """The public deeds of a contest's shortlisted units, as plain values to be frozen."""
    entries = contest.entries.shortlisted()
    deeds = Deed.objects.public().filter(unit__in=entries.values("unit"))
    return [
        {
            "unit": deed.unit_id,
            "title": deed.title,
            "leader": deed.leader,
            "target": str(deed.target),
            "done": str(deed.done),
            "measure": deed.measure,
            "due_on": deed.due_on.isoformat(),
            "state": deed.state,
            "closed_on": deed.closed_on.isoformat() if deed.closed_on else None,
        }
        for deed in deeds.order_by("unit_id", "due_on", "id")
    ]
