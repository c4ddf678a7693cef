"""The console in a real browser: keys, holds, and two hosts at once."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import (
    lock_turn,
    make_night_today,
    make_open_turn,
    make_operator,
    make_sheet,
    sign_in,
)
from voting.judging.queries import night_of
from voting.stage.models import Show

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def night():
    return make_night_today(seats=1)


def open_console(page, live_server, night, user):
    client = Client()
    sign_in(client, user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value}
    page.context.add_cookies([cookie | {"url": live_server.url}])
    page.goto(f"/host/{night.contest.slug}/")
    return page


@pytest.fixture
def host(desktop, live_server, night):
    user = make_operator(Role.HOST, first_name="春梅")
    return open_console(desktop, live_server, night, user)


def button(page, name):
    return page.get_by_role("button", name=name)


def lock_everything(night, *, shown=True):
    for _ in range(2):
        turn = make_open_turn(night, now=timezone.now())
        for seat in night.seats.all():
            make_sheet(seat=seat, turn=turn, now=timezone.now())
        lock_turn(turn, now=timezone.now())
        if shown:
            turn.shown_at = timezone.now()
            turn.save(update_fields=["shown_at"])
    return turn


def is_closed(night):
    return night_of(night.contest).contest.night_closed_at is not None


def test_p_holds_the_clock_and_lets_it_run_again(host):
    host.keyboard.press("Space")
    expect(button(host, "暂停 P")).to_be_visible()

    host.keyboard.press("p")
    expect(host.locator(".dtimer dt")).to_have_text("汇报 · 已暂停")
    host.keyboard.press("p")

    expect(host.locator(".dtimer dt")).to_have_text("汇报 · 进行中")


def test_keys_change_the_scene_and_black_brings_the_last_one_back(host):
    pressed = host.locator(".scenes [aria-pressed=true]")
    host.keyboard.press("o")
    expect(pressed).to_have_text("顺序 O")
    host.keyboard.press("b")
    expect(pressed).to_have_text("黑屏 B")
    host.keyboard.press("b")
    expect(pressed).to_have_text("顺序 O")
    host.keyboard.press("w")
    expect(pressed).to_have_text("等待 W")


def test_the_question_mark_shows_all_keys_and_meanwhile_no_key_acts(host, night):
    host.keyboard.press("?")
    shown = host.get_by_role("dialog", name="全部按键")
    expect(shown).to_be_visible()

    host.keyboard.press("o")
    host.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    host.keyboard.press("r")

    expect(host.get_by_text("还没有可以揭晓的")).to_be_visible()
    assert Show.objects.get().scene == "waiting"


def test_keys_are_silent_while_something_is_typed_and_esc_does_nothing(host, night):
    make_open_turn(night, now=timezone.now())
    host.get_by_role("link", name="记缺席…").first.click()
    code = host.get_by_label("键入席号确认")
    expect(code).to_be_focused()

    host.keyboard.type("b o")
    expect(code).to_have_value("b o")
    host.keyboard.press("Escape")

    expect(host.get_by_role("dialog", name="记为缺席")).to_be_hidden()
    assert Show.objects.get().scene == "waiting"


def test_a_hold_goes_on_while_focus_moves_and_parts_are_drawn_anew(host, night):
    lock_everything(night)
    hold = button(host, "按住 2 秒，结束评分")
    expect(hold).to_be_visible()
    host.locator("[data-keyhelp-open]").focus()

    hold.hover()
    host.mouse.down()
    expect(hold).to_have_class("dgo btn--hold is-holding")

    expect(button(host, "评分已经结束")).to_be_visible()
    host.mouse.up()
    assert is_closed(night)


def test_letting_go_or_leaving_the_button_cancels(host, night):
    lock_everything(night)
    hold = button(host, "按住 2 秒，结束评分")
    hold.hover()
    host.mouse.down()
    expect(hold).to_have_class("dgo btn--hold is-holding")
    host.mouse.up()
    expect(hold).to_have_class("dgo btn--hold")

    hold.hover()
    host.mouse.down()
    expect(hold).to_have_class("dgo btn--hold is-holding")
    host.mouse.move(5, 5)
    expect(hold).to_have_class("dgo btn--hold")
    host.mouse.up()

    host.keyboard.press("Space")
    assert not is_closed(night)


def test_enter_can_be_held_as_well(host, night):
    lock_everything(night)
    hold = button(host, "按住 2 秒，结束评分")
    hold.focus()

    host.keyboard.press("Enter")
    expect(hold).to_have_class("dgo btn--hold")
    assert not is_closed(night)
    host.keyboard.down("Enter")

    expect(button(host, "评分已经结束")).to_be_visible()
    host.keyboard.up("Enter")
    assert is_closed(night)


def test_showing_scores_is_held_because_nothing_brings_them_back(host, night):
    turn = lock_everything(night, shown=False)
    hold = button(host, "按住 2 秒，大屏亮分")
    expect(hold).to_be_visible()
    host.keyboard.press("Space")
    turn.refresh_from_db()
    assert turn.shown_at is None

    hold.hover()
    host.mouse.down()

    expect(button(host, "按住 2 秒，结束评分")).to_be_visible()
    host.mouse.up()
    assert Show.objects.get().scene == "scores"


def test_the_second_host_watches_takes_over_and_both_are_told(
    host, browser, live_server, night
):
    host.keyboard.press("Space")
    expect(button(host, "开放打分")).to_be_visible()
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1440, "height": 900}
    )
    user = make_operator(Role.HOST, first_name="立新")
    second = open_console(context.new_page(), live_server, night, user)
    take_over = button(second, "按住 2 秒，接过主持台")
    expect(take_over).to_be_visible()
    second.keyboard.press("Space")
    second.keyboard.press("b")
    expect(button(host, "开放打分")).to_be_visible()

    take_over.hover()
    second.mouse.down()
    expect(second.get_by_text("那一台从现在起只看不动")).to_be_visible()
    second.mouse.up()

    expect(host.get_by_text("在另一台电脑上接过了主持台")).to_be_visible()
    expect(button(second, "开放打分")).to_be_visible()
    assert Show.objects.get().scene == "entry"
    context.close()


def test_the_console_keeps_the_last_picture_while_it_is_cut_off(host, night):
    host.keyboard.press("Space")
    expect(button(host, "开放打分")).to_be_visible()

    host.context.set_offline(True)
    expect(host.get_by_text("本台断线")).to_be_visible()
    expect(button(host, "正在重连，请稍等")).to_be_disabled()
    expect(host.locator(".dnow .plate")).to_be_visible()
    host.keyboard.press("Space")
    host.context.set_offline(False)

    expect(button(host, "开放打分")).to_be_enabled()
    assert night_of(night.contest).current_turn.opened_at is None
