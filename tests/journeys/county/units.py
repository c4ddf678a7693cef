"""What a unit does at its desk: nominate itself, and write its page."""

import re
from io import BytesIO

from PIL import Image
from playwright.sync_api import Locator, expect
from playwright.sync_api import Page as Tab


def photograph(colour: str) -> dict[str, object]:
    drawn = BytesIO()
    Image.new("RGB", (1600, 1000), colour).save(drawn, "JPEG")
    return {
        "name": f"{colour}.jpg",
        "mimeType": "image/jpeg",
        "buffer": drawn.getvalue(),
    }


def nominate(tab: Tab) -> None:
    """From the desk: the form, its evidence, the check page, and off it goes."""
    tab.goto("/admin/")
    tab.get_by_role("link", name="开始填写").first.click()
    tab.fill("#id_statement", "这一年修通九个村街的路，群众出门不再踩泥。")
    for name, value in {
        "label": "整修村道",
        "value": "12.6",
        "unit": "公里",
        "period": "2026 年上半年",
        "source": "县局台账",
    }.items():
        tab.fill(f"#id_figure-{name}-1", value)
    tab.set_input_files("#id_files", photograph("green"))
    tab.locator(".nom-evidence input").fill("东街的新路")
    for name, value in (("contact_name", "王某"), ("contact_phone", "0319-0000001")):
        tab.fill(f"[name={name}]", value)
    expect(tab.locator("[data-missing]")).to_have_text("都填好了")
    tab.click(".nom-bar button[value=check]")
    tab.get_by_role("button", name="提交自荐").click()
    expect(tab.locator(".nom-state")).to_have_text("已提交")


def choose_picture(tab: Tab, button: Locator, colour: str) -> None:
    """Through the window in which pictures are chosen: upload one with its description."""
    button.click()
    window = tab.locator(".modal")
    window.get_by_role("tab", name="上传").click()
    window.locator("[name$=upload-file]").set_input_files(photograph(colour))
    window.locator("[name$=upload-title]").fill(f"东街的路（{colour}）")
    window.locator("[name$=upload-description]").fill("修好的路，两边是房子。")
    window.get_by_role("button", name="上传").click()
    expect(window).to_have_count(0)


def add_block(tab: Tab, name: str) -> None:
    tab.get_by_role("button", name="插入内容块").last.click()
    tab.get_by_role("option", name=name, exact=True).click()


def write_page(tab: Tab) -> None:
    """All six parts that a page must have, then to the reviewers."""
    tab.goto("/admin/")
    tab.get_by_role("link", name="还没有写“一句话”").click()
    tab.fill("[name=one_line]", "九个村街的路都修通了")
    tab.fill("[name=lead]", "群众出门不再踩泥，孩子上学不再绕路。")
    choose = tab.get_by_role("button", name="选择一个图片")
    choose_picture(tab, choose.first, "olive")
    add_block(tab, "主要数字")
    figure = "body-0-value-figures-0-value"
    for name, value in {
        "value": "12.6",
        "unit": "公里",
        "label": "整修村道",
        "period": "2026 年上半年",
        "source": "县局台账",
    }.items():
        tab.fill(f"[name={figure}-{name}]", value)
    add_block(tab, "照片")
    choose_picture(tab, choose.last, "teal")
    add_block(tab, "正文")
    story = tab.locator(".Draftail-Editor [contenteditable=true]").last
    story.click()
    story.press_sequentially(STORY)
    # The editor hands its text to the form a little after the last key.
    expect(tab.locator("[name=body-2-value]")).to_have_value(re.compile(STORY))
    # What is handed in while the editor still saves by itself would be changed by that saving.
    with tab.expect_navigation():
        tab.get_by_role("button", name="保存草稿").click()
    tab.goto("/admin/")
    expect(tab.get_by_text("必填内容都有了")).to_be_visible()
    tab.get_by_role("link", name="继续填写").click()
    tab.get_by_role("button", name="更多动作").click()
    tab.get_by_role("button", name="提交").click()
    expect(tab.locator(".messages")).to_contain_text("提交进行审核")


STORY = "去年春天起，局里和村里一起修路。九个村街的路一条一条修通，路边装了灯，夜里也走得安心。"
