"""What an operator meets between the first letter and the work, in a browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_operator

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GIVEN, OWN = "green-river-42", "blue-hill-77"
SEND = "main button[type=submit]"
DESTINATION = "/accounts/2fa/"


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def expect_heading(page, words) -> None:
    expect(page.locator("h1")).to_have_text(words)


def test_from_the_given_password_to_the_own_second_factor(phone):
    complaints = []
    phone.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    host = make_operator(
        Role.HOST, username="host", password=GIVEN, must_change_password=True
    )

    phone.goto(f"/accounts/login/?next={DESTINATION}")
    phone.fill("[name=login]", host.username)
    phone.fill("[name=password]", GIVEN)
    phone.click(SEND)
    expect_heading(phone, "请先换一个自己的密码")

    for name, value in [("oldpassword", GIVEN), ("password1", OWN), ("password2", OWN)]:
        phone.fill(f"[name={name}]", value)
    phone.click(SEND)
    expect_heading(phone, "设置第二步验证")
    expect(phone.locator(".account__qr")).to_have_attribute(
        "src", re.compile("^data:image/svg\\+xml")
    )

    phone.fill("[name=code]", code_of(phone.inner_text(".account__secret")))
    phone.click(SEND)
    expect_heading(phone, "请收好备用验证码")
    spare = phone.inner_text(".account__codes li")
    phone.goto(DESTINATION)
    expect_heading(phone, "第二步验证")

    phone.goto("/accounts/logout/")
    phone.click(SEND)
    expect(phone).not_to_have_url(re.compile("/accounts/logout/"))
    phone.goto(f"/accounts/login/?next={DESTINATION}")
    phone.fill("[name=login]", host.username)
    phone.fill("[name=password]", OWN)
    phone.click(SEND)
    expect_heading(phone, re.compile("^登录第 2 步"))
    phone.fill("[name=code]", spare)
    phone.click(SEND)
    expect_heading(phone, "第二步验证")

    assert complaints == []
