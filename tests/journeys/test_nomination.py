"""A unit's nomination from the first word to its submission, in a browser."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from showcase.nominations.models import Nomination
from showcase.nominations.rules import State
from showcase.nominations.services import extend_deadline, return_nomination
from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    HOUR,
    make_desk,
    make_editor,
    make_nominating,
    make_nomination,
    make_operator,
    make_submitted,
    sign_in,
)
from tests.site_cms.media.pictures import photograph

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^已保存 \d\d:\d\d$")
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}


@pytest.fixture
def entry():
    now = timezone.now()
    contest = make_nominating(
        nomination_opens_at=now - DAY,
        nomination_closes_at=now + 3 * DAY,
        first_review_closes_at=now + 10 * DAY,
        poll_opens_at=None,
        poll_closes_at=None,
    )
    return make_desk(contest, name="临河县教育局", short_name="教育局")


def enter(page, live_server, user) -> None:
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    sign_in(client, user)
    value = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": value, "url": live_server.url}]
    )


def status(page):
    return page.locator("[data-status]")


def saved_statement() -> str:
    return Nomination.objects.get().statement


def test_a_unit_loses_the_network_comes_back_and_submits(phone, live_server, entry):
    complaints = []
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    enter(phone, live_server, make_editor(entry))
    address = reverse("nominations:write", args=[entry.pk])

    phone.goto(address)
    phone.fill("#id_statement", "九个村街的人")
    expect(phone.locator("[data-count] b")).to_have_text("6")
    expect(status(phone)).to_have_text(SAVED)
    assert saved_statement() == "九个村街的人"

    phone.context.set_offline(True)
    phone.fill("#id_statement", "九个村街的人出门不再踩泥。")
    expect(status(phone)).to_contain_text("已存在这台设备上")
    assert saved_statement() == "九个村街的人"
    phone.context.set_offline(False)
    expect(status(phone)).to_have_text(SAVED)
    assert saved_statement() == "九个村街的人出门不再踩泥。"

    figure = {
        "label": "整修村道",
        "value": "12.6",
        "unit": "公里",
        "period": "2026 年上半年",
        "source": "县局台账",
    }
    for name, value in figure.items():
        phone.fill(f"#id_figure-{name}-1", value)
    phone.click("[data-add-figure]")
    expect(phone.locator("[data-figure]")).to_have_count(2)
    phone.locator("[data-remove-figure]").nth(1).click()
    expect(phone.locator("[data-figure]")).to_have_count(1)

    phone.set_input_files(
        "#id_files",
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": photograph("HEIF")},
    )
    caption = phone.locator(".nom-evidence input")
    expect(caption).to_have_count(1)
    caption.fill("东街的新路")
    expect(phone.locator("[data-missing]")).to_have_text("都填好了")

    phone.click(".nom-bar button[value=check]")
    phone.click("text=提交自荐")
    expect(phone.locator(".nom-state")).to_have_text("已提交")
    nomination = Nomination.objects.get()
    assert nomination.state == State.SUBMITTED
    assert nomination.versions.get().content["figures"] == [figure]
    assert complaints == []


def test_what_could_not_be_saved_is_there_after_the_page_was_closed(
    desktop, live_server, entry
):
    enter(desktop, live_server, make_editor(entry))
    address = reverse("nominations:write", args=[entry.pk])
    desktop.goto(address)
    desktop.context.set_offline(True)
    desktop.fill("#id_statement", "断网时写的")
    desktop.click("[data-add-figure]")
    desktop.fill("[data-figure]:nth-child(2) [name=figure-label]", "第二项")
    expect(status(desktop)).to_contain_text("已存在这台设备上")
    desktop.close(run_before_unload=False)

    again = desktop.context.new_page()
    again.context.set_offline(False)
    again.goto(address)

    expect(again.locator("#id_statement")).to_have_value("断网时写的")
    expect(status(again)).to_have_text(SAVED)
    nomination = Nomination.objects.get()
    assert nomination.statement == "断网时写的"
    assert [figure["label"] for figure in nomination.figures] == ["第二项"]


def test_two_windows_lose_nothing(desktop, live_server, entry):
    enter(desktop, live_server, make_editor(entry))
    address = reverse("nominations:write", args=[entry.pk])
    older = desktop
    older.goto(address)
    newer = desktop.context.new_page()
    newer.goto(address)

    newer.fill("#id_statement", "新窗口的话。")
    expect(status(newer)).to_have_text(SAVED)
    older.fill("#id_statement", "旧窗口的话。")
    expect(status(older)).to_contain_text("在另一个窗口里改过")
    assert saved_statement() == "新窗口的话。"

    older.click("text=对照两份内容")
    expect(older.locator(".nom-diff del")).to_contain_text("新窗口的话。")
    expect(older.locator(".nom-diff ins")).to_contain_text("旧窗口的话。")
    older.click("text=用这一页的内容保存")
    expect(older.locator(".messages")).to_contain_text("已保存")
    expect(older.locator(".nom-diff")).to_have_count(0)
    assert saved_statement() == "旧窗口的话。"
    newer.close()


def test_the_form_works_without_script(browser, live_server, entry):
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    enter(page, live_server, make_editor(entry))
    page.goto(reverse("nominations:write", args=[entry.pk]))

    page.fill("#id_statement", "没有脚本也能写。")
    page.fill("#id_figure-label-1", "整修村道")
    page.click("text=再加一项")
    page.fill("#id_figure-label-2", "新修公厕")
    page.click("text=去掉第 1 项")
    expect(page.locator("#id_figure-label-1")).to_have_value("新修公厕")
    with page.expect_navigation():
        page.click(".nom-bar button[value=save]")

    nomination = Nomination.objects.get()
    assert nomination.statement == "没有脚本也能写。"
    assert [figure["label"] for figure in nomination.figures] == ["新修公厕"]
    context.close()


def look_at(page, address: str) -> list[str]:
    """What axe has to say against our part of a page, and whether it sticks out at the side."""
    answer = page.goto(address)
    inside = {"include": [[".nom, .page"]]}
    found = Axe().run(page, context=inside, options=WCAG).response["violations"]
    said = [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]
    if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
        said.append("scrolls sideways")
    return said if answer.status == 200 else [str(answer.status)]


def of(entry, *names) -> list[str]:
    return [reverse(f"nominations:{name}", args=[entry.pk]) for name in names]


def test_the_pages_of_a_unit_pass_axe(phone, live_server, entry):
    now = timezone.now()
    make_submitted(entry, now=now)
    return_nomination(
        by=make_operator(Role.REVIEWER_FIRST),
        entry=entry,
        version=1,
        remark="数字没有来源",
        now=now,
    )
    handed_in = make_submitted(make_desk(entry.contest), now=now).entry
    editor = make_editor(entry)
    editor.groups.add(handed_in.unit.group)
    enter(phone, live_server, editor)
    pages = [
        *of(entry, "write", "check", "sheet"),
        *of(handed_in, "write", "withdraw", "sheet"),
    ]

    assert {page: look_at(phone, page) for page in pages} == {
        page: [] for page in pages
    }


def test_the_pages_of_the_office_pass_axe(phone, live_server, entry):
    now = timezone.now()
    make_nomination(entry, now=now)
    administrator = make_operator(Role.ADMINISTRATOR)
    extend_deadline(
        by=administrator,
        entry=entry,
        until=now + 4 * DAY + HOUR,
        reason="暴雨停电",
        now=now,
    )
    handed_in = make_submitted(make_desk(entry.contest), now=now).entry
    enter(phone, live_server, administrator)
    pages = [
        reverse("nominations:index"),
        reverse("nominations:remind"),
        *of(handed_in, "read", "return"),
        *of(entry, "read", "extend"),
    ]

    assert {page: look_at(phone, page) for page in pages} == {
        page: [] for page in pages
    }
