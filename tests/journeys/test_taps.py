"""How many taps and seconds it takes from the QR code on a poster to the receipt.

Taps are a budget: a test. Seconds depend on the machine: they are measured on a phone that
is four times slower over a mobile network, and reported with ``pytest -rP``.
"""

import logging
from time import perf_counter

import pytest
from playwright.sync_api import expect

from tests.factories import open_poll
from tests.journeys.test_voter import address
from voting.polls.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

log = logging.getLogger(__name__)

SLOWER = 4
# What browsers call a fast 3G network: bytes a second, and milliseconds there and back.
DOWN, UP, LATENCY = 1_600_000 // 8, 750_000 // 8, 150


class Thumb:
    """A person with one thumb, who looks for a moment before each tap."""

    def __init__(self, page) -> None:
        self.page = page
        self.taps = 0
        self.typed = 0
        self.started = perf_counter()

    def tap(self, what) -> None:
        what.tap()
        self.taps += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.typed += len(text)

    @property
    def seconds(self) -> float:
        return perf_counter() - self.started


@pytest.fixture
def slow_phone(browser, live_server):
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 780},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="zh-CN",
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY,
            "downloadThroughput": DOWN,
            "uploadThroughput": UP,
        },
    )
    yield page
    context.close()


def send(thumb: Thumb) -> None:
    page = thumb.page
    thumb.tap(page.get_by_role("button", name="核对选票"))
    thumb.tap(page.get_by_role("button", name="提交这张选票"))
    expect(page.get_by_role("heading", name="选票已收到，谢谢您")).to_be_visible()


def by_unit_page(thumb: Thumb, poll) -> None:
    """The QR code on a unit's poster ticks that unit."""
    thumb.page.goto(address(poll, "ballot") + "?pick=07")
    send(thumb)


def by_number(thumb: Thumb, poll) -> None:
    page = thumb.page
    page.goto(address(poll, "ballot"))
    thumb.tap(page.locator("#pick"))
    thumb.type("07")
    page.keyboard.press("Enter")
    thumb.typed += 1
    send(thumb)


def three_by_looking(thumb: Thumb, poll) -> None:
    page = thumb.page
    page.goto(address(poll, "ballot"))
    for place in range(3):
        thumb.tap(page.locator(".choice").nth(place))
    send(thumb)


def grades_for_five(thumb: Thumb, poll) -> None:
    page = thumb.page
    page.goto(address(poll, "ballot"))
    for place in range(5):
        thumb.tap(page.locator(".grade").nth(place).locator(".grade__box").first)
    send(thumb)


@pytest.mark.parametrize(
    ("way", "form", "taps", "typed"),
    [
        pytest.param(by_unit_page, "approval", 2, 0, id="from a unit's poster"),
        pytest.param(by_number, "approval", 3, 3, id="number known"),
        pytest.param(three_by_looking, "approval", 5, 0, id="three of twenty"),
        pytest.param(grades_for_five, "grading", 7, 0, id="five grades"),
    ],
)
def test_from_qr_code_to_receipt(slow_phone, way, form, taps, typed):
    poll = open_poll(entries=20, form=form)
    thumb = Thumb(slow_phone)

    way(thumb, poll)

    seconds = round(thumb.seconds, 1)
    log.warning(
        "%s, from QR code to receipt: %s taps, %s keys, %s s"
        " (processor %s times slower, %s kbit/s down, %s ms there and back)",
        way.__name__.replace("_", " "), thumb.taps, thumb.typed, seconds,
        SLOWER, DOWN * 8 // 1000, LATENCY,
    )  # fmt: skip
    assert (thumb.taps, thumb.typed) == (taps, typed)
    assert Ballot.objects.count() == 1
