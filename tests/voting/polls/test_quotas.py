"""Several ballots for one voter: what is left, what is used up, when there are more."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from showcase.contests.models import Contest
from tests.factories import DAY, HOUR, make_contest, open_poll
from tests.voting.polls.test_views import Voting, text_of
from voting.polls.models import Ballot
from voting.polls.rules import SHANGHAI

pytestmark = pytest.mark.django_db


def voting(*, days=3, **fields):
    now = timezone.now()
    contest = make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + days * DAY)
    return Voting(open_poll(contest=contest, **fields))


@pytest.mark.parametrize(
    ("period", "used", "sentence"),
    [
        pytest.param("day", 0, "每人每天 3 张选票，您今天还剩 3 张", id="all of today"),
        pytest.param("day", 2, "每人每天 3 张选票，您今天还剩 1 张", id="one of today"),
        pytest.param("poll", 1, "每人 3 张选票，您还剩 2 张", id="two of the poll"),
    ],
)
def test_the_list_says_how_many_ballots_are_left(period, used, sentence):
    here = voting(quota=3, quota_period=period)
    for _ in range(used):
        here.vote("01")

    assert sentence in text_of(here.ballot())


def test_a_single_ballot_is_not_counted_down():
    assert "还剩" not in text_of(voting().ballot())


def test_the_receipt_leads_to_the_next_ballot_where_there_are_several():
    several, one = voting(quota=2), voting()

    pages = [here.client.get(here.vote("01").url) for here in (several, one)]

    assert ["接着投" in text_of(page) for page in pages] == [True, False]


def test_all_ballots_of_a_day_used_up_says_when_there_are_more():
    here = voting(quota=2, quota_period="day")
    here.vote("01")
    here.vote("02")

    page = here.ballot()

    assert "您今天的 2 张都投完了" in text_of(page)
    assert "00:00 以后可以再投 2 张" in text_of(page)
    assert len(page.context["cast"]) == 2


def test_all_ballots_of_a_poll_used_up_says_so():
    here = voting(quota=2)
    here.vote("01")
    here.vote("02")

    page = here.ballot()

    assert "您的 2 张都投完了" in text_of(page)
    assert "以后可以再投" not in text_of(page)


def test_on_the_last_day_there_is_no_next_time():
    here = voting(quota_period="day")
    midnight = datetime.combine(
        timezone.localdate(timezone=SHANGHAI) + timedelta(days=1), time(), SHANGHAI
    )
    here.vote("01")
    Contest.objects.update(poll_closes_at=midnight)

    page = here.ballot()

    assert "您今天已经投过了" in text_of(page)
    assert "就截止了，没有下一次了" in text_of(page)
    assert "以后可以再投" not in text_of(page)


def test_a_third_ballot_of_two_is_not_taken():
    here = voting(quota=2)
    here.vote("01")
    here.vote("01")

    answer = here.cast("01", nonce=here.nonce("01"))

    assert (answer.status_code, Ballot.objects.count()) == (409, 2)
    assert "所以刚才这张没有收" in text_of(answer)
