"""Plain functions that save one valid row each. No randomness, no surprises.

A test names only what it is about: ``make_contest(poll_closes_at=NOW)``.
"""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Opening
from showcase.ledger.models import Deed
from showcase.units.models import Category, Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from voting.polls.gates import entry_order, poll_rules
from voting.polls.models import Ballot, Poll
from voting.polls.queries import frozen_poll
from voting.polls.rules import FrozenPoll, choices_from, day_in_shanghai
from voting.polls.services import cast_ballot, create_poll
from voting.polls.voters.base import Voter

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

_number = count(1)


def make_user(**fields) -> User:
    number = next(_number)
    defaults = {"username": f"user-{number}", "last_name": "王", "first_name": "某"}
    return User.objects.create_user(**defaults | fields)


def make_operator(*roles: Role, **fields) -> User:
    user = make_user(**fields)
    for role in roles:
        user.groups.add(Group.objects.get_or_create(name=role.label)[0])
    return user


def sign_in(client: Client, user: User) -> User:
    """A session in which password and second factor were both given."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "username": user.username},
        {"method": "mfa", "at": time.time(), "type": "totp"},
    ]
    session.save()
    return user


def make_unit(**fields) -> Unit:
    number = next(_number)
    defaults = {
        "code": f"u{number}",
        "name": f"第 {number} 单位",
        "short_name": f"单位 {number}",
        "category": Category.DEPARTMENT,
        "population_served": 20_000,
        "headcount": 50,
    }
    return Unit.objects.create(**defaults | fields)


def make_contest(**fields) -> Contest:
    """A real contest whose poll is open at ``NOW`` by its times."""
    defaults = {
        "slug": f"contest-{next(_number)}",
        "name": "红旗争夺赛",
        "county": "临河县",
        "poll_opens_at": NOW - HOUR,
        "poll_closes_at": NOW + HOUR,
    }
    return Contest.objects.create(**defaults | fields)


def make_entry(**fields) -> Entry:
    """A shortlisted entry with the next number of its contest."""
    if "contest" not in fields:
        fields["contest"] = make_contest()
    if "unit" not in fields:
        fields["unit"] = make_unit()
    taken = fields["contest"].entries.exclude(number=None).order_by("-number").first()
    defaults = {"number": taken.number + 1 if taken else 1, "shortlisted_at": NOW - DAY}
    return Entry.objects.create(**defaults | fields)


def make_deed(**fields) -> Deed:
    if "unit" not in fields:
        fields["unit"] = make_unit()
    defaults = {
        "title": "整修村道",
        "leader": "李某某",
        "target": 10,
        "measure": "公里",
        "due_on": (NOW + DAY).date(),
        "state": "in_progress",
    }
    return Deed.objects.create(**defaults | fields)


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
    number = next(_number)
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
