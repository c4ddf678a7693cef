"""A Redis of its own: nothing on disk, nothing evicted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.services.processes import (
    accepts_connections,
    find_program,
    free_port,
    scratch_folder,
)
from tests.services.restartable import Restartable


@dataclass(frozen=True, slots=True)
class Redis:
    server: Restartable
    port: int

    def address(self, database: int = 0) -> str:
        """A database of it, as REDIS_LIMITS_URL takes it."""
        return f"redis://127.0.0.1:{self.port}/{database}"


@contextmanager
def redis() -> Iterator[str]:
    """Yield the address of a running Redis, as REDIS_LIMITS_URL takes it."""
    with counters() as here:
        yield here.address()


@contextmanager
def counters() -> Iterator[Redis]:
    """A running Redis that can be stopped and started again."""
    program = find_program("redis-server")
    port = free_port()
    with scratch_folder(None) as folder:
        command = [
            program, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--maxmemory-policy", "noeviction",
            "--dir", str(folder),
        ]  # fmt: skip
        server = Restartable(
            command, answers=lambda: accepts_connections(port), log=folder / "log"
        )
        try:
            server.start()
            yield Redis(server, port)
        finally:
            server.stop()
