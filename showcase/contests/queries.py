"""Reads about a contest that need more than one table."""

from datetime import datetime

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Act, open_acts


def current_contest() -> Contest | None:
    """The contest that the site is about now: the latest that the public may see."""
    return Contest.objects.shown().order_by("-poll_opens_at", "-id").first()


def opened_stages(contest: Contest) -> frozenset[str]:
    return Opening.objects.filter(contest=contest).stages()


def acts_open(contest: Contest, *, now: datetime) -> frozenset[Act]:
    return open_acts(contest.times, opened=opened_stages(contest), now=now)
