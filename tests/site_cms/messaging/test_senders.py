"""Both providers, by their real protocol, from a server on this machine."""

import logging

import pytest

from site_cms.messaging.errors import MessageNotSent
from site_cms.messaging.senders import missing
from site_cms.messaging.services import send
from tests.factories.moments import NOW
from tests.services.sms import KEY_ID, SECRET, aliyun, tencent

PHONE = "+8613800138000"
VALUES = {"code": "012345", "minutes": "5"}


@pytest.fixture(params=["aliyun", "tencent"])
def provider(request, settings):
    settings.SMS_PROVIDER = request.param
    settings.SMS_ACCESS_KEY_ID, settings.SMS_ACCESS_KEY_SECRET = KEY_ID, SECRET
    settings.SMS_APP_ID = "1400006666"
    settings.SMS_SIGN_NAME, settings.SMS_TEMPLATE = "林西 县*政府~", "SMS_1"
    settings.SMS_PARAMETERS = ["code"]
    with {"aliyun": aliyun, "tencent": tencent}[request.param]() as here:
        settings.SMS_ENDPOINT = here.address
        yield here


SENT = {
    "aliyun": {
        "action": "SendSms",
        "version": "2017-05-25",
        "PhoneNumbers": "13800138000",
        "SignName": "林西 县*政府~",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"code": "012345"}',
    },
    "tencent": {
        "action": "SendSms",
        "version": "2021-01-11",
        "region": "ap-guangzhou",
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400006666",
        "SignName": "林西 县*政府~",
        "TemplateId": "SMS_1",
        "TemplateParamSet": ["012345"],
    },
}


def test_message_arrives_as_the_provider_wants_it(provider, settings):
    send(phone=PHONE, values=VALUES, now=NOW)
    assert provider.sent == [SENT[settings.SMS_PROVIDER]]


def test_template_gets_the_variables_that_it_has(provider, settings):
    settings.SMS_PARAMETERS = ["code", "minutes"]
    send(phone=PHONE, values=VALUES, now=NOW)
    assert [
        provider.sent[0].get("TemplateParam")
        or provider.sent[0].get("TemplateParamSet")
    ] in ([["012345", "5"]], ['{"code": "012345", "minutes": "5"}'])


def test_wrong_key_is_refused_by_the_provider(provider, settings):
    settings.SMS_ACCESS_KEY_SECRET = "another"
    with pytest.raises(MessageNotSent, match="短信没有发出去"):
        send(phone=PHONE, values=VALUES, now=NOW)
    assert provider.sent == []


@pytest.mark.parametrize("no", ["isv.BUSINESS_LIMIT_CONTROL", "LimitExceeded.Daily"])
def test_refusal_is_a_sentence_and_its_cause_a_line_of_the_log(provider, caplog, no):
    provider.refuse_with = no
    with caplog.at_level(logging.ERROR), pytest.raises(MessageNotSent) as refused:
        send(phone=PHONE, values=VALUES, now=NOW)
    assert refused.value.cause.startswith(no)
    assert [record.cause for record in caplog.records] == [refused.value.cause]
    assert "13800138000" not in caplog.text


@pytest.mark.parametrize(
    "garbage",
    [
        *(b"<html>", b"[]", b"null", b"{}", b"\xff", b'{"Code": 1, "Response": []}'),
        b'{"Response": {"Error": "x"}}',
        b'{"Response": {"SendStatusSet": ["Ok"]}}',
    ],
)
def test_garbage_is_no_success(provider, garbage):
    provider.garbage = garbage
    with pytest.raises(MessageNotSent):
        send(phone=PHONE, values=VALUES, now=NOW)


def test_server_that_is_gone_is_a_refusal(provider, settings):
    settings.SMS_ENDPOINT = "http://127.0.0.1:9"
    with pytest.raises(MessageNotSent) as refused:
        send(phone=PHONE, values=VALUES, now=NOW)
    assert refused.value.cause == "ConnectionError: no answer"


def test_server_that_does_not_answer_is_not_waited_for(provider, settings, monkeypatch):
    from site_cms.messaging import provider as way  # noqa: PLC0415
    from tests.services.stand_in import stand_in  # noqa: PLC0415

    monkeypatch.setattr(way, "TIMEOUT", (0.2, 0.2))

    def never(request):
        import time  # noqa: PLC0415

        time.sleep(1)
        return 200, b"{}"

    with stand_in(never) as address:
        settings.SMS_ENDPOINT = address
        with pytest.raises(MessageNotSent) as refused:
            send(phone=PHONE, values=VALUES, now=NOW)
    assert refused.value.cause == "ReadTimeout: no answer"


def test_console_writes_the_message_into_the_log(settings, caplog):
    settings.SMS_PROVIDER = "console"
    send(phone=PHONE, values=VALUES, now=NOW)
    assert "012345" in caplog.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        pytest.param({"SMS_PROVIDER": ""}, "还没有设定短信服务商", id="none"),
        pytest.param({"SMS_PROVIDER": "smoke"}, "还没有设定短信服务商", id="unknown"),
        pytest.param(
            {"SMS_TEMPLATE": ""}, "短信服务商还缺设置：SMS_TEMPLATE。", id="part"
        ),
    ],
)
def test_what_is_missing_is_said_by_name(provider, settings, changed, told):
    assert missing() == ""
    for name, value in changed.items():
        setattr(settings, name, value)
    assert missing().startswith(told)
