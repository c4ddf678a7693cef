"""The frame and every component, looked at by axe and used with and without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_operator, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.looks,
    pytest.mark.django_db(transaction=True),
]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
GALLERIES = ["/design/", "/design/night/", "/design/wall/"]
MODES = ["font=normal&contrast=normal", "font=large", "contrast=high"]

SMALL_TARGETS = """() => [...document.querySelectorAll('.btn, .chip, .switches button, .nav a, .pages a, .input, .radio, .key, .choice, .dgo')]
    .filter(element => { const box = element.getBoundingClientRect(); return box.width && box.height < 47.5; })
    .map(element => element.outerHTML.slice(0, 80))"""


@pytest.fixture
def operator(phone, live_server):
    """The phone of somebody who may see the gallery."""
    client = Client()
    sign_in(client, make_operator(Role.AUDITOR))
    session = client.cookies["sessionid"].value
    phone.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    return phone


def violations(page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page, options=WCAG).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


def refusals(page) -> list[str]:
    """What the browser complains about: the content policy above all."""
    said: list[str] = []
    page.on(
        "console", lambda line: said.append(line.text) if line.type == "error" else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("address", GALLERIES)
def test_every_component_passes_axe_in_every_mode(operator, address, mode):
    said = refusals(operator)

    operator.goto(f"{address}?{mode}")

    assert "组件样张" in operator.title()
    assert violations(operator) == []
    assert said == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("address", GALLERIES)
def test_nothing_scrolls_sideways_and_everything_pressed_is_48_px_high(
    operator, address, mode
):
    operator.goto(f"{address}?{mode}")

    assert "组件样张" in operator.title()
    assert operator.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert operator.evaluate(SMALL_TARGETS) == []


def test_switch_changes_the_page_without_a_reload_and_stays(phone):
    phone.goto("/nowhere/")
    phone.evaluate("window.stayed = true")

    phone.get_by_role("button", name="大字版").click()

    expect(phone.locator("html")).to_have_css("font-size", "24px")
    assert phone.evaluate("window.stayed") is True
    large = phone.get_by_role("button", name="大字版")
    expect(large).to_have_attribute("aria-pressed", "true")
    phone.goto("/nowhere/")
    expect(phone.locator("html")).to_have_attribute("data-font", "large")

    large.click()
    expect(large).to_have_attribute("aria-pressed", "false")
    phone.goto("/nowhere/")
    expect(phone.locator("html:not([data-font])")).to_be_attached()


def test_switch_of_a_page_opened_by_address_is_not_undone_by_a_reload(phone):
    phone.goto("/nowhere/?font=large&q=1")

    large = phone.get_by_role("button", name="大字版")
    large.click()
    expect(large).to_have_attribute("aria-pressed", "false")
    phone.reload()

    expect(phone.locator("html:not([data-font])")).to_be_attached()
    expect(phone).to_have_url(re.compile(r"/nowhere/\?q=1$"))


def test_switch_works_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/nowhere/?q=1")

    page.get_by_role("button", name="高对比").click()

    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    expect(page).to_have_url(re.compile("q=1"))
    page.goto("/nowhere/")
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    page.get_by_role("button", name="高对比").click()
    expect(page.locator("html:not([data-contrast])")).to_be_attached()
    context.close()


def test_keyboard_reaches_the_page_past_the_header(phone):
    phone.goto("/nowhere/")

    phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_text("跳到正文")
    phone.keyboard.press("Enter")
    expect(phone.locator("#main")).to_be_focused()
