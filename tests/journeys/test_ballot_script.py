"""What site.js adds to the ballot. The server checks all of it again."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def ballot(phone):
    """A ballot of three units of which two may be chosen."""
    choices = "".join(
        render_to_string(
            "components/choice.html",
            {"name": "entry", "value": f"e{number}", "number": number, "title": f"单位 {number}"},
        )
        for number in (3, 7, 12)
    )  # fmt: skip
    pick = render_to_string("components/pick.html", {})
    tally = render_to_string("components/tally.html", {"max": 2})
    phone.set_content(
        f'<form data-ballot data-max="2" onsubmit="return false">{pick}'
        f'<fieldset class="choices">{choices}</fieldset>{tally}</form>'
    )
    phone.add_script_tag(path=Path(finders.find("site_cms/js/site.js")))
    return phone


def expect_chosen(page, *values: str) -> None:
    chosen = page.locator(".choice__input:checked")
    expect(chosen).to_have_count(len(values))
    for place, value in enumerate(values):
        expect(chosen.nth(place)).to_have_value(value)


def expect_message(page, words: str | re.Pattern) -> None:
    expect(page.locator("[data-msg]")).to_have_text(words)


def test_count_runs_along(ballot):
    ballot.get_by_text("单位 7").click()

    expect(ballot.locator("[data-count]")).to_have_text("1")
    expect(ballot.locator("[data-rest]")).to_have_text("还可选 1 个")
    expect(ballot.locator("[data-nos]")).to_have_text("07")
    expect(ballot.locator("[data-nojs]")).to_be_hidden()


def test_one_choice_too_many_is_answered_in_words(ballot):
    for number in (3, 7, 12):
        ballot.get_by_text(f"单位 {number}").click()

    expect_message(ballot, re.compile("^最多选 2 个"))
    expect_chosen(ballot, "e3", "e7")
    ballot.get_by_text("单位 3").click()
    expect_message(ballot, "")


@pytest.mark.parametrize("typed", ["7", "07", " 007 "])
def test_number_ticks_the_unit(ballot, typed):
    ballot.locator("[data-pick]").evaluate(
        "field => field.removeAttribute('maxlength')"
    )
    ballot.locator("[data-pick]").fill(typed)
    ballot.locator("[data-pick-add]").click()

    expect_chosen(ballot, "e7")
    expect(ballot.locator("[data-pick]")).to_have_value("")


def test_enter_in_the_number_field_ticks_and_does_not_send(ballot):
    ballot.locator("[data-pick]").fill("12")
    ballot.locator("[data-pick]").press("Enter")

    expect_chosen(ballot, "e12")


@pytest.mark.parametrize("typed", ["99", "", "七"])
def test_unknown_number_stays_and_is_answered_in_words(ballot, typed):
    ballot.locator("[data-pick]").fill(typed)
    ballot.locator("[data-pick-add]").click()

    expect_message(ballot, re.compile("^没有找到这个编号"))
    expect_chosen(ballot)
    expect(ballot.locator("[data-pick]")).to_have_value(typed)


def test_number_on_a_full_ballot_says_what_to_do(ballot):
    for number in (3, 7):
        ballot.get_by_text(f"单位 {number}").click()
    ballot.locator("[data-pick]").fill("12")
    ballot.locator("[data-pick-add]").click()

    expect_message(ballot, "已经选满 2 个。想选 12 号，请先去掉一个。")
    expect_chosen(ballot, "e3", "e7")
