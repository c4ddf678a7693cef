"""A citizen with a small phone: from the QR code on a poster to the receipt."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Error, expect

from showcase.contests.models import Contest
from tests.factories import open_poll
from voting.polls.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MODES = ["", "font=large", "contrast=high"]


def address(poll, name: str, *args) -> str:
    slug = Contest.objects.get(pk=poll.contest_id).slug
    return reverse(f"voting:{name}", args=[slug, *args])


@pytest.fixture
def phone_without_scripts(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
        java_script_enabled=False,
    )
    yield context.new_page()
    context.close()


def vote_by_number(page, poll, number: str) -> None:
    page.goto(address(poll, "ballot"))
    page.fill("#pick", number)
    page.get_by_role("button", name="选上").click()
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="提交这张选票").click()


@pytest.mark.parametrize("page", ["phone", "phone_without_scripts"])
def test_a_vote_takes_three_taps_when_the_number_is_known(request, page):
    page, poll = request.getfixturevalue(page), open_poll()

    vote_by_number(page, poll, "02")

    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    assert bytes(Ballot.objects.get().choices) == b"\x00\x01\x00"


@pytest.mark.parametrize("page", ["phone", "phone_without_scripts"])
def test_choosing_checking_and_changing_ones_mind(request, page):
    page, poll = request.getfixturevalue(page), open_poll()

    page.goto(address(poll, "ballot"))
    for number in ("01", "03"):
        page.locator(".choice", has=page.locator(f"[value='{number}']")).click()
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="去掉").first.click()
    page.get_by_role("button", name="回去改").click()
    page.locator(".choice", has=page.locator("[value='02']")).click()
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="提交这张选票").click()

    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    assert bytes(Ballot.objects.get().choices) == b"\x00\x01\x01"


def go_back(page):
    """Chromium may still be swapping the new page in; its history answers a moment later."""
    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    for _ in range(60):
        try:
            return page.go_back()
        except Error:
            page.wait_for_timeout(500)
    return page.go_back()


@pytest.mark.parametrize("page", ["phone", "phone_without_scripts"])
def test_the_back_button_leads_to_what_was_done_and_casts_nothing_twice(request, page):
    page, poll = request.getfixturevalue(page), open_poll()
    vote_by_number(page, poll, "01")
    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    receipt = page.url

    go_back(page)

    expect(page.get_by_role("heading", name="您已经投过了")).to_be_visible()
    assert Ballot.objects.count() == 1
    page.goto(receipt)
    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()


def test_a_switch_to_large_print_without_scripts_keeps_the_ticks(
    phone_without_scripts,
):
    page, poll = phone_without_scripts, open_poll()
    page.goto(address(poll, "ballot"))
    page.locator(".choice").first.click()
    page.get_by_role("button", name="核对选票").click()

    page.get_by_role("button", name="大字版").click()

    expect(page.locator("html")).to_have_attribute("data-font", "large")
    expect(page.locator(".picks li")).to_have_count(1)


def test_an_eleventh_choice_is_answered_in_words(phone):
    poll = open_poll(entries=3, picks_max=2)
    phone.goto(address(poll, "ballot"))

    for place in range(3):
        phone.locator(".choice").nth(place).click()

    expect(phone.locator("[data-msg]")).to_contain_text("最多选 2 个")
    expect(phone.locator(".choice__input:checked")).to_have_count(2)


def test_the_receipt_is_found_again_by_its_number(phone):
    poll = open_poll()
    vote_by_number(phone, poll, "01")
    number = phone.locator(".receipt__no").inner_text()

    phone.goto(address(poll, "lookup"))
    phone.fill("#number", number.replace("-", " ").lower())
    phone.get_by_role("button", name="查验").click()

    expect(phone).to_have_url(re.compile(r"/lookup/"))
    expect(phone.locator(".receipt__no")).to_have_text(number)
    expect(phone.locator(".receipt").get_by_text("已计入")).to_have_count(1)


def problems(page) -> list[str]:
    """What axe finds wrong, what sticks out at the side, what the policy blocked."""
    found = [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in Axe().run(page).response["violations"]
        for node in rule["nodes"]
    ]
    width = page.evaluate("document.documentElement.scrollWidth")
    return found + ([f"{width} px wide"] if width > 360 else [])


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_the_poll_passes_axe(phone, mode):
    poll = open_poll()
    complaints = []
    phone.on("console", lambda line: complaints.append(line.text))
    seen = {}

    phone.goto(f"{address(poll, 'ballot')}?{mode}")
    seen["ballot"] = problems(phone)
    phone.get_by_role("button", name="核对选票").click()
    expect(phone.locator(".errors")).to_be_visible()
    seen["nothing chosen"] = problems(phone)
    phone.locator(".choice").first.click()
    phone.get_by_role("button", name="核对选票").click()
    expect(phone.locator("#cast")).to_be_visible()
    seen["check"] = problems(phone)
    phone.get_by_role("button", name="提交这张选票").click()
    expect(phone.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    phone.locator(".receipt summary").click()
    seen["receipt"] = problems(phone)
    phone.goto(address(poll, "ballot"))
    seen["already"] = problems(phone)
    phone.goto(address(poll, "lookup") + "?number=x")
    seen["lookup"] = problems(phone)

    assert {name: found for name, found in seen.items() if found} == {}
    assert complaints == []
