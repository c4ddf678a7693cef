"""我的投票: what a phone remembers, what it never shows, and how it forgets."""

import pytest
from django.test import Client
from django.urls import reverse

from showcase.contests.models import Contest
from site_cms.privacy.keys import destroy_key
from tests.factories import open_poll
from voting.polls.mine import COOKIE
from voting.polls.models import Ballot
from voting.polls.queries import poll_key
from voting.polls.receipts import receipt_number

pytestmark = pytest.mark.django_db


class Phone:
    def __init__(self, poll) -> None:
        self.slug = Contest.objects.get(pk=poll.contest_id).slug
        self.client = Client()

    def at(self, name: str) -> str:
        return reverse(f"voting:{name}", args=[self.slug])

    def vote(self, *plates):
        self.client.get(self.at("ballot"))
        sent = {"entry": plates}
        page = self.client.post(self.at("check"), sent, follow=True)
        sent["request"] = page.context["nonce"]
        return self.client.post(self.at("cast"), sent)

    def mine(self):
        return self.client.get(self.at("mine"))

    def numbers(self) -> list[str]:
        return [each["number"] for each in self.mine().context["receipts"]]


def numbers_of(poll) -> list[str]:
    ids = Ballot.objects.of_poll(poll.id).latest_first().values_list("id", flat=True)
    return [receipt_number(poll_key(poll), ballot_id) for ballot_id in ids]


def test_a_phone_lists_its_ballots_with_number_time_and_state():
    poll = open_poll(quota=2)
    phone = Phone(poll)

    phone.vote("01")
    phone.vote("02")

    assert phone.numbers() == numbers_of(poll)
    rows = phone.mine().context["receipts"][0]["rows"]
    assert [row["term"] for row in rows] == ["收到时间", "状态"]


def test_what_was_chosen_is_not_on_the_page_nor_the_way_to_it():
    poll = open_poll()
    phone = Phone(poll)
    receipt = phone.vote("02").url

    page = phone.mine().content.decode()

    secret = receipt.rstrip("/").rpartition("/")[2]
    assert secret not in page
    assert secret not in phone.client.cookies[COOKIE].value
    assert poll.entries[1].unit not in page


def test_another_phone_lists_nothing():
    poll = open_poll()
    Phone(poll).vote("01")

    assert Phone(poll).numbers() == []


def test_ballots_of_another_contest_are_not_listed():
    phone, other = Phone(open_poll()), Phone(open_poll())
    other.client = phone.client
    phone.vote("01")

    assert other.numbers() == []


def test_whoever_wipes_the_phone_loses_the_list_and_no_ballot_and_gains_no_vote():
    poll = open_poll()
    phone = Phone(poll)
    phone.vote("01")
    number = phone.numbers()[0]

    answer = phone.client.post(phone.at("mine"), follow=True)

    assert "已经从这台手机上抹去" in answer.content.decode()
    assert phone.numbers() == []
    found = phone.client.get(phone.at("lookup"), {"number": number})
    assert found.context["found"]
    assert (
        phone.client.get(phone.at("ballot")).templates[0].name.endswith("already.html")
    )


def test_wiping_asks_for_the_token():
    phone = Phone(open_poll())
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(phone.at("mine")).status_code == 403


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("rubbish", id="no signature"),
        pytest.param("LH7K29QFM3:x:y", id="forged"),
        pytest.param("\x00" * 4_000, id="bytes"),
    ],
)
def test_a_cookie_that_is_not_ours_lists_nothing(cookie):
    phone = Phone(open_poll())
    phone.client.cookies[COOKIE] = cookie

    assert phone.numbers() == []


def test_the_same_ballot_sent_again_is_listed_once():
    poll = open_poll()
    phone = Phone(poll)
    phone.client.get(phone.at("ballot"))
    page = phone.client.post(phone.at("check"), {"entry": ["01"]}, follow=True)
    sent = {"entry": ["01"], "request": page.context["nonce"]}
    for _ in range(3):
        phone.client.post(phone.at("cast"), sent)

    assert phone.numbers() == numbers_of(poll)


def test_without_the_key_the_page_says_that_nothing_is_lost():
    poll = open_poll()
    phone = Phone(poll)
    phone.vote("01")
    destroy_key(poll.key_name)

    page = phone.mine()

    assert page.status_code == 503
    assert "您的选票没有变" in page.content.decode()


@pytest.mark.parametrize("name", ["ballot", "already", "receipt"])
def test_it_is_linked_from_where_one_looks_for_it(name):
    poll = open_poll()
    phone = Phone(poll)
    if name == "ballot":
        page = phone.client.get(phone.at("ballot"))
    else:
        receipt = phone.vote("01").url
        address = receipt if name == "receipt" else phone.at("ballot")
        page = phone.client.get(address)

    assert page.templates[0].name.endswith(f"{name}.html")
    assert phone.at("mine") in page.content.decode()
