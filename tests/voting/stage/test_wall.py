"""The wall in a real browser: what fits, what stays, what moves, and how it comes up by itself."""

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from django.utils import timezone
from playwright.sync_api import expect

from site_cms.accounts.roles import Role
from tests.factories import make_night_today, make_open_turn, make_operator
from tests.voting.stage.crowded import CROWDED, slide
from voting.stage import services
from voting.stage.models import Scene, Show
from voting.stage.rules import snapshot

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# Texts of the picture that stand outside the wall, if only by a part.
OUTSIDE = """() => [...document.querySelectorAll('[data-scene]:not([hidden]) *')]
  .filter((each) => !each.children.length && each.textContent.trim() && each.getClientRects().length)
  .filter((each) => {
    const box = each.getBoundingClientRect();
    return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
  })
  .map((each) => each.textContent)"""

# Marks that stand where the sum stands.
COVERED = """() => {
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect());
  const sums = boxes('.scene-scores:not([hidden]) .sum > *');
  return boxes('.scene-scores:not([hidden]) .panels :is(li, h2, small)').filter((mark) => sums.some((sum) =>
    mark.left < sum.right && sum.left < mark.right && mark.top < sum.bottom && sum.top < mark.bottom)).length;
}"""


class Wall:
    """A wall that is told its pictures by the test, not by the site."""

    def __init__(self, page, token: str) -> None:
        self.page = page
        self.told = snapshot(CROWDED["waiting"])
        page.route("**/state/", lambda route: route.fulfill(json=self.told))
        page.route(f"**/screen/{token}/", _asking_often)
        page.goto(f"/screen/{token}/")

    def show(self, facts) -> None:
        self.told = snapshot(facts)
        with self.page.expect_response("**/state/"):
            pass
        with self.page.expect_response("**/state/"):
            pass


def _asking_often(route) -> None:
    page = route.fetch()
    text = page.text().replace('data-every="500"', 'data-every="50"')
    route.fulfill(response=page, body=text)


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def show(night):
    make_open_turn(night, now=timezone.now())
    Show.objects.filter(pk=services.make_show(night=night).pk).update(scene=Scene.ENTRY)
    return Show.objects.get()


@pytest.fixture
def hall(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1920, "height": 1080},
        service_workers="block",
    )
    yield context
    context.close()


def test_the_fullest_pictures_fit_on_lying_and_standing_walls(hall, show):
    wall = Wall(hall.new_page(), show.token)
    outside = {}
    for size in ({"width": 1920, "height": 1080}, {"width": 1080, "height": 1920}):
        wall.page.set_viewport_size(size)
        for name, facts in CROWDED.items():
            wall.show(facts)
            found = wall.page.evaluate(OUTSIDE) or wall.page.evaluate(COVERED)
            if found:
                outside[f"{name}, {size['width']}"] = found

    assert outside == {}


def test_a_slide_takes_the_place_of_photo_and_figures(hall, show):
    wall = Wall(hall.new_page(), show.token)
    wall.show(CROWDED["entry"])
    expect(wall.page.locator(".figs")).to_be_visible()

    wall.show(slide("pair"))

    expect(wall.page.locator(".figs")).to_be_hidden()
    expect(wall.page.locator(".slide figcaption")).to_have_text(["2025 年 11 月"] * 2)
    expect(wall.page.locator(".scene-entry h1")).to_be_visible()
    expect(wall.page.locator(".stage-timer")).to_contain_text("评委打分暂停 02:59")


def test_the_keys_of_the_wall_stop_motion_and_light_the_hall_also_after_a_reload(
    hall, show
):
    page = hall.new_page()
    page.goto(f"/screen/{show.token}/")
    root = page.locator("html")
    expect(root).to_have_attribute("data-motion", "on")

    page.keyboard.press("m")
    page.keyboard.press("h")
    expect(root).to_have_attribute("data-motion", "off")
    expect(root).to_have_attribute("data-contrast", "high")
    page.reload()
    expect(root).to_have_attribute("data-motion", "off")
    expect(root).to_have_attribute("data-contrast", "high")

    page.keyboard.press("h")
    expect(root).not_to_have_attribute("data-contrast", "high")


