"""What every test can ask for. Services come from tests/services."""

import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connections
from django.test import TransactionTestCase
from wagtail.models import Collection, Locale, Page

from showcase.contests.services import forget_what_was_said
from site_cms.freshness.queries import forget_site_version
from site_cms.pages.cache.middleware import forget_kept_pages
from site_cms.trail.append_only import rewriting_allowed
from tests.services import migrated
from tests.services.answering import wait_for_answers, watched
from tests.services.postgresql import postgresql_is_here
from tests.services.processes import ServiceMissing
from voting.polls.arrivals import forget_arrivals
from voting.polls.queries import forget_frozen_polls
from voting.polls.sealing import forget_asked_polls
from voting.polls.services import forget_shut_polls
from voting.stage.snapshots import forget_snapshots

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
# Milliseconds for whatever a browser waits for: a busy machine with one slow processor takes
# seconds for a page that is there at once elsewhere. Only a failure waits that long.
PATIENCE = 60_000
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def service_missing(what: str) -> None:
    """Skip and say so; where services are required, fail instead."""
    if os.environ.get("CI_REQUIRE_SERVICES") == "1":
        pytest.fail(f"{what}, and this machine must have it", pytrace=False)
    pytest.skip(what)


DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "redis_url"}


def depends_on_the_database(item: pytest.Item) -> bool:
    """Whether it could come out differently on another one.

    What a browser does with a page does not; the walks that do say so by a mark.
    """
    if any(map(item.get_closest_marker, ("both_databases", "production_database"))):
        return True
    if any(map(item.get_closest_marker, ("browser", "looks", "one_database"))):
        return False
    return bool(
        item.get_closest_marker("django_db")
        or item.get_closest_marker("postgresql")
        or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
    )


def begins_like_a_new_database(item: pytest.Item) -> None:
    """A test of real transactions empties every table, so each finds what migrations made."""
    marker = item.get_closest_marker("django_db")
    names = getattr(item, "fixturenames", None)
    if names is None:
        return
    is_transactional = {"transactional_db", "live_server"}.intersection(names)
    if is_transactional or (marker and marker.kwargs.get("transaction")):
        names.insert(0, "django_db_serialized_rollback")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Each half of `make test` runs what is for its database, what is for both runs twice.

    On SQLite a test for PostgreSQL is skipped aloud; on PostgreSQL a test that knows
    nothing of the database is left out, as the other half has run it.
    """
    for item in items:
        begins_like_a_new_database(item)
    if os.environ.get("DATABASE_URL"):
        kept = [item for item in items if depends_on_the_database(item)]
        left_out = [item for item in items if not depends_on_the_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
        return
    left = pytest.mark.skip(
        reason="runs on PostgreSQL: make test does so in its other half"
    )
    has_other_half = os.environ.get("BOTH_HALVES") == "1" and postgresql_is_here()
    for item in items:
        if item.get_closest_marker("postgresql") or (
            has_other_half and item.get_closest_marker("production_database")
        ):
            item.add_marker(left)


_flush = TransactionTestCase._fixture_teardown


def _flush_append_only_tables(self) -> None:
    """Emptying the tables between tests is the one rewrite that tests may do."""
    wait_for_answers()
    for alias in self._databases_names(include_mirrors=False):
        with rewriting_allowed(connections[alias]):
            _flush(self)
            return


TransactionTestCase._fixture_teardown = _flush_append_only_tables


@pytest.fixture(scope="session")
def kept_database(pytestconfig) -> Path | None:
    """Where this machine keeps a migrated database for its next run, on SQLite."""
    if os.environ.get("DATABASE_URL"):
        return None
    return migrated.kept_database(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, kept_database) -> bool:
    if kept_database is None:
        return django_db_keepdb
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    return migrated.take(kept_database, into=name) or django_db_keepdb


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_keepdb, kept_database) -> None:
    if kept_database is not None and not django_db_keepdb:
        name = settings.DATABASES["default"]["TEST"]["NAME"]
        migrated.keep(name, as_=kept_database)


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    """Counters and pages of one test must not reach the next."""
    for alias in ("pages", "limits"):
        caches[alias].clear()
    forget_frozen_polls()
    forget_shut_polls()
    forget_asked_polls()
    forget_arrivals()
    forget_what_was_said()
    forget_site_version()
    forget_kept_pages()
    forget_snapshots()


@pytest.fixture(autouse=True)
def _window_of_a_limit(monkeypatch) -> None:
    """No window of a limit ends in the middle of a test, unless the test brings its own clock."""
    now = time.time()
    clock = SimpleNamespace(time=lambda: now)
    monkeypatch.setattr("django_ratelimit.core.time", clock)


@pytest.fixture
def empty_site(transactional_db) -> None:
    """Wagtail's first rows. Migrations made them; the flush after another test took them."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        service_missing("chromium is not installed")
    # Browser tests alone need it: a machine without them need not load it.
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415

    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    own = {alias: connections[alias] for alias in connections}
    with sync_playwright() as playwright:
        # Playwright's event loop would be given connections of its own, which know
        # nothing of the rows that serialized_rollback puts back.
        for alias, connection in own.items():
            connections[alias] = connection
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS
        )
        browser.on("context", lambda opened: opened.set_default_timeout(PATIENCE))
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_server(live_server):
    """The one of pytest-django, which says here when it has answered everything."""
    server = live_server.thread.httpd
    server.set_app(watched(server.get_app()))
    return live_server


@pytest.fixture
def phone(browser, live_server):
    """A page of a small phone whose relative addresses lead to the live server."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 360, "height": 780},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def desktop(browser, live_server):
    """A page of an office PC whose relative addresses lead to the live server."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1440, "height": 900},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def redis_url():
    """The address of a Redis: the one of this run, or one started for it."""
    # Only tests that ask for it start one.
    from tests.services.redis import redis  # noqa: PLC0415

    given = os.environ.get("REDIS_LIMITS_URL")
    if given:
        yield given
        return
    try:
        with redis() as address:
            yield address
    except ServiceMissing as missing:
        service_missing(str(missing))
