"""What is noted beside a ballot: enough to find groups, never enough to find a person."""

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.core.signing import get_cookie_signer
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.trail.models import TrailEntry
from tests.factories import HOUR, NOW, SECOND, open_poll
from voting.polls.casting import Signals
from voting.polls.errors import SignalsStillNeeded
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import poll_key
from voting.polls.rules import Client as Family
from voting.polls.rules import QuotaPeriod, client_family
from voting.polls.signals import signals_of, voter_day
from voting.polls.signals_services import destroy_signals
from voting.polls.voters.base import Voter
from voting.polls.voters.device import COOKIE, Device, device_since

pytestmark = pytest.mark.django_db

VOTER = Voter("device", "a" * 32)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2055A; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47 NetType/4G"
)


def noted(poll, *, address="203.0.113.7", voter=VOTER, now=NOW, **more) -> Signals:
    request = RequestFactory().post("/", REMOTE_ADDR=address, **more)
    return signals_of(request, poll=poll, voter=voter, now=now)


def signed(value: str) -> str:
    return get_cookie_signer(salt=f"{COOKIE}voting.polls.device").sign(value)


def vote(poll, *plates, client=None, **headers):
    """From the list to the receipt, in a browser of its own unless one is given."""
    client = client or Client()
    slug = Contest.objects.get(pk=poll.contest_id).slug
    at = {
        name: reverse(f"voting:{name}", args=[slug])
        for name in ("ballot", "check", "cast")
    }
    client.get(at["ballot"], **headers)
    page = client.post(at["check"], {"entry": plates}, follow=True, **headers)
    sent = {"entry": plates, "request": page.context["nonce"]}
    return client.post(at["cast"], sent, **headers)


def test_a_ballot_is_noted_with_what_is_known_of_its_request():
    poll = open_poll()
    client = Client()

    answer = vote(
        poll, "01", client=client, HTTP_USER_AGENT=WECHAT, REMOTE_ADDR="203.0.113.7"
    )

    ballot, signal = Ballot.objects.get(), BallotSignal.objects.get()
    identity = client.cookies[COOKIE].value.partition(".")[0]
    expected = noted(poll, voter=Voter("device", identity), now=timezone.now())
    assert answer.status_code == 303
    assert (signal.ballot_id, signal.poll_id, signal.minute) == (
        ballot.id,
        poll.id,
        ballot.cast_at,
    )
    assert (signal.voter_day, signal.prefix, signal.network) == (
        expected.voter_day,
        expected.prefix,
        expected.network,
    )
    assert (signal.adapter, signal.client) == ("device", "wechat-android")
    assert (signal.device_age, signal.difficulty, signal.unthrottled) == (0, 0, False)


def test_a_ballot_that_was_not_counted_by_the_guard_says_so():
    poll = open_poll()
    request = RequestFactory().post("/")
    request.unthrottled = True

    assert signals_of(request, poll=poll, voter=VOTER, now=NOW).unthrottled


@pytest.mark.parametrize(
    ("one", "other", "same_prefix", "same_network"),
    [
        pytest.param("203.0.113.7", "203.0.113.7", True, True, id="one address"),
        pytest.param("203.0.113.7", "203.0.113.8", True, False, id="one /24"),
        pytest.param("203.0.113.7", "203.0.114.7", False, False, id="two /24"),
        pytest.param(
            "2001:db8:1:2::1", "2001:db8:1:2::9", True, True, id="one subscriber"
        ),
        pytest.param("2001:db8:1:2::1", "2001:db8:1:3::1", True, False, id="one /48"),
        pytest.param("2001:db8:1:2::1", "2001:db8:2:2::1", False, False, id="two /48"),
        pytest.param(
            "::ffff:203.0.113.7", "203.0.113.7", True, True, id="mapped address"
        ),
        pytest.param("", "rubbish", True, True, id="what cannot be read"),
        pytest.param("", "203.0.113.7", False, False, id="unknown is no address"),
    ],
)
def test_neighbours_share_a_prefix_and_one_client_an_address(
    one, other, same_prefix, same_network
):
    poll = open_poll()
    first, second = noted(poll, address=one), noted(poll, address=other)

    assert (first.prefix == second.prefix) is same_prefix
    assert (first.network == second.network) is same_network


