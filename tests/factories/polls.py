"""A poll and the ballots in it."""

from uuid import UUID

from django.utils import timezone

from showcase.contests.models import Opening
from tests.factories.moments import HOUR, NOW
from tests.factories.numbers import next_number
from tests.factories.showcase import make_contest, make_entry
from voting.polls.gates import entry_order, poll_rules
from voting.polls.models import Ballot, Poll
from voting.polls.queries import frozen_poll
from voting.polls.rules import FrozenPoll, choices_from, day_in_shanghai
from voting.polls.services import cast_ballot, create_poll
from voting.polls.voters.base import Voter


def make_poll(**fields) -> Poll:
    """A poll with its key on disk. It is not opened."""
    if "contest" not in fields:
        fields["contest"] = make_contest()
    return create_poll(by=None, now=NOW, **fields)


def open_poll(*, entries: int = 3, **fields) -> FrozenPoll:
    """A poll that takes ballots now: by the database's clock, which no test sets."""
    now = timezone.now()
    contest = fields.pop("contest", None) or make_contest(
        poll_opens_at=now - HOUR, poll_closes_at=now + HOUR
    )
    for _ in range(entries - contest.entries.count()):
        make_entry(contest=contest)
    poll = make_poll(contest=contest, **fields)
    frozen = {"poll": poll_rules(poll), "entries": entry_order(contest)}
    Opening.objects.create(
        contest=contest,
        stage="poll",
        opened_at=now,
        frozen=frozen | {"rules_hash": "", "deeds": []},
        frozen_hash="0" * 64,
    )
    return frozen_poll(contest.slug)


def make_ballot(
    *, poll: FrozenPoll | None = None, picks: tuple[int, ...] = (1,), voter: str = ""
) -> Ballot:
    """A ballot that was cast now, by a voter of its own unless one is named."""
    poll = poll or open_poll()
    number = next_number()
    cast_ballot(
        poll=poll,
        voter=Voter("device", voter or f"voter-{number}"),
        request_key=UUID(int=number),
        choices=choices_from(
            [str(pick) for pick in picks],
            entries=poll.entries,
            least=poll.picks_min,
            most=poll.picks_max,
        ),
        today=day_in_shanghai(timezone.now()),
    )
    return Ballot.objects.get(request_key=UUID(int=number))
