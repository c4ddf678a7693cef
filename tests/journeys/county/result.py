"""The result: computed, checked, let stand by two, read by all, objected to, made final."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from tests.journeys.county.office import SLUG

JOB = "计算、确定和更正结果"


def open_desk(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name=JOB).click()


def compute(tab: Tab) -> None:
    open_desk(tab)
    tab.get_by_role("button", name="计算结果").click()
    expect(tab.get_by_text("核对程序还没有核对这一次计算").first).to_be_visible()


def propose(tab: Tab) -> None:
    open_desk(tab)
    expect(tab.get_by_text("一位不差")).to_be_visible()
    tab.fill("[name=reason]", "评分表已全部签认，选票已核对")
    tab.get_by_role("button", name="提出，送第二人").click()
    expect(tab.get_by_text("等一位监督员同意")).to_be_visible()


def agree(tab: Tab) -> None:
    open_desk(tab)
    tab.locator("input[type=radio]").first.check()
    tab.get_by_role("button", name="送出意见").click()
    expect(tab.locator("input[type=radio]")).to_have_count(0)


def nothing_is_told(citizen: Tab) -> None:
    citizen.goto(f"/results/{SLUG}/")
    expect(citizen.locator("h1")).to_have_text("结果还没有公布")
    citizen.goto("/")
    expect(citizen.locator("main")).not_to_contain_text("公示中")


def expected_ranking() -> list[str]:
    """By hand: every panel's three totals averaged, votes as a share of the top."""
    return ["01", "03", "02"]


def everybody_reads(citizen: Tab) -> None:
    citizen.goto("/")
    citizen.get_by_role("link", name="看结果").first.click()
    expect(citizen.locator("h1")).to_contain_text("红旗")
    published = citizen.request.get(f"/results/{SLUG}.json").json()
    assert [f"{row['number']:02d}" for row in published["outcome"]["ranking"]] == (
        expected_ranking()
    )


def object_to(citizen: Tab) -> str:
    """By real name. Returns the code with which it can be followed."""
    citizen.goto(f"/results/{SLUG}/")
    citizen.get_by_role("link", name="提出异议").first.click()
    citizen.locator("[name=entry]").select_option("02")
    citizen.fill("[name=text]", "柳林镇的现场得分和大屏上念的不一样，请核对评分表。")
    citizen.fill("[name=name]", "孙某某")
    citizen.fill("[name=phone]", "0319-7654321")
    citizen.get_by_role("button", name="提交，拿到查询码").click()
    expect(citizen).to_have_url(re.compile(r"/objections/(?!new/)[^/]+/"))
    return citizen.url


def answer(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="公示和异议").click()
    tab.get_by_role("link", name=re.compile("第 1 件")).click()
    tab.get_by_role("radio", name=re.compile("不成立")).check()
    tab.fill("[name=question]", "认为柳林镇的现场得分和大屏不一致。")
    tab.fill("[name=answer]", "核对了九份评分表，和大屏、结果页一致。")
    tab.fill("[name=reason]", "调看了锁定的评分表")
    tab.get_by_role("button", name="提出答复，送第二人").click()
    expect(tab.get_by_text("等一位监督员同意")).to_be_visible()


def agree_to_answer(tab: Tab) -> None:
    tab.goto("/admin/")
    tab.get_by_role("link", name="公示和异议").click()
    tab.get_by_role("link", name=re.compile("第 1 件")).click()
    tab.locator("input[type=radio]").first.check()
    tab.get_by_role("button", name="送出意见").click()
    expect(tab.locator("input[type=radio]")).to_have_count(0)


def propose_final(tab: Tab) -> None:
    open_desk(tab)
    tab.fill("[name=reason]", "公示期满，异议已经答复")
    tab.get_by_role("button", name="提出最终确定，送第二人").click()
    expect(tab.get_by_text("等一位监督员同意")).to_be_visible()


def check_the_bundle(citizen: Tab, folder: Path) -> str:
    """What anybody may do at home: fetch the zip, and have it computed again."""
    citizen.goto(f"/results/{SLUG}/")
    citizen.get_by_role("link", name="数据包和校验程序").click()
    with citizen.expect_download() as download:
        citizen.locator("a[href$='.zip']").first.click()
    bundle, verifier = folder / "bundle.zip", folder / "verify.py"
    download.value.save_as(bundle)
    verifier.write_bytes(citizen.request.get("/log/verify.py").body())
    said = subprocess.run(
        [sys.executable, "-I", verifier, bundle],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout
