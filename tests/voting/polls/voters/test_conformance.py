"""What every adapter must do, tried with each one through its own pages."""

import uuid

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from django.utils import timezone

from tests.factories import open_poll
from tests.factories.work import solved
from tests.voting.polls.voters.ways import address, way_of
from voting.polls.models import Ballot
from voting.polls.voters.keys import voter_keys
from voting.polls.voters.registry import ADAPTERS, recognise

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(ADAPTERS))
def adapter(request):
    return ADAPTERS[request.param]


@pytest.fixture
def way(adapter, settings):
    with way_of(adapter.name, settings, timezone.now()) as way:
        yield way


@pytest.fixture
def poll(adapter):
    return open_poll(adapters=[adapter.name])


def request_with(cookies: dict[str, str]):
    request = RequestFactory().get("/vote/")
    request.COOKIES = cookies
    return request


def cookies_of(client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def voter_in(client, poll):
    return recognise(request_with(cookies_of(client)), poll=poll)


def test_it_says_who_it_is(adapter):
    assert (adapter.name, len(adapter.name) <= 8) == (adapter.name, True)
    assert adapter.label
    assert adapter.invitation


def test_nobody_is_recognised_before_it_was_asked(adapter, poll):
    assert adapter.recognise(request_with({}), poll) is None


def test_whoever_came_through_its_pages_is_recognised(adapter, way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    voter = voter_in(client, poll)
    assert (voter.adapter, voter.is_helped) == (adapter.name, False)
    assert client.get(address("ballot", poll)).status_code == 200


def test_the_same_voter_is_remembered_on_the_next_visit(way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    first = voter_in(client, poll)
    client.get(address("ballot", poll))
    assert voter_in(client, poll) == first


def test_two_persons_are_two_voters(way, poll):
    one, other = way.browser(), way.browser()
    way.identify(one, poll, "王")
    way.identify(other, poll, "李")
    assert voter_in(one, poll).tag != voter_in(other, poll).tag


def test_one_person_in_two_browsers_is_one_voter(way, poll, settings, monkeypatch):
    if not way.knows_persons:
        pytest.skip("a device knows nobody but itself")
    one, other = way.browser(), way.browser()
    monkeypatch.setattr("voting.polls.voter_services.PER_PHONE", ())
    way.identify(one, poll, "王")
    way.identify(other, poll, "王")
    assert voter_in(one, poll) == voter_in(other, poll)


def test_forged_cookie_is_nobody(way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    whole = cookies_of(client)
    for name, value in whole.items():
        for forged in (value[:-1] + "-", "x" + value[1:], value.split(":")[0], ""):
            changed = whole | {name: forged}
            found = recognise(request_with(changed), poll=poll)
            assert found in (None, voter_in(client, poll))
    assert recognise(request_with(dict.fromkeys(whole, "x:y:z")), poll=poll) is None


def test_cookie_whose_identity_was_changed_is_nobody(way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    changed = {
        name: "0" * 32 + value[32:] for name, value in cookies_of(client).items()
    }
    assert recognise(request_with(changed), poll=poll) is None


def test_voter_of_one_poll_is_another_in_the_next(adapter, way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    next_poll = open_poll(adapters=[adapter.name])
    renamed = {
        name.replace(f"-{poll.id}", f"-{next_poll.id}"): value
        for name, value in cookies_of(client).items()
    }
    found = recognise(request_with(renamed), poll=next_poll)
    if way.knows_persons:
        assert found is None
        return
    # A device is the same one; what the database gets of it is not.
    key = b"k" * 32
    assert set(voter_keys(key, poll=poll, voter=found, day=None)).isdisjoint(
        voter_keys(key, poll=next_poll, voter=found, day=None)
    )


def test_no_other_adapter_takes_its_identity(adapter, way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    request = request_with(cookies_of(client))
    assert [
        other.name
        for other in ADAPTERS.values()
        if other is not adapter and other.recognise(request, poll)
    ] == []


def test_poll_that_does_not_accept_it_has_no_page_of_it(adapter, way):
    others = [name for name in ADAPTERS if name != adapter.name]
    poll = open_poll(adapters=others)
    if adapter.identify_url("x"):
        assert way.browser().get(address(adapter.name, poll)).status_code == 404


def test_neither_identity_nor_what_it_came_from_reaches_the_database(way, poll):
    client = way.browser()
    way.identify(client, poll, "王")
    vote(client, poll)
    hidden = (voter_in(client, poll).identity, *way.secrets)
    rows = [
        str(row)
        for model in apps.get_models(include_auto_created=True)
        for row in model.objects.values_list()
    ]
    assert Ballot.objects.count() == 1
    assert [(word, row) for word in hidden for row in rows if word in row] == []


def test_asking_opens_no_session(way, poll):
    way.identify(way.browser(), poll, "王")
    assert not Session.objects.exists()


def vote(client, poll, *, has_script: bool = True):
    """From the ballot to the receipt. A script is there to do the work, if any is asked."""
    client.post(address("check", poll), {"entry": ["01"]})
    page = client.get(address("check", poll))
    sent = {"entry": ["01"], "request": page.context["nonce"]}
    if has_script and page.context["work"]:
        sent["work"] = solved(page.context["work"].text)
    return client.post(address("cast", poll), sent)


def test_it_works_without_javascript_if_it_says_so(adapter, way, poll, settings):
    settings.WORK_DIFFICULTY = 10
    client = way.browser()
    way.identify(client, poll, "王")
    answer = vote(client, poll, has_script=False)
    is_taken = answer.status_code == 303 and "/receipt/" in answer["Location"]
    assert is_taken == adapter.works_without_javascript
    assert Ballot.objects.count() == int(is_taken)


def test_voter_has_one_ballot_wherever_it_comes_from(way, poll, monkeypatch):
    monkeypatch.setattr("voting.polls.voter_services.PER_PHONE", ())
    one = way.browser()
    way.identify(one, poll, "王")
    vote(one, poll)
    if not way.knows_persons:
        assert "您已经投过了" in one.get(address("ballot", poll)).content.decode()
        return
    other = way.browser()
    way.identify(other, poll, "王")
    assert "您已经投过了" in other.get(address("ballot", poll)).content.decode()
    assert Ballot.objects.count() == 1


def test_order_puts_who_was_asked_before_the_device(settings):
    assert list(ADAPTERS) == ["wechat", "sms", "code", "device"]


def test_nonce_of_one_voter_is_worth_nothing_to_the_next(way, poll):
    one, other = way.browser(), way.browser()
    way.identify(one, poll, "王")
    way.identify(other, poll, "李")
    one.post(address("check", poll), {"entry": ["01"]})
    nonce = one.get(address("check", poll)).context["nonce"]
    answer = other.post(address("cast", poll), {"entry": ["01"], "request": nonce})
    assert (answer.status_code, Ballot.objects.count()) == (409, 0)
    assert "这一页不是给这台手机的" in answer.content.decode()
    assert uuid.UUID(hex=nonce[:32])
