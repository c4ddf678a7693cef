"""The evening: prepared on paper, drawn in public, run by the host, marked by judges."""

import json
import re
import uuid
from decimal import Decimal
from typing import NamedTuple

from playwright.sync_api import APIRequestContext, Locator, expect
from playwright.sync_api import Page as Tab

from site_cms.spreadsheets.writing import XLSX, write_book
from voting.judging.setup_sheets import SHEETS

PANELS = ("领导与部门代表", "行业代表", "群众代表")
SEATS = [f"{letter}{number:02d}" for letter in "ABC" for number in range(1, 4)]
SEED = "31415926535897932384"


class Card(NamedTuple):
    """What a judge holds: the short code under the QR code, and the PIN."""

    code: str
    pin: str


def prepare(tab: Tab) -> None:
    """From the frozen rules and one spreadsheet of seats; two supervisors are named."""
    tab.goto("/admin/")
    tab.get_by_role("link", name="筹备现场评比会").click()
    tab.get_by_role("button", name="按计分规则建立评比会").click()
    tab.get_by_role("link", name="导入", exact=True).click()
    rows = [
        [seat, "周某某", PANELS["ABC".index(seat[0])], "", "", ""] for seat in SEATS
    ]
    book = write_book(
        [(s.title, s.columns, rows if s.title == "席位" else ()) for s in SHEETS]
    )
    tab.set_input_files(
        "[name=files]", {"name": "评比会.xlsx", "mimeType": XLSX, "buffer": book}
    )
    tab.get_by_role("button", name="上传，看预览").click()
    tab.get_by_role("button", name="确认导入").click()
    tab.get_by_role("link", name="看筹备情况").click()
    tab.get_by_role("link", name="指定监督员").click()
    for name in ("监某某", "督某某"):
        tab.get_by_role("checkbox", name=re.compile(name)).check()
    tab.locator(".su-form button[type=submit]").click()
    expect(tab.get_by_role("heading", name="现场监督员")).to_be_visible()


def print_cards(tab: Tab) -> dict[str, Card]:
    tab.goto("/admin/")
    tab.get_by_role("link", name="筹备现场评比会").click()
    tab.get_by_role("link", name="印席卡和密码单").click()
    tab.get_by_role("button", name="生成，去打印").click()
    expect(tab.locator(".card")).to_have_count(len(SEATS))
    tab.wait_for_load_state("load")
    codes = tab.locator(".card__code").all_inner_texts()
    pins = tab.locator(".pin__digits").all_inner_texts()
    return dict(zip(SEATS, map(Card, codes, pins), strict=True))


def draw(host: Tab, supervisor: Tab) -> None:
    """The list is published, the seed thrown, and typed by two people."""
    host.goto("/admin/")
    host.get_by_role("link", name=re.compile("抽签$")).click()
    host.locator("[name=complete]").check()
    host.get_by_role("button", name="公布名单和校验值").click()
    host.fill("[name=seed]", SEED)
    host.fill("[name=how]", "十面骰子掷 20 次，各单位代表在场。")
    host.get_by_role("button", name="记下种子，请监督员核对").click()
    supervisor.goto("/admin/")
    supervisor.get_by_role("link", name=re.compile("抽签$")).click()
    supervisor.locator("input[type=radio]").first.check()
    supervisor.fill("[name=typed]", SEED)
    supervisor.get_by_role("button", name="送出意见").click()
    expect(supervisor.get_by_text("的出场顺序已经抽出")).to_be_visible()
