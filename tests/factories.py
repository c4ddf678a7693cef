"""Plain functions that save one valid row each. No randomness, no surprises.

A test names only what it is about: ``make_contest(poll_closes_at=NOW)``.
"""

import time
from datetime import UTC, datetime, timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from showcase.contests.models import Contest, Entry
from showcase.ledger.models import Deed
from showcase.units.models import Category, Unit
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role

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
