"""What may happen to a judge's device in one evening: restarted, replaced, late, asked again."""

import re
from collections import Counter

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.factories import (
    RULES,
    lock_turn,
    make_night_today,
    make_open_turn,
    make_sheet,
    make_user,
)
from voting.judging import services
from voting.judging.late_models import LateSheet
from voting.judging.models import Criterion, Device, ScoreSheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.production_database,
    pytest.mark.django_db(transaction=True),
]

WECHAT = (
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49"
)


@pytest.fixture
def night():
    return make_night_today(
        seats=1,
        entries=3,
        document=RULES | {"outliers": {"distance": "15", "dixon": False}},
    )


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


@pytest.fixture
def card(seat):
    return services.reissue_card(by=make_user(), seat=seat, now=timezone.now())


@pytest.fixture
def pocket(browser, live_server):
    """Phones inside WeChat, without a service worker; ``storage`` is what one had before."""
    opened = []

    def take_out(storage=None):
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": 360, "height": 780},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            user_agent=WECHAT,
            service_workers="block",
            storage_state=storage,
        )
        opened.append(context)
        return context.new_page()

    yield take_out
    for context in opened:
        context.close()


@pytest.fixture
def judge(pocket, card):
    page = pocket()
    enter_pin(page, card)
    page.get_by_role("link", name="是我，开始就座").click()
    heading(page, "请看台上")
    return page


def enter_pin(page, card):
    page.goto(f"/judge/{card.token}/")
    page.get_by_label("密码").fill(card.pin)
    page.get_by_role("button", name="进入").click()


def heading(page, name):
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def press(page, *keys):
    for key in keys:
        page.locator(f"[data-key='{key}']").click()


def say(page):
    return page.locator("[data-say]")


def total(page):
    return page.locator("[data-total]")


def confirm(page):
    page.get_by_role("button", name="核对并提交").click()
    page.get_by_role("button", name="交给").click()


def open_turn(night):
    return make_open_turn(night, now=timezone.now())


def marked(seat):
    return [sheet.marks["results"] for sheet in ScoreSheet.objects.filter(seat=seat)]


def test_the_keypad_refuses_what_is_no_mark_and_says_so(judge, night):
    Criterion.objects.filter(code="presentation").update(step="0.1", minimum="5")
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    expect(say(judge)).to_have_text("实事成效：0 至 60，每档 0.5")

    press(judge, "down")
    expect(judge.get_by_role("button", name="还差 2 项")).to_be_visible()
    press(judge, "6", "0", "up")
    expect(say(judge)).to_have_text("实事成效最高 60 分，刚才那一键没有算")
    expect(total(judge)).to_have_text("60.0")
    press(judge, "next")
    expect(say(judge)).to_have_text("现场展示：5 至 40，每档 0.1")
    press(judge, "3", ".", "7")
    judge.get_by_role("button", name="核对并提交").click()
    expect(say(judge)).to_have_text("现场展示最低 5 分")
    press(judge, "3", "7", ".", "4")
    expect(total(judge)).to_have_text("97.4")


