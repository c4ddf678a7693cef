"""Everything a citizen reads works where no script runs."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import make_entry, make_unit
from tests.pictures import make_image
from tests.site_factories import make_page, make_pages, make_showcase

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def page(empty_site, browser, live_server):
    contest, cover = make_showcase(), make_image()
    school = make_unit(name="县教育局", short_name="教育局", category="township")
    make_page(make_entry(contest=contest, unit=school), cover=cover, sectors=["教育"])
    make_pages(contest, 31, cover=cover, sectors=["交通"])
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 360, "height": 780},
    )
    yield context.new_page()
    context.close()


def test_search_filter_pages_switches_and_the_way_back(page):
    page.goto("/")
    page.get_by_role("link", name="看单位", exact=True).first.click()
    expect(page.locator(".card")).to_have_count(30)

    page.get_by_role("link", name="下一页").click()
    expect(page).to_have_url(re.compile("page=2#list$"))
    expect(page.locator(".card")).to_have_count(2)
    card = page.locator(".card").first
    place = card.get_attribute("id")
    card.get_by_role("link").click()
    page.get_by_role("link", name="看别的单位").click()
    expect(page).to_have_url(re.compile(f"page=2#{place}$"))
    expect(page.locator(f"#{place}")).to_be_in_viewport()

    page.get_by_role("link", name="上一页").click()
    page.get_by_role("link", name="乡镇（园区）").click()
    expect(page.locator(".card")).to_have_count(1)
    page.get_by_label("找一个单位").fill("教育")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="教育局").click()
    expect(page).to_have_title("01 号 教育局 · 晾晒实事干货")

    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html")).to_have_attribute("data-font", "large")
    page.get_by_role("button", name="高对比").click()
    expect(page.locator("html")).to_have_attribute("data-contrast", "high")
    page.get_by_role("link", name="下一个单位").click()
    expect(page).not_to_have_title(re.compile("^01 号"))
    expect(page.locator("html")).to_have_attribute("data-font", "large")
    expect(page.locator("[data-aloud]")).to_be_hidden()

    page.get_by_role("link", name="分享图和海报").click()
    expect(page.get_by_role("link", name="下载 A4 海报")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()
