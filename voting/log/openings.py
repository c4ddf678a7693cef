"""When picks may be read by everybody: what decides it lies above, and is named in the settings."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from showcase.contests.models import Contest


def openings_are_public(contest: Contest, *, now: datetime) -> bool:
    """Whether the openings of picks and the counts of single entries may be shown."""
    return import_string(settings.OPENINGS_GATE)(contest, now=now)
