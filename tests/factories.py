"""Plain functions that save one valid row each. No randomness, no surprises.

A test names only what it is about: ``make_contest(poll_closes_at=NOW)``.
"""

import time
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage, set_times
from showcase.ledger.models import Deed
from showcase.units.models import Category, Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from voting.judging import services as judging
from voting.judging.models import Device, Turn, TurnLock
from voting.judging.queries import night_of
from voting.polls.gates import entry_order, poll_rules
from voting.polls.models import Ballot, Poll
from voting.polls.queries import frozen_poll
from voting.polls.rules import FrozenPoll, choices_from, day_in_shanghai
from voting.polls.services import cast_ballot, create_poll
from voting.polls.voters.base import Voter
from voting.results.models import Publication
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
)
from voting.rules.rule_sheet import RuleSheet as Rules
from voting.rulesheets.models import RuleSheet

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
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
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": ""}}
    )
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


RULES = {
    "format": "hongqi-rule-sheet/1",
    "title": "计分规则",
    "online_weight": "0.3",
    "votes": {"method": "share_of_top"},
    "panels": [
        {"code": "leaders", "name": "领导与部门代表", "weight": "0.6"},
        {"code": "residents", "name": "群众代表", "weight": "0.4"},
    ],
    "rounds": [
        {
            "code": "final",
            "name": "现场评比",
            "weight": "1",
            "criteria": [
                {"code": "results", "name": "实事成效", "maximum": "60"},
                {"code": "presentation", "name": "现场展示", "maximum": "40"},
            ],
        }
    ],
    "ladder": ["total", "marks", "lot"],
    "rounding": {"total": 2},
    "places": 1,
}
SEED = "31415926535897932384"


def make_rule_sheet(*, frozen_at: datetime | None = None, **fields) -> RuleSheet:
    """A complete draft; with ``frozen_at`` a frozen rule sheet."""
    if "contest" not in fields:
        fields["contest"] = make_contest()
    document = Rules.from_json(fields.pop("document", RULES)).to_json()
    return RuleSheet.objects.create(
        document=document,
        changed_at=frozen_at or NOW,
        frozen_at=frozen_at,
        rules_hash=Rules.from_json(document).hash() if frozen_at else "",
        **fields,
    )


def make_night(*, seats: int = 2, entries: int = 2, opened: bool = True, **fields):
    """A night of two panels, each with so many official seats, drawn and open at ``NOW``."""
    defaults = {
        "poll_opens_at": NOW - 2 * DAY,
        "poll_closes_at": NOW - DAY,
        "night_opens_at": NOW - HOUR,
    }
    contest = make_contest(**defaults | fields)
    by, now = make_user(), NOW - 2 * HOUR
    for _ in range(entries):
        make_entry(contest=contest)
    make_rule_sheet(contest=contest, frozen_at=now)
    night = judging.set_up_night(by=by, contest=contest, document=RULES, now=now)
    for letter, panel in zip("AC", night.panels.all(), strict=True):
        for number in range(1, seats + 1):
            make_seat(night=night, panel=panel.code, code=f"{letter}{number:02d}")
    if entries:
        judging.set_running_order(by=by, round_=night.rounds.get(), seed=SEED, now=now)
    if opened:
        open_night(night)
    return night_of(contest)


def open_night(night) -> None:
    contest = night.contest
    assert open_stage(contest=contest, stage=Stage.NIGHT, now=contest.night_opens_at)


def make_seat(*, night, code: str, panel: str = "leaders", **fields):
    """A seat; its card is at ``seat.card`` for as long as the test holds this object."""
    seat, card = judging.add_seat(
        by=None,
        night=night,
        panel=panel,
        code=code,
        now=NOW - 2 * HOUR,
        **{"name": "周某某"} | fields,
    )
    seat.card = card
    return seat


def make_device(*, seat, **fields) -> Device:
    """The device that has the seat."""
    defaults = {
        "generation": seat.generation,
        "label": "手机",
        "asked_at": NOW - HOUR,
        "allowed_at": NOW - HOUR,
        "seen_at": NOW - HOUR,
    }
    return Device.objects.create(seat=seat, **defaults | fields)


