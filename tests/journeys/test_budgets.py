"""How much a visitor's telephone must fetch: bytes, which no machine's mood can change.

Photographs here are as busy as leaves and gravel are, so that real ones weigh less.
"""

import gzip
from operator import gt

import pytest

from site_cms.media.models import SiteRendition
from tests.factories import make_deed
from tests.pictures import make_busy_photograph
from tests.showcase.pages.test_showcase_page import contest_voting_now
from tests.site_factories import make_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KB = 1024
UNITS = 30
# All text of a page, and text with pictures of its first screen. A unit's page begins with
# its photograph, as large as the telephone can show it.
BUDGETS = {
    "/": (60 * KB, 250 * KB),
    "/u/?order=3": (60 * KB, 250 * KB),
    "/ledger/": (60 * KB, 250 * KB),
    "/u/01/": (60 * KB, 400 * KB),
}
TEXT = ("text/", "application/javascript", "image/svg")

# What the page is made of, and what the first screen of a telephone shows of its pictures.
FETCHED = """() => ({
    text: [
        ...[...document.querySelectorAll('link[rel=stylesheet]:not([media=print])')].map(each => each.href),
        ...[...document.querySelectorAll('script[src]')].map(each => each.src),
    ],
    icons: [...new Set([...document.querySelectorAll('use')].map(each => new URL(each.getAttribute('href'), location).href.split('#')[0]))],
    pictures: [...document.images].filter(each => {
        const box = each.getBoundingClientRect();
        return box.top < innerHeight && box.bottom > 0;
    }).map(each => each.currentSrc),
})"""


@pytest.fixture
def telephone(browser, live_server):
    """A small screen with fine dots: it takes the larger of two pictures."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 780},
        device_scale_factor=3,
    )
    yield context.new_page()
    context.close()


def bytes_sent(page, address: str) -> int:
    """Compressed where a server compresses."""
    answer = page.request.get(address)
    assert answer.ok, address
    kind = answer.headers["content-type"]
    return len(gzip.compress(answer.body()) if kind.startswith(TEXT) else answer.body())


def test_pages_stay_within_their_budgets(telephone):
    contest = contest_voting_now()
    pages = make_pages(contest, UNITS, cover=make_busy_photograph(), sectors=["交通"])
    for page in pages:
        make_deed(unit=page.entry.unit)
    weights = {}
    for address in BUDGETS:
        telephone.goto(address)
        fetched = telephone.evaluate(FETCHED)
        text = sum(bytes_sent(telephone, each) for each in [address, *fetched["text"]])
        screen = text + sum(
            bytes_sent(telephone, each)
            for each in fetched["icons"] + fetched["pictures"]
        )
        weights[address] = (text, screen)

    assert {
        address: weight
        for address, weight in weights.items()
        if any(map(gt, weight, BUDGETS[address]))
    } == {}


def test_a_card_photograph_is_small_though_it_is_busy():
    make_pages(contest_voting_now(), 1, cover=make_busy_photograph())

    card = SiteRendition.objects.get(filter_spec__startswith="fill-400x250")

    assert card.file.size <= 30 * KB


def test_no_public_page_fetches_a_font_or_asks_a_foreign_host(telephone, live_server):
    make_pages(contest_voting_now(), 3)
    asked = []
    telephone.on("request", lambda request: asked.append(request))

    for address in ("/", "/u/?order=3", "/u/01/", "/ledger/", "/notices/"):
        telephone.goto(address, wait_until="networkidle")

    assert [
        request.url
        for request in asked
        if request.resource_type == "font"
        or not request.url.startswith((live_server.url, "data:"))
    ] == []
