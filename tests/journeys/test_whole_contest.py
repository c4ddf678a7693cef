"""A whole contest, walked from an empty database as the README tells a county's staff.

Everybody has a browser of their own and touches nothing but pages. Commands are those that
the README names. Weeks pass between the chapters: the site's clock is moved, the database's
own clock, by which ballots are taken, is the real one and stands at the poll.
"""

import os

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.journeys.county import chapters
from tests.journeys.county.clock import Clock
from tests.journeys.county.people import County

pytestmark = [
    pytest.mark.browser,
    pytest.mark.production_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock(real=timezone.now)
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    return clock


@pytest.fixture
def county(browser, live_server):
    county = County(browser, live_server.url)
    yield county
    county.everybody_goes()


@pytest.fixture
def installed(empty_site, settings) -> None:
    """What the README has run before the first page is opened."""
    # Weeks pass between two sign-ins of one person; here nobody signs in twice.
    settings.SESSION_COOKIE_AGE = 400 * 24 * 60 * 60
    # Twenty people sign in within a minute, all of them from the address of this machine.
    settings.RATELIMIT_ENABLE = False
    for command in ("create_site", "sync_groups", "sync_moderation"):
        call_command(command)
    os.environ["DJANGO_SUPERUSER_PASSWORD"] = chapters.FIRST_PASSWORD
    call_command(
        "createsuperuser",
        username="chen",
        email="chen@example.gov.cn",
        interactive=False,
    )


def test_a_county_walks_from_the_empty_site_to_the_final_result(
    installed, county, clock
):
    try:
        for chapter in chapters.ALL:
            chapter(county, clock)
    except BaseException:
        county.photograph()
        raise
