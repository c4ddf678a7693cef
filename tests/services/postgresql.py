"""A PostgreSQL cluster of its own: made, started, stopped, removed."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.processes import (
    ServiceMissing,
    accepts_connections,
    find_program,
    free_port,
    scratch_folder,
    unprivileged_user,
)
from tests.services.restartable import Restartable

_FOLDERS = [
    str(folder)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
]


@dataclass(frozen=True, slots=True)
class Cluster:
    server: Restartable
    port: int

    def address(self, database: str = "postgres") -> str:
        """A database of it, as DATABASE_URL takes it."""
        return f"postgres://web@127.0.0.1:{self.port}/{database}"


def postgresql_is_here() -> bool:
    """Whether this machine has its programs."""
    try:
        find_program("initdb", folders=_FOLDERS)
    except ServiceMissing:
        return False
    return True


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a running cluster, as DATABASE_URL takes it.

    It need not outlive the power: that saves a third of the time between tests.
    """
    with cluster("-c", "fsync=off", "-c", "full_page_writes=off") as here:
        yield here.address()


@contextmanager
def cluster(*extra: str) -> Iterator[Cluster]:
    """A running cluster that can be stopped and started again.

    Without ``extra`` arguments it is durable as in production: the tests of what an
    acknowledgement means need it.
    """
    initdb = find_program("initdb", folders=_FOLDERS)
    program = find_program("postgres", folders=_FOLDERS)
    user = unprivileged_user()
    port = free_port()
    with scratch_folder(user) as folder:
        data = folder / "data"
        subprocess.run(
            [
                initdb,
                "-D",
                data,
                "-U",
                "web",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
        command = [
            program, "-D", str(data), "-p", str(port),
            "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={folder}",
            "-c", "max_connections=200",
            "-c", "log_min_messages=fatal",
            *extra,
        ]  # fmt: skip
        server = Restartable(
            command,
            answers=lambda: _answers(port),
            user=user,
            log=folder / "log",
        )
        try:
            server.start()
            yield Cluster(server, port)
        finally:
            server.stop(signal.SIGINT)


def copy_of(address: str, *, into: Cluster) -> None:
    """All tables and rows of another database, in the first one of this cluster."""
    dump = find_program("pg_dump", folders=_FOLDERS)
    read = find_program("psql", folders=_FOLDERS)
    with subprocess.Popen(
        [dump, "--no-owner", "--no-privileges", address], stdout=subprocess.PIPE
    ) as dumping:
        subprocess.run(
            [read, "--quiet", "-v", "ON_ERROR_STOP=1", into.address()],
            stdin=dumping.stdout,
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _answers(port: int) -> bool:
    ready = find_program("pg_isready", folders=_FOLDERS)
    return (
        accepts_connections(port)
        and subprocess.run(
            [ready, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
        ).returncode
        == 0
    )
