"""The county's people at their screens: a browser for each, kept for the whole contest."""

import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, BrowserContext, expect
from playwright.sync_api import Page as Tab

# A folder for pictures of every open page when the journey fails.
SHOTS = os.environ.get("JOURNEY_SHOTS")
GIVEN, OWN = "green-river-42", "blue-hill-7788"
SEND = "main button[type=submit]"
SIZES = {True: {"width": 360, "height": 780}, False: {"width": 1440, "height": 900}}


def code_of(secret: str) -> str:
    """What the authenticator on a telephone shows."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@dataclass
class County:
    """Who works in it, by username the page that this person looks at; and what hangs on its wall.

    ``times`` is the plan of the contest, ``cards`` what was printed for each seat.
    """

    browser: Browser
    origin: str
    tabs: dict[str, Tab] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    cards: dict[str, NamedTuple] = field(default_factory=dict)

    def open(self, *, phone: bool = False, **options) -> Tab:
        context: BrowserContext = self.browser.new_context(
            base_url=self.origin,
            viewport=SIZES[phone],
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        return context.new_page()

    def of(self, username: str) -> Tab:
        if username not in self.tabs:
            self.tabs[username] = self.open()
        return self.tabs[username]

    def everybody_goes(self) -> None:
        for tab in self.tabs.values():
            tab.context.close()
        self.tabs.clear()

    def photograph(self) -> None:
        for username, tab in self.tabs.items() if SHOTS else ():
            tab.screenshot(path=f"{SHOTS}/{username}.png", full_page=True)


def sign_in(tab: Tab, username: str, password: str) -> None:
    tab.goto("/admin/")
    tab.fill("[name=login]", username)
    tab.fill("[name=password]", password)
    tab.click(SEND)


def set_up_second_factor(tab: Tab) -> None:
    expect(tab.locator("h1")).to_have_text("设置第二步验证")
    tab.fill("[name=code]", code_of(tab.inner_text(".account__secret")))
    tab.click(SEND)
    expect(tab.locator("h1")).to_have_text("请收好备用验证码")


def change_given_password(tab: Tab, username: str, given: str) -> None:
    """The password on the letter is good once."""
    sign_in(tab, username, given)
    expect(tab.locator("h1")).to_have_text("请先换一个自己的密码")
    for name, value in (("oldpassword", given), ("password1", OWN), ("password2", OWN)):
        tab.fill(f"[name={name}]", value)
    tab.click(SEND)
    expect(tab.locator("h1")).not_to_have_text("请先换一个自己的密码")


def sign_in_for_the_first_time(tab: Tab, username: str) -> None:
    """An operator: an own password, then the second factor on the own telephone."""
    change_given_password(tab, username, GIVEN)
    set_up_second_factor(tab)


def save(tab: Tab) -> None:
    tab.locator("form[method=post] button[type=submit]:visible").last.click()
