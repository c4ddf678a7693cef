"""A judge in a real browser: marks by keys, the network cut and back, a reload in between."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import (
    lock_turn,
    make_night_today,
    make_open_turn,
    make_sheet,
    make_user,
)
from voting.judging import services
from voting.judging.models import ScoreSheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.production_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def judge(phone, night):
    """A phone on which the judge of A01 has sat down."""
    seat = night.seats.get(code="A01")
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    phone.goto(f"/judge/{card.token}/")
    phone.get_by_label("密码").fill(card.pin)
    phone.get_by_role("button", name="进入").click()
    expect(phone.get_by_role("heading", name="周某某")).to_be_visible()
    phone.get_by_role("link", name="是我，开始就座").click()
    expect(phone.get_by_role("heading", name="请看台上")).to_be_visible()
    return phone


def heading(page, name):
    return expect(page.get_by_role("heading", name=name)).to_be_visible()


def press(page, *keys):
    for key in keys:
        page.locator(f"[data-key='{key}']").click()


def total(page):
    return page.locator("[data-total]")


def open_turn(night):
    return make_open_turn(night, now=timezone.now())


def test_an_entry_opens_by_itself_is_marked_by_keys_and_received(judge, night):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)

    press(judge, "5", "2", ".5", "next", "9", "9")
    expect(judge.locator("[data-say]")).to_have_text(
        "现场展示最高 40 分，刚才那一键没有算"
    )
    press(judge, "del", "3", "8")
    expect(total(judge)).to_have_text("90.5")
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role(
        "button",
        name=re.compile(f"交给 {turn.entry.plate} {turn.entry.unit.short_name}"),
    ).click()

    heading(judge, "已收到")
    sheet = ScoreSheet.objects.get()
    assert sheet.marks == {"results": "52.5", "presentation": "38.0"}
    expect(judge.locator("[data-t='sheet.receipt']:visible")).to_have_text(
        sheet.receipt
    )


def test_marks_wait_on_the_device_while_the_network_is_gone_and_are_taken_once(
    judge, night
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)

    judge.context.set_offline(True)
    press(judge, "5", "0", "next", "3", "0")
    expect(judge.get_by_text("照常打分，不用等")).to_be_visible()
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role("button", name="交给").click()
    heading(judge, "已存在本机")
    expect(judge.locator("[data-queue-count]")).to_have_text("1")
    judge.wait_for_timeout(2500)
    assert not ScoreSheet.objects.exists()

    judge.context.set_offline(False)
    heading(judge, "已收到")
    judge.reload()
    heading(judge, "已收到")
    judge.wait_for_timeout(2500)

    assert ScoreSheet.objects.get().marks == {"results": "50.0", "presentation": "30.0"}


def test_a_sheet_whose_answer_was_lost_is_sent_again_and_taken_once(judge, night):
    """The sheet arrives, the answer does not: the worst moment for the network to go."""
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    lost = []

    def lose_the_first_answer(route):
        route.fetch()
        lost.append(route.request.post_data_json["id"])
        route.abort()
        judge.unroute("**/sheets/")

    judge.route("**/sheets/", lose_the_first_answer)
    press(judge, "5", "0", "next", "3", "0")
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role("button", name="交给").click()

    heading(judge, "已收到")
    assert [str(sheet.pk) for sheet in ScoreSheet.objects.all()] == lost


def test_a_draft_survives_a_reload_and_leaves_nothing_with_the_server(judge, night):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    press(judge, "4", "1", ".5")
    judge.reload()

    heading(judge, turn.entry.unit.short_name)
    expect(judge.locator(".crit__value").first).to_have_value("41.5")
    expect(judge.get_by_role("button", name="还差 1 项")).to_be_visible()
    assert not ScoreSheet.objects.exists()


def test_a_received_sheet_can_be_changed_until_the_lock(judge, night):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    press(judge, "5", "0", "next", "3", "0")
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role("button", name="交给").click()
    heading(judge, "已收到")

    judge.get_by_role("link", name="修改这份").click()
    press(judge, "6", "0")
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role("button", name="交给").click()
    expect(judge.locator("[data-t='sheet.total']:visible")).to_have_text("90.0")

    make_sheet(seat=night.seats.get(code="C01"), turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())
    heading(judge, "已锁定")
    assert [s.version for s in ScoreSheet.objects.filter(seat__code="A01")] == [1, 2]


def test_what_another_page_sent_first_is_told_and_the_typed_marks_stay(judge, night):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    press(judge, "5", "0", "next", "3", "0")
    judge.get_by_role("button", name="核对并提交").click()
    make_sheet(
        seat=night.seats.get(code="A01"),
        turn=turn,
        marks={"results": "1", "presentation": "1"},
        now=timezone.now(),
    )

    judge.get_by_role("button", name="交给").click()

    expect(judge.get_by_text("先到的那一版有效")).to_be_visible()
    expect(total(judge)).to_have_text("80.0")
    assert ScoreSheet.objects.get().marks["results"] == "1.0"


def test_marks_for_an_opening_that_was_taken_back_come_back_with_it(judge, night):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    judge.context.set_offline(True)
    press(judge, "5", "0", "next", "3", "0")
    judge.get_by_role("button", name="核对并提交").click()
    judge.get_by_role("button", name="交给").click()
    services.take_back_opening(by=make_user(), turn=turn, now=timezone.now())

    judge.context.set_offline(False)
    expect(judge.get_by_text("这个单位现在没有开放打分")).to_be_visible()
    services.open_turn(by=make_user(), turn=turn, now=timezone.now())

    heading(judge, turn.entry.unit.short_name)
    expect(total(judge)).to_have_text("80.0")
