"""While counts are hidden, nothing that anybody can fetch depends on them.

Two worlds differ in nothing but who was chosen: all ballots name the first entry, or all
name the second. Whatever is fetched in one is fetched in the other, and must be the same to
the last byte: page source, ETag, order, export, trail and log lines alike.
"""

import json
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.conf import settings
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
from site_cms.trail.services import record
from tests.factories import (
    HOUR,
    make_ballot,
    make_entry,
    make_night,
    make_operator,
    open_poll,
    sign_in,
)
from tests.factories.moderation import make_editor
from tests.factories.standing import make_standing
from tests.site_factories import make_page
from voting.polls.draft import PICKS
from voting.polls.models import Ballot
from voting.polls.rules import Counts
from voting.polls.tally import publish_due_totals, tally_open_polls
from voting.polls.voters.device import COOKIE
from voting.stage.services import make_show

pytestmark = pytest.mark.django_db

BALLOTS = 7
PUBLIC = [
    "/",
    "/u/?order=a",
    "/u/01/",
    "/u/02/",
    "/vote/open/?order=a",
    # With what was chosen in a cookie: the page has the challenge that the browser solves.
    "/vote/open/check/?order=a",
    "/vote/open/who/",
    "/vote/open/code/",
    "/vote/open/lookup/",
    "/vote/open/mine/",
    "/vote/open/totals/",
    "/rules/open/",
    "/log/open/",
    "/log/open/?show=ballots",
    "/log/open/heads/",
    "/log/open/head.json",
    "/log/open/heads.json",
    "/log/open/entries.jsonl",
    "/results/open/",
    "/results/open.json",
    "/results/open/01.json",
    "/live/open/",
    "/live/open/state/",
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
    "/admin/polls/health/{poll}/",
    "/admin/polls/pause/{poll}/",
    "/admin/polls/extend/{poll}/",
    "/vote/open/codes/",
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
    "/admin/pages/{page}/",
    "/admin/pages/{page}/history/",
]
# What a poll or a contest has only later.
NOT_YET = ["/results/open.json", "/results/open/01.json", "/log/open/head.json"]
NOBODY = "nobody"
Walk = dict[str, list[str]]
EVERYWHERE: Walk = {
    NOBODY: PUBLIC,
    "administrator": ADMIN,
    "auditor": ADMIN,
    "unit": ADMIN,
}
# The loggers of what this site and its frameworks say.
OURS = re.compile(r"(voting|showcase|site_cms|django|wagtail)\b")

