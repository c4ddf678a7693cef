import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from site_cms.gate.minutes import MINUTE, Minutes, count, counted, mark_minute
from site_cms.worker import run_round

NOON = datetime(2026, 6, 1, 12, 0, 30, tzinfo=UTC)
MINUTES = [
    datetime(2026, 6, 1, 11, 59, tzinfo=UTC),
    datetime(2026, 6, 1, 12, tzinfo=UTC),
]
REDIS = "site_cms.gate.cache.OneRoundTripRedisCache"


def use_redis(settings, location):
    limits = {"BACKEND": REDIS, "LOCATION": location}
    settings.CACHES = settings.CACHES | {"limits": limits}


@pytest.fixture(
    params=["locmem", pytest.param("redis", marks=pytest.mark.redis)],
)
def store(request, settings):
    if request.param == "redis":
        use_redis(settings, request.getfixturevalue("redis_url"))
        caches["limits"].clear()


@pytest.mark.usefixtures("store")
def test_each_minute_has_its_own_count():
    for now in (NOON - MINUTE, NOON, NOON + timedelta(seconds=20)):
        count("late", now=now)
        mark_minute(now=now)

    assert counted(["late", "early"], MINUTES) == Minutes(
        {"late": [1, 2], "early": [0, 0]}, [False, False]
    )


@pytest.mark.usefixtures("store")
def test_a_minute_in_which_the_worker_left_no_mark_is_unsure_but_for_the_running_one():
    count("late", now=NOON - MINUTE)

    assert counted(["late"], MINUTES) == Minutes({"late": [1, 0]}, [True, False])


@pytest.mark.usefixtures("store")
def test_what_was_emptied_is_unsure_not_nothing():
    count("late", now=NOON - MINUTE)
    mark_minute(now=NOON - MINUTE)
    caches["limits"].clear()

    assert counted(["late"], MINUTES) == Minutes({"late": [0, 0]}, [True, False])


@pytest.mark.usefixtures("store")
def test_parallel_counts_are_all_there():
    def count_some():
        for _ in range(50):
            count("late", now=NOON)

    threads = [threading.Thread(target=count_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted(["late"], MINUTES).counts == {"late": [0, 200]}


def test_a_store_that_is_away_refuses_nothing_and_says_nothing(settings):
    use_redis(settings, "redis://127.0.0.1:1/0")

    count("late", now=NOON)
    mark_minute(now=NOON)

    assert counted(["late"], MINUTES) is None


@pytest.mark.django_db
def test_the_worker_marks_the_minutes(monkeypatch):
    monkeypatch.setattr("site_cms.worker.timezone.now", lambda: NOON - MINUTE)

    run_round()

    assert counted([], MINUTES).unsure == [False, False]
