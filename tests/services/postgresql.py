"""A PostgreSQL cluster of its own: made, started, stopped, removed."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.processes import (
    accepts_connections,
    find_program,
    free_port,
    running,
    scratch_folder,
    unprivileged_user,
)

_FOLDERS = [
    str(folder)
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
]


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the address of a running cluster, as DATABASE_URL takes it.

    It is durable as in production: the tests of what an acknowledgement means need it.
    """
    initdb = find_program("initdb", folders=_FOLDERS)
    server = find_program("postgres", folders=_FOLDERS)
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
            server, "-D", str(data), "-p", str(port),
            "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={folder}",
            "-c", "max_connections=200",
            "-c", "log_min_messages=fatal",
        ]  # fmt: skip
        with running(
            command,
            answers=lambda: _answers(port),
            user=user,
            log=folder / "log",
        ):
            yield f"postgres://web@127.0.0.1:{port}/postgres"


def _answers(port: int) -> bool:
    ready = find_program("pg_isready", folders=_FOLDERS)
    return (
        accepts_connections(port)
        and subprocess.run(
            [ready, "-q", "-h", "127.0.0.1", "-p", str(port)], check=False
        ).returncode
        == 0
    )
