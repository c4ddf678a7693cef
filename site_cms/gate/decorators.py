"""How often one client may do something. The only use of django-ratelimit.

Limits protect the server and slow scripts down. They never decide who has voted:
that is the database's, and losing every counter changes no result.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, Literal

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django_ratelimit import UNSAFE
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

from site_cms.gate.addresses import bucket, network
from site_cms.gate.cache import OneRoundTripRedisCache
from site_cms.gate.errors import GuardIsDown, TooManyRequests

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
Key = Callable[[str, HttpRequest], str]
Methods = str | Sequence[str]

_RETRY_WHEN_DOWN = 30


@dataclass(frozen=True, slots=True)
class Usage:
    """What a window counted, this request included."""

    count: int
    limit: int
    seconds_left: int

    @property
    def pressure(self) -> float:
        """1.0 is exactly at the limit."""
        return self.count / self.limit


def by_address(group: str, request: HttpRequest) -> str:
    return bucket(request)


def by_network(group: str, request: HttpRequest) -> str:
    return network(request)


def limited(
    *,
    burst: str,
    sustained: str,
    when_down: Literal["open", "closed"],
    key: Key = by_address,
    method: Methods = UNSAFE,
    ceiling: int = 1,
    watched: Mapping[str, tuple[Key, str]] = MappingProxyType({}),
) -> Callable[[View], View]:
    """Let through at most ``burst`` and ``sustained`` requests, such as "3/10s" and "10/m".

    Windows have fixed edges, so twice a limit fits around an edge; the short window
    keeps that small. More is answered by the 429 page with ``Retry-After``.

    Where many people stand behind one address a view may prefer to ask more of them before
    it refuses: with a ``ceiling`` it refuses at so many times each limit. What was counted is
    ``request.usage``: a :class:`Usage` under "burst" and "sustained", and one for each window
    that is only ``watched``, by its own name, key and rate. Methods that do not count leave
    it empty.

    When the counters cannot be reached, "open" lets the request through with
    ``request.unthrottled`` set, so that what it does can be marked; "closed" refuses.
    """
    windows = [
        _Window("burst", key, burst, ceiling),
        _Window("sustained", key, sustained, ceiling),
        *(_Window(name, *window, ceiling=None) for name, window in watched.items()),
    ]

    def decorate(view: View) -> View:
        # All class-based views of a module have one and the same function name.
        named = getattr(view, "view_class", view)
        group = f"{named.__module__}.{named.__qualname__}"

        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.unthrottled = False
            request.usage = {}
            try:
                wait = _seconds_to_wait(request, group, windows, method)
            except RedisError as error:
                log.error(
                    "requests are not counted",
                    extra={
                        "view": group,
                        "policy": when_down,
                        "cause": str(error),
                    },
                )
                if when_down == "closed":
                    raise GuardIsDown(retry_after=_RETRY_WHEN_DOWN) from error
                request.unthrottled = True
                wait = 0
            if wait:
                raise TooManyRequests(retry_after=wait)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@dataclass(frozen=True, slots=True)
class _Window:
    name: str
    key: Key
    rate: str
    ceiling: int | None


def _seconds_to_wait(
    request: HttpRequest, group: str, windows: Sequence[_Window], method: Methods
) -> int:
    """Count this request in each window until one is full. 0: it may pass.

    A request that the short window refuses is not counted in the long one, so that an
    impatient neighbour behind the same address does not use up everybody's share.
    """
    counters = caches[settings.RATELIMIT_USE_CACHE]
    if not isinstance(counters, OneRoundTripRedisCache):
        for window in windows:
            counted = _count(request, group, window, method)
            if counted and (wait := _noted(request, window, counted)):
                return wait
        return 0
    with counters.together() as together:
        asked = [
            (window, counted)
            for window in windows
            if (counted := _count(request, group, window, method))
        ]
    for place, (window, counted) in enumerate(asked):
        counted["count"] = together.counts[place]
        if wait := _noted(request, window, counted):
            together.take_back(place + 1)
            return wait
    return 0


def _count(
    request: HttpRequest, group: str, window: _Window, method: Methods
) -> dict[str, Any] | None:
    return get_usage(
        request,
        group=group,
        key=window.key,
        rate=window.rate,
        method=method,
        increment=True,
    )


def _noted(request: HttpRequest, window: _Window, counted: dict[str, Any]) -> int:
    """Keep what was counted with the request. How long to wait; 0: it may pass."""
    usage = Usage(counted["count"], counted["limit"], counted["time_left"])
    request.usage[window.name] = usage
    if window.ceiling and usage.count > window.ceiling * usage.limit:
        return max(1, usage.seconds_left)
    return 0
