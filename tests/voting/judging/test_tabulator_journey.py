"""Paper in a real browser: typed, added up, kept over a reload, compared on a second screen."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import (
    make_night_today,
    make_open_turn,
    make_operator,
    make_paper,
    sign_in,
)
from voting.judging.models import ScoreSheet
from voting.judging.paper_codes import check_code
from voting.judging.paper_models import PaperSheet

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def turn(night):
    return make_open_turn(night, now=timezone.now())


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


def enters(page, live_server, *roles):
    """Sign the browser in as somebody with these roles."""
    client = Client()
    user = sign_in(client, make_operator(*roles))
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    return user


def shown(locator):
    return expect(locator).to_be_visible()


def test_paper_is_added_up_while_it_is_typed_and_survives_a_reload(
    desktop, live_server, night, turn, seat
):
    enters(desktop, live_server, Role.TABULATOR)
    desktop.goto(f"/tabulate/{night.contest.slug}/")
    desktop.get_by_role("link", name="A01").first.click()

    desktop.get_by_label("先录纸表右上角的校验码").fill("zzzz")
    shown(desktop.get_by_text("不是这张纸的校验码"))
    desktop.get_by_label("先录纸表右上角的校验码").fill(check_code(turn, seat))
    shown(desktop.get_by_text("是这张纸", exact=True))
    desktop.get_by_label("实事成效").fill("50.5")
    desktop.get_by_label("现场展示").fill("30")
    desktop.get_by_label("纸面合计").fill("80")
    shown(desktop.get_by_text("两项之和是 80.5。请再看纸：哪个数抄错了？"))
    shown(desktop.get_by_role("button", name="评委自己加错了"))
    expect(desktop.get_by_role("button", name="交给第二人核对")).to_be_hidden()

    desktop.reload()
    expect(desktop.get_by_label("实事成效")).to_have_value("50.5")
    desktop.get_by_label("纸面合计").fill("80.5")
    shown(desktop.get_by_text("与两项之和一致"))
    desktop.get_by_label("纸上有评委签名").check()
    desktop.get_by_label("两项齐全").check()
    desktop.get_by_role("button", name="交给第二人核对").click()

    shown(desktop.get_by_role("heading", name="等第二人核对"))
    assert PaperSheet.objects.get().marks == {
        "results": "50.5",
        "presentation": "30.0",
    }


def test_the_second_person_taps_every_line_before_signing(
    phone, live_server, night, turn, seat
):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())
    enters(phone, live_server, Role.SUPERVISOR)
    phone.goto(f"/supervise/{night.contest.slug}/")
    phone.get_by_role("link", name="核对纸表").click()

    sign = phone.get_by_role("button", name="签认", exact=True)
    expect(sign).to_have_attribute("aria-disabled", "true")
    for left, tick in enumerate(reversed(phone.get_by_role("checkbox").all())):
        shown(phone.get_by_text(f"还有 {3 - left} 项没对"))
        tick.check()
    expect(sign).to_have_attribute("aria-disabled", "false")
    sign.click()

    shown(phone.get_by_role("heading", name="已签认"))
    assert ScoreSheet.objects.get().paper == paper


def test_the_list_shows_what_came_in_meanwhile(desktop, live_server, night, turn, seat):
    enters(desktop, live_server, Role.TABULATOR)
    desktop.goto(f"/tabulate/{night.contest.slug}/")
    shown(desktop.get_by_text("现在没有待办。"))

    make_paper(seat=seat, turn=turn, now=timezone.now())

    shown(desktop.get_by_role("link", name="核对纸表 A01"))