# What is new in every answer, and says nothing.
RANDOM = re.compile(
    r'name="(csrfmiddlewaretoken|request|request_key)" value="[^"]*"'
    # Of a challenge, all but how hard it is.
    r"|&quot;(nonce|salt|keyPrefix|keySignature|signature|for)&quot;: &quot;[^&]*&quot;"
    r'|"CSRF_TOKEN": "[^"]*"|<lastBuildDate>[^<]*'
)


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch):
    """Pages name the minute they were made in; it must be one and the same."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture(autouse=True)
def _as_it_is_served(settings):
    """Pages are kept, and ballots cost work."""
    settings.PAGE_CACHE_BYTES = 8 * 1024 * 1024
    settings.WORK_DIFFICULTY = 10


@pytest.fixture
def site():
    """A poll that takes ballots, and everybody who might look at it."""
    now = timezone.now()
    create_site_tree(by=None, name="红旗争夺赛", now=now)
    sync_groups()
    night = make_night(
        slug="open",
        entries=0,
        opened=False,
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
        night_opens_at=now + 2 * HOUR,
    )
    make_show(night=night)
    contest = night.contest
    index = create_showcase_index(by=None, contest=contest, now=now)
    entries = [make_entry(contest=contest) for _ in range(3)]
    pages = [make_page(entry) for entry in entries[:2]]

    def build(**fields) -> dict:
        poll = open_poll(contest=contest, adapters=["device", "code"], **fields)
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


def browser_of(person) -> Client:
    """A phone that has chosen the first entry, and has not voted."""
    client = Client()
    client.cookies[COOKIE] = get_cookie_signer(
        salt=f"{COOKIE}voting.polls.device"
    ).sign("a" * 32)
    client.cookies[PICKS] = "100"
    if person:
        sign_in(client, person)
    return client


def fetched(place: dict, caplog, walk: Walk) -> dict[str, object]:
    """Everything that can be fetched, by whom and where: anew, and as a cache has kept it."""
    found = {}
    for name, addresses in walk.items():
        client = browser_of(place["people"].get(name))
        for address in addresses:
            for again in ["", " again"] if name == NOBODY else [""]:
                answer = client.get(address.format(**place["parts"]))
                found |= channels(f"{name} {address}{again}", answer)
    found["trail"] = list(
        TrailEntry.objects.values_list("action", "sentence", "details")
    )
    found["log"] = [
        record.getMessage() for record in caplog.records if OURS.match(record.name)
    ]
    return found


def channels(name: str, answer) -> dict[str, object]:
    body = b"".join(answer) if answer.streaming else answer.content
    text = (
        list(load_workbook(BytesIO(body)).active.values)
        if "spreadsheet" in answer.headers.get("Content-Type", "")
        else RANDOM.sub("", body.decode(errors="replace"))
    )
    # The feed says when it was made, and its ETag is made of that too.
    headers = [] if "/feed/" in name else ["ETag", "Last-Modified", "Location"]
    return {name: (answer.status_code, text)} | {
        f"{name} {header}": answer.headers.get(header) for header in headers
    }


def world(
    place: dict,
    favourite: int,
    caplog,
    *,
    at=None,
    walk: Walk = EVERYWHERE,
    then: Callable[[int], object] | None = None,
) -> dict[str, object]:
    """What can be fetched after everybody chose ``favourite``, and after what came ``then``.

    Nothing of it is kept.
    """
    for alias in ("pages", "limits", "default"):
        caches[alias].clear()
    forget_kept_pages()
    forget_site_version()
    caplog.clear()
    # A savepoint of its own: the tally demands to begin its transactions itself.
    begun = transaction.savepoint()
    for number in range(BALLOTS):
        make_ballot(poll=place["poll"], picks=(favourite,), voter=f"voter-{number}")
    if then:
        then(place["poll"].id)
    now = at or timezone.now()
    for _ in range(3):
        tally_open_polls(now=now)
    publish_due_totals(now=now)
    found = fetched(place, caplog, walk)
    transaction.savepoint_rollback(begun)
    return found


def doubt(poll_id: int) -> None:
    """Three ballots are held and two are void, whoever they are for."""
    ballots = list(Ballot.objects.of_poll(poll_id).order_by("id"))
    make_standing("hold", ballots[:3])
    make_standing("void", ballots[3:5])


def differences(one: dict, other: dict) -> list[str]:
    return [name for name in one if one[name] != other[name]]


def compared(place: dict, caplog, **how) -> tuple[dict, list[str]]:
    """One world, and where the other differs.

    A leak differs each time; a page that names the minute only where the minute turned.
    """
    for _ in range(3):
        one, other = (world(place, favourite, caplog, **how) for favourite in (1, 2))
        found = differences(one, other)
        if not found:
            break
    return one, found


# Each world begins a log with a key of its own, which the pages of the log show.
WITHOUT_THE_LOG: Walk = {
    person: [address for address in addresses if not address.startswith("/log/")]
    for person, addresses in EVERYWHERE.items()
}
ABOUT_STANDING = ["/vote/open/voids/", "/vote/open/objection/"]


def test_what_is_held_or_void_says_nothing_of_single_entries(site, caplog):
    walk = WITHOUT_THE_LOG | {NOBODY: WITHOUT_THE_LOG[NOBODY] + ABOUT_STANDING}

    found, leaks = compared(site(), caplog, walk=walk, then=doubt)

    assert leaks == []
    assert "现在有 3 张选票隔离待查" in found["nobody /results/open/"][1]


def test_nothing_that_can_be_fetched_depends_on_who_was_chosen(site, caplog):
    caplog.set_level(logging.DEBUG)

    one, found = compared(site(), caplog)

    assert found == []
    reached = {name for name, answer in one.items() if answer and answer[0] == 200}
    closed = {f"nobody {address}" for address in NOT_YET}
    assert {f"nobody {address}" for address in PUBLIC} - reached == closed
    assert [at for at in ADMIN if f"administrator {at}" not in reached] == []
    assert {at for at in ADMIN if f"unit {at}" in reached} == {
        "/admin/",
        "/admin/deeds/?export=csv",
        "/admin/pages/{page}/",
        "/admin/pages/{page}/history/",
    }


def test_the_pages_of_the_walk_are_what_they_are_thought_to_be(site, caplog):
    health = "/admin/polls/health/{poll}/"
    check = "/vote/open/check/?order=a"

    walk = {NOBODY: [check, "/u/01/"], "administrator": [health]}
    one = world(site(), 1, caplog, walk=walk)

    assert "data-work=" in one[f"{NOBODY} {check}"][1]
    assert f"{BALLOTS} 张" in one[f"administrator {health}"][1]
    assert one["nobody /u/01/ again ETag"] is not None


def approvals() -> list[int]:
    """What nobody may know yet."""
    ballots = [bytes(ballot.choices) for ballot in Ballot.objects.all()]
    return [sum(choices[place] for choices in ballots) for place in range(3)]


class Leaking:
    """Tells, at the address in its one setting, what the ballots say."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response
        self.asked = 0

    def __call__(self, request):
        response = self.get_response(request)
        address, leak = settings.LEAK
        if request.get_full_path() == address:
            self.asked += 1
            leak(response, str(approvals()), self.asked)
        return response


