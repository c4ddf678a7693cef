"""What must hold before a stage opens. Packages above are named in the settings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from showcase.contests.models import Contest


@dataclass(frozen=True, slots=True)
class GateReport:
    """``still_open`` names what still holds the stage back; ``frozen`` is what opening freezes."""

    still_open: list[str] = field(default_factory=list)
    frozen: dict[str, Any] = field(default_factory=dict)


Gate = Callable[..., GateReport]


def gate_report(contest: Contest, stage: str, *, now: datetime) -> GateReport:
    """Ask the gate of ``stage``, which lives above and is named in ``STAGE_GATES``."""
    gate: Gate = import_string(settings.STAGE_GATES[stage])
    return gate(contest, now=now)
