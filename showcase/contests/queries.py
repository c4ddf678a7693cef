"""Reads about a contest that need more than one table."""

from datetime import datetime

from django.db.models import F

from showcase.contests.models import Contest
from showcase.contests.orders import in_order, shuffled
from showcase.contests.rules import Act, next_change_after, open_acts


def current_contest() -> Contest | None:
    """The contest that the site is about now: the latest that the public may see.

    A real one goes before any rehearsal, and one that is not planned yet comes last.
    """
    latest_first = F("poll_opens_at").desc(nulls_last=True)
    return Contest.objects.shown().order_by("practice", latest_first, "-id").first()


def opened_stages(contest: Contest) -> frozenset[str]:
    """By name; without a query where the openings were fetched with the contest."""
    return frozenset(opening.stage for opening in contest.openings.all())


def acts_open(contest: Contest, *, now: datetime) -> frozenset[Act]:
    return open_acts(contest.times, opened=opened_stages(contest), now=now)


def entries_in_order(contest: Contest, order: str) -> list[int]:
    """The ids of all shortlisted entries in one of the sixteen orders.

    They are shuffled by their numbers, so list and ballot agree and a withdrawal moves nobody.
    """
    ids = dict(contest.entries.shortlisted().values_list("number", "pk"))
    return in_order([ids[number] for number in shuffled(ids, seed=contest.slug)], order)


def next_change(*, now: datetime) -> datetime | None:
    """The next moment at which a page about any contest that the public may see reads differently."""
    moments = [
        next_change_after(contest.times, now=now) for contest in Contest.objects.shown()
    ]
    return min(filter(None, moments), default=None)
