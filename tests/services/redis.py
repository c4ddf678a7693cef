"""A Redis of its own: nothing on disk, nothing evicted."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.processes import (
    accepts_connections,
    find_program,
    free_port,
    running,
    scratch_folder,
)


@contextmanager
def redis() -> Iterator[str]:
    """Yield the address of a running Redis, as REDIS_LIMITS_URL takes it."""
    server = find_program("redis-server")
    port = free_port()
    with scratch_folder(None) as folder:
        command = [
            server, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
            "--appendonly", "no", "--maxmemory-policy", "noeviction",
            "--dir", str(folder),
        ]  # fmt: skip
        with running(
            command, answers=lambda: accepts_connections(port), log=folder / "log"
        ):
            yield f"redis://127.0.0.1:{port}/0"
