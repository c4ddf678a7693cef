"""The cache of django-ratelimit's counters: one round trip to Redis a count.

django-ratelimit asks ``add`` and then ``incr``. Through Django's own backend these
are three commands one after another. Here ``add`` only remembers the lifetime, and
``incr`` counts and sets it with one script. The window is part of the key's name, so
renewing the lifetime keeps a counter a little longer and never changes a count.

This is no general cache: ``add`` neither stores nor tells whether a key was there.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

# A guard that is asked on each request must fail fast: the library's own default
# retries for several seconds.
FAIL_FAST = {
    "socket_connect_timeout": 0.25,
    "socket_timeout": 0.5,
    "retry": Retry(NoBackoff(), 0),
}

# Each key with what to add and the seconds it lives, or 0 for good. One command for all, whose
# answer is one array: several commands of one pipeline cost the client twice as much.
_COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
    counts[place] = redis.call('INCRBY', key, ARGV[2 * place - 1])
    local lifetime = tonumber(ARGV[2 * place])
    if lifetime > 0 then redis.call('EXPIRE', key, lifetime) end
end
return counts
"""

# After a failure no request waits for Redis until this many seconds have passed.
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str
    delta: int
    lifetime: int | None


class Together:
    """Counts that were made in one round trip, in the order in which they were asked for."""

    def __init__(self, cache: "OneRoundTripRedisCache") -> None:
        self._cache = cache
        self.asked: list[_Asked] = []
        self.counts: list[int] = []

    def take_back(self, first: int) -> None:
        """Uncount what stands from this place on."""
        if self.asked[first:]:
            self._cache._counted(
                [replace(each, delta=-each.delta) for each in self.asked[first:]]
            )


class OneRoundTripRedisCache(RedisCache):
    # Each thread has an instance of its own (django.core.cache.caches).

    def __init__(self, server, params):
        super().__init__(server, params)
        self._options = FAIL_FAST | self._options
        self._added: tuple[str, int | None] | None = None
        self._paused_until = 0.0
        self._together: list[_Asked] | None = None

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None) -> bool:
        """Remember how long the counter lives; the ``incr`` that follows makes it."""
        key = self.make_and_validate_key(key, version=version)
        self._added = key, self.get_backend_timeout(timeout)
        return False

    def incr(self, key, delta=1, version=None) -> int:
        """Count, from nothing if need be, and set the lifetime, in one round trip."""
        key = self.make_and_validate_key(key, version=version)
        asked = _Asked(key, delta, self._lifetime(key))
        if self._together is not None:
            self._together.append(asked)
            return 0
        return self._counted([asked])[0]

    @contextmanager
    def together(self) -> Iterator["Together"]:
        """What is counted within is counted at its end, all in one round trip.

        ``incr`` answers 0 meanwhile; the counts are in what this yields, in their order.
        """
        self._together, counted = [], Together(self)
        try:
            yield counted
            counted.asked = self._together
        finally:
            self._together = None
        if counted.asked:
            counted.counts = self._counted(counted.asked)

    def _counted(self, asked: list["_Asked"]) -> list[int]:
        if time.monotonic() < self._paused_until:
            raise RedisConnectionError("not asked: it did not answer a moment ago")
        try:
            return self._count(
                keys=[each.key for each in asked],
                args=[
                    number
                    for each in asked
                    for number in (each.delta, each.lifetime or 0)
                ],
            )
        except RedisError:
            self._paused_until = time.monotonic() + _PAUSE
            raise

    @cached_property
    def _count(self) -> Script:
        """Kept: making a client takes longer than asking it. Sent by its hash; a server that
        does not know it is told it once."""
        return self._cache.get_client(write=True).register_script(_COUNT)

    def _lifetime(self, key: str) -> int | None:
        if self._added and self._added[0] == key:
            return self._added[1]
        return self.get_backend_timeout()
