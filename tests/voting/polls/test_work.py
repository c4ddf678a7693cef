"""The proof of work of a ballot: asked for, looked at, good for one ballot, never in the way."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_ratelimit import UNSAFE
from django_ratelimit.core import get_usage
from wagtail.models import Site

from site_cms.gate import work
from site_cms.gate.decorators import by_address
from site_cms.pages.models import GovernmentSettings
from tests.factories import open_poll
from tests.factories.work import solved
from tests.voting.polls.test_views import Voting, text_of
from voting.polls.models import Ballot, BallotSignal

pytestmark = pytest.mark.django_db

REDIS = "site_cms.gate.cache.OneRoundTripRedisCache"


@pytest.fixture(autouse=True)
def little_work(settings):
    settings.WORK_DIFFICULTY = 4


def check_page(here, *plates):
    here.ballot()
    return here.check(*plates)


def work_of(page) -> str:
    return solved(page.context["work"].text)


def cast(here, page, *plates, **more):
    sent = {"work": work_of(page)} | more
    return here.cast(*plates, nonce=page.context["nonce"], **sent)


def test_a_ballot_with_its_work_is_taken_and_its_difficulty_noted(settings):
    here = Voting(open_poll())

    answer = cast(here, check_page(here, "01"), "01")

    assert answer.status_code == 303
    assert Ballot.objects.count() == 1
    assert BallotSignal.objects.get().difficulty == settings.WORK_DIFFICULTY


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        pytest.param("", "提交前的准备还没有做完", id="missing"),
        pytest.param("rubbish", "和这一页对不上", id="rubbish"),
        pytest.param("\x00", "和这一页对不上", id="zero byte"),
    ],
)
def test_without_work_nothing_is_taken_and_the_choices_stay(sent, sentence):
    here = Voting(open_poll())
    page = check_page(here, "01", "03")

    answer = cast(here, page, "01", "03", work=sent)

    assert answer.status_code == 409
    assert sentence in text_of(answer)
    assert [entry.plate for entry in answer.context["picked"]] == ["01", "03"]
    assert answer.context["nonce"] == page.context["nonce"]
    assert Ballot.objects.count() == 0
    assert cast(here, answer, "01", "03").status_code == 303


def test_expired_work_gets_a_sentence_and_a_fresh_challenge():
    here = Voting(open_poll())
    page = check_page(here, "02")
    old = work.issue(
        purpose="ballot",
        bound_to=page.context["nonce"],
        difficulty=4,
        now=timezone.now() - work.LIFETIME - timedelta(minutes=1),
    )

    answer = cast(here, page, "02", work=solved(old.text))

    assert answer.status_code == 409
    assert "放得太久" in text_of(answer)
    assert answer.context["work"].text != page.context["work"].text
    assert cast(here, answer, "02").status_code == 303


def test_work_of_another_page_of_the_same_voter_is_refused():
    here = Voting(open_poll(quota=2))
    first = check_page(here, "01")
    done = work_of(first)
    cast(here, first, "01", work=done)

    second = here.check("02")
    answer = cast(here, second, "02", work=done)

    assert (answer.status_code, Ballot.objects.count()) == (409, 1)
    assert cast(here, second, "02").status_code == 303


def test_work_of_another_voter_is_refused():
    poll = open_poll()
    mine, theirs = Voting(poll), Voting(poll)
    done = work_of(check_page(theirs, "01"))

    answer = cast(mine, check_page(mine, "01"), "01", work=done)

    assert (answer.status_code, Ballot.objects.count()) == (409, 0)


def test_work_of_another_poll_is_refused():
    client = Client()
    here, there = Voting(open_poll(), client), Voting(open_poll(), client)
    done = work_of(check_page(there, "01"))

    answer = cast(here, check_page(here, "01"), "01", work=done)

    assert (answer.status_code, Ballot.objects.count()) == (409, 0)


def test_work_for_another_purpose_is_refused():
    here = Voting(open_poll())
    page = check_page(here, "01")
    other = work.issue(
        purpose="sms",
        bound_to=page.context["nonce"],
        difficulty=4,
        now=timezone.now(),
    )

    assert cast(here, page, "01", work=solved(other.text)).status_code == 409


def test_the_same_ballot_with_the_same_work_gets_the_same_receipt():
    here = Voting(open_poll())
    page = check_page(here, "01")
    done = work_of(page)

    first, second = (cast(here, page, "01", work=done) for _ in range(2))

    assert (first.status_code, first.url) == (303, second.url)
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize("sent", ["", "rubbish"])
def test_a_ballot_that_was_taken_is_answered_again_whatever_became_of_its_work(sent):
    here = Voting(open_poll())
    page = check_page(here, "01")
    first = cast(here, page, "01")

    again = cast(here, page, "01", work=sent)

    assert again.url == first.url


def test_other_choices_without_work_under_a_taken_key_are_a_conflict():
    here = Voting(open_poll())
    page = check_page(here, "01")
    cast(here, page, "01")

    answer = cast(here, page, "02", work="")

    assert answer.status_code == 409
    assert "和那一次选的不一样" in text_of(answer)


def test_looking_at_the_work_asks_the_database_nothing():
    here = Voting(open_poll())
    page = check_page(here, "01")

    with CaptureQueriesContext(connection) as queries:
        answer = cast(here, page, "01")

    assert answer.status_code == 303
    asked = [each["sql"] for each in queries if each["sql"].startswith("SELECT")]
    assert asked == []


def test_when_the_answer_is_that_nothing_can_be_taken_the_work_is_kept(settings):
    poll = open_poll()
    here = Voting(poll)
    page = check_page(here, "01")
    done = work_of(page)
    keys, settings.KEYS_DIR = settings.KEYS_DIR, settings.KEYS_DIR / "nowhere"

    answer = cast(here, page, "01", work=done)

    assert answer.status_code == 503
    assert f'name="work" value="{done}"' in answer.content.decode()
    settings.KEYS_DIR = keys
    assert cast(here, page, "01", work=done).status_code == 303


def test_the_page_carries_its_script_and_words_for_who_has_none():
    here = Voting(open_poll())

    page = check_page(here, "01").content.decode()

    assert 'src="/static/voting/js/work.js" defer' in page
    assert "这个浏览器在这里提交不了" in page.partition("<noscript>")[2]


def test_a_browser_that_sent_no_work_is_told_what_else_it_can_do():
    here = Voting(open_poll())
    GovernmentSettings.objects.create(site=Site.objects.get(), phone="0476-1234567")

    answer = cast(here, check_page(here, "01"), "01", work="")

    assert "<noscript>" not in answer.content.decode()
    assert "也可以打电话请工作人员帮忙：0476-1234567" in text_of(answer)


def test_where_no_work_is_asked_for_the_page_has_no_script_for_it(settings):
    settings.WORK_DIFFICULTY = 0
    here = Voting(open_poll())

    page = check_page(here, "01")

    assert page.context["work"] is None
    assert "work.js" not in page.content.decode()
    assert here.cast("01", nonce=page.context["nonce"]).status_code == 303


def use_redis(settings, location):
    settings.CACHES = settings.CACHES | {
        "limits": {"BACKEND": REDIS, "LOCATION": location}
    }


def test_with_redis_gone_the_ballot_is_taken_for_twice_the_work(settings):
    use_redis(settings, "redis://127.0.0.1:1/0")
    here = Voting(open_poll())

    page = check_page(here, "01")

    assert page.context["work"].difficulty == 2 * settings.WORK_DIFFICULTY
    assert cast(here, page, "01").status_code == 303


@pytest.mark.redis
def test_a_flush_of_redis_between_page_and_ballot_changes_nothing(settings, redis_url):
    use_redis(settings, redis_url)
    here = Voting(open_poll())
    page = check_page(here, "01")
    done = work_of(page)
    caches["limits"].clear()
    first = cast(here, page, "01", work=done)
    caches["limits"].clear()

    second = cast(here, page, "01", work=done)
    other = cast(here, here.check("02"), "02", work=done)

    assert (first.url, other.status_code) == (second.url, 409)
    assert Ballot.objects.count() == 1


@pytest.fixture
def stopped_clock(monkeypatch):
    """Windows of the limits begin and end by the clock: here it stands still."""

    class Clock:
        def time(self):
            return 1_800_000_000.0

    monkeypatch.setattr("django_ratelimit.core.time", Clock())


def already_asked(rf, page: str, times: int) -> None:
    """As if this address had asked for the page so often in these ten seconds."""
    for _ in range(times):
        get_usage(
            rf.post("/") if page == "cast" else rf.get("/"),
            group=f"voting.polls.views.{page}",
            key=by_address,
            rate="60/10s",
            method=UNSAFE if page == "cast" else ["GET", "HEAD"],
            increment=True,
        )


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize(
    ("before", "times"),
    [
        pytest.param(58, 1, id="below its limit"),
        pytest.param(59, 2, id="at its limit"),
        pytest.param(300, 10, id="far over it"),
    ],
)
def test_an_address_over_its_limit_gets_harder_work(rf, settings, before, times):
    here = Voting(open_poll())
    already_asked(rf, "check", before)

    page = check_page(here, "01")

    assert page.context["work"].difficulty == times * settings.WORK_DIFFICULTY
    assert cast(here, page, "01").status_code == 303


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("page", ["check", "cast"])
def test_an_address_is_refused_at_ten_times_its_limit(rf, client, page):
    here = Voting(open_poll(), client)
    ask = client.get if page == "check" else client.post
    already_asked(rf, page, 599)

    last, refused = ask(here.at(page)), ask(here.at(page))

    assert last.status_code != 429
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) >= 1
