"""What a poll refuses is counted by its kind, and the administrator sees how often."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.gate.minutes import MINUTE, counted, mark_minute
from site_cms.privacy.keys import destroy_key
from tests.factories import HOUR, SECOND, make_ballot, make_operator, open_poll, sign_in
from tests.voting.polls.test_views import Voting, text_of
from voting.polls.health import health_of
from voting.polls.models import Ballot, Poll
from voting.polls.refused import LABELS, Refused, name_of
from voting.polls.services import pause_poll
from voting.polls.tally_models import TallyState

pytestmark = pytest.mark.django_db

REDIS = "site_cms.gate.cache.OneRoundTripRedisCache"


@pytest.fixture(autouse=True)
def _clock_stands_still(monkeypatch):
    """A minute that turns in the middle would share out what is counted."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)


def refusals(poll) -> dict[str, int]:
    minute = timezone.now().replace(second=0, microsecond=0)
    names = {name_of(poll.id, kind): kind.value for kind in Refused}
    found = counted(list(names), [minute]).counts
    return {names[name]: times for name, [times] in found.items() if times}


def row_of(poll) -> Poll:
    return Poll.objects.select_related("contest").get(pk=poll.id)


def ready(poll) -> tuple[Voting, str]:
    here = Voting(poll)
    here.ballot()
    return here, here.nonce("01")


def already(poll):
    here, nonce = ready(poll)
    here.cast("01", nonce=nonce)
    here.cast("02", nonce=here.nonce("02"))


def another_choice(poll):
    here, nonce = ready(poll)
    here.cast("01", nonce=nonce)
    here.cast("02", nonce=nonce)


def page_of_another(poll):
    _, nonce = ready(poll)
    other, _ = ready(poll)
    other.cast("01", nonce=nonce)


def wrong_choices(poll):
    here, nonce = ready(poll)
    here.cast(nonce=nonce)


def no_cookies(poll):
    Voting(poll).check("01")


def closed_while_choosing(poll):
    here, nonce = ready(poll)
    Contest.objects.update(poll_closes_at=timezone.now() - SECOND)
    here.cast("01", nonce=nonce)
    here.check("01")


def paused_while_choosing(poll):
    here, nonce = ready(poll)
    sync_groups()
    pause_poll(
        by=make_operator(Role.ADMINISTRATOR),
        poll=row_of(poll),
        notice="正在核查。",
        now=timezone.now(),
    )
    here.cast("01", nonce=nonce)
    here.check("01")


def key_gone(poll):
    here, nonce = ready(poll)
    destroy_key(poll.key_name)
    here.cast("01", nonce=nonce)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        pytest.param(already, {"already": 1}, id="already voted"),
        pytest.param(another_choice, {"another-choice": 1}, id="other choices"),
        pytest.param(page_of_another, {"page": 1}, id="somebody else's page"),
        pytest.param(wrong_choices, {"choices": 1}, id="no choice"),
        pytest.param(no_cookies, {"cookies": 1}, id="no cookies"),
        pytest.param(closed_while_choosing, {"closed": 2}, id="closed"),
        pytest.param(paused_while_choosing, {"paused": 2}, id="paused"),
        pytest.param(key_gone, {"unavailable": 1}, id="key gone"),
    ],
)
def test_each_refusal_of_a_ballot_is_counted_under_its_kind(act, expected):
    poll = open_poll()

    act(poll)

    assert refusals(poll) == expected


def test_a_ballot_that_is_taken_counts_nothing():
    poll = open_poll()

    Voting(poll).vote("01")

    assert refusals(poll) == {}


def test_work_that_was_not_done_is_counted(settings):
    settings.WORK_DIFFICULTY = 10
    poll = open_poll()
    here, nonce = ready(poll)

    here.cast("01", nonce=nonce)

    assert refusals(poll) == {"work": 1}


def test_requests_over_the_limit_are_counted_without_a_question_to_the_database():
    poll = open_poll(adapters=["code"])
    address = reverse("voting:code", args=[Voting(poll).slug])
    here = Voting(poll)
    wrong = [here.client.post(address, {"code": "AAAAAAAAA"}) for _ in range(10)]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        over = here.client.post(address, {"code": "AAAAAAAAA"})

    assert {answer.status_code for answer in wrong} == {422}
    assert over.status_code == 429
    assert refusals(poll) == {"code": 10, "limit": 1}
    assert [query for query in asked if "showcase_opening" in query["sql"]] == []


