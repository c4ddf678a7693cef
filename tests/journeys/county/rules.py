"""The rule sheet, frozen by two people, and the poll that waits for its day."""

import re

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.journeys.county.people import save


def write_rules(tab: Tab) -> None:
    """From a template: only the weight of the online vote has no default."""
    tab.goto("/admin/")
    tab.get_by_role("link", name="编写计分规则").click()
    tab.locator("input[name=template]").first.check()
    tab.locator("main button").first.click()
    tab.locator("[name$=online_weight]").fill("30")
    tab.get_by_role("button", name=re.compile("存草稿|保存")).first.click()
    expect(tab.get_by_text("草稿已存，可以核对并冻结了。")).to_be_visible()


def propose_freeze(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="冻结计分规则").click()
    tab.fill("[name=reason]", "主办单位会议通过")
    tab.fill("[name=typed]", "冻结")
    tab.get_by_role("button", name="提出冻结，送第二人").click()
    expect(tab.get_by_text("等监督员同意").first).to_be_visible()


def agree(tab: Tab, job: str) -> None:
    """The second person finds on the home page what waits, and agrees."""
    tab.goto("/admin/")
    tab.get_by_role("link", name=job).click()
    tab.locator("input[type=radio]").first.check()
    tab.get_by_role("button", name="送出意见").click()
    expect(tab.locator("input[type=radio]")).to_have_count(0)


def make_the_poll(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="设定民意测评").click()
    tab.locator("[name=contest]").select_option(label="红旗争夺赛")
    tab.fill("[name=picks_min]", "1")
    tab.fill("[name=picks_max]", "2")
    # Whoever has no JavaScript must be able to vote, too.
    tab.locator("[name=adapters][value=code]").check(force=True)
    save(tab)
    expect(tab).to_have_url(re.compile(r"/admin/polls/($|\?)"))


def confirm_thresholds(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="设定识别阈值").click()
    tab.get_by_role("button", name="先看会找出什么").click()
    tab.get_by_role("button", name="确认，就这样设").click()
    expect(tab.locator("main")).to_contain_text("第 1 版")
