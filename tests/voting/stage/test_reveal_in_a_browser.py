"""The reveal in real browsers: the wall follows the console's keys and the presenter's phone."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_operator, make_user, sign_in
from tests.factories.reveals import make_night_to_reveal
from voting.results.reveal_queries import current_script
from voting.results.reveal_services import issue_presenter
from voting.stage import services
from voting.stage.reveal_services import begin_reveal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WALL = ".scene-reveal"


@pytest.fixture
def night():
    return make_night_to_reveal(places=2)


@pytest.fixture
def wall(browser, live_server, night):
    page = browser.new_context(service_workers="block").new_page()
    page.goto(f"{live_server.url}/screen/{services.make_show(night=night).token}/")
    yield page
    page.context.close()


@pytest.fixture
def host(desktop, live_server, night):
    client = Client()
    sign_in(client, make_operator(Role.HOST))
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value}
    desktop.context.add_cookies([cookie | {"url": live_server.url}])
    desktop.goto(f"/host/{night.contest.slug}/")
    return desktop


def test_r_turns_a_step_and_the_arrow_takes_it_back(host, wall, night):
    begin_reveal(by=make_user(), night=night, now=timezone.now())
    unit = current_script(night.contest).script.places[0].short
    flag = wall.locator(f"{WALL} .rv__flag")
    expect(wall.locator(f"{WALL} h1")).to_have_text("两面红旗")
    for label in ("亮出第二名", "亮现场评比", "亮民意测评、综合得分", "升第二名的旗"):
        expect(host.get_by_role("button", name=label)).to_be_visible()
        host.keyboard.press("r")

    expect(flag).to_be_visible()
    expect(flag.locator("figcaption")).to_have_text(unit)
    expect(wall.locator(".roll .is-raised b")).to_have_text(unit)

    expect(host.get_by_role("button", name="退一步")).to_be_visible()
    host.keyboard.press("ArrowLeft")

    expect(flag).to_be_hidden()
    expect(wall.locator(".rv__parts .is-total")).to_be_visible()
    assert unit not in wall.content()


def test_space_reveals_nothing(host, wall, night):
    begin_reveal(by=make_user(), night=night, now=timezone.now())
    expect(host.get_by_role("button", name="亮出第二名")).to_be_visible()
    host.keyboard.press("Space")
    host.keyboard.press("b")

    expect(host.locator(".scenes [aria-pressed=true]")).to_have_text("黑屏 B")
    expect(host.locator(".dreveal__facts")).to_contain_text("0 / 8 步")


def test_the_presenter_leads_from_the_pin_to_the_wall(phone, wall, night):
    _, card = issue_presenter(
        by=make_user(), contest=night.contest, name="李明", now=timezone.now()
    )
    phone.goto(f"/reveal/{card.token}/")
    phone.get_by_label("密码").fill(card.pin)
    phone.get_by_role("button", name="进入").click()
    phone.get_by_role("button", name="开始").click()
    for step in range(9):
        expect(phone.locator("[name=seen]")).to_have_value(str(step))
        phone.locator(".cue__go").click()

    expect(wall.locator(".poles > li")).to_have_count(2)
    expect(phone.get_by_text("请主持台结束揭晓，公开结果。")).to_be_visible()


def test_without_the_network_the_words_stay_and_the_buttons_go(phone, night):
    _, card = issue_presenter(
        by=make_user(), contest=night.contest, name="李明", now=timezone.now()
    )
    phone.goto(f"/reveal/{card.token}/")
    phone.get_by_label("密码").fill(card.pin)
    phone.get_by_role("button", name="进入").click()
    phone.get_by_role("button", name="开始").click()
    expect(phone.get_by_text("下面揭晓第二名。")).to_be_visible()

    phone.route("**/state/", lambda route: route.abort())

    expect(phone.get_by_text("翻步交给主持台（R 键）")).to_be_visible()
    expect(phone.get_by_text("下面揭晓第二名。")).to_be_visible()
    expect(phone.locator(".cue__go")).to_be_disabled()
    phone.unroute("**/state/")
    expect(phone.get_by_text("翻步交给主持台（R 键）")).to_be_hidden()
