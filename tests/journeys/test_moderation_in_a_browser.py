"""The reviewer's checklist on a phone, a correction at an office PC, and what readers see of it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from showcase.pages.corrections.models import PageCorrection
from showcase.pages.moderation.models import PageReviewState
from site_cms.accounts.roles import Role
from tests.factories import DAY, NOW, make_contest, make_entry, make_operator, sign_in
from tests.factories.moderation import freeze, make_editor, make_reviewers, submit
from tests.site_factories import FIGURES, make_draft, make_page, make_showcase

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.browser,
]

BODY = [("paragraph", "<p>修路 17.8 公里。</p>"), FIGURES]


def signed_in(page, user):
    client = Client()
    sign_in(client, user)
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )
    return page


def sticks_out(page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )


def wrong_with(page) -> list[str]:
    """What axe finds in the part of the admin that is ours, and in all of a public page.

    Wagtail's box for rich text names itself to nobody.
    """
    mine = ".review" if page.locator(".review").count() else "main"
    found = Axe().run(
        page,
        context={"include": [[mine]], "exclude": [["iframe"], [".Draftail-Editor"]]},
    )
    return [each["id"] for each in found.response["violations"]]


def test_a_reviewer_ticks_every_box_on_a_phone(phone):
    contest = make_contest(poll_opens_at=NOW + DAY, poll_closes_at=NOW + 2 * DAY)
    draft = make_draft(make_entry(contest=make_showcase(contest)), body=BODY)
    first, _ = make_reviewers()
    state = submit(draft, by=make_editor(draft))
    signed_in(phone, first)

    phone.goto("/admin/moderation/")
    assert not sticks_out(phone)
    phone.get_by_role("link", name="审核", exact=True).click()
    phone.get_by_role("button", name="通过，转复审").click()
    expect(phone.get_by_text("“肖像”还没有回答。")).to_be_visible()
    expect(phone.get_by_text("“数字真实”还没有核对。")).to_be_visible()
    assert not sticks_out(phone)
    assert wrong_with(phone) == []

    for label in ("数字真实", "来源清楚", "不涉密", "文字无误"):
        phone.get_by_role("checkbox", name=label).check()
    phone.get_by_label("没有涉及：照片里没有能认出来的人").check()
    phone.get_by_label("没有涉及：没有未成年人").check()
    phone.get_by_role("button", name="通过，转复审").click()

    expect(phone.get_by_role("heading", name="没有待审的展示页")).to_be_visible()
    state.refresh_from_db()
    assert state.status == PageReviewState.STATUS_APPROVED
    assert state.answers["minors"] == "none"


def test_an_administrator_corrects_and_readers_see_the_difference(desktop):
    entry = make_entry(contest=make_showcase(), number=7)
    page = freeze(make_page(entry, body=BODY))
    make_reviewers()
    signed_in(desktop, make_operator(Role.ADMINISTRATOR))

    desktop.goto(f"/admin/corrections/{page.pk}/")
    desktop.get_by_label("更正的原因").fill("交通局核对后少两公里。")
    desktop.get_by_label("数值").fill("16")
    text = desktop.locator(".Draftail-Editor [contenteditable=true]").first
    text.click()
    text.press("End")
    text.press_sequentially("都通车了。")
    # The editor hands its text to the form a little after the last key.
    expect(desktop.locator("input[data-draftail-input]").first).to_have_value(
        re.compile("都通车了。")
    )
    desktop.get_by_role("button", name="看看会变成什么样").click()
    expect(desktop.get_by_text("共 2 处")).to_be_visible()
    assert wrong_with(desktop) == []
    desktop.get_by_role("button", name="确认更正并公布").click()
    expect(desktop.get_by_text("已更正").first).to_be_visible()

    correction = PageCorrection.objects.get()
    assert [(each["before"], each["after"]) for each in correction.changes] == [
        ("修路 17.8 公里。", "修路 17.8 公里。都通车了。"),
        ("17.8", "16"),
    ]
    for address in ("/u/07/corrections/", "/u/07/corrections/1/", "/u/07/"):
        for mode in ("", "?font=large", "?contrast=high"):
            desktop.goto(address + mode)
            assert wrong_with(desktop) == []
            assert not sticks_out(desktop)
