"""What the administrator does before anybody nominates: site, people, contest, units."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from showcase.units.importing import COLUMNS
from site_cms.accounts.roles import Role
from site_cms.spreadsheets.writing import XLSX, write_book
from tests.journeys.county.people import GIVEN, save

SLUG = "hongqi-2026"
STAFF = {
    "jiandu1": ("监", Role.SUPERVISOR),
    "jiandu2": ("督", Role.SUPERVISOR),
    "zhuchi": ("朱", Role.HOST),
    "jifen": ("季", Role.TABULATOR),
    "fangshua": ("方", Role.INTEGRITY),
    "chushen": ("褚", Role.REVIEWER_FIRST),
    "fushen": ("傅", Role.REVIEWER_SECOND),
}
UNITS = [
    ("j01", "县教育局", "县直部门"),
    ("j02", "柳林镇人民政府", "乡镇（园区）"),
    ("j03", "县人民医院", "企事业单位"),
    ("j04", "县供电公司", "企事业单位"),
]


DESKS = [code for code, _, _ in UNITS]


class Letter(NamedTuple):
    """What a unit reads on its sheet of paper."""

    username: str
    password: str


def prepare_the_site(tab: Tab) -> None:
    """The footer and the labels of a government site."""
    tab.goto("/admin/settings/site_cms/governmentsettings/")
    tab.wait_for_url("**/governmentsettings/*/")
    tab.fill("[name=place]", "临河县")
    tab.fill("[name=sponsor]", "中共临河县委组织部")
    tab.fill("[name=phone]", "0319-0000000")
    save(tab)
    expect(tab.locator(".messages")).to_contain_text("已更新")


def make_people(tab: Tab) -> None:
    for username, (name, role) in STAFF.items():
        tab.goto("/admin/users/new/")
        tab.fill("[name=username]", username)
        tab.fill("[name=last_name]", name)
        tab.fill("[name=first_name]", "某某")
        tab.fill("[name=password1]", GIVEN)
        tab.fill("[name=password2]", GIVEN)
        tab.get_by_role("tab", name="角色").first.click()
        tab.get_by_role("checkbox", name=role.label).check()
        save(tab)
        expect(tab).to_have_url(re.compile(r"/admin/users/($|\?)"))


def make_contest(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="建立一次活动").click()
    for name, value in {
        "name": "红旗争夺赛",
        "county": "临河县",
        "slug": SLUG,
        "approval_number": "临办字〔2026〕1 号",
        "finalists": "3",
        "flags": "2",
    }.items():
        tab.fill(f"[name={name}]", value)
    save(tab)
    expect(tab).to_have_url(re.compile(r"/admin/contests/($|\?)"))


def set_times(tab: Tab, **times: datetime) -> None:
    tab.goto("/admin/contests/")
    tab.get_by_role("link", name="红旗争夺赛").first.click()
    for name, moment in times.items():
        tab.fill(f"[name={name}]", f"{timezone.localtime(moment):%Y-%m-%d %H:%M}")
        tab.keyboard.press("Escape")
    save(tab)
    expect(tab).to_have_url(re.compile(r"/admin/contests/($|\?)"))


def import_units(tab: Tab) -> None:
    """One spreadsheet: a preview, then the units."""
    rows = [
        [code, name, name, category, "2 万", "50", "某某", "0319-0000001", ""]
        for code, name, category in UNITS
    ]
    book = write_book([("单位", COLUMNS, rows)])
    tab.goto("/admin/units/")
    tab.get_by_role("button", name="操作").click()
    tab.get_by_role("link", name="导入单位").click()
    tab.set_input_files(
        "[name=file]", {"name": "单位.xlsx", "mimeType": XLSX, "buffer": book}
    )
    tab.get_by_role("button", name="上传，看预览").click()
    expect(tab.get_by_role("heading", name="预览：现在还没有导入")).to_be_visible()
    tab.get_by_role("button", name="确认导入").click()
    expect(tab.get_by_role("heading", name="已经导入")).to_be_visible()


def open_desks(tab: Tab) -> list[Letter]:
    """Entry, page and account of each unit. Returns what the printed letters say."""
    tab.goto("/admin/desks/")
    tab.get_by_role("link", name="红旗争夺赛").click()
    for _, name, _ in UNITS:
        tab.get_by_label(name).check()
    tab.get_by_role("button", name="开通勾选的单位").click()
    tab.get_by_role("button", name="确认开通，显示登录信").click()
    expect(tab.locator(".letter")).to_have_count(len(UNITS))
    return [
        Letter(*letter.locator(".letter__secret").all_inner_texts())
        for letter in tab.locator(".letter").all()
    ]


def plan_of(poll_opens_at: datetime) -> dict[str, datetime]:
    """The whole contest as it is planned beforehand, in days from the poll's opening."""
    days = {
        "nomination_opens_at": -20,
        "nomination_closes_at": -13,
        "first_review_closes_at": -9,
        "second_review_closes_at": -5,
        "shortlisted_at": -3,
        "poll_opens_at": 0,
        "poll_closes_at": 5,
        "night_opens_at": 9,
    }
    return {name: poll_opens_at + timedelta(days=day) for name, day in days.items()}
