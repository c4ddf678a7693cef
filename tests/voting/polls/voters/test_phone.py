"""Six digits by text message: good once, for five minutes, within limits."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from redis.exceptions import ConnectionError as RedisConnectionError

from site_cms.messaging.errors import AllowanceUsedUp, MessageNotSent
from tests.factories import open_poll
from tests.factories.moments import NOW
from tests.voting.polls.voters.ways import address, way_of
from voting.polls.voter_errors import PhoneCodeGone, WrongPhone, WrongPhoneCode
from voting.polls.voter_models import PhoneCode
from voting.polls.voter_services import (
    check_phone_code,
    forget_old_phone_codes,
    send_phone_code,
)
from voting.polls.voters.phone import Phone

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
PHONE = "138 0013 8000"


@pytest.fixture
def way(settings):
    with way_of("sms", settings, NOW) as way:
        yield way


@pytest.fixture
def poll(way):
    return open_poll(adapters=["sms"])


def ask(poll, *, phone=PHONE, network="192.0.2.1", now=NOW):
    return send_phone_code(poll=poll, typed=phone, address=network, now=now)


def enter(poll, identity, digits, *, browser="one", now=NOW):
    return check_phone_code(
        poll=poll, identity=identity, typed=digits, browser=browser, now=now
    )


def other_than(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06}"


def test_message_goes_to_the_number_and_the_page_shows_a_part_of_it(poll, way):
    sent = ask(poll)
    assert way.provider.sent[0]["PhoneNumbers"] == "13800138000"
    assert len(way.last_code()) == 6
    assert sent.shown == "138****8000"


def test_neither_number_nor_digits_are_stored(poll, way):
    ask(poll)
    stored = str(list(PhoneCode.objects.values_list()))
    assert "0138000" not in stored
    assert way.last_code() not in stored


def test_the_same_number_is_the_same_voter_however_it_is_typed(poll):
    first = ask(poll).identity
    assert ask(poll, phone="+86-13800138000", now=NOW + MINUTE).identity == first


def test_wrong_number_costs_nothing(poll, way):
    with pytest.raises(WrongPhone):
        ask(poll, phone="0476-5522345")
    assert way.provider.sent == []


@pytest.mark.parametrize(
    ("later", "is_good"),
    [
        pytest.param(timedelta(minutes=5, microseconds=-1), True, id="last moment"),
        pytest.param(timedelta(minutes=5), False, id="five minutes"),
    ],
)
def test_code_is_good_for_five_minutes(poll, way, later, is_good):
    sent = ask(poll)
    if is_good:
        assert enter(poll, sent.identity, way.last_code(), now=NOW + later)
    else:
        with pytest.raises(PhoneCodeGone):
            enter(poll, sent.identity, way.last_code(), now=NOW + later)


def test_code_is_good_once_and_its_own_browser_is_answered_again(poll, way):
    sent = ask(poll)
    voter = enter(poll, sent.identity, way.last_code())
    assert enter(poll, sent.identity, way.last_code()) == voter
    with pytest.raises(PhoneCodeGone):
        enter(poll, sent.identity, way.last_code(), browser="another")


def test_wrong_digits_after_the_right_ones_are_refused(poll, way):
    sent = ask(poll)
    enter(poll, sent.identity, way.last_code())
    with pytest.raises(PhoneCodeGone):
        enter(poll, sent.identity, other_than(way.last_code()))


def test_after_five_wrong_tries_the_right_code_is_none(poll, way):
    sent = ask(poll)
    wrong = other_than(way.last_code())
    for _ in range(4):
        with pytest.raises(WrongPhoneCode):
            enter(poll, sent.identity, wrong)
    with pytest.raises(PhoneCodeGone, match="重新获取"):
        enter(poll, sent.identity, wrong)
    with pytest.raises(PhoneCodeGone):
        enter(poll, sent.identity, way.last_code())


def test_what_is_no_code_costs_no_try(poll, way):
    sent = ask(poll)
    for _ in range(9):
        with pytest.raises(WrongPhoneCode):
            enter(poll, sent.identity, "12345")
    assert enter(poll, sent.identity, way.last_code())


def test_new_code_takes_the_place_of_the_old_one(poll, way):
    sent = ask(poll)
    old = way.last_code()
    ask(poll, now=NOW + MINUTE)
    if old != way.last_code():
        with pytest.raises(WrongPhoneCode):
            enter(poll, sent.identity, old, now=NOW + MINUTE)
    assert enter(poll, sent.identity, way.last_code(), now=NOW + MINUTE)


def test_code_of_another_number_or_poll_is_worth_nothing(poll, way):
    mine = ask(poll).identity
    own = way.last_code()
    other = ask(poll, phone="13900139000").identity
    with pytest.raises(PhoneCodeGone):
        enter(open_poll(adapters=["sms"]), mine, own)
    if own != way.last_code():
        with pytest.raises(WrongPhoneCode):
            enter(poll, other, own)


@pytest.mark.parametrize(
    ("step", "most", "told"),
    [
        pytest.param(timedelta(), 1, "一分钟以后再试", id="a minute"),
        pytest.param(MINUTE, 5, "一小时里已经发了 5 次", id="an hour"),
        pytest.param(timedelta(hours=1), 10, "今天已经发了 10 次", id="a day"),
    ],
)
def test_number_gets_so_many_messages_and_no_more(poll, way, step, most, told):
    morning = NOW.replace(hour=16, minute=0) - timedelta(days=1)
    for time in range(most):
        ask(poll, now=morning + time * step)
    with pytest.raises(AllowanceUsedUp, match=told):
        ask(poll, now=morning + most * step)
    ask(poll, phone="13900139000", now=morning + most * step)
    assert len(way.provider.sent) == most + 1


def test_network_gets_so_many_messages_and_no_more(poll, way):
    for number in range(60):
        ask(poll, phone=f"138{number:08}")
    with pytest.raises(AllowanceUsedUp, match="这个网络"):
        ask(poll, phone="13900139000")
    ask(poll, phone="13900139000", network="198.51.100.7")


def test_money_of_a_day_ends_and_the_page_says_so(poll, way, settings):
    settings.SMS_PRICE, settings.SMS_DAILY_CAP = "0.05", "0.1"
    ask(poll)
    ask(poll, phone="13900139000")
    with pytest.raises(AllowanceUsedUp, match="今天的短信验证码已经发完"):
        ask(poll, phone="13700137000")


def test_page_says_that_no_more_codes_are_sent_today(poll, way, settings):
    settings.SMS_DAILY_CAP = "0"
    answer = Client().post(address("sms", poll), {"phone": PHONE})
    assert answer.status_code == 422
    assert "今天的短信验证码已经发完，没有再发，不是您的错" in answer.content.decode()
    assert way.provider.sent == []


def test_page_keeps_the_number_and_says_why_no_message_went_out(poll, way):
    way.provider.refuse_with = "isv.OUT_OF_SERVICE"
    answer = Client().post(address("sms", poll), {"phone": PHONE})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{PHONE}"' in text
    assert MessageNotSent.message in text


def test_without_redis_no_message_is_sent_and_a_sentence_says_so(
    poll, way, monkeypatch
):
    def gone(*args, **kwargs):
        raise RedisConnectionError("gone")

    for name in ("add", "incr"):
        monkeypatch.setattr(type(caches["limits"]), name, gone)
    answer = Client().post(address("sms", poll), {"phone": PHONE})
    assert answer.status_code == 429
    assert "系统的一个部件正在恢复，这一步暂时不能办理" in answer.content.decode()
    assert way.provider.sent == []


def test_page_of_the_code_leads_to_the_number_where_none_was_given(poll):
    answer = Client().get(address("sms_code", poll))
    assert (answer.status_code, answer["Location"]) == (303, address("sms", poll))


def test_wrong_digits_stay_in_the_field_and_the_number_is_masked(poll, way):
    client = Client()
    there = client.post(address("sms", poll), {"phone": PHONE})["Location"]
    wrong = other_than(way.last_code())
    answer = client.post(there, {"digits": wrong})
    text = answer.content.decode()
    assert (answer.status_code, f'value="{wrong}"' in text) == (422, True)
    assert ("138****8000" in text, "13800138000" in text) == (True, False)


def test_old_codes_are_forgotten(poll):
    ask(poll)
    ask(poll, phone="13900139000", now=NOW + MINUTE)
    assert forget_old_phone_codes(now=NOW + timedelta(minutes=5)) == 1


def test_way_without_its_provider_says_what_is_missing(poll, settings):
    assert Phone().lacks() == ""
    settings.SMS_PROVIDER = ""
    assert Phone().lacks() == "还没有设定短信服务商（SMS_PROVIDER），发不出短信验证码。"
