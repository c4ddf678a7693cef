"""Slider, large photographs, films and tables as readers use them."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import expect

from showcase.pages.services import publish_showcase_page
from site_cms.accounts.roles import Role
from site_cms.media.services import add_video
from tests.factories import NOW, make_entry, make_operator, sign_in
from tests.journeys.test_design_in_a_browser import MODES, WCAG
from tests.pictures import make_image
from tests.site_cms.media.films import CAPTIONS, film
from tests.site_factories import FIGURES, make_draft, make_roots, make_showcase

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def told(alt_text: str, colour: str):
    image = make_image(title=alt_text, colour=colour)
    image.contextual_alt_text = alt_text
    return image


def body(tmp_path) -> list:
    (tmp_path / "film.mp4").write_bytes(film())
    (tmp_path / "words.srt").write_text(CAPTIONS)
    video = add_video(
        path=tmp_path / "film.mp4", captions=tmp_path / "words.srt", title="校门口"
    )
    return [
        FIGURES,
        (
            "before_after",
            {
                "before": told("泥路上的水坑", "sienna"),
                "before_when": "2025 年 11 月",
                "after": told("平整的柏油路", "slategray"),
                "after_when": "2026 年 8 月",
            },
        ),
        (
            "gallery",
            {
                "images": [
                    told("老人在院子里下棋", "olive"),
                    told("孩子们在操场跑步", "teal"),
                    told("傍晚的村巷", "indigo"),
                ],
            },
        ),
        (
            "video",
            {
                "title": "天不亮的校门口",
                "video": video,
                "poster": told("校门口亮着灯", "navy"),
                "transcript": "门卫开门，老师迎接孩子。",
            },
        ),
        (
            "table",
            {
                "cells": {
                    "caption": "三个乡镇的修路进度",
                    "columns": [
                        {"type": "text", "heading": "乡镇"},
                        {"type": "number", "heading": "已修公里"},
                        {"type": "text", "heading": "说明"},
                    ],
                    "rows": [
                        {"values": ["城关镇", "6.20", "全部通车"]},
                        {"values": ["小刘庄乡", "4.50", "还差 1.2 公里"]},
                    ],
                },
                "named_rows": True,
                "source": "县交通运输局 10 月台账",
            },
        ),
    ]


@pytest.fixture(autouse=True)
def _roots() -> None:
    make_roots()


@pytest.fixture
def address(tmp_path, settings) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    page = make_draft(
        make_entry(contest=make_showcase(), number=7), body=body(tmp_path)
    )
    return publish_showcase_page(by=None, page=page, now=NOW).relative_url(None)


def expect_split(page, share: str) -> None:
    box = page.locator("[data-compare]").first
    expect(box).to_have_attribute("style", re.compile(rf"--split: ?{share};?$"))


def said(page) -> list[str]:
    """What the browser complains about: the content policy above all."""
    lines: list[str] = []
    page.on(
        "console",
        lambda line: lines.append(line.text) if line.type == "error" else None,
    )
    page.on("pageerror", lambda error: lines.append(str(error)))
    return lines


def test_slider_follows_keys_and_says_where_it_is(phone, address):
    complaints = said(phone)
    phone.goto(address)
    slider = phone.get_by_role("slider", name="左右移动，看改造前和改造后")

    slider.focus()
    phone.keyboard.press("ArrowRight")

    expect_split(phone, "55%")
    expect(slider).to_have_attribute("aria-valuetext", "改造后的照片露出 45%")
    phone.keyboard.press("End")
    expect_split(phone, "100%")
    expect(slider).to_have_attribute("aria-valuetext", "只看改造前")
    assert complaints == []


def test_slider_follows_mouse_and_finger(phone, address):
    phone.goto(address)
    box = phone.locator("[data-compare]").first
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()
    middle = frame["y"] + frame["height"] / 2

    phone.mouse.move(frame["x"] + frame["width"] * 0.5, middle)
    phone.mouse.down()
    phone.mouse.move(frame["x"] + frame["width"] * 0.2, middle, steps=4)
    expect_split(phone, "20%")
    phone.mouse.move(frame["x"] - 50, middle)
    phone.mouse.up()
    expect_split(phone, "0%")
    phone.mouse.move(frame["x"] + frame["width"] * 0.8, middle)
    expect_split(phone, "0%")

    box.dispatch_event(
        "pointerdown",
        {
            "pointerType": "touch",
            "pointerId": 1,
            "clientX": frame["x"] + frame["width"] * 0.7,
            "clientY": middle,
        },
    )
    expect_split(phone, "70%")


def test_without_scripts_both_stand_side_by_side_and_photographs_are_links(
    browser, live_server, address
):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    expect(page.locator(".ba__side")).to_have_count(2)
    before, after = page.locator(".ba__side").all()
    assert before.bounding_box()["x"] < after.bounding_box()["x"]
    expect(page.locator("[data-compare] input")).to_have_count(0)
    expect(page.locator("[data-photo]").first).to_have_attribute(
        "href", re.compile(r"\.webp$")
    )
    context.close()


def test_photographs_open_large_by_keyboard_and_give_the_focus_back(phone, address):
    complaints = said(phone)
    phone.goto(address)
    first = phone.get_by_role("link", name=re.compile("看大图：\\s*老人在院子里下棋"))

    first.focus()
    phone.keyboard.press("Enter")

    dialog = phone.get_by_role("dialog", name="看大图")
    expect(dialog.get_by_role("img", name="老人在院子里下棋")).to_be_visible()
    expect(dialog).to_contain_text("1 / 3")
    phone.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("img", name="孩子们在操场跑步")).to_be_visible()
    assert Axe().run(phone, options=WCAG).response["violations"] == []
    phone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(phone.locator(":focus img")).to_have_attribute("alt", "孩子们在操场跑步")
    assert complaints == []


def test_large_photograph_is_closed_by_its_button(desktop, address):
    desktop.goto(address)

    desktop.locator("[data-photo]").nth(1).click()
    expect(desktop.get_by_role("dialog")).to_be_visible()
    desktop.get_by_role("button", name="关闭").click()

    expect(desktop.get_by_role("dialog")).to_be_hidden()


def test_film_waits_to_be_asked_and_has_its_words(phone, address):
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(address, wait_until="networkidle")
    video = phone.locator("video[controls][preload=none]:not([autoplay])")

    expect(video).to_have_count(1)
    assert not any(url.endswith(".mp4") for url in asked)
    expect(phone.locator("video track[kind=captions][srclang=zh-CN]")).to_have_count(1)
    phone.get_by_text("看文字稿").click()
    expect(phone.get_by_text("门卫开门，老师迎接孩子。")).to_be_visible()


def test_table_is_read_on_a_phone(phone, address):
    phone.goto(address)
    table = phone.get_by_role("table", name="三个乡镇的修路进度")

    expect(table.get_by_text("还差 1.2 公里")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert table.bounding_box()["width"] <= 360


@pytest.mark.parametrize("mode", MODES)
def test_page_with_everything_passes_axe(phone, address, mode):
    complaints = said(phone)
    phone.goto(f"{address}?{mode}", wait_until="networkidle")

    found = Axe().run(phone, options=WCAG).response["violations"]

    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert complaints == []


def test_draft_is_looked_at_in_the_frame_of_a_phone(desktop, live_server, tmp_path):
    client = Client()
    sign_in(client, make_operator(Role.UNIT_EDITOR, is_superuser=True))
    desktop.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    page = make_draft(make_entry(contest=make_showcase(), number=7))

    desktop.goto(f"/admin/desk/{page.pk}/preview/?mode=large")

    inside = desktop.frame_locator("iframe.phone")
    expect(inside.get_by_role("heading", name=page.title).first).to_be_visible()
    expect(inside.locator("html")).to_have_attribute("data-font", "large")
    assert "font" not in {each["name"] for each in desktop.context.cookies()}
