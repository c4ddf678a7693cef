"""What work.js does on the check page: computes, waits, retries, and never asks for eyes."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.urls import reverse
from playwright.sync_api import expect

from showcase.contests.models import Contest
from site_cms.gate.work import issue
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, PATIENCE
from tests.factories import NOW, open_poll
from voting.polls.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHORT, ENDLESS = 20, 10_000_000
RECEIPT = "选票已收到，谢谢您"

WITHOUT_WORKER = "delete window.Worker;"
WITH_BROKEN_WORKER = "window.Worker = function () { throw new Error('refused'); };"
WITH_SILENT_WORKER = "window.Worker = function () { this.postMessage = this.terminate = function () {}; };"
WITHOUT_WEBCRYPTO = (
    "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });"
)
WITHOUT_PBKDF2 = (
    "SubtleCrypto.prototype.importKey = function () { throw new Error('unknown'); };"
)


@pytest.fixture(autouse=True)
def little_work(settings):
    settings.WORK_DIFFICULTY = SHORT


@pytest.fixture
def endless_work(settings, monkeypatch):
    """A page that stays at work for as long as a test looks at it."""
    settings.WORK_DIFFICULTY = ENDLESS
    monkeypatch.setattr(
        "site_cms.gate.work._hidden_counter", lambda difficulty: difficulty - 1
    )


@pytest.fixture
def plain_http(browser, live_server):
    """A phone on a closed network: no HTTPS, so no crypto.subtle, in workers neither."""
    own = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=[*CHROMIUM_ARGUMENTS, "--host-resolver-rules=MAP ping.test 127.0.0.1"],
    )
    context = own.new_context(
        base_url=live_server.url.replace("localhost", "ping.test"),
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    own.close()


def go_to_check(page, poll) -> None:
    slug = Contest.objects.get(pk=poll.contest_id).slug
    page.goto(reverse("voting:ballot", args=[slug]))
    page.locator(".choice").first.click()
    page.get_by_role("button", name="核对选票").click()
    expect(page.locator("#cast")).to_be_visible()


def send(page) -> None:
    """Once the scripts of the page run: a press before that is answered by the server."""
    page.wait_for_load_state("load")
    page.get_by_role("button", name="提交这张选票").click()


def expect_receipt(page) -> None:
    expect(page.get_by_role("heading", name=RECEIPT)).to_be_visible()
    assert Ballot.objects.count() == 1


@pytest.mark.parametrize(
    "crippled",
    [
        pytest.param("", id="as it is"),
        pytest.param(WITHOUT_WORKER, id="no worker"),
        pytest.param(WITH_BROKEN_WORKER, id="worker refused"),
        pytest.param(WITH_SILENT_WORKER, id="worker silent"),
        pytest.param(WITHOUT_WORKER + WITHOUT_PBKDF2, id="no PBKDF2"),
    ],
)
def test_each_browser_gets_its_ballot_through(phone, crippled):
    complaints = []
    phone.on("console", lambda line: complaints.append(line.text))
    phone.add_init_script(crippled)
    go_to_check(phone, open_poll())

    send(phone)

    expect_receipt(phone)
    assert complaints == []


@pytest.mark.parametrize("crippled", ["", WITHOUT_WORKER], ids=["worker", "slices"])
def test_plain_http_has_no_webcrypto_and_still_votes(plain_http, crippled):
    plain_http.add_init_script(crippled)
    go_to_check(plain_http, open_poll())
    assert plain_http.evaluate("typeof crypto.subtle") == "undefined"

    send(plain_http)

    expect_receipt(plain_http)


def test_work_is_done_while_the_voter_reads(phone):
    go_to_check(phone, open_poll())

    expect(phone.locator("[data-work-field]")).to_have_value(re.compile("."))

    expect(phone.get_by_role("button", name="提交这张选票")).to_be_enabled()
    expect(phone.locator("[data-work-say]")).to_have_text("")


PRESSED_AT_ONCE = """
document.addEventListener('DOMContentLoaded', function () {
  var button = document.querySelector('form[data-work] [data-busy]');
  if (button) { button.click(); }
});
"""


def test_an_early_press_is_sent_by_itself_when_the_work_is_done(phone):
    phone.add_init_script(PRESSED_AT_ONCE)

    go_to_check(phone, open_poll())

    expect_receipt(phone)


@pytest.mark.usefixtures("endless_work")
def test_an_early_press_is_answered_in_words(phone):
    phone.add_init_script(WITHOUT_WORKER)
    go_to_check(phone, open_poll())

    send(phone)
    working = phone.get_by_role("button", name="正在准备提交…")
    expect(working).to_have_attribute("aria-busy", "true")
    working.click()

    expect(phone.get_by_role("status")).to_contain_text("不用您动手")
    assert [rule["id"] for rule in Axe().run(phone).response["violations"]] == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 360
    assert Ballot.objects.count() == 0


@pytest.mark.usefixtures("endless_work")
def test_a_page_that_comes_back_out_of_memory_can_be_pressed_again(phone):
    go_to_check(phone, open_poll())
    send(phone)
    expect(phone.get_by_role("button", name="正在准备提交…")).to_be_visible()

    phone.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )

    expect(phone.get_by_role("button", name="提交这张选票")).to_be_visible()
    expect(phone.locator("[data-work-say]")).to_have_text("")


def test_without_javascript_the_page_says_what_to_do_and_nothing_is_lost(
    browser, live_server
):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 780},
        java_script_enabled=False,
    )
    page = context.new_page()
    go_to_check(page, open_poll())

    send(page)

    expect(page.get_by_role("alert")).to_have_text(re.compile(r"^\s*还没有提交"))
    expect(page.get_by_text("这个浏览器在这里提交不了")).to_be_visible()
    expect(page.locator(".picks li")).to_have_count(1)
    assert Ballot.objects.count() == 0
    context.close()


def test_work_that_cannot_be_done_is_tried_again_and_then_said(phone):
    challenge = json.loads(issue(purpose="x", bound_to="x", difficulty=2, now=NOW).text)
    challenge["parameters"]["keyPrefix"] = "00" * 16
    phone.set_content(
        "<form data-work><input data-work-field><button data-busy='x'>提交</button>"
        "<p data-work-say></p></form>"
    )
    phone.eval_on_selector(
        "form",
        "(form, text) => form.setAttribute('data-work', text)",
        json.dumps(challenge),
    )
    phone.add_script_tag(path=Path(finders.find("voting/js/work.js")))

    expect(phone.get_by_role("button", name="再试一次")).to_be_visible()
    expect(phone.locator("p")).to_contain_text("选票还没有提交，您选的都还在")
