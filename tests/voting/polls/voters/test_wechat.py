"""WeChat's authorisation against a stand-in that takes each code once."""

import logging
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, RequestFactory

from tests.factories import open_poll
from tests.factories.moments import NOW
from tests.services.wechat import AGENT, SECRET
from tests.voting.polls.voters.ways import address, way_of
from voting.polls.voters.wechat import is_inside_wechat

pytestmark = pytest.mark.django_db

WRONG_OPENID = "微信没有认出来"


@pytest.fixture
def way(settings):
    with way_of("wechat", settings, NOW) as way:
        yield way


@pytest.fixture
def poll(way):
    return open_poll(adapters=["wechat", "code"])


def start(client, poll) -> str:
    """To WeChat's address, from the page of the ballot."""
    return client.get(client.get(address("ballot", poll))["Location"])["Location"]


def is_refused(answer) -> bool:
    return answer.status_code == 409 and WRONG_OPENID in answer.content.decode()


def test_address_is_what_wechat_wants(poll, way, settings):
    location = start(way.browser(), poll)
    assert re.fullmatch(
        r"https://open\.weixin\.qq\.com/connect/oauth2/authorize\?appid=wx0123456789abcdef"
        r"&redirect_uri=http%3A%2F%2F[^&]+%2Fwechat%2Fback%2F&response_type=code"
        r"&scope=snsapi_base&state=[0-9a-f]{32}#wechat_redirect",
        location,
    )


def test_unit_one_came_from_is_kept_through_wechat(poll, way):
    client = way.browser()
    asked = client.get(address("ballot", poll) + "?pick=02")
    back = way.server.approve(client.get(asked["Location"])["Location"], "o")
    assert client.get(back)["Location"] == address("ballot", poll) + "?pick=02"


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("", id="missing"),
        pytest.param("0" * 32, id="forged"),
        pytest.param("红", id="no state at all"),
    ],
)
def test_state_that_is_not_this_browsers_is_refused(poll, way, changed):
    client = way.browser()
    back = way.server.approve(start(client, poll), "o")
    answer = client.get(re.sub(r"state=\w+", f"state={changed}", back))
    assert is_refused(answer)
    assert way.server.codes != {}, "the code was not spent for a forged state"


def test_address_of_one_browser_is_worth_nothing_in_another(poll, way):
    victim, thief = way.browser(), way.browser()
    back = way.server.approve(start(thief, poll), "openid-of-the-thief")
    start(victim, poll)
    assert is_refused(victim.get(back))
    assert is_refused(way.browser().get(back))


def test_code_is_good_once(poll, way):
    client = way.browser()
    back = way.server.approve(start(client, poll), "o")
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get(back).status_code == 303
    again = way.browser()
    other = way.server.approve(start(again, poll), "o")
    assert is_refused(again.get(re.sub(r"code=\w+", f"code={code}", other)))


def test_state_is_good_once(poll, way):
    client = way.browser()
    back = way.server.approve(start(client, poll), "o")
    client.get(back)
    client.cookies.pop(f"voter-{poll.id}")
    assert is_refused(client.get(back))


def test_back_button_after_wechat_leads_to_the_ballot(poll, way):
    client = way.browser()
    back = way.server.approve(start(client, poll), "o")
    client.get(back)
    assert client.get(back)["Location"] == address("ballot", poll)


def test_snapshot_is_refused_and_the_way_out_is_named(poll, way):
    way.server.is_snapshot = True
    client = way.browser()
    answer = client.get(way.server.approve(start(client, poll), "o"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "使用完整服务" in text
    assert f"voter-{poll.id}" not in client.cookies
    assert "我有一张投票码纸条" in text


@pytest.mark.parametrize("garbage", [b"<html>", b"[]", b"{}", b'{"openid": 5}'])
def test_garbage_from_wechat_is_a_page_in_words(poll, way, garbage):
    way.server.garbage = garbage
    client = way.browser()
    assert is_refused(client.get(way.server.approve(start(client, poll), "o")))


def test_secret_is_never_logged_when_wechat_is_gone(poll, way, settings, caplog):
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    client = way.browser()
    with caplog.at_level(logging.DEBUG):
        answer = client.get(way.server.approve(start(client, poll), "o"))
    assert is_refused(answer)
    assert SECRET not in "".join(str(vars(record)) for record in caplog.records)


def test_outside_wechat_the_other_way_is_offered(poll):
    there = Client().get(address("ballot", poll))["Location"]
    assert there == address("code", poll)


def test_outside_wechat_with_nothing_else_the_page_says_where_to_open_it(way):
    poll = open_poll(adapters=["wechat"])
    client = Client()
    there = client.get(address("ballot", poll))["Location"]
    assert there == address("who", poll)
    assert "请在微信里打开这一页" in client.get(there).content.decode()


@pytest.mark.parametrize(
    ("agent", "is_inside"),
    [
        pytest.param(AGENT, True, id="WeChat"),
        pytest.param(AGENT + " wxwork/4.1", False, id="WeCom"),
        pytest.param("Mozilla/5.0 Chrome/107", False, id="another browser"),
        pytest.param("", False, id="none"),
    ],
)
def test_only_wechats_own_browser_is_taken_for_it(agent, is_inside):
    request = RequestFactory().get("/", headers={"User-Agent": agent})
    assert is_inside_wechat(request) is is_inside


def test_where_devices_vote_too_wechat_goes_first_and_its_failure_is_no_end(way):
    poll = open_poll(adapters=["device", "wechat"])
    client = way.browser()
    client.get(address("ballot", poll) + "?by=device")
    assert client.get(address("ballot", poll))["Location"] == address("wechat", poll)
    way.server.garbage = b"{}"
    answer = client.get(way.server.approve(start(client, poll), "o"))
    assert is_refused(answer)
    assert f"{address('ballot', poll)}?by=device" in answer.content.decode()
    assert client.get(address("ballot", poll) + "?by=device").status_code == 200
