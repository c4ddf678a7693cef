"""A slip of paper, from the printer to the ballot box."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_operator, open_poll
from tests.voting.polls.voters.ways import address, slug_of
from voting.polls.models import Ballot, Poll
from voting.polls.voter_services import create_code_batch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def poll(empty_site):
    return open_poll(adapters=["device", "code"])


@pytest.fixture
def code(poll):
    return create_code_batch(
        by=make_operator(Role.ADMINISTRATOR),
        poll=Poll.objects.get(pk=poll.id),
        label="第一批",
        village="大营子村",
        count=1,
        request_key=uuid.uuid4(),
        now=timezone.now(),
    )[0]


def test_qr_code_fills_in_the_field_and_leaves_no_trace(phone, poll, code):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{address('code', poll)}#{code}")
    field = phone.get_by_label("投票码")
    expect(field).to_have_value(f"{code[:3]}-{code[3:6]}-{code[6:]}")
    assert "#" not in phone.url
    assert [url for url in asked if code in url.partition("#")[0]] == []
    phone.get_by_role("button", name="去投票").click()
    expect(phone).to_have_url(address("ballot", poll))
    assert Ballot.objects.count() == 0
    assert re.search(r"voter-\d+", str(phone.context.cookies()))


def test_without_javascript_the_code_is_typed(browser, live_server, poll, code):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address('code', poll)}#{code}")
    page.get_by_label("投票码").fill(code.lower())
    page.get_by_role("button", name="去投票").click()
    expect(page).to_have_url(reverse("voting:ballot", args=[slug_of(poll)]))
    context.close()
