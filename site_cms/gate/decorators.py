"""How often one client may do something. The only use of django-ratelimit.

Limits protect the server and slow scripts down. They never decide who has voted:
that is the database's, and losing every counter changes no result.
"""

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django_ratelimit import UNSAFE
from django_ratelimit.core import get_usage
from redis.exceptions import RedisError

from site_cms.gate.addresses import bucket
from site_cms.gate.errors import GuardIsDown, TooManyRequests

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
Key = Callable[[str, HttpRequest], str]
Methods = str | Sequence[str]

_RETRY_WHEN_DOWN = 30


def by_address(group: str, request: HttpRequest) -> str:
    return bucket(request)


def limited(
    *,
    burst: str,
    sustained: str,
    when_down: Literal["open", "closed"],
    key: Key = by_address,
    method: Methods = UNSAFE,
) -> Callable[[View], View]:
    """Let through at most ``burst`` and ``sustained`` requests, such as "3/10s" and "10/m".

    Windows have fixed edges, so twice a limit fits around an edge; the short window
    keeps that small. More is answered by the 429 page with ``Retry-After``.

    When the counters cannot be reached, "open" lets the request through with
    ``request.unthrottled`` set, so that what it does can be marked; "closed" refuses.
    """

    def decorate(view: View) -> View:
        # All class-based views of a module have one and the same function name.
        named = getattr(view, "view_class", view)
        group = f"{named.__module__}.{named.__qualname__}"

        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            request.unthrottled = False
            try:
                wait = _seconds_to_wait(request, group, key, (burst, sustained), method)
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


def _seconds_to_wait(
    request: HttpRequest,
    group: str,
    key: Key,
    rates: Sequence[str],
    method: Methods,
) -> int:
    """Count this request in each window until one is full. 0: it may pass.

    A request that the short window refuses is not counted in the long one, so that an
    impatient neighbour behind the same address does not use up everybody's share.
    """
    for rate in rates:
        usage = get_usage(
            request, group=group, key=key, rate=rate, method=method, increment=True
        )
        if usage and usage["should_limit"]:
            return max(1, usage["time_left"])
    return 0
