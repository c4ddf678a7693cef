"""What breaks. Each fault is over when it returns, and everything runs again."""

import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from tests.services.postgresql import Cluster
from tests.services.redis import Redis
from tests.services.restartable import Restartable

# How long Redis stays away: longer than a web process waits before it asks again.
_AWAY = 1.5


@dataclass(frozen=True, slots=True)
class Running:
    """The three services of a site, of which each may be broken."""

    web: Restartable
    postgresql: Cluster
    redis: Redis


Fault = Callable[[Running], None]


def postgresql_stopped_at_once(running: Running) -> None:
    """Without a checkpoint and without a word to those who are connected."""
    running.postgresql.server.stop(signal.SIGQUIT)
    running.postgresql.server.start()


def worker_killed(running: Running) -> None:
    """One of the processes that answer; the server starts another by itself."""
    running.web.kill_a_child()


def redis_flushed(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.redis.port)) as redis:
        redis.sendall(b"FLUSHALL\r\n")
        redis.recv(64)


def web_killed(running: Running) -> None:
    """All of it, the first process too, as when memory runs out."""
    running.web.kill()
    running.web.start()


def redis_stopped(running: Running) -> None:
    running.redis.server.kill()
    time.sleep(_AWAY)
    running.redis.server.start()


def postgresql_killed(running: Running) -> None:
    """Every process of it, so that nothing is left in its memory."""
    running.postgresql.server.kill()
    running.postgresql.server.start()


FAULTS: tuple[Fault, ...] = (
    postgresql_stopped_at_once,
    worker_killed,
    redis_flushed,
    web_killed,
    redis_stopped,
    postgresql_killed,
)


def first_faults(number: int) -> Iterator[Fault]:
    """So many, each kind in its turn."""
    return islice(cycle(FAULTS), number)