def test_another_poll_hashes_the_same_place_and_voter_to_something_else():
    one, other = noted(open_poll()), noted(open_poll())

    assert one.prefix != other.prefix
    assert one.network != other.network
    assert one.voter_day != other.voter_day


def test_a_voters_ballots_of_one_day_are_found_and_no_others():
    key = poll_key(open_poll())
    day = date(2026, 6, 1)

    assert voter_day(key, voter=VOTER, day=day) == voter_day(key, voter=VOTER, day=day)
    assert (
        len(
            {
                voter_day(key, voter=VOTER, day=day),
                voter_day(key, voter=VOTER, day=day + timedelta(days=1)),
                voter_day(key, voter=replace(VOTER, identity="b" * 32), day=day),
                voter_day(key, voter=replace(VOTER, adapter="sms"), day=day),
            }
        )
        == 4
    )


def test_two_ballots_of_one_voter_on_one_day_share_their_voter_day():
    poll = open_poll(quota=2, quota_period=QuotaPeriod.DAY.value)
    client = Client()

    vote(poll, "01", client=client)
    vote(poll, "02", client=client)
    vote(poll, "02")

    days = list(BallotSignal.objects.values_list("voter_day", flat=True))
    assert days[0] == days[1] != days[2]


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        pytest.param("", Family.NONE, id="none"),
        pytest.param("curl/8.5.0", Family.OTHER, id="script"),
        pytest.param(WECHAT, Family.WECHAT_ANDROID, id="WeChat on Android"),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003127)",
            Family.WECHAT_IOS,
            id="WeChat on an iPhone",
        ),
        pytest.param(
            "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 Chrome/107.0"
            " Safari/537.36 MicroMessenger/7.0.20 WindowsWechat",
            Family.DESKTOP,
            id="WeChat on Windows",
        ),
        pytest.param(
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0"
            " Mobile Safari/537.36",
            Family.CHROME_ANDROID,
            id="Chrome on Android",
        ),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            Family.SAFARI_IOS,
            id="Safari on an iPhone",
        ),
        pytest.param(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Safari/605",
            Family.DESKTOP,
            id="Safari on a Mac",
        ),
        pytest.param(
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            Family.OTHER,
            id="Firefox on Android",
        ),
        pytest.param("\x00" * 5_000, Family.OTHER, id="rubbish"),
    ],
)
def test_browsers_are_told_apart_coarsely(agent, family):
    assert client_family(agent) == family


def remembered(cookie: str = "") -> str:
    """The device cookie that a visit with this one leaves behind."""
    request = RequestFactory().get("/")
    if cookie:
        request.COOKIES[COOKIE] = cookie
    response = HttpResponse()
    Device().remember(request, response, None, VOTER)
    return response.cookies[COOKIE].value


def request_with(cookie: str):
    request = RequestFactory().get("/")
    request.COOKIES[COOKIE] = cookie
    return request


def test_a_device_is_as_old_as_its_first_visit():
    cookie = remembered(signed(f"{VOTER.identity}.{int(NOW.timestamp()) // 60}"))

    assert device_since(request_with(cookie)) == NOW
    assert Device().recognise(request_with(cookie), None) == VOTER
    age = signals_of(
        request_with(cookie), poll=open_poll(), voter=VOTER, now=NOW + HOUR + SECOND
    ).device_age
    assert age == 60


def test_a_new_device_begins_now():
    before = timezone.now().replace(second=0, microsecond=0)

    assert before <= device_since(request_with(remembered())) <= timezone.now()


def test_a_cookie_from_before_ages_were_noted_stays_good_and_its_age_unknown():
    cookie = remembered(signed(VOTER.identity))

    assert Device().recognise(request_with(cookie), None) == VOTER
    assert device_since(request_with(cookie)) is None
    assert noted(open_poll()).device_age is None


def test_an_age_cannot_be_made_up():
    forged = f"{VOTER.identity}.1:{signed(VOTER.identity).partition(':')[2]}"

    assert Device().recognise(request_with(forged), None) is None
    assert device_since(request_with(forged)) is None


