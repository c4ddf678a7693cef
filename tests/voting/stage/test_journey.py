"""Host and hall in a real browser: keys, parts that renew themselves, the last good picture."""

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
from voting.judging.rules import HostAct
from voting.stage import services
from voting.stage.models import Scene

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def night():
    return make_night_today(seats=3)


@pytest.fixture
def host_user():
    return make_operator(Role.HOST)


@pytest.fixture
def host(desktop, live_server, night, host_user):
    client = Client()
    sign_in(client, host_user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    desktop.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": session,
                "url": live_server.url,
            }
        ]
    )
    desktop.goto(f"/host/{night.contest.slug}/")
    return desktop


def mark_everything(turn):
    marks = iter(["51", "52", "53", "54", "55", "56"])
    for seat in turn.round.night.seats.order_by("code"):
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": next(marks), "presentation": "30"},
            now=timezone.now(),
        )


def test_space_does_the_next_act_and_the_desk_renews_itself(host, night):
    expect(host.get_by_role("button", name="请下一个单位上台")).to_be_visible()
    host.keyboard.press("Space")
    expect(host.get_by_role("button", name="开放打分")).to_be_visible()
    host.keyboard.press("Space")
    expect(host.get_by_role("button", name="等 6 席交分")).to_be_visible()
    host.keyboard.press("Space")
    turn = night_of(night.contest).current_turn

    mark_everything(turn)

    expect(host.get_by_role("button", name="送监督员签认")).to_be_visible()
    expect(host.locator(".seat--in")).to_have_count(6)


def test_closing_the_night_is_held_and_never_a_key(host, night):
    for _ in range(2):
        turn = make_open_turn(night, now=timezone.now())
        mark_everything(turn)
        lock_turn(turn, now=timezone.now())
        turn.shown_at = timezone.now()
        turn.save(update_fields=["shown_at"])
    button = host.get_by_role("button", name="按住 2 秒，结束评分")
    expect(button).to_be_visible()

    host.keyboard.press("Space")
    button.click()
    host.wait_for_timeout(1000)
    assert night_of(night.contest).contest.night_closed_at is None

    button.hover()
    host.mouse.down()
    expect(host.get_by_role("button", name="评分已经结束")).to_be_visible()
    host.mouse.up()
    assert night_of(night.contest).contest.night_closed_at is not None


def test_the_wall_shows_the_scores_and_keeps_them_when_the_network_goes(
    desktop, night, host_user
):
    show = services.make_show(night=night)
    turn = make_open_turn(night, now=timezone.now())
    mark_everything(turn)
    lock_turn(turn, now=timezone.now())
    desktop.goto(f"/screen/{show.token}/")
    expect(desktop.get_by_role("heading", name="红旗争夺赛")).to_be_visible()

    services.host_act(
        by=host_user,
        night=night,
        act=HostAct.SHOW_SCORES,
        turn_id=turn.pk,
        now=timezone.now(),
    )

    rows = desktop.locator(".panel-row")
    expect(rows.nth(0).locator("h2")).to_contain_text("领导与部门代表占 60%3 席计分")
    expect(rows.nth(0).locator(".marks li")).to_have_text(
        ["83.0最高", "82.0", "81.0最低"]
    )
    expect(rows.nth(1).locator(".pts")).to_have_text("85.00")
    expect(desktop.locator(".sum__v")).to_have_text("83.20")

    desktop.context.set_offline(True)
    expect(desktop.locator("[data-stale]")).to_be_visible()
    expect(desktop.locator(".sum__v")).to_have_text("83.20")
    services.show_scene(
        by=host_user, night=night, scene=Scene.BLACK, now=timezone.now()
    )
    desktop.context.set_offline(False)
    expect(desktop.locator("[data-scene=black]")).to_be_attached()
    expect(desktop.locator(".sum__v")).to_be_hidden()
    expect(desktop.locator("body")).to_have_text("", use_inner_text=True)