def test_after_a_restart_without_the_network_the_marks_are_there_and_are_sent(
    pocket, judge, night, seat
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    judge.context.set_offline(True)
    press(judge, "5", "0", "next", "3", "0")
    confirm(judge)
    heading(judge, "已存在本机")
    address, kept = judge.url, judge.context.storage_state()
    judge.context.close()
    assert not ScoreSheet.objects.exists()

    restarted = pocket(kept)
    restarted.goto(address)

    heading(restarted, "已收到")
    assert marked(seat) == ["50.0"]


def test_after_a_restart_typed_marks_are_there_and_still_nobodys_business(
    pocket, judge, night
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    press(judge, "4", "1", ".5")
    expect(total(judge)).to_have_text("41.5")
    address, kept = judge.url, judge.context.storage_state()
    judge.context.close()

    restarted = pocket(kept)
    restarted.goto(address)

    heading(restarted, turn.entry.unit.short_name)
    expect(restarted.locator(".crit__value").first).to_have_value("41.5")
    assert not ScoreSheet.objects.exists()


def test_marks_that_come_after_the_lock_are_kept_and_the_judge_is_told(
    judge, night, seat
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    judge.context.set_offline(True)
    press(judge, "5", "0", "next", "3", "0")
    confirm(judge)
    heading(judge, "已存在本机")
    services.mark_absent(
        by=make_user(), turn=turn, seat=seat, reason="断网", now=timezone.now()
    )
    make_sheet(seat=night.seats.get(code="C01"), turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())

    judge.context.set_offline(False)

    box = judge.locator("[data-late]")
    expect(box).to_contain_text("已留存，还没有计入")
    expect(box.locator("li")).to_contain_text(
        re.compile(rf"{turn.entry.plate}.*80\.0.*锁定后到达")
    )
    assert LateSheet.objects.get().marks == {"results": "50.0", "presentation": "30.0"}
    assert marked(seat) == []


def test_another_device_takes_over_with_a_warning_on_both(
    pocket, judge, night, seat, card
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    judge.context.set_offline(True)
    press(judge, "5", "0", "next", "3", "0")
    confirm(judge)
    heading(judge, "已存在本机")

    other = pocket()
    enter_pin(other, card)
    heading(other, "这个席位正在另一台设备上")
    other.get_by_role("button", name="改用这台设备").click()
    heading(other, "等主持人同意")
    services.admit_device(
        by=make_user(), device=Device.objects.waiting().get(), now=timezone.now()
    )
    heading(other, turn.entry.unit.short_name)
    press(other, "6", "0", "next", "4", "0")
    confirm(other)
    heading(other, "已收到")

    judge.context.set_offline(False)
    heading(judge, "已换到另一台设备")
    expect(judge.locator("[data-late]")).to_contain_text("旧设备")
    expect(other.locator("[data-late]")).to_contain_text("旧设备")
    assert marked(seat) == ["60.0"]
    assert LateSheet.objects.get().marks["results"] == "50.0"


def test_the_first_device_is_warned_while_another_asks_and_goes_on(
    pocket, judge, night, seat, card
):
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    other = pocket()
    enter_pin(other, card)
    other.get_by_role("button", name="改用这台设备").click()
    heading(other, "等主持人同意")

    expect(judge.get_by_text("有人要换走这个席位")).to_be_visible()
    press(judge, "5", "0", "next", "3", "0")
    confirm(judge)
    heading(judge, "已收到")
    services.refuse_device(
        by=make_user(), device=Device.objects.waiting().get(), now=timezone.now()
    )

    expect(judge.get_by_text("有人要换走这个席位")).to_be_hidden()
    heading(other, "没有换到这台设备")
    assert marked(seat) == ["50.0"]


def test_two_units_marked_together_without_the_network_arrive_once_each(
    judge, night, seat
):
    host = make_user()
    first = services.call_turn(by=host, night=night, now=timezone.now())
    services.mark_with_next(by=host, turn=first, now=timezone.now())
    second = services.call_turn(by=host, night=night, now=timezone.now())
    services.open_turn(by=host, turn=second, now=timezone.now())
    heading(judge, first.entry.unit.short_name)
    press(judge, "5", "0")
    judge.locator(f"[data-turn='{second.pk}']").click()
    heading(judge, second.entry.unit.short_name)
    press(judge, "4", "0")
    judge.locator(f"[data-turn='{first.pk}']").click()
    expect(total(judge)).to_have_text("50.0")
    judge.context.set_offline(True)

    press(judge, "next", "3", "0")
    confirm(judge)
    heading(judge, "已存在本机")
    judge.get_by_role("link", name="接着打").click()
    expect(total(judge)).to_have_text("40.0")
    press(judge, "next", "2", "0")
    confirm(judge)
    expect(judge.locator("[data-queue-count]")).to_have_text("2")

    judge.context.set_offline(False)
    heading(judge, "已收到")
    expect(judge.locator("[data-queue] li")).to_have_count(0)
    sheets = Counter(
        (sheet.turn_id, str(sheet.total.normalize()))
        for sheet in ScoreSheet.objects.filter(seat=seat)
    )
    assert sheets == {(first.pk, "8E+1"): 1, (second.pk, "6E+1"): 1}


def asked_about(night, seat, judge):
    """The judge gave 1 and 30 where the other seat of the panel gave 60 and 30."""
    turn = open_turn(night)
    heading(judge, turn.entry.unit.short_name)
    press(judge, "1", "next", "3", "0")
    confirm(judge)
    heading(judge, "已收到")
    make_sheet(seat=night.seats.get(code="C01"), turn=turn, now=timezone.now())
    services.ask_outliers(by=make_user(), turn=turn, now=timezone.now())
    expect(judge.get_by_text("请再看一眼")).to_be_visible()
    return turn


@pytest.fixture
def pair(night, seat):
    """The other judge sits in the same panel."""
    c01 = night.seats.get(code="C01")
    c01.panel = seat.panel
    c01.save(update_fields=["panel"])


@pytest.mark.usefixtures("pair")
def test_a_judge_who_is_asked_about_an_outlier_may_keep_the_marks(judge, night, seat):
    asked_about(night, seat, judge)

    judge.get_by_role("button", name="保持 31.0").click()

    heading(judge, "已收到")
    judge.reload()
    heading(judge, "已收到")
    assert marked(seat) == ["1.0"]


@pytest.mark.usefixtures("pair")
def test_a_judge_who_is_asked_about_an_outlier_may_change_the_marks(judge, night, seat):
    asked_about(night, seat, judge)

    judge.get_by_role("link", name="去修改").click()
    press(judge, "5", "5")
    confirm(judge)

    heading(judge, "已收到")
    expect(judge.locator("[data-t='sheet.total']:visible")).to_have_text("85.0")
    assert marked(seat) == ["1.0", "55.0"]
