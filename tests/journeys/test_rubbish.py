"""Every address of ours, walked by a careless visitor and by a hostile one.

On SQLite with all kinds of rubbish; on PostgreSQL with those that a database may take in a
way of its own. Who may enter, and by which method, is asked on SQLite alone.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import product
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from wagtail.models import Collection

from showcase.nominations.models import Nomination
from showcase.nominations.services import withdraw_nomination
from showcase.pages.corrections.services import correct_page
from showcase.pages.services import create_showcase_index
from showcase.units.services import set_affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import OPERATORS, Role
from site_cms.calendar.rules import Counts
from site_cms.calendar.services import override_day
from site_cms.media.models import SiteVideo
from site_cms.pages.services import create_site_tree
from tests.factories import (
    HOUR,
    NOW,
    make_contest,
    make_decided_contest,
    make_deed,
    make_desk,
    make_device,
    make_entry,
    make_head,
    make_late,
    make_night_today,
    make_nominating,
    make_open_turn,
    make_operator,
    make_paper,
    make_publication,
    make_review,
    make_review_round,
    make_rule_sheet,
    make_sheet,
    make_submitted,
    make_user,
    open_poll,
    seated,
    sign_in,
)
from tests.factories.integrity import hold, make_group, propose, void
from tests.factories.moderation import submit
from tests.factories.objections import object_to
from tests.factories.rehearsals import make_rehearsal
from tests.site_factories import make_draft, make_page
from voting.integrity.models import VoterObjection
from voting.judging import services as judging
from voting.judging.models import ScoreSheet
from voting.judging.outlier_models import OutlierPrompt
from voting.results.objection_models import Objection, ObjectionFile
from voting.results.objection_uploads import CleanFile
from voting.results.reveal_services import issue_presenter
from voting.stage.services import make_show

pytestmark = pytest.mark.django_db

OURS = ("site_cms.", "showcase.", "voting.")
# The viewsets of our models; users and groups are Wagtail's with forms of ours.
OUR_ADMIN = {
    "polls", "contests", "entries", "units", "affiliations", "deeds", "sectors", "trail",
    "videos", "video_chooser", "desk", "day_overrides",
}  # fmt: skip

CHINESE = "我要投给教育局，行不行？"
LONG = "长" * 2_000
HUGE = "9" * 40
# As a browser, a script and a broken proxy would put them into an address.
RUBBISH_PARTS = [
    "no-such-thing",
    "0",
    "-1",
    "99999",
    HUGE,
    "%E6%95%99%E8%82%B2%E5%B1%80",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "..%2F..%2Fetc%2Fpasswd",
    "%27%20OR%201%3D1--",
    "a" * 3_000,
]
RUBBISH_QUERIES = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    CHINESE,
    HUGE,
    "-1",
    "1e999",
    "NaN",
    "<script>alert(1)</script>",
    "' OR 1=1--",
    "//evil.example/",
]
QUERY_NAMES = (
    "q", "p", "page", "pick", "order", "ordering", "number", "show", "next", "category",
    "sector", "stage", "first", "second", "size", "leaf", "root", "after", "entry", "font", "contrast", "greet", "change", "draft", "contest", "at_0", "at_from",
    "state", "unit", "unit__category", "votes", "export", "_export", "is_opened", "username",
)  # fmt: skip
FIELD_NAMES = (
    "entry", "number", "request", "order", "add", "back", "remove", "pin", "id", "turn",
    "version", "generation", "mark-results", "mark-nonsense", "act", "scene", "code",
    "reason", "remark", "words", "shown", "seen", "text-0", "text-4", "off-1", "answer",
    "computation", "proposal", "agree", "typed", "template", "online_weight", "method",
    "login", "password", "next", "seat", "name", "slug", "contest", "picks_min",
    "picks_max", "quota", "adapters", "title", "target", "done", "due_on", "step",
    "poll_opens_at", "flags", "finalists", "population_served", "headcount", "category",
    "sealed", "units", "confirmed", "branches", "user", "number-1", "panels-TOTAL_FORMS",
    "panels-INITIAL_FORMS", "panels-0-weight", "rounds-TOTAL_FORMS", "criteria-TOTAL_FORMS",
    "statement", "figure-label", "choose", "revision", "until", "extended_until",
    "mark-effect", "seed", "fingerprint", "reviewer", "review", "name-0", "maximum-0",
    "step-0", "weight-0", "code-0", "goes_on", "trim_from", "reviewers_per_entry",
    "inputs_hash", "kind", "chosen", "evidence", "objection", "outcome", "looked",
    "unnamed", "text", "contact", "phone", "address", "note", "question", "last_day", "presenting_seconds", "marking_seconds", "hint-0",
    "panel", "organisation", "users", "seats", "replaces", "opens_at",
    "reason", "remark", "answer", "computation", "proposal", "agree", "typed", "template",
    "online_weight", "method", "login", "password", "next", "seat", "name", "slug",
    "contest", "picks_min", "picks_max", "quota", "adapters", "title", "target", "done",
    "due_on", "step", "poll_opens_at", "flags", "finalists", "population_served",
    "headcount", "category", "sealed", "units", "seen", "confirmed", "branches", "user", "number-1", "panels-TOTAL_FORMS", "panels-INITIAL_FORMS",
    "panels-0-weight", "statement", "figure-label", "choose", "revision", "until",
    "extended_until", "rounds-TOTAL_FORMS", "criteria-TOTAL_FORMS",
)  # fmt: skip
VALUES = [
    "", CHINESE, "a\x00b", "0", "-1", HUGE, "-" + HUGE, "1e999", "NaN", "Infinity", "½",
    "٣", "１２", "2026-13-45", "9999-12-31T23:59", "<b>", LONG,
]  # fmt: skip
JSONS = [
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"\xff\xfe",
    b"[" * 5_000,
    b'{"marks": {}}',
    b'{"id": 1, "turn": "\\u0000", "version": -1, "marks": {"results": []}}',
    b'{"id": "\\ud800", "turn": 1e999, "version": NaN, "marks": {"\\ud800": "\\u0000"}}',
    b"9" * 10_000,
]
# NUL, half a character, numbers beyond all integers, more than a column holds.
OF_DATABASES = {
    "%00", "a\x00b", "%ED%A0%80", HUGE, "-" + HUGE, "1e999", LONG, "a" * 3_000,
    JSONS[8], JSONS[9],
}  # fmt: skip
# What Django says by itself: nobody here reads it.
ENGLISH = re.compile(
    r"This field|Enter a valid|Ensure this|Select a valid|is not one of the available"
    r"|CSRF verification|Page not found|Not Found|Forbidden|Bad Request|Server Error"
    r"|does not exist|Permission denied|Null characters|Traceback|already exists"
    r"|ManagementForm"
)


@dataclass(frozen=True)
class Address:
    """One pattern with what fits into it, and with an address for a bad part."""

    route: str
    parts: dict[str, str]

    @property
    def path(self) -> str:
        return self.filled(self.parts)

    def filled(self, parts: dict[str, str]) -> str:
        return "/" + re.sub(
            r"<(?:\w+:)?(\w+)>", lambda match: parts[match[1]], self.route
        )

    def with_rubbish(self) -> Iterator[str]:
        for name in self.parts:
            for rubbish in tried(RUBBISH_PARTS):
                yield self.filled(self.parts | {name: rubbish})


def tried(rubbish: list, *, step: int = 1) -> list:
    """Every ``step``-th on SQLite; on PostgreSQL those that matter to a database."""
    if connection.vendor == "sqlite":
        return rubbish if step == 1 else rubbish[1::step]
    return [each for each in rubbish if each in OF_DATABASES]


def patterns(resolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = (pattern.namespace,) if pattern.namespace else ()
            yield from patterns(pattern, route, spaces + space)
        elif isinstance(pattern, URLPattern):
            yield route, spaces, pattern


def is_ours(spaces: tuple[str, ...], pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return view.__module__.startswith(OURS) or bool(OUR_ADMIN.intersection(spaces))


# Of the page tree, and Wagtail's doors to the sign-in.
PAGES = [
    "/admin/login/",
    "/_util/login/",
    "/",
    "/u/",
    "/u/01/",
    "/u/01/next/",
    "/u/01/corrections/",
    "/u/01/corrections/1/",
    "/notices/",
    "/documents/1/x.pdf",
    "/sitemap.xml",
]


def make_handed_back(now) -> Nomination:
    """One that has a version to be read and may be written again."""
    contest = make_nominating(
        nomination_opens_at=now - HOUR,
        nomination_closes_at=now + HOUR,
        first_review_closes_at=now + 2 * HOUR,
        poll_opens_at=None,
        poll_closes_at=None,
    )
    nomination = make_submitted(make_desk(contest), now=now)
    return withdraw_nomination(by=None, entry=nomination.entry, now=now)


@pytest.fixture
def place() -> dict[str, str]:
    """A site in the middle of everything. Returns plausible parts of its addresses."""
    now = timezone.now()
    create_site_tree(by=None, name="红旗争夺赛", now=now)
    sync_groups()
    night = make_night_today(slug="tonight")
    turn = make_open_turn(night, now=now)
    seat = night.seats.first()
    make_sheet(seat=seat, turn=turn, now=now)
    contest = make_contest(
        slug="open", poll_opens_at=now - HOUR, poll_closes_at=now + HOUR
    )
    create_showcase_index(by=None, contest=contest, now=now)
    first, second = make_entry(contest=contest), make_entry(contest=contest)
    page, draft = make_page(first), make_draft(second)
    page_review = submit(draft, by=make_user())
    poll = open_poll(contest=contest, adapters=["wechat", "sms", "code", "device"])
    objection = make_watched(poll, now)
    correct_page(
        by=make_user(),
        page=page,
        texts={"one_line": "更正过的一句话"},
        taken_off={},
        reason="写错了。",
        seen_revision=page.live_revision_id,
        now=now,
    )
    make_rule_sheet(contest=contest)
    nomination = make_handed_back(now)
    deed = make_deed(unit=first.unit)
    affiliation = set_affiliation(by=None, user=make_user(), unit=first.unit, now=now)
    video = SiteVideo.objects.create(
        title="校门口",
        file="videos/x.mp4",
        collection=Collection.get_first_root_node(),
        **{"seconds": 75, "width": 1280, "height": 720, "has_sound": True},
    )
    device = make_device(seat=night.seats.last())
    prompt = OutlierPrompt.objects.create(
        turn=turn, seat=seat, sheet=ScoreSheet.objects.get(), asked_at=now
    )
    for other in night.seats.exclude(pk=seat.pk):
        make_sheet(seat=other, turn=turn, now=now)
    proposal = judging.request_lock(by=make_user(), turn=turn, now=now)
    contest.nomination_closes_at = now - 2 * HOUR
    contest.first_review_closes_at = now - HOUR
    contest.save()
    round_ = make_review_round(contest=contest, entries=1)
    review = make_review(round_=round_)
    client, card = seated(seat)
    published = make_publication(make_decided_contest(slug="decided"))
    complaint, attached = make_complaint(published.contest)
    override = override_day(
        by=make_user(),
        day=NOW.date(),
        counts=Counts.OFF,
        reason="县庆",
        now=now,
    )
    head = make_head(published.contest)
    rehearsal = make_rehearsal(night.contest, now=now)
    _, presenter = issue_presenter(
        by=make_user(), contest=night.contest, name="李明", now=now
    )
    return {
        "client": client,
        "slug": "open",
        "token": card.split("/")[2],
        "number": "LH7K-29QF-M3",
        "secret": "c2VjcmV0",
        "index": "u",
        "plate": "01",
        "size": str(head.size),
        "path": "images/x.jpg",
        "pk": "1",
        "part": "inputs",
        "revision": "0",
        "polls.pk": str(contest.poll.pk),
        "integrity.slug": "open",
        "nights.slug": "tonight",
        "integrity.number": "1",
        "integrity.pk": str(objection.pk),
        "contests.pk": str(contest.pk),
        "entries.pk": str(first.pk),
        "editions.pk": str(contest.pk),
        "withdrawals.pk": str(first.pk),
        "entry_notices.pk": str(first.pk),
        "units.pk": str(first.unit_id),
        "affiliations.pk": str(affiliation.pk),
        "deeds.pk": str(deed.pk),
        "trail.pk": "1",
        "nominations.pk": str(nomination.entry_id),
        "document_id": "1",
        "reviews.pk": str(review.pk),
        "step": "first",
        "page_reviews.pk": str(page_review.pk),
        "corrections.pk": str(page.pk),
        "desk.pk": str(first.showcase_page.pk),
        "videos.pk": str(video.pk),
        "video_chooser.pk": str(video.pk),
        "proposal_id": str(proposal.pk),
        "seat_id": str(seat.pk),
        "turn_id": str(turn.pk),
        "prompt_id": str(prompt.pk),
        "paper": str(make_paper(seat=seat, turn=turn, now=now).pk),
        "late": str(make_late(seat=seat, turn=turn, now=now).pk),
        "device_id": str(device.pk),
        "night": "tonight",
        "drill": rehearsal.contest.slug,
        "code": night.rounds.get().code,
        "decided": "decided",
        "complaint": str(complaint.number),
        "complaint_code": complaint.printed_code,
        "attached": str(attached.pk),
        "day_overrides.pk": str(override.pk),
        "ending": "pdf",
        "screen": make_show(night=night).token,
        "presenter": presenter.token,
    }


def make_complaint(contest) -> tuple[Objection, ObjectionFile]:
    """An objection to a result, with a file."""
    file = CleanFile("pdf", "说明.pdf", "application/pdf", b"%PDF-1.7")
    complaint = object_to(contest, files=[file])
    return complaint, complaint.files.get()


def make_watched(poll, now) -> VoterObjection:
    """A group that waits for its second person, and one that a voter objects to."""
    group = make_group(poll)
    hold(group)
    propose(group)
    act = void(make_group(poll), now=now)
    return VoterObjection.objects.create(
        act=act, ballot=UUID(int=1), text="本人投的。", made_at=now
    )


# Whose parts differ from those of the other addresses.
ELSEWHERE = {
    r"(host|supervise|tabulate|live|draw|rehearsals)/": {"slug": "night"},
    r"rehearsals/[^/]+/(act|weight)/": {"slug": "drill"},
    r"(results|log)/": {"slug": "decided"},
    r"results/.*/manage/objections/": {"number": "complaint", "pk": "attached"},
    r"results/[^/]+/objections/": {"code": "complaint_code"},
    r"results/[^/]+/rev/": {"number": "revision"},
    r"screen/": {"token": "screen"},
    r"reveal/": {"token": "presenter"},
    r".*/paper/": {"pk": "paper"},
    r"tabulate/.*/late/": {"pk": "late"},
}


def every(place: dict[str, str]) -> list[Address]:
    """Each address of ours once, with plausible parts."""
    found = {}
    for route, spaces, pattern in patterns(get_resolver()):
        if "^" in route or route.endswith("login/") or not is_ours(spaces, pattern):
            continue
        parts = {}
        for name in re.findall(r"<(?:\w+:)?(\w+)>", route):
            of_viewset = f"{spaces[-1]}.{name}" if spaces else ""
            parts[name] = place.get(of_viewset) or place[name]
        for start, changed in ELSEWHERE.items():
            if re.match(start, route):
                parts |= {
                    name: place[key] for name, key in changed.items() if name in parts
                }
        found[route] = Address(route, parts)
    return list(found.values())


def complaint(response, what: str) -> str | None:
    """What is wrong with an answer, or None."""
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{status} {what}"
    if getattr(response, "streaming", False):
        return None
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html") and status != HTTPStatus.FOUND:
        text = response.content.decode()
        if status >= HTTPStatus.BAD_REQUEST and not re.search(r"[\u4e00-\u9fff]", text):
            return f"{status} without a Chinese sentence: {what}"
        shown = re.sub(r"(?s)<script.*?</script>|<[^>]*>", " ", text)
        if found := ENGLISH.search(shown):
            return f"{status} says “{found[0]}”: {what}"
    return None


def client_of(*roles: Role, **more) -> Client:
    client = Client(raise_request_exception=False, **more)
    if roles:
        sign_in(client, make_operator(*roles))
    return client


def ask(client: Client, method: str, path: str, wrong: list[str], **more):
    """Send one request, note what is wrong with the answer, and undo what it did."""
    with transaction.atomic():
        response = client.generic(method, path, **more)
        transaction.set_rollback(True)
    cause = getattr(response, "exc_info", None) if response.status_code == 500 else None
    told = f"{method} {path[:100]} {repr(cause[1])[:200] if cause else ''}"
    if found := complaint(response, told):
        wrong.append(found)
    return response


KINDS = (
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json",
    "",
    "/",
)
FORM = "application/x-www-form-urlencoded"


def form(value: str, names=FIELD_NAMES) -> dict[str, str]:
    return {"data": urlencode(dict.fromkeys(names, value)), "content_type": FORM}


A, S, H = Role.ADMINISTRATOR, Role.SUPERVISOR, Role.HOST
REVIEWERS = {Role.REVIEWER_FIRST, Role.REVIEWER_SECOND}
# Who may enter what is not for everybody. What stands nowhere here fails the test.
GUARDED: dict[str, set[Role]] = {
    r"rules/[^/]+/edit/": {A},
    r"rules/[^/]+/freeze/": {A, S},
    r"results/[^/]+/manage/notice/": {A},
    r"results/[^/]+/manage/": {A, S},
    r"results/[^/]+/reveal/": {A},
    r"results/[^/]+/sheet/": {A, S},
    r"results/<slug:slug>/honours": {A},
    # A unit fetches its own: tests/voting/results/test_honours tries all others.
    r"results/<slug:slug>/<str:plate>/certificate": {A},
    r"results/<slug:slug>/voids/": {Role.INTEGRITY, S},
    r"supervise/[^/]+/paper/": {S, Role.TABULATOR},
    r"supervise/": {S},
    r"tabulate/[^/]+/forms/": {A, Role.TABULATOR},
    r"tabulate/[^/]+/sheets/": {S, Role.TABULATOR, Role.AUDITOR},
    r"tabulate/": {Role.TABULATOR},
    r"host/[^/]+/run-sheet/": {A, S, H, Role.TABULATOR},
    r"host/": {H},
    r"rehearsals/[^/]+/act/": {A},
    r"rehearsals/[^/]+/weight/": {A, S, Role.AUDITOR},
    r"rehearsals/": {A, S, H, Role.TABULATOR, Role.AUDITOR},
    r"draw/[^/]+/desk/": {A, S, H},
    r"draw/[^/]+/recusals/": {A, H},
    r"design/": set(OPERATORS),
    r"vote/[^/]+/(help|helped/[^/]+)/": {Role.HELPER},
    r"vote/[^/]+/codes/": {A},
    r"admin/integrity/.*/decide/": {S},
    r"admin/integrity/.*/(hold|release|dismiss|same-voters|void|restore)/": {
        Role.INTEGRITY
    },
    r"admin/integrity/.*/thresholds/": {Role.INTEGRITY},
    r"admin/integrity/.*/(losses/|objections/<int:pk>/)": {Role.INTEGRITY, S},
    r"admin/integrity/": {Role.INTEGRITY, S, Role.AUDITOR},
    r"admin/nights/(<slug:slug>/)?(cards/)?$": {A, H},
    r"admin/trail/": {A, Role.AUDITOR},
    r"admin/deeds/": {A, Role.UNIT_EDITOR},
    r"admin/who-may-do-what/": set(Role),
    r"admin/nominations/<int:pk>/(check/|withdraw/)?$": {Role.UNIT_EDITOR},
    r"admin/nominations/<int:pk>/extend/": {A},
    r"admin/nominations/<int:pk>/return/": {A, Role.REVIEWER_FIRST},
    # A unit reads its own: tests/showcase/nominations tries all others.
    r"admin/nominations/": {
        A,
        Role.REVIEWER_FIRST,
        Role.REVIEWER_SECOND,
        Role.AUDITOR,
    },
    r"admin/reviews/<slug:slug>/<slug:step>/(ranking/)?$": {A, S, Role.AUDITOR},
    r"admin/reviews/<slug:slug>/": {A},
    r"admin/reviews/<int:pk>/": REVIEWERS,
    r"admin/reviews/": {A, S, Role.AUDITOR} | REVIEWERS,
    r"admin/moderation/": {A, Role.REVIEWER_FIRST, Role.REVIEWER_SECOND},
    r"admin/corrections/": {A},
    r"admin/withdrawals/": {A, S},
    r"admin/entry-notices/": {A, S, Role.INTEGRITY},
    r"admin/video_chooser/": {A, Role.REVIEWER_FIRST, Role.REVIEWER_SECOND},
    r"admin/": {A},
}
OPEN = (
    r"(vote|log|rules|results|j|judge|draw|screen|reveal|live|ledger|media|health|feed)/|robots\.txt|favicon"
    r"|<slug:index>/<plate:plate>/"
)


def may_enter(address: Address) -> set[Role] | None:
    """The roles that may; None: everybody."""
    for start, roles in GUARDED.items():
        if re.match(start, address.route):
            return roles
    assert re.match(OPEN, address.route), f"who may enter {address.route}?"
    return None


@pytest.fixture(autouse=True)
def _no_limits_and_no_log(settings):
    """A limit would answer in place of the page; thousands of refusals fill the log."""
    settings.RATELIMIT_ENABLE = False
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(params=["nobody", "judge", "everything"])
def walk(request, place) -> tuple[Client, list[Address]]:
    """A stranger, a judge at a seat, and somebody with every role, each where they get in."""
    if request.param == "judge":
        place["client"].raise_request_exception = False
        card = [a for a in every(place) if a.route.startswith("judge/")]
        return place["client"], card
    inside = request.param == "everything"
    client = client_of(*(Role if inside else ()))
    if inside:
        desk = Group.objects.get(unit__entries=place["nominations.pk"])
        desk.user_set.add(get_user(client))
    return client, [
        address
        for address in every(place)
        if (may_enter(address) is not None) == inside
    ]


def is_inside(client: Client) -> bool:
    return "sessionid" in client.cookies


def is_admin(address: Address) -> bool:
    return address.route.startswith("admin/")


@pytest.mark.production_database
def test_no_part_of_an_address_breaks_a_page(walk):
    client, found = walk
    wrong: list[str] = []
    for address in found:
        for path in [address.path, *address.with_rubbish()]:
            ask(client, "GET", path, wrong)
        for path in list(address.with_rubbish())[::4]:
            ask(client, "POST", path, wrong)
    for rubbish in RUBBISH_PARTS:
        for path in (f"/{rubbish}", f"/u/{rubbish}/", f"/documents/1/{rubbish}"):
            ask(client, "GET", path, wrong)
    assert wrong == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("empty_site")
def test_no_page_counts_on_a_transaction_around_it(walk):
    """Other tests are one transaction each, in which no lock is ever out of place."""
    client, found = walk
    wrong: list[str] = []
    for address in found:
        ask(client, "GET", address.path, wrong)
        ask(client, "POST", address.path, wrong)
    assert wrong == []


@pytest.mark.production_database
def test_no_query_breaks_a_page(walk):
    client, found = walk
    wrong: list[str] = []
    lists = [a for a in found if not is_admin(a) or re.search("s/results/$", a.route)]
    for path in [*PAGES, *(address.path for address in lists)]:
        for rubbish in tried(RUBBISH_QUERIES, step=3 if is_inside(client) else 1):
            value = rubbish if "%" in rubbish else quote(rubbish)
            query = "&".join(f"{name}={value}" for name in QUERY_NAMES)
            ask(client, "GET", f"{path}?{query}", wrong)
        ask(client, "GET", f"{path}?q=1&q=&page=1&page=x&order=a&order=b&&=&%", wrong)
    assert wrong == []


def forms_of(client: Client, found: list[Address], wrong: list[str]) -> Iterator[str]:
    """Where something can be sent to, found by sending nothing."""
    for address in found:
        if is_admin(address) and not re.search(
            "new/|edit/|integrity/|shortlist/|import/|desks/|nominations/|moderation/"
            "|corrections/|withdrawals/|entry-notices/|nights/",
            address.route,
        ):
            continue
        answer = ask(client, "POST", address.path, wrong)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            yield address.path


@pytest.mark.production_database
def test_no_form_breaks_a_page(walk):
    client, found = walk
    wrong: list[str] = []
    for path in forms_of(client, found, wrong):
        # Pages behind a sign-in are dear to make: every fourth will do.
        for value in tried(VALUES, step=4 if is_inside(client) else 1):
            ask(client, "POST", path, wrong, **form(value))
        twice = urlencode([(name, v) for name in FIELD_NAMES for v in ("1", "2", "x")])
        ask(client, "POST", path, wrong, data=twice, content_type=FORM)
        lone = "&".join(f"{name}=%ED%A0%80%00%FF" for name in FIELD_NAMES)
        ask(client, "POST", path, wrong, data=lone, content_type=FORM)
        ask(
            client,
            "POST",
            path,
            wrong,
            **form("红" * 333_333, ["entry", "pin", "remark"]),
        )
        for kind in KINDS:
            ask(client, "POST", path, wrong, data=b"\xff\x00", content_type=kind)
    assert wrong == []


@pytest.mark.production_database
def test_no_json_breaks_a_page(walk):
    client, found = walk
    wrong: list[str] = []
    ours = [address for address in found if not is_admin(address)]
    for path in forms_of(client, ours, wrong):
        for body in tried(JSONS, step=4 if is_inside(client) else 1):
            ask(client, "POST", path, wrong, data=body, content_type="application/json")
    assert wrong == []


COOKIES = ['"\\000abcdefgh"', "x" * 3_000, "%00", "a-b-c-99999", "1:1:1", "æ"]


@pytest.mark.one_database
def test_no_cookie_breaks_a_page(place):
    wrong: list[str] = []
    names = (
        "sessionid",
        "csrftoken",
        "seat",
        "knock",
        "device",
        "picks",
        "request",
        "font",
        "voter-1",
    )
    for path in (
        *PAGES,
        "/vote/open/",
        "/vote/open/check/",
        f"/judge/{place['token']}/",
    ):
        for value in COOKIES:
            header = "; ".join(f"{name}={value}" for name in names)
            client = client_of()
            ask(client, "GET", path, wrong, headers={"Cookie": header})
    assert wrong == []


@pytest.mark.one_database
def test_wrong_method_is_refused_in_words(walk):
    client, found = walk
    wrong: list[str] = []
    taken = [
        f"{method} {address.route}"
        for address in found
        if not is_admin(address)
        for method in ("PUT", "DELETE", "PATCH")
        if ask(client, method, address.path, wrong).status_code
        != HTTPStatus.METHOD_NOT_ALLOWED
    ]
    assert (taken, wrong) == ([], [])


@pytest.mark.one_database
def test_stranger_is_led_to_the_sign_in_and_back(place):
    client, wrong = client_of(), []
    for address in every(place):
        roles = may_enter(address)
        for method in ("GET", "POST"):
            answer = ask(client, method, address.path, wrong)
            is_led = "/login/?next=" in answer.headers.get("Location", "")
            if roles is not None and answer.status_code != 405 and not is_led:
                wrong.append(
                    f"{answer.status_code} for a stranger: {method} {address.path}"
                )
            if roles is None and is_led:
                wrong.append(f"not open to everybody: {method} {address.path}")
    assert wrong == []


@pytest.mark.one_database
def test_wrong_role_is_told_who_may(place):
    clients, wrong = {role: client_of(role) for role in Role}, []
    for role, address in product(Role, every(place)):
        client, roles = clients[role], may_enter(address)
        if roles is None or role in roles:
            continue
        for method in ("GET", "POST"):
            answer = ask(client, method, address.path, wrong)
            if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                continue
            if is_admin(address):
                is_refused = answer.headers.get("Location") == "/admin/" or (
                    answer.status_code in {403, 404}
                )
            else:
                told = answer.content.decode()
                is_refused = answer.status_code == 403 and "这一页只给" in told
                is_refused = is_refused and all(each.label in told for each in roles)
            if not is_refused:
                wrong.append(
                    f"{answer.status_code} for {role}: {method} {address.path}"
                )
    assert wrong == []


@pytest.mark.one_database
def test_nothing_is_changed_without_the_token_of_a_page(place):
    client = client_of(*Role, enforce_csrf_checks=True)
    judge = place["client"]
    judge.handler.enforce_csrf_checks = True
    wrong: list[str] = []
    for address in every(place):
        visitor = judge if address.route.startswith("judge/") else client
        answer = ask(visitor, "POST", address.path, wrong)
        is_only_read = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        # The check of a ballot changes nothing, and a browser without cookies meets it.
        is_check = address.route.endswith("check/") and "vote" in address.route
        if answer.status_code != 403 and not is_only_read and not is_check:
            wrong.append(f"{answer.status_code} without a token: {address.path}")
    assert wrong == []
