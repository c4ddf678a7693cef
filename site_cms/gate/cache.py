"""The cache of django-ratelimit's counters: one round trip to Redis a count.

django-ratelimit asks ``add`` and then ``incr``. Through Django's own backend these
are three commands one after another. Here ``add`` only remembers the lifetime, and
``incr`` sends INCR and EXPIRE together. The window is part of the key's name, so
renewing the lifetime keeps a counter a little longer and never changes a count.

This is no general cache: ``add`` neither stores nor tells whether a key was there.
"""

import time

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
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

# After a failure no request waits for Redis until this many seconds have passed.
_PAUSE = 1.0


class OneRoundTripRedisCache(RedisCache):
    # Each thread has an instance of its own (django.core.cache.caches).

    def __init__(self, server, params):
        super().__init__(server, params)
        self._options = FAIL_FAST | self._options
        self._added: tuple[str, int | None] | None = None
        self._paused_until = 0.0

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None) -> bool:
        """Remember how long the counter lives; the ``incr`` that follows makes it."""
        key = self.make_and_validate_key(key, version=version)
        self._added = key, self.get_backend_timeout(timeout)
        return False

    def incr(self, key, delta=1, version=None) -> int:
        """Count, from nothing if need be, and set the lifetime, in one round trip."""
        key = self.make_and_validate_key(key, version=version)
        if time.monotonic() < self._paused_until:
            raise RedisConnectionError("not asked: it did not answer a moment ago")
        try:
            client = self._cache.get_client(key, write=True)
            with client.pipeline(transaction=False) as pipeline:
                pipeline.incr(key, delta)
                lifetime = self._lifetime(key)
                if lifetime is not None:
                    pipeline.expire(key, lifetime)
                return pipeline.execute()[0]
        except RedisError:
            self._paused_until = time.monotonic() + _PAUSE
            raise

    def _lifetime(self, key: str) -> int | None:
        if self._added and self._added[0] == key:
            return self._added[1]
        return self.get_backend_timeout()
