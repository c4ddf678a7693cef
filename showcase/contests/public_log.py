"""What the public log must hold, told to the package above that keeps it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from showcase.contests.models import Contest


def say_in_public(
    *, contest: Contest, kind: str, statement: dict[str, Any], now: datetime
) -> None:
    """Add a statement to the log of a contest, inside the transaction of the act.

    The log is locked until the transaction ends: call it last.
    """
    append = import_string(settings.PUBLIC_LOG)
    append(
        contest=contest,
        kind=kind,
        statement=facts_for(kind, contest, now=now) | statement,
        now=now,
    )


def facts_for(kind: str, contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What other subjects have to say with a statement of this kind."""
    facts: dict[str, Any] = {}
    for name in settings.PUBLIC_LOG_FACTS.get(kind, []):
        facts |= import_string(name)(contest, now=now)
    return facts
