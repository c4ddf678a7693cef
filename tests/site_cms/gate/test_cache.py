import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from site_cms.gate.cache import OneRoundTripRedisCache

pytestmark = pytest.mark.redis

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def server(redis_url):
    client = redis.Redis.from_url(redis_url)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def cache(server, redis_url):
    return OneRoundTripRedisCache(redis_url, {})


def test_count_begins_at_one_and_lives_as_long_as_was_said(cache, server):
    assert cache.add("rl:a", 1, 65) is False
    assert [cache.incr("rl:a"), cache.incr("rl:a")] == [1, 2]
    assert 60 < server.ttl(":1:rl:a") <= 65


def test_counter_never_stays_for_good(cache, server):
    cache.add("rl:another", 1, 65)
    cache.incr("rl:a")

    assert 0 < server.ttl(":1:rl:a") <= 300


def test_count_is_one_round_trip(cache, server):
    cache.incr("rl:a")  # connect first
    before = server.info("stats")

    cache.add("rl:a", 1, 65)
    cache.incr("rl:a")

    after = server.info("stats")
    # The server read the script's call and the second INFO.
    assert after["total_reads_processed"] - before["total_reads_processed"] == 2


def test_eight_threads_lose_no_count(server, redis_url):
    def count(_):
        cache = OneRoundTripRedisCache(redis_url, {})
        for _ in range(50):
            cache.add("rl:a", 1, 65)
            cache.incr("rl:a")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(8)))

    assert server.get(":1:rl:a") == b"400"


def test_dead_server_is_told_fast_and_then_not_asked_for_a_second():
    cache = OneRoundTripRedisCache(NOBODY, {})
    began = time.monotonic()

    with pytest.raises(redis.exceptions.RedisError, match="refused"):
        cache.incr("rl:a")
    with pytest.raises(redis.exceptions.RedisError, match="a moment ago"):
        cache.incr("rl:a")

    assert time.monotonic() - began < 5


def test_server_that_comes_back_is_asked_again(cache):
    cache._paused_until = time.monotonic() + 60
    with pytest.raises(redis.exceptions.RedisError, match="a moment ago"):
        cache.incr("rl:a")
    cache._paused_until = time.monotonic()

    assert cache.incr("rl:a") == 1


def test_counts_asked_for_together_are_one_round_trip(cache, server):
    cache.incr("rl:a")  # connect first
    before = server.info("stats")

    with cache.together() as together:
        answers = [cache.incr("rl:a"), cache.incr("rl:b")]

    after = server.info("stats")
    assert (answers, together.counts) == ([0, 0], [2, 1])
    assert after["total_reads_processed"] - before["total_reads_processed"] == 2
    assert cache.incr("rl:a") == 3


def test_server_that_forgot_the_script_is_told_it_again(cache, server):
    cache.incr("rl:a")

    server.script_flush()

    assert cache.incr("rl:a") == 2


def test_what_was_counted_too_many_is_taken_back(cache):
    with cache.together() as together:
        cache.incr("rl:a")
        cache.incr("rl:b")

    together.take_back(1)

    assert (cache.incr("rl:a"), cache.incr("rl:b")) == (2, 1)


def test_an_error_within_leaves_the_next_count_alone(cache):
    with pytest.raises(ValueError, match="within"), cache.together():
        raise ValueError("within")

    assert cache.incr("rl:a") == 1
