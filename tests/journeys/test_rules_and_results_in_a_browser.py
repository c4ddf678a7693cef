"""The pages of rules and results, looked at by axe; the edit page while somebody types."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_operator, make_publication, make_rule_sheet, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
MODES = ["font=normal", "font=large", "contrast=high"]


def signed_in(page, role: Role, live_server):
    client = Client()
    sign_in(client, make_operator(role))
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    return page


def look_at(page, address: str) -> list[str]:
    """What axe, the content policy and the width have to say against a page."""
    said: list[str] = []
    page.on(
        "console", lambda line: said.append(line.text) if line.type == "error" else None
    )
    answer = page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page, options=WCAG).response["violations"]
    said += [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        said.append("scrolls sideways")
    return said if answer.status == 200 else [str(answer.status)]


@pytest.mark.parametrize("mode", MODES)
def test_public_pages_are_good_in_every_mode(phone, mode):
    contest = make_publication().contest
    pages = [
        reverse("voting:rules", args=[contest.slug]),
        reverse("voting:results", args=[contest.slug]),
        reverse("voting:result_entry", args=[contest.slug, "01"]),
    ]

    assert {page: look_at(phone, f"{page}?{mode}") for page in pages} == {
        page: [] for page in pages
    }


@pytest.mark.parametrize("mode", MODES)
def test_desks_are_good_in_every_mode(desktop, live_server, mode):
    sheet = make_rule_sheet()
    contest = make_publication().contest
    signed_in(desktop, Role.ADMINISTRATOR, live_server)
    pages = [
        reverse("voting:rules_edit", args=[sheet.contest.slug]),
        reverse("voting:rules_freeze", args=[sheet.contest.slug]),
        reverse("voting:results_manage", args=[contest.slug]),
        reverse("voting:result_sheet", args=[contest.slug]),
    ]

    assert {page: look_at(desktop, f"{page}?{mode}") for page in pages} == {
        page: [] for page in pages
    }


def test_the_example_is_worked_out_again_while_somebody_types(desktop, live_server):
    sheet = make_rule_sheet()
    signed_in(desktop, Role.ADMINISTRATOR, live_server)
    desktop.goto(reverse("voting:rules_edit", args=[sheet.contest.slug]))
    expect(desktop.locator("#ex-online")).not_to_contain_text("100%")

    desktop.fill("#id_online_weight", "0")

    expect(desktop.locator("#ex-online")).to_contain_text("100%")
    expect(desktop.locator("#id_online_weight")).to_have_value("0")
    sheet.refresh_from_db()
    assert sheet.document["online_weight"] == "0.3"


def test_the_button_does_the_same_without_scripts(browser, live_server):
    sheet = make_rule_sheet()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = signed_in(context.new_page(), Role.ADMINISTRATOR, live_server)
    page.goto(reverse("voting:rules_edit", args=[sheet.contest.slug]))

    page.fill("#id_online_weight", "0")
    page.click("text=重算")

    expect(page.locator("#ex-online")).to_contain_text("100%")
    context.close()