@pytest.mark.parametrize(
    ("name", "typed", "kind"),
    [
        pytest.param("sms", {"phone": "12"}, "sms", id="no telephone number"),
        pytest.param("code", {"code": "2345"}, "code", id="a code misread"),
        pytest.param("code", {"code": "AAAAAAAAA"}, "code", id="a code of nobody"),
    ],
)
def test_whoever_could_not_be_told_apart_is_counted(name, typed, kind):
    poll = open_poll(adapters=["code", "sms"])
    here = Voting(poll)

    here.client.post(here.at(name), typed)

    assert refusals(poll) == {kind: 1}


def test_wechat_that_does_not_know_somebody_is_counted():
    poll = open_poll(adapters=["wechat", "code"])
    here = Voting(poll)

    here.client.get(here.at("wechat_back"), {"code": "x", "state": "y"})

    assert refusals(poll) == {"wechat": 1}


# What the administrator sees


@pytest.fixture
def administrator(client):
    sync_groups()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    return client


def health_page(client, poll) -> str:
    return text_of(client.get(reverse("polls:health", args=[poll.id])))


def marked(since) -> None:
    """The worker came round in every minute from then on."""
    now = timezone.now()
    while since <= now:
        mark_minute(now=since)
        since += MINUTE


def test_the_health_page_says_what_was_refused_and_how_often(administrator):
    poll = open_poll()
    marked(timezone.now() - 2 * HOUR)
    before = health_page(administrator, poll)
    already(poll)
    no_cookies(poll)
    no_cookies(poll)

    page = health_page(administrator, poll)

    assert "没有拒绝过一次" in before
    assert f"{LABELS[Refused.COOKIES]}2" in page
    assert f"{LABELS[Refused.ALREADY]}1" in page
    assert page.index(LABELS[Refused.COOKIES]) < page.index(LABELS[Refused.ALREADY])
    assert "≥" not in page


def test_the_health_page_says_that_it_does_not_know_while_the_store_is_away(
    administrator, settings
):
    poll = open_poll()
    away = {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = settings.CACHES | {"limits": away}

    page = health_page(administrator, poll)

    assert "现在不知道拒绝了多少" in page
    assert "没有拒绝过一次" not in page


def test_the_health_page_says_which_counts_may_have_been_more(administrator):
    poll = open_poll()
    marked(timezone.now() - 5 * MINUTE)
    no_cookies(poll)

    page = health_page(administrator, poll)

    assert re.search(r"有 5\d 分钟没有计全", page)
    assert f"{LABELS[Refused.COOKIES]}≥1" in page


def test_before_a_poll_opened_there_was_nothing_to_count():
    poll = open_poll()
    marked(timezone.now() - 10 * MINUTE)
    Contest.objects.update(poll_opens_at=timezone.now() - 10 * MINUTE)

    assert health_of(row_of(poll), now=timezone.now()).refusals.unsure == 0


def test_the_health_of_a_poll_reads_the_last_hour_and_no_older_ballot(monkeypatch):
    monkeypatch.setattr("voting.polls.health._FIRST_STEP", 2)
    poll = open_poll()
    ballots = [make_ballot(poll=poll) for _ in range(9)]
    now = Ballot.objects.first().cast_at

    with CaptureQueriesContext(connection) as recent:
        health = health_of(row_of(poll), now=now)
    with CaptureQueriesContext(connection) as quiet:
        later = health_of(row_of(poll), now=now + 2 * HOUR)

    assert (health.ballots, later.ballots, later.in_all) == (9, 0, len(ballots))
    assert reads_of_ballots(recent) > reads_of_ballots(quiet)
    assert reads_of_ballots(quiet) == 3


def reads_of_ballots(queries) -> int:
    return sum('FROM "voting_ballot"' in query["sql"] for query in queries)


def test_all_ballots_are_the_running_total_and_what_came_since():
    poll = open_poll()
    for _ in range(3):
        make_ballot(poll=poll)
    upto = Ballot.objects.order_by("id")[1].id
    TallyState.objects.create(poll_id=poll.id, counted_id=upto, ballots=2, given={})

    assert health_of(row_of(poll), now=timezone.now()).in_all == 3
