"""From a spreadsheet to a judge who sits down: preview, cards on paper, the short code."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.spreadsheets.writing import XLSX, write_book
from tests.factories import make_entry, make_operator, make_rule_sheet, sign_in
from voting.judging.setup_sheets import SHEETS

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.browser,
]

SEATS = [
    [f"{letter}{number:02d}", "周某某", panel]
    for letter, panel in (("A", "领导与部门代表"), ("C", "群众代表"))
    for number in range(1, 5)
]


def signed_in(page, role: Role, live_server):
    client = Client()
    sync_groups()
    sign_in(client, make_operator(role))
    session = client.cookies["sessionid"].value
    page.context.add_cookies(
        [{"name": "sessionid", "value": session, "url": live_server.url}]
    )
    return page


def wrong_with(page, within: str = "body") -> list[str]:
    """What axe says against what is ours on the page, and whether it scrolls sideways."""
    found = Axe().run(page, context={"include": [[within]]}).response["violations"]
    said = [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*said, *(["scrolls sideways"] if wide > 0 else [])]


def pages_on_paper(page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_from_the_spreadsheet_to_the_seat(desktop, phone, live_server):
    sheet = make_rule_sheet()
    make_entry(contest=sheet.contest)
    data = write_book(
        [(s.title, s.columns, SEATS if s.title == "席位" else ()) for s in SHEETS]
    )
    office = signed_in(desktop, Role.ADMINISTRATOR, live_server)
    office.goto(f"/admin/nights/{sheet.contest.slug}/import/")
    assert wrong_with(office, ".su") == []

    office.set_input_files(
        "[name=files]", {"name": "评比会.xlsx", "mimeType": XLSX, "buffer": data}
    )
    office.get_by_role("button", name="上传，看预览").click()
    expect(office.get_by_role("heading", name="预览：现在还没有导入")).to_be_visible()
    assert wrong_with(office, ".su") == []
    office.get_by_role("button", name="确认导入").click()
    expect(office.get_by_role("heading", name="已经导入")).to_be_visible()
    office.get_by_role("link", name="看筹备情况").click()
    expect(office.get_by_text("8 个席位还没有印席卡。")).to_be_visible()
    assert wrong_with(office, ".su") == []

    office.get_by_role("link", name="印席卡和密码单").click()
    office.get_by_role("button", name="生成，去打印").click()
    expect(office.locator(".card")).to_have_count(8)
    assert wrong_with(office) == []
    assert pages_on_paper(office) == 3
    office.get_by_text("只打密码单").click()
    expect(office.locator(".card").first).to_be_hidden()
    assert pages_on_paper(office) == 1
    office.get_by_text("只打席卡").click()
    expect(office.locator(".pin").first).to_be_hidden()
    assert pages_on_paper(office) == 2
    code = office.locator(".card__code").first.inner_text()
    office.get_by_text("两样都打").click()
    pin = office.locator(".pin__digits").first.inner_text()

    phone.goto("/j/")
    phone.get_by_label("短码").fill(code.lower())
    phone.get_by_role("button", name="下一步").click()
    expect(phone.get_by_role("heading", name="请输入密码")).to_be_visible()
    phone.get_by_label("密码").fill(pin)
    phone.get_by_role("button", name="进入").click()
    expect(phone.get_by_text("周某某").first).to_be_visible()
    expect(phone.get_by_text("A01").first).to_be_visible()


@pytest.mark.parametrize("mode", ["font=normal", "font=large", "contrast=high"])
def test_the_page_for_the_short_code_is_good_in_every_mode(phone, mode):
    phone.goto(f"/j/?{mode}")
    assert wrong_with(phone) == []

    phone.get_by_label("短码").fill("LH7K-0000")
    phone.get_by_role("button", name="下一步").click()

    expect(phone.get_by_text("没有这个短码")).to_be_visible()
    expect(phone.get_by_label("短码")).to_have_value("LH7K-0000")
    assert wrong_with(phone) == []
