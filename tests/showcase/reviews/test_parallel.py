"""Several people at once, on real connections."""

import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection, Locale, Page

from showcase.contests.models import Opening
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from showcase.reviews.models import Review, ReviewVersion
from showcase.reviews.queries import ranking_of
from showcase.reviews.services import select_entries
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from tests.factories import (
    SECOND,
    closing_of,
    make_marked_round,
    make_marked_second_round,
    make_operator,
    make_review,
    make_review_round,
    make_reviewed_contest,
    make_version,
    settle,
    sign_in,
)
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db(transaction=True)

on_postgresql = pytest.mark.postgresql


@pytest.fixture(autouse=True)
def _roots(transactional_db) -> None:
    """Wagtail's first rows. Migrations made them; the flush after another test took them."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


class Reviewer:
    """Somebody who has the page open and is about to hand in."""

    def __init__(self, review: Review, effect: str) -> None:
        client = Client()
        sign_in(client, review.reviewer)
        self.url = f"/admin/reviews/{review.pk}/"
        page = client.get(self.url).content.decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        marks = {"mark-effect": effect, "mark-voice": "8", "remark": "好"}
        self.body = urlencode(marks | {"act": "submit", "csrfmiddlewaretoken": token})
        cookies = "; ".join(f"{c.key}={c.value}" for c in client.cookies.values())
        self.headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookies,
        }


def hand_in_together(live_server, reviewers: list[Reviewer]) -> list[int]:
    barrier = Barrier(len(reviewers))

    def hand_in(reviewer: Reviewer) -> int:
        server = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
        server.connect()
        barrier.wait()
        server.request("POST", reviewer.url, reviewer.body, reviewer.headers)
        answer = server.getresponse()
        answer.read()
        server.close()
        return answer.status

    with ThreadPoolExecutor(len(reviewers)) as threads:
        return list(threads.map(hand_in, reviewers))


def together(*acts) -> list[object]:
    """What each act returned or refused, all let go at one instant."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def open_reviews(count: int) -> list[Review]:
    sync_groups()
    contest = make_reviewed_contest(now=timezone.now())
    round_ = make_review_round(contest=contest, entries=0)
    first = make_review(round_=round_)
    return [first] + [
        make_review(round_=round_, entry=first.entry) for _ in range(count - 1)
    ]


def test_reviewers_of_one_entry_do_not_lose_each_others_marks(live_server):
    reviews = open_reviews(4)

    answers = hand_in_together(
        live_server, [Reviewer(each, str(40 + n)) for n, each in enumerate(reviews)]
    )

    assert answers == [302] * 4
    assert sorted(each.marks["effect"] for each in ReviewVersion.objects.all()) == [
        "40",
        "41",
        "42",
        "43",
    ]


def test_a_double_tap_is_one_version(live_server):
    review = open_reviews(1)[0]

    answers = hand_in_together(live_server, [Reviewer(review, "40")] * 4)

    assert answers == [302] * 4
    assert list(review.versions.values_list("version", flat=True)) == [1]


@on_postgresql
@pytest.mark.parametrize("attempt", range(2))
def test_a_change_at_the_close_is_in_the_ranking_or_refused(attempt):
    round_ = make_marked_round("40", "30", goes_on=1)
    review = round_.reviews.order_by("entry__unit__code").first()
    digest, by = ranking_of(round_).inputs_hash, make_operator(Role.ADMINISTRATOR)

    changed, settled = together(
        lambda: make_version(review, effect="20", now=closing_of(round_) - SECOND),
        lambda: settle(round_, by=by, inputs_hash=digest),
    )

    # Exactly one of them: a change before it spoils the ranking that was looked at.
    assert isinstance(changed, Refusal) != isinstance(settled, Refusal)
    assert review.versions.count() == (1 if isinstance(changed, Refusal) else 2)
    if not isinstance(settled, Refusal):
        assert settled.inputs == ranking_of(round_).inputs


@on_postgresql
def test_a_list_is_settled_once_by_however_many():
    round_ = make_marked_round("40", "30", goes_on=1)
    digest = ranking_of(round_).inputs_hash
    people = [make_operator(Role.ADMINISTRATOR) for _ in range(4)]

    answers = together(
        *(
            lambda by=by: settle(round_, by=by, inputs_hash=digest, numbers={})
            for by in people
        )
    )

    assert sum(isinstance(answer, Refusal) for answer in answers) == 3
    assert round_.selections.count() == 1


@on_postgresql
@pytest.mark.parametrize("attempt", range(2))
def test_a_shortlist_and_the_opening_of_the_poll_exclude_each_other(settings, attempt):
    settings.STAGE_GATES = settings.STAGE_GATES | {
        "poll": "tests.showcase.reviews.gates_for_tests.freeze_the_shortlist"
    }
    # What this gate freezes is no ballot.
    settings.PUBLIC_LOG_FACTS = {}
    make_site()
    sync_groups()
    round_ = make_marked_second_round("45", "40", "30", goes_on=2)
    contest, by = round_.contest, make_operator(Role.ADMINISTRATOR)
    digest, opens = ranking_of(round_).inputs_hash, contest.poll_opens_at
    numbers = {
        code: number
        for number, code in enumerate(sorted(ranking_of(round_).chosen), start=1)
    }

    selected, _ = together(
        lambda: select_entries(
            by=by, round_=round_, inputs_hash=digest, numbers=numbers, now=opens
        ),
        lambda: open_stage(contest=contest, stage=Stage.POLL, now=opens),
    )

    frozen = Opening.objects.get(contest=contest, stage=Stage.POLL).frozen["entries"]
    shortlisted = list(
        contest.entries.shortlisted()
        .order_by("number")
        .values_list("number", flat=True)
    )
    assert frozen == shortlisted
    assert shortlisted == ([] if isinstance(selected, Refusal) else [1, 2])
    with transaction.atomic():
        assert round_.selections.exists() == bool(shortlisted)