def make_open_turn(night, *, now: datetime = NOW) -> Turn:
    """The next entry, on stage and open for marks."""
    host = make_user()
    turn = judging.call_turn(by=host, night=night, now=now)
    return judging.open_turn(by=host, turn=turn, now=now)


def make_sheet(*, seat, turn, **fields):
    """A sheet from a device of the seat."""
    defaults = {
        "device": seat.devices.last() or make_device(seat=seat),
        "turn_id": turn.pk,
        "sheet_id": UUID(int=next(_number)),
        "version": 1,
        "marks": {"results": "50", "presentation": "30"},
        "now": NOW,
    }
    return judging.submit_sheet(**defaults | fields)


def lock_turn(turn, *, now: datetime = NOW) -> TurnLock:
    proposal = judging.request_lock(by=make_user(), turn=turn, now=now)
    return judging.confirm_lock(by=make_user(), proposal=proposal, now=now)


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


def make_decided_contest(
    *, votes: tuple[int, ...] = (4, 3, 1), marked: int | None = None, **fields
) -> Contest:
    """A contest whose poll and night are over at ``NOW``: everything for a result is there.

    ``votes`` of each entry by number. The first entry has the lowest marks. Only the turns of
    the first ``marked`` entries on stage are marked and locked, all of them by default.
    """
    night = make_night(seats=3, entries=len(votes), **fields)
    contest = night.contest
    _close_poll(contest, votes)
    for _turn in night.rounds.get().turns.in_order()[:marked]:
        _mark(make_open_turn(night, now=NOW - MINUTE))
    return set_times(by=None, contest=contest, now=NOW, night_closed_at=NOW)


def _close_poll(contest: Contest, votes: tuple[int, ...]) -> None:
    """Ballots of one pick each, in the rows themselves: casting knows only today's clock."""
    poll = make_poll(contest=contest)
    Opening.objects.create(
        contest=contest,
        stage=Stage.POLL,
        opened_at=contest.poll_opens_at,
        frozen={"poll": poll_rules(poll), "entries": entry_order(contest)},
        frozen_hash="0" * 64,
    )
    for place, cast in enumerate(votes):
        choices = bytes(int(place == other) for other in range(len(votes)))
        for _ in range(cast):
            number = next(_number)
            Ballot.objects.create(
                id=number,
                cast_at=contest.poll_opens_at,
                poll=poll,
                request_key=UUID(int=number),
                voter_key=UUID(int=number),
                choices=choices,
            )


def _mark(turn: Turn) -> TurnLock:
    """Every seat marks and two people lock. A later number gets higher marks."""
    for place, seat in enumerate(turn.round.night.seats.order_by("code")):
        results = 40 + 3 * turn.entry.number + place
        marks = {"results": str(results), "presentation": "30.5"}
        make_sheet(seat=seat, turn=turn, marks=marks, now=NOW - MINUTE)
    return lock_turn(turn, now=NOW - MINUTE)


def make_publication(contest: Contest | None = None) -> Publication:
    """The published result of a decided contest."""
    contest = contest or make_decided_contest()
    proposer = make_user()
    computation = compute_result(by=proposer, contest=contest, now=NOW)
    proposal = propose_publication(
        by=proposer, computation=computation, reason="核对无误", now=NOW
    )
    return confirm_publication(by=make_user(), proposal=proposal, now=NOW)


def make_night_today(**fields):
    """A night that is open by the real clock, which views ask."""
    now = timezone.now()
    times = {
        "poll_opens_at": now - 2 * DAY,
        "poll_closes_at": now - DAY,
        "night_opens_at": now - HOUR,
    }
    return make_night(**times | fields)


def seated(seat) -> tuple[Client, str]:
    """A device that has the seat, as a client, and the address of its card."""
    card = judging.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    address, client = f"/judge/{card.token}/", Client()
    client.post(f"{address}sign-in/", {"pin": card.pin})
    return client, address