def in_source(response, told, asked) -> None:
    response.content += f"<!-- {told} -->".encode()


def in_json(response, told, asked) -> None:
    response.content = json.dumps(json.loads(response.content) | {"n": told})


def in_csv(response, told, asked) -> None:
    response.streaming_content = [*response.streaming_content, told.encode()]


def in_xlsx(response, told, asked) -> None:
    book = load_workbook(BytesIO(b"".join(response)))
    book.active["Z1"] = told
    book.save(written := BytesIO())
    response.streaming_content = [written.getvalue()]


def in_etag(response, told, asked) -> None:
    response["ETag"] = f'"{told}"'


def in_last_modified(response, told, asked) -> None:
    response["Last-Modified"] = told


def in_what_is_kept(response, told, asked) -> None:
    if asked % 2 == 0:
        in_source(response, told, asked)


def in_the_log(response, told, asked) -> None:
    logging.getLogger("voting.polls").info("so far %s", told)


def in_the_trail(response, told, asked) -> None:
    contest = Contest.objects.get()
    record(by=None, action="x.y", subject=contest, sentence=told, now=timezone.now())


@pytest.mark.parametrize(
    ("leak", "who", "address", "where"),
    [
        pytest.param(in_source, NOBODY, "/u/01/", "{page}", id="page source"),
        pytest.param(in_json, NOBODY, "/live/open/state/", "{page}", id="JSON"),
        pytest.param(
            in_csv, "administrator", "/admin/units/?export=csv", "{page}", id="CSV"
        ),
        pytest.param(
            in_xlsx, "administrator", "/admin/units/?export=xlsx", "{page}", id="XLSX"
        ),
        pytest.param(
            in_source, "unit", "/admin/pages/{page}/", "{page}", id="a unit's page"
        ),
        pytest.param(
            in_source, "auditor", "/admin/entries/", "{page}", id="list of the admin"
        ),
        pytest.param(in_etag, NOBODY, "/u/01/", "{page} ETag", id="ETag"),
        pytest.param(
            in_last_modified, NOBODY, "/u/01/", "{page} Last-Modified", id="date"
        ),
        pytest.param(
            in_what_is_kept, NOBODY, "/u/01/", "{page} again", id="a kept page"
        ),
        pytest.param(in_the_log, NOBODY, "/u/01/", "log", id="log"),
        pytest.param(in_the_trail, NOBODY, "/u/01/", "trail", id="trail"),
    ],
)
def test_control_a_leak_is_found(site, caplog, settings, leak, who, address, where):
    caplog.set_level(logging.DEBUG)
    place = site()
    settings.LEAK = address.format(**place["parts"]), leak
    settings.MIDDLEWARE = [f"{__name__}.Leaking", *settings.MIDDLEWARE]

    _, found = compared(place, caplog, walk={who: [address]})

    assert where.replace("{page}", f"{who} {address}") in found


def test_control_an_order_by_votes_is_found(site, caplog, monkeypatch):
    def by_votes(numbers, letter):
        votes = dict(zip((1, 2, 3), approvals(), strict=True))
        return sorted(numbers, key=lambda number: -votes[number])

    monkeypatch.setattr("voting.polls.answers.in_order", by_votes)

    address = "/vote/open/?order=a"

    _, found = compared(site(), caplog, walk={NOBODY: [address]})

    assert found == [f"{NOBODY} {address}", f"{NOBODY} {address} again"]


def test_control_what_was_published_does_depend_on_it(site, caplog):
    place = site(counts=Counts.DAILY.value)
    six = datetime(2026, 6, 1, 10, tzinfo=UTC)
    # Ballots are taken by the database's clock; the total is due by ours.
    Contest.objects.filter(pk=place["parts"]["contest"]).update(
        poll_opens_at=six - HOUR, poll_closes_at=timezone.now() + HOUR
    )

    _, found = compared(place, caplog, at=six, walk={NOBODY: PUBLIC})

    assert {name.partition(" ")[2].removesuffix(" again") for name in found} == {
        "/vote/open/?order=a",
        "/vote/open/totals/",
    }