def test_a_device_whose_clock_runs_ahead_is_no_younger_than_new():
    cookie = signed(f"{VOTER.identity}.{int((NOW + HOUR).timestamp()) // 60}")
    request = request_with(cookie)

    signals = signals_of(request, poll=open_poll(), voter=VOTER, now=NOW)

    assert signals.device_age == 0


def test_nothing_is_read_before_the_ballot_is_written():
    poll = open_poll()
    client = Client()
    slug = Contest.objects.get(pk=poll.contest_id).slug
    client.get(reverse("voting:ballot", args=[slug]))
    page = client.post(
        reverse("voting:check", args=[slug]), {"entry": ["01"]}, follow=True
    )
    sent = {"entry": ["01"], "request": page.context["nonce"]}

    with CaptureQueriesContext(connection) as queries:
        client.post(reverse("voting:cast", args=[slug]), sent)

    inserts = ("INSERT INTO voting_ballot ", "WITH ticket", "SAVEPOINT", "BEGIN")
    assert queries[0]["sql"].strip().startswith(inserts)
    assert not any(
        each["sql"].strip().startswith("SELECT") for each in queries.captured_queries
    )


def test_an_address_is_nowhere_in_the_row():
    poll = open_poll()
    vote(poll, "01", REMOTE_ADDR="203.0.113.7", HTTP_USER_AGENT=WECHAT)

    row = str(BallotSignal.objects.values().get())

    assert "203.0.113" not in row
    assert "Mozilla" not in row


def finalised(poll, at=NOW) -> Poll:
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=NOW - 3 * HOUR, poll_closes_at=NOW - 2 * HOUR, finalised_at=at
    )
    return Poll.objects.select_related("contest").get(pk=poll.id)


def destroy(poll, **fields) -> int:
    return destroy_signals(**{"by": None, "poll": poll, "now": NOW} | fields)


def test_signals_of_one_poll_are_destroyed_after_the_final_result():
    poll, other = open_poll(), open_poll()
    vote(poll, "01")
    vote(other, "01")

    assert destroy(finalised(poll)) == 1

    assert list(BallotSignal.objects.values_list("poll_id", flat=True)) == [other.id]
    assert Ballot.objects.count() == 2
    entry = TrailEntry.objects.get(action="poll.signals_destroyed")
    assert entry.details == {"destroyed": 1, "forced": ""}


@pytest.mark.parametrize(
    "finalised_at",
    [
        pytest.param(None, id="no final result"),
        pytest.param(NOW + SECOND, id="a second early"),
    ],
)
def test_signals_are_kept_while_anybody_may_still_object(finalised_at):
    poll = open_poll()
    vote(poll, "01")

    with pytest.raises(SignalsStillNeeded):
        destroy(finalised(poll, at=finalised_at))
    assert BallotSignal.objects.count() == 1


def test_signals_are_destroyed_early_with_a_reason_that_is_kept():
    poll = open_poll()
    vote(poll, "01")

    destroy(finalised(poll, at=None), forced="法院要求")

    assert BallotSignal.objects.count() == 0
    entry = TrailEntry.objects.get(action="poll.signals_destroyed")
    assert entry.details == {"destroyed": 1, "forced": "法院要求"}


def run(*words: str) -> str:
    out = StringIO()
    call_command("destroy_signals", *words, stdout=out)
    return out.getvalue()


def test_the_command_shows_first_and_destroys_then():
    poll = open_poll()
    vote(poll, "01")
    slug = finalised(poll).contest.slug

    assert "1 条" in run("--contest", slug, "--dry-run")
    assert BallotSignal.objects.count() == 1
    assert "1 条" in run("--contest", slug)
    assert BallotSignal.objects.count() == 0
    assert "0 条" in run("--contest", slug)


def test_the_command_says_why_it_refuses():
    poll = open_poll()
    slug = Contest.objects.get(pk=poll.contest_id).slug

    for words in (["--contest", slug], ["--contest", slug, "--dry-run"]):
        with pytest.raises(CommandError, match="还没有最终结果"):
            run(*words)
    with pytest.raises(CommandError, match="没有网址名是"):
        run("--contest", "no-such")
    assert "0 条" in run("--contest", slug, "--force", "数据泄露，提前销毁")
