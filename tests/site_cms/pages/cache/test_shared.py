"""The tier between processes, on a Redis of the test's own."""

import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches
from redis import Redis

from site_cms.freshness import queries as freshness
from site_cms.gate.cache import FAIL_FAST
from site_cms.pages.cache import shared
from site_cms.pages.cache.memory import memory
from site_cms.pages.page_types import HomePage
from site_cms.pages.services import publish_notice
from tests.factories import NOW
from tests.services.processes import free_port
from tests.services.redis import redis
from tests.services.web import WebProcess, web_process
from tests.site_factories import make_site

pytestmark = [pytest.mark.django_db, pytest.mark.redis]


def redis_cache(address: str) -> dict:
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address,
        "OPTIONS": FAIL_FAST,
    }


@pytest.fixture(autouse=True)
def _seconds_are_long(monkeypatch):
    """This process believes what it read, however slow the machine is."""
    monkeypatch.setattr(freshness, "SECONDS_BELIEVED", 3600)


@pytest.fixture
def pages_in(settings):
    def use(address: str) -> None:
        settings.PAGE_CACHE_BYTES = 8 * 1024 * 1024
        settings.CACHES = settings.CACHES | {"pages": redis_cache(address)}

    return use


@pytest.fixture
def server(pages_in, redis_url) -> Redis:
    pages_in(redis_url)
    caches["pages"].clear()
    return Redis.from_url(redis_url)


@pytest.fixture
def home():
    home = make_site()
    HomePage.objects.update(hero_title="第一版")
    return home


def test_a_process_that_was_started_again_finds_the_pages(
    client, home, server, django_assert_num_queries
):
    first = client.get("/")
    memory.clear()

    with django_assert_num_queries(0):
        second = client.get("/")

    assert (second.content, dict(second.items())) == (
        first.content,
        dict(first.items()),
    )


def test_a_page_leaves_redis_when_it_is_over(client, home, server):
    client.get("/")

    lives = [server.ttl(key) for key in server.scan_iter("*page:*")]
    assert [0 < seconds <= 60 for seconds in lives] == [True]


def test_after_a_flush_pages_are_drawn_and_kept_again(client, home, server):
    first = client.get("/")
    server.flushall()
    memory.clear()

    assert client.get("/").content == first.content
    assert list(server.scan_iter("*page:*")) != []


@pytest.mark.parametrize(
    "rubbish",
    [
        pytest.param(b"not a pickle", id="bytes"),
        pytest.param(b"\x80\x04\x95", id="half a pickle"),
        pytest.param(b"7", id="a number"),
    ],
)
def test_rubbish_in_redis_is_no_page(client, home, server, rubbish):
    first = client.get("/")
    for key in server.scan_iter("*"):
        server.set(key, rubbish)
    memory.clear()

    assert client.get("/").content == first.content


@pytest.mark.parametrize(
    "value",
    [
        (b"not compressed", (), '"e"', 1e12),
        ("text", (), '"e"', 1e12),
        ("a", "b", "c"),
        {"page": 1},
    ],
)
def test_another_releases_page_is_no_page(server, value):
    caches["pages"].set(shared._name("page", ("key",)), value)

    assert shared.page(("key",)) is None


def test_when_redis_has_stopped_pages_are_shown_and_nobody_waits(
    client, home, pages_in
):
    with redis() as address:
        pages_in(address)
        first = client.get("/")
    memory.clear()
    shared.ask_again()

    second = client.get("/")
    # The tier inside the process goes on alone.
    HomePage.objects.update(hero_title="第二版")

    assert second.content == first.content
    assert client.get("/").content == first.content


def test_a_redis_that_does_not_answer_is_asked_once_a_second(pages_in, caplog):
    pages_in(f"redis://127.0.0.1:{free_port()}/0")

    for number in range(50):
        assert shared.page((number,)) is None

    assert caplog.messages == ["cache of pages does not answer"]


@pytest.fixture
def another_process(server, redis_url) -> Iterator[WebProcess]:
    backend = "django.core.cache.backends.redis.RedisCache"
    with web_process(pages=backend, location=redis_url) as process:
        yield process


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_pages_and_learn_of_each_others_acts(
    client, home, another_process
):
    mine = client.get("/").text
    other = another_process.get("/")
    # Its own start costs the version, a kept page costs nothing else.
    assert (other["text"], other["queries"]) == (mine, 1)

    publish_notice(
        by=None, title="新公告", slug="new", published_on=NOW.date(), now=NOW
    )
    assert "新公告" in client.get("/").text
    time.sleep(1.1)

    assert "新公告" in another_process.get("/")["text"]
