"""What citizens do: read, vote, keep the receipt, look it up."""

import re

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.journeys.county.people import County

PICKS = (["01", "03"], ["01"], ["02"], ["01", "02"], ["03"])


def vote(tab: Tab, *plates: str) -> str:
    """From the home page to the receipt. Returns the 受理号."""
    tab.goto("/")
    tab.get_by_role("link", name="去评一评").click()
    for plate in plates:
        tab.locator(f"input[name=entry][value='{plate}']").check(force=True)
    tab.get_by_role("button", name="核对选票").click()
    tab.get_by_role("button", name="提交这张选票").click()
    expect(tab.get_by_role("heading", name=re.compile("收到"))).to_be_visible()
    return tab.locator(".receipt__no").inner_text()


def look_up(tab: Tab, number: str) -> None:
    tab.get_by_role("link", name=re.compile("查")).first.click()
    tab.locator("main [name=number]").fill(number)
    tab.locator("main [name=number]").press("Enter")
    expect(tab.locator("main")).to_contain_text("已计入")


def everybody_votes(county: County) -> None:
    for plates in PICKS:
        citizen = county.open(phone=True)
        vote(citizen, *plates)
        citizen.context.close()