@pytest.mark.parametrize(
    ("still", "preference"),
    [
        pytest.param(True, "no-preference", id="the host's key"),
        pytest.param(False, "reduce", id="the computer's own setting"),
    ],
)
def test_nothing_moves_when_motion_is_off(hall, show, still, preference):
    page = hall.new_page()
    page.emulate_media(reduced_motion=preference)
    wall = Wall(page, show.token)
    wall.told = snapshot(CROWDED["3 panels of 11"]) | {"still": still}

    expect(page.locator(".sum__v")).to_have_css("animation-name", "none")


def test_a_wall_of_another_release_loads_itself_anew_once(hall, show):
    page = hall.new_page()
    loads = []
    page.on("load", lambda: loads.append(page.url))
    wall = Wall(page, show.token)
    wall.told = wall.told | {"format": 999}

    for _ in range(5):
        with page.expect_response("**/state/"):
            pass

    assert len(loads) == 2


def test_a_wall_that_is_switched_on_while_the_site_is_away_shows_its_last_picture(
    browser, night, show
):
    """The site is a server that is stopped and started again at the same place."""
    host = make_operator(Role.HOST)
    server = _start(port=0)
    port = server.port
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    try:
        page = context.new_page()
        page.goto(f"http://localhost:{port}/screen/{show.token}/")
        expect(page.locator(".scene-entry h1")).to_be_visible()
        page.wait_for_function(
            "async () => Boolean(await caches.match(location.pathname))"
        )
        services.show_scene(by=host, night=night, scene=Scene.ORDER, now=timezone.now())
        expect(page.get_by_role("heading", name="出场顺序")).to_be_visible()
        server.terminate()
        server.join()

        page.reload()

        expect(page.get_by_role("heading", name="出场顺序")).to_be_visible()
        expect(page.locator("[data-stale]")).to_be_visible()
        server = _start(port=port)
        services.show_scene(by=host, night=night, scene=Scene.ENTRY, now=timezone.now())
        expect(page.locator(".scene-entry h1")).to_be_visible()
        expect(page.locator("[data-stale]")).to_be_hidden()
    finally:
        context.close()
        server.terminate()
        server.join()


def test_what_the_wall_heard_in_the_second_of_its_page_is_newer_than_the_page(
    hall, show
):
    """The site's clock reaches the wall in whole seconds, its page carries the parts of one."""
    wall = Wall(hall.new_page(), show.token)
    wall.show(CROWDED["waiting"])
    wall.page.route("**/state/", lambda route: route.abort())
    loaded = wall.page.content()
    at = int(wall.page.locator("[data-stage]").get_attribute("data-at"))
    wall.page.evaluate(
        """([at, shown]) => localStorage.setItem(
          'stage ' + document.querySelector('[data-stage]').getAttribute('data-state-url'),
          JSON.stringify({ at: at, shown: shown }))""",
        [at - at % 1000, snapshot(CROWDED["entry"])],
    )
    wall.page.route(
        f"**/screen/{show.token}/",
        lambda route: route.fulfill(body=loaded, content_type="text/html"),
    )

    wall.page.reload()

    expect(wall.page.locator(".scene-entry h1")).to_be_visible()


class OneAnswerAConnection(QuietWSGIRequestHandler):
    """Otherwise a stopped server goes on with those whose connections are open."""

    def handle(self) -> None:
        self.close_connection = True
        self.handle_one_request()


class Site(LiveServerThread):
    """The site at a port of its own, which it finds free again after a stop."""

    def _create_server(self, connections_override=None):
        return ThreadedWSGIServer(
            (self.host, self.port),
            OneAnswerAConnection,
            connections_override=connections_override,
        )


def _start(*, port: int) -> Site:
    server = Site("localhost", StaticFilesHandler, port=port)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    return server
