"""Stand-ins for what decides whether openings are public."""

from datetime import datetime

from showcase.contests.models import Contest


def always(contest: Contest, *, now: datetime) -> bool:
    return True


def never(contest: Contest, *, now: datetime) -> bool:
    return False
