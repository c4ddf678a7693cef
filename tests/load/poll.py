from datetime import timedelta

from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import make_contest, open_poll
from voting.polls.rules import FrozenPoll

ENTRIES = 20
_DAY = timedelta(days=1)


def prepared_poll() -> tuple[FrozenPoll, str]:
    """A poll that takes ballots for a day, and the slug of its contest."""
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - _DAY, poll_closes_at=now + _DAY)
    poll = open_poll(contest=contest, entries=ENTRIES, picks_max=ENTRIES)
    return poll, Contest.objects.get(pk=poll.contest_id).slug
