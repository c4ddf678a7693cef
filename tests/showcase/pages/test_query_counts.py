"""An uncached page costs the same queries, however many entries, deeds and notices there are.

All at once grow from three to thirty: what is read once a row would show in any of them.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from showcase.contests.models import Contest
from showcase.ledger.queries import deeds_snapshot
from showcase.pages.models import ShowcasePage
from site_cms.pages.services import publish_notice
from site_cms.trail.append_only import rewriting_allowed
from tests.factories import NOW, make_deed
from tests.pictures import make_image
from tests.showcase.pages.test_showcase_page import (
    contest_voting_now,
    full_body,
    open_stage_of_poll,
)
from tests.site_factories import make_pages

pytestmark = [pytest.mark.django_db, pytest.mark.production_database]

# Address, and the most that it may ask the database when nothing of it is kept.
PAGES = {
    "home": ("/", 19),
    "index": ("/u/?order=3", 12),
    "search": ("/u/?order=3&q=柏油", 13),
    "unit": ("/u/01/", 12),
    "ledger": ("/ledger/", 6),
    "notices": ("/notices/", 9),
    "notice": ("/notices/notice-1/", 10),
}


def add(contest: Contest, numbers: range) -> None:
    """Entries with their pages and deeds, and as many notices and deeds of the first unit."""
    pages = make_pages(contest, len(numbers), sectors=["交通", "教育"])
    first = contest.entries.get(number=1)
    for number, page in zip(numbers, pages, strict=True):
        make_deed(unit=page.entry.unit)
        make_deed(unit=first.unit)
        publish_notice(
            by=None,
            title=f"公告 {number}",
            slug=f"notice-{number}",
            published_on=NOW.date(),
            now=NOW,
        )


def show(contest: Contest, *, pictures: int) -> None:
    """Give the first unit a page with everything on it, and open the poll."""
    gallery = ("gallery", {"images": [make_image() for _ in range(pictures)]})
    page = ShowcasePage.objects.get(entry__number=1)
    page.body = [*(block for block in full_body() if block[0] != "gallery"), gallery]
    page.save_revision().publish()
    open_stage_of_poll(contest, deeds=deeds_snapshot(contest))


def costs(client) -> dict[str, int]:
    found = {}
    for name, (address, _) in PAGES.items():
        # The first time makes pictures.
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[name] = len(queries)
    return found


def test_pages_cost_the_same_with_three_and_with_thirty_of_everything(client):
    contest = contest_voting_now()
    add(contest, range(1, 4))
    show(contest, pictures=3)
    with_three = costs(client)
    with rewriting_allowed(connection):
        contest.openings.all().delete()
    add(contest, range(4, 31))
    show(contest, pictures=9)

    with_thirty = costs(client)

    assert with_thirty == with_three
    assert {
        name: cost for name, cost in with_thirty.items() if cost > PAGES[name][1]
    } == {}
