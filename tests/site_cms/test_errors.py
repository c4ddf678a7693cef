"""Error pages through the address book of the site, with views that fail in each way."""

import types

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django_ratelimit.exceptions import Ratelimited

from site_cms import urls as site_urls

pytestmark = pytest.mark.django_db


def fail(error):
    def view(request):
        raise error

    return view


class _LongWait(Ratelimited):
    retry_after = 150


failing_urls = types.ModuleType("failing_urls")
failing_urls.__dict__.update(
    {
        name: getattr(site_urls, name)
        for name in dir(site_urls)
        if name.startswith("handler")
    },
    urlpatterns=[
        path("bad/", fail(SuspiciousOperation())),
        path("denied/", fail(PermissionDenied())),
        path("busy/", fail(Ratelimited())),
        path("busier/", fail(_LongWait())),
        path("broken/", fail(RuntimeError("the cause stays in the log"))),
        path("away/", fail(OperationalError("server closed the connection"))),
        path("closed/", fail(InterfaceError("connection already closed"))),
        path("form/", lambda request: HttpResponse("taken")),
        *site_urls.urlpatterns,
    ],
)


@pytest.fixture
def client(settings):
    settings.ROOT_URLCONF = failing_urls
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/bad/", 400, "什么都没有提交"),
        ("/denied/", 403, "这一页只给有权限的人看"),
        ("/nowhere/", 404, "从首页可以找到全部参评单位"),
        ("/busy/", 429, "这不是您的错"),
        ("/broken/", 500, "已经拿到受理号的都在，不会丢"),
        ("/away/", 503, "一般半分钟内恢复"),
        ("/closed/", 503, "一般半分钟内恢复"),
    ],
)
def test_error_page_says_what_happened_and_what_to_do(
    client, address, status, sentence
):
    response = client.get(address)

    assert (response.status_code, sentence in response.text) == (status, True)
    assert f"编号 {status}-" in response.text
    assert "回首页" in response.text or "再试一次" in response.text
    assert "the cause stays in the log" not in response.text


def test_too_many_requests_says_how_long_to_wait(client):
    response = client.get("/busier/")

    assert (response.status_code, response["Retry-After"]) == (429, "150")
    assert "请等 3 分钟" in response.text


def test_a_database_that_is_away_is_asked_again_soon(client):
    response = client.get("/away/")

    assert (response["Retry-After"], response["Cache-Control"]) == ("10", "no-store")
    assert "server closed the connection" not in response.text


def test_refused_form_can_be_sent_again_with_one_button(client):
    page = client.post("/busy/?step=2", {"entry": ["07", "04"], "note": '"><b>'}).text

    assert '<form method="post" action="/busy/?step=2">' in page
    assert '<input type="hidden" name="entry" value="07">' in page
    assert '<input type="hidden" name="entry" value="04">' in page
    assert '<input type="hidden" name="note" value="&quot;&gt;&lt;b&gt;">' in page


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"username": "a", "password": "geheim"}, id="sign-in"),
        pytest.param({"entry": "07", "printed_code": "geheim"}, id="printed code"),
        pytest.param({"text": "长" * 50_001 * 2}, id="more than a page should hold"),
    ],
)
def test_secrets_and_very_long_texts_are_not_written_into_the_page(client, fields):
    page = client.post("/busy/", fields).text

    assert '<input type="hidden" name="' not in page
    assert "geheim" not in page
    assert "请点浏览器的“返回”再试" in page


@pytest.mark.parametrize(
    ("cookies", "sentence"),
    [
        pytest.param({}, "请在浏览器设置里允许 Cookie", id="cookies off"),
        pytest.param({"font": "large"}, "刷新那一页后再提交", id="token too old"),
    ],
)
def test_failed_forgery_check_says_why_and_what_now(settings, cookies, sentence):
    settings.ROOT_URLCONF = failing_urls
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(cookies)

    response = client.post("/form/", {"entry": "07"})

    assert (response.status_code, sentence in response.text) == (403, True)


def test_broken_page_needs_no_database(client, settings):
    def refuse(execute, sql, params, many, context):
        raise AssertionError(f"asked the database: {sql}")

    with connection.execute_wrapper(refuse):
        response = client.get("/broken/", headers={"cookie": "font=large"})

    assert response.status_code == 500
    assert 'data-font="large"' in response.text


def test_request_for_an_unknown_host_is_answered_with_a_page(client, settings):
    settings.ALLOWED_HOSTS = ["county.example"]

    response = client.get("/", headers={"host": "evil.example"})

    assert (response.status_code, "这个请求看不懂" in response.text) == (400, True)


def test_when_even_the_error_page_breaks_there_is_a_sentence(client, settings, caplog):
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": []}]

    response = client.get("/broken/")

    assert (response.status_code, "系统出了故障，不是您的错" in response.text) == (
        500,
        True,
    )
    assert "error page failed" in caplog.messages


def test_reloaded_address_of_a_form_says_what_to_do(client):
    response = client.get("/vote/any/cast/")

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert "以前提交成功的都在" in response.content.decode()
