"""A second person on the same telephone: another voter, who sees nothing of the first."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_operator, open_poll
from tests.voting.polls.voters.test_conformance import vote
from tests.voting.polls.voters.ways import address
from voting.polls.models import Ballot, Poll
from voting.polls.voter_services import create_code_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def poll():
    return open_poll(adapters=["device", "code"])


@pytest.fixture
def code(poll):
    return create_code_batch(
        by=make_operator(),
        poll=Poll.objects.get(pk=poll.id),
        label="第一批",
        village="大营子村",
        count=1,
        request_key=uuid.uuid4(),
        now=timezone.now(),
    )[0]


def test_page_that_says_already_voted_leads_to_it(poll):
    client = Client()
    client.get(address("ballot", poll))
    vote(client, poll)
    text = client.get(address("ballot", poll)).content.decode()
    assert f'href="{address("who", poll)}?another=1"' in text


def test_poll_of_devices_alone_offers_nobody_a_second_vote():
    poll = open_poll(adapters=["device"])
    client = Client()
    client.get(address("ballot", poll))
    vote(client, poll)
    assert "another=1" not in client.get(address("ballot", poll)).content.decode()
    text = client.get(address("who", poll) + "?another=1").content.decode()
    assert "一台手机只能一个人投" in text


def test_second_person_votes_and_nothing_of_the_first_is_shown(poll, code):
    client = Client()
    client.get(address("ballot", poll))
    first = vote(client, poll)["Location"].split("/")
    number, secret = first[-3], first[-2]
    shown = [
        client.get(address("who", poll) + "?another=1"),
        client.get(address("code", poll) + "?another=1"),
        client.post(address("code", poll), {"code": code}),
        client.get(address("ballot", poll)),
    ]
    text = "".join(page.content.decode() for page in shown)
    assert shown[-1].status_code == 200
    assert (number in text, secret in text, " checked" in text) == (False,) * 3
    second = vote(client, poll)["Location"]
    assert "/receipt/" in second
    assert number not in second
    assert Ballot.objects.count() == 2


def test_ticks_of_the_first_that_were_not_sent_are_not_shown(poll, code):
    client = Client()
    client.get(address("ballot", poll))
    client.post(address("check", poll), {"entry": ["01", "02"]})
    client.post(address("code", poll), {"code": code})
    assert " checked" not in client.get(address("ballot", poll)).content.decode()


def test_two_persons_of_one_telephone_have_a_vote_each_and_no_more(poll, code):
    client = Client()
    client.get(address("ballot", poll))
    vote(client, poll)
    client.post(address("code", poll), {"code": code})
    vote(client, poll)
    client.post(address("code", poll), {"code": code})
    assert "您已经投过了" in client.get(address("ballot", poll)).content.decode()
    client.cookies.pop(f"voter-{poll.id}")
    assert "您已经投过了" in client.get(address("ballot", poll)).content.decode()
    assert Ballot.objects.count() == 2
