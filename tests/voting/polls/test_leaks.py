"""While counts are hidden, nothing that anybody can fetch depends on them.

Two worlds differ in nothing but who was chosen: all ballots name the first entry, or all
name the second. Whatever is fetched in one is fetched in the other, and must be the same to
the last byte: page source, ETag, order, export, trail and log lines alike.
"""

import logging
import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.cache import caches
from django.core.signing import get_cookie_signer
from django.db import transaction
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from showcase.contests.models import Contest
from showcase.pages.services import create_showcase_index
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.freshness.queries import forget_site_version
from site_cms.pages.cache.middleware import forget_kept_pages
from site_cms.pages.services import create_site_tree
from site_cms.trail.models import TrailEntry
from tests.factories import (
    HOUR,
    make_ballot,
    make_contest,
    make_entry,
    make_operator,
    open_poll,
    sign_in,
)
from tests.factories.moderation import make_editor
from tests.site_factories import make_page
from voting.polls.rules import Counts
from voting.polls.tally import publish_due_totals, tally_open_polls
from voting.polls.voters.device import COOKIE

pytestmark = pytest.mark.django_db

BALLOTS = 7
PUBLIC = [
    "/",
    "/u/?order=a",
    "/u/01/",
    "/u/02/",
    "/vote/open/?order=a",
    "/vote/open/check/?order=a",
    "/vote/open/lookup/",
    "/vote/open/mine/",
    "/vote/open/totals/",
    "/rules/open/",
    "/results/open/",
    "/live/open/",
    "/ledger/",
    "/sitemap.xml",
    "/feed/notices/",
    "/robots.txt",
    "/health/ready",
]
ADMIN = [
    "/admin/",
    "/admin/polls/",
    "/admin/polls/?ordering=-is_opened",
    "/admin/polls/edit/{poll}/",
    "/admin/polls/history/{poll}/",
    "/admin/entries/",
    "/admin/entries/?ordering=-number",
    "/admin/contests/",
    "/admin/contests/edit/{contest}/",
    "/admin/units/?export=csv",
    "/admin/units/?export=xlsx",
    "/admin/deeds/?export=csv",
    "/admin/trail/",
    "/admin/pages/{index}/",
    "/admin/pages/{page}/edit/",
]
# The loggers of what this site and its frameworks say.
OURS = re.compile(r"(voting|showcase|site_cms|django|wagtail)\b")

# What is new in every answer, and says nothing.
RANDOM = re.compile(
    r'name="(csrfmiddlewaretoken|request)" value="[^"]*"'
    r'|"CSRF_TOKEN": "[^"]*"|<lastBuildDate>[^<]*'
)


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch):
    """Pages name the minute they were made in; it must be one and the same."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def site():
    """A poll that takes ballots, and everybody who might look at it."""
    now = timezone.now()
    create_site_tree(by=None, name="红旗争夺赛", now=now)
    sync_groups()
    contest = make_contest(
        slug="open", poll_opens_at=now - HOUR, poll_closes_at=now + HOUR
    )
    index = create_showcase_index(by=None, contest=contest, now=now)
    entries = [make_entry(contest=contest) for _ in range(3)]
    pages = [make_page(entry) for entry in entries[:2]]

    def build(**fields) -> dict:
        poll = open_poll(contest=contest, **fields)
        people = {
            role.value: make_operator(role)
            for role in (Role.ADMINISTRATOR, Role.AUDITOR)
        }
        people["unit"] = make_editor(pages[0])
        parts = {
            "poll": poll.id,
            "contest": contest.pk,
            "index": index.pk,
            "page": pages[0].pk,
        }
        return {"poll": poll, "people": people, "parts": parts}

    return build


def fetched(place: dict, caplog) -> dict[str, tuple]:
    """Everything that can be fetched, by whom and where."""
    found = {}
    for name, person in {"nobody": None, **place["people"]}.items():
        client = Client()
        client.cookies[COOKIE] = get_cookie_signer(
            salt=f"{COOKIE}voting.polls.device"
        ).sign("a" * 32)
        if person:
            sign_in(client, person)
        for address in ADMIN if person else PUBLIC:
            answer = client.get(address.format(**place["parts"]))
            body = b"".join(answer) if answer.streaming else answer.content
            text = (
                list(load_workbook(BytesIO(body)).active.values)
                if "spreadsheet" in answer.headers.get("Content-Type", "")
                else RANDOM.sub("", body.decode(errors="replace"))
            )
            # The feed says when it was made, and its ETag is made of that too.
            headers = [
                answer.headers.get(header)
                for header in ("ETag", "Last-Modified", "Location")
                if "/feed/" not in address
            ]
            found[f"{name} {address}"] = (answer.status_code, headers, text)
    found["trail"] = list(
        TrailEntry.objects.values_list("action", "sentence", "details")
    )
    found["log"] = [
        record.getMessage() for record in caplog.records if OURS.match(record.name)
    ]
    return found


def world(place: dict, favourite: int, caplog, *, at=None) -> dict[str, tuple]:
    """What can be fetched after everybody chose ``favourite``. Nothing of it is kept."""
    for alias in ("pages", "limits", "default"):
        caches[alias].clear()
    forget_kept_pages()
    forget_site_version()
    caplog.clear()
    # A savepoint of its own: the tally demands to begin its transactions itself.
    begun = transaction.savepoint()
    for number in range(BALLOTS):
        make_ballot(poll=place["poll"], picks=(favourite,), voter=f"voter-{number}")
    now = at or timezone.now()
    for _ in range(3):
        tally_open_polls(now=now)
    publish_due_totals(now=now)
    found = fetched(place, caplog)
    transaction.savepoint_rollback(begun)
    return found


def differences(one: dict, other: dict) -> list[str]:
    return [name for name in one if one[name] != other[name]]


def test_nothing_that_can_be_fetched_depends_on_who_was_chosen(site, caplog):
    caplog.set_level(logging.DEBUG)
    place = site()

    # A leak differs each time; a page that names the minute only where the minute turned.
    for _ in range(3):
        one, other = (world(place, favourite, caplog) for favourite in (1, 2))
        if not differences(one, other):
            break

    assert differences(one, other) == []
    reached = [name for name, answer in one.items() if answer and answer[0] == 200]
    assert [name for name in reached if name.startswith("nobody /vote/open/")]
    assert [name for name in reached if name.startswith("administrator /admin/trail/")]


def test_control_what_was_published_does_depend_on_it(site, caplog):
    place = site(counts=Counts.DAILY.value)
    six = datetime(2026, 6, 1, 10, tzinfo=UTC)
    # Ballots are taken by the database's clock; the total is due by ours.
    Contest.objects.filter(pk=place["parts"]["contest"]).update(
        poll_opens_at=six - HOUR, poll_closes_at=timezone.now() + HOUR
    )

    one, other = (world(place, favourite, caplog, at=six) for favourite in (1, 2))

    assert {name.partition(" ")[2] for name in differences(one, other)} == {
        "/vote/open/?order=a",
        "/vote/open/totals/",
    }
