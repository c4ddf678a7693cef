"""How often something happened, minute by minute, for the last two hours.

Counted where the limits count: one round trip, no row, and gone when that store is
emptied. The worker leaves a mark there in each minute. Of a minute without a mark nothing
is known for certain: what was counted in it is the least that it can have been.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError

KEPT = timedelta(hours=2)
MINUTE = timedelta(minutes=1)

_MARK = "worker-was-here"


@dataclass(frozen=True, slots=True)
class Minutes:
    """``counts`` has a number for each name and minute asked for; ``unsure`` says in which
    minutes it may have been more."""

    counts: dict[str, list[int]]
    unsure: list[bool]


def this_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def count(name: str, *, now: datetime) -> None:
    """Count one. What happened matters more than its number, so this never fails."""
    key = _key(name, this_minute(now))
    counters = caches[settings.RATELIMIT_USE_CACHE]
    try:
        counters.add(key, 0, int(KEPT.total_seconds()))
        counters.incr(key)
    except (RedisError, ValueError):
        # Away, or so full that the key went between the two calls.
        return


def mark_minute(*, now: datetime) -> None:
    """Work of the worker, in every round."""
    count(_MARK, now=now)


def counted(names: Sequence[str], minutes: Sequence[datetime]) -> Minutes | None:
    """What was counted, in one round trip. None: the store does not answer.

    The last minute is still running, and the worker may not have come round in it.
    """
    wanted = [_key(name, minute) for name in (_MARK, *names) for minute in minutes]
    try:
        found = caches[settings.RATELIMIT_USE_CACHE].get_many(wanted)
    except RedisError:
        return None
    return Minutes(
        counts={
            name: [found.get(_key(name, minute), 0) for minute in minutes]
            for name in names
        },
        unsure=[_key(_MARK, minute) not in found for minute in minutes[:-1]] + [False],
    )


def _key(name: str, minute: datetime) -> str:
    return f"{name}:{minute.astimezone(UTC):%Y%m%d%H%M}"
