"""A citizen gives grades: with a small phone, with and without scripts, with a bad network."""

import pytest
from playwright.sync_api import expect

from tests.factories import open_poll
from tests.journeys.test_voter import MODES, address, phone_without_scripts, problems
from voting.polls.models import Ballot

__all__ = ["phone_without_scripts"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def grading_poll(*, entries=3, **fields):
    defaults = {"form": "grading", "picks_min": 1, "picks_max": entries}
    return open_poll(entries=entries, **defaults | fields)


def grade(page, plate: str, label: str) -> None:
    group = page.locator(f".grade[data-number='{plate}']")
    group.locator(".grade__box", has_text=label).first.click()


def ready_to_cast(page):
    """The button of the check page, once its scripts run: they keep the page when the network goes."""
    button = page.locator("#cast .btn")
    expect(button).to_be_visible()
    page.wait_for_load_state("load")
    return button


@pytest.mark.parametrize("page", ["phone", "phone_without_scripts"])
def test_grading_checking_and_changing_ones_mind(request, page):
    page, poll = request.getfixturevalue(page), grading_poll()
    page.goto(address(poll, "ballot"))

    grade(page, "01", "满意")
    grade(page, "02", "基本满意")
    grade(page, "03", "不了解")
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="去掉").first.click()
    page.get_by_role("button", name="回去改").click()
    grade(page, "02", "不满意")
    page.get_by_role("button", name="核对选票").click()
    page.get_by_role("button", name="提交这张选票").click()

    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    assert bytes(Ballot.objects.get().choices) == b"\x00\x03\x04"


def test_a_grade_is_given_with_the_keyboard_alone(phone):
    poll = grading_poll()
    phone.goto(address(poll, "ballot"))

    phone.fill("#pick", "2")
    phone.keyboard.press("Enter")
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowRight")

    expect(phone.locator("[name=grade-02]:checked")).to_have_value("2")
    expect(phone.locator("[data-count]")).to_have_text("1")


def test_one_unit_too_many_is_answered_in_words_and_given_back(phone):
    poll = grading_poll(picks_max=1)
    phone.goto(address(poll, "ballot"))

    grade(phone, "01", "满意")
    grade(phone, "02", "满意")

    expect(phone.locator("[data-msg]")).to_contain_text("最多评 1 个")
    expect(phone.locator("[name=grade-02]:checked")).to_have_value("")
    grade(phone, "01", "不评")
    grade(phone, "02", "满意")
    expect(phone.locator("[data-count]")).to_have_text("1")


def test_two_hundred_units_are_found_by_number(phone):
    poll = grading_poll(entries=200)
    phone.goto(address(poll, "ballot"))

    phone.fill("#pick", "173")
    phone.get_by_role("button", name="找到").click()

    expect(phone.locator(".grade[data-number='173']")).to_be_in_viewport()
    expect(phone.locator(":focus")).to_have_attribute("name", "grade-173")


@pytest.mark.parametrize("form", ["approval", "grading"])
def test_without_network_the_choices_stay_and_one_more_press_sends_them(phone, form):
    poll = open_poll(form=form)
    phone.goto(address(poll, "ballot"))
    if form == "grading":
        grade(phone, "02", "满意")
    else:
        phone.locator(".choice", has=phone.locator("[value='02']")).click()

    phone.context.set_offline(True)
    phone.get_by_role("button", name="核对选票").click()
    expect(phone.locator("[data-msg]")).to_contain_text("没有连上网，选票还没有提交")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="核对选票").click()
    submit = ready_to_cast(phone)
    phone.context.set_offline(True)
    submit.click()
    expect(phone.locator("#cast [data-msg]")).to_contain_text("不会重复计票")
    phone.context.set_offline(False)
    submit.click()

    expect(phone.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    assert bytes(Ballot.objects.get().choices) == b"\x00\x01\x00"


@pytest.mark.both_databases
def test_a_lost_answer_and_one_more_press_bring_one_receipt(phone):
    poll = grading_poll()
    phone.goto(address(poll, "ballot"))
    grade(phone, "01", "不满意")
    phone.get_by_role("button", name="核对选票").click()
    submit = ready_to_cast(phone)

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    phone.route("**/cast/", lose_the_answer, times=1)
    submit.click()
    expect(phone.locator("#cast [data-msg]")).to_contain_text("没有收到回答")
    stored = Ballot.objects.count()
    submit.click()

    expect(phone.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    assert (stored, Ballot.objects.count()) == (1, 1)


@pytest.mark.parametrize("mode", MODES)
def test_every_page_of_grading_passes_axe(phone, mode):
    poll = grading_poll(entries=4, picks_max=3, picks_min=2)
    complaints, seen = [], {}
    phone.on("console", lambda line: complaints.append(line.text))

    phone.goto(f"{address(poll, 'ballot')}?{mode}")
    seen["list"] = problems(phone)
    phone.get_by_role("button", name="核对选票").click()
    expect(phone.locator(".errors")).to_be_visible()
    seen["nothing graded"] = problems(phone)
    grade(phone, "01", "满意")
    grade(phone, "02", "不了解")
    phone.get_by_role("button", name="核对选票").click()
    expect(phone.locator("#cast")).to_be_visible()
    seen["check"] = problems(phone)
    phone.get_by_role("button", name="提交这张选票").click()
    expect(phone.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()
    phone.locator(".receipt summary").click()
    seen["receipt"] = problems(phone)

    assert {name: found for name, found in seen.items() if found} == {}
    assert complaints == []
