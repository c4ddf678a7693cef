"""A county's server from the very files of deploy/, on free ports and in one folder.

Only values that :mod:`deploy.render` takes differ. What systemd would start is started by the
command lines and environment files of its units.
"""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.deploy.visitor import Visitor
from tests.services.processes import (
    accepts_connections,
    find_program,
    free_port,
    running,
)
from tests.services.redis import redis

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
NAME = "hongqi.test"
DATABASE = "hongqi_deploy"
ROLES = ["hongqi_web", "hongqi_reports", "hongqi_owner"]


def values_for(folder: Path) -> dict[str, str]:
    return {
        "ROOT": str(ROOT),
        "VENV": str(Path(sys.executable).parent.parent),
        "DATA": str(folder / "data"),
        "ETC": str(folder / "out" / "etc"),
        "NGINX": str(folder / "out" / "nginx"),
        "BACKUPS": str(folder / "backups"),
        "KEY_BACKUPS": str(folder / "key-backups"),
        "SERVER_NAME": NAME,
        "ADDRESS_V4": "127.0.0.1",
        "ADDRESS_V6": "[::1]" if _has_ipv6() else "127.0.0.2",
        "HTTP_PORT": str(free_port()),
        "HTTPS_PORT": str(free_port()),
        "TLS_CERTIFICATE": str(folder / "certificate.pem"),
        "TLS_KEY": str(folder / "key.pem"),
        "WEB_PORT_1": str(free_port()),
        "WEB_PORT_2": str(free_port()),
        "NGINX_PID": str(folder / "nginx.pid"),
        "NGINX_LOGS": str(folder / "logs"),
        "NGINX_CACHE": str(folder / "cache"),
    }


def render(values: dict[str, str], folder: Path) -> subprocess.CompletedProcess:
    """By the command that the README names."""
    given = folder / "site.values"
    given.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    return subprocess.run(
        [sys.executable, DEPLOY / "render.py", given, folder / "out"],
        capture_output=True,
        text=True,
        check=False,
    )


class Unit:
    """A rendered unit: its command lines and what their environment is."""

    def __init__(self, path: Path, instance: str = "") -> None:
        text = path.read_text(encoding="utf-8").replace("%i", instance)
        self.commands = [
            shlex.split(line) for line in re.findall(r"^ExecStart=(.+)$", text, re.M)
        ]
        self.environment: dict[str, str] = {}
        for line in re.findall(r"^Environment=(.+)$", text, re.M):
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(line))
        for name in re.findall(r"^EnvironmentFile=(.+)$", text, re.M):
            self.environment |= read_environment(Path(name))


def read_environment(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and line[0] != "#")
    return {name: value for name, _, value in pairs}


class County:
    def __init__(self, folder: Path, values: dict[str, str], cluster: str) -> None:
        self.folder = folder
        self.values = values
        self.cluster = cluster
        self.seeded: dict[str, str] = {}
        self._services: dict[str, ExitStack] = {}

    @property
    def ports(self) -> list[str]:
        return [self.values["WEB_PORT_1"], self.values["WEB_PORT_2"]]

    def visitor(self, address: str = "127.0.0.1") -> Visitor:
        return Visitor(int(self.values["HTTPS_PORT"]), NAME, address)

    def unit(self, name: str, instance: str = "") -> Unit:
        return Unit(self.folder / "out" / "systemd" / name, instance)

    def run(self, unit: Unit) -> None:
        """Every command of a unit that runs once."""
        for command in unit.commands:
            self.run_beside(command, unit)

    def run_beside(self, command: list[str], unit: Unit) -> str:
        """A command with the environment of a unit. Its output."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=clean_environment() | unit.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def start_web(self, port: str) -> None:
        unit = self.unit("hongqi-web@.service", port)
        probe = Visitor(int(port), NAME, tls=False)

        def answers() -> bool:
            with suppress(OSError), probe:
                return probe.get("/health/ready").status == 200
            return False

        stack = ExitStack()
        environment = clean_environment() | unit.environment
        # The working directory of the unit; the log stays where nothing else is.
        command = ["env", "-C", str(ROOT), *unit.commands[0]]
        with _environment(environment):
            stack.enter_context(
                running(
                    command,
                    answers=answers,
                    log=self.folder / "logs" / f"web-{port}.log",
                    seconds=60,
                )
            )
        self._services[port] = stack

    def stop_web(self, port: str) -> None:
        """SIGTERM to the first process, as KillMode=mixed does, and its end."""
        self._services.pop(port).close()

    def stop_all(self) -> None:
        for port in list(self._services):
            self.stop_web(port)

    def sql(self, statement: str, *, database: str = DATABASE) -> str:
        return psql(self.cluster, "-At", "-c", statement, database=database)

    def log(self, name: str) -> str:
        return (self.folder / "logs" / name).read_text(encoding="utf-8")


@contextmanager
def county(folder: Path, cluster: str) -> Iterator[County]:
    """Everything runs until the block ends. ``cluster`` is a superuser's address."""
    nginx = find_program("nginx", folders=["/usr/sbin"])
    values = values_for(folder)
    done = render(values, folder)
    assert done.returncode == 0, done.stderr
    for name in ("logs", "cache", "data/media", "data/static", "data/keys"):
        (folder / name).mkdir(parents=True)
    make_certificate(folder / "certificate.pem", folder / "key.pem")
    here = County(folder, values, cluster)
    with ExitStack() as stack:
        stack.enter_context(_database(cluster))
        _fill_in_environment(here, stack.enter_context(redis()))
        here.run(here.unit("hongqi-migrate.service"))
        web = here.unit("hongqi-web@.service", "0")
        said = here.run_beside([sys.executable, "-m", "tests.deploy.seed"], web)
        here.seeded = json.loads(said.splitlines()[-1])
        stack.callback(here.stop_all)
        for port in here.ports:
            here.start_web(port)
        stack.enter_context(
            running(
                [
                    nginx,
                    "-c",
                    str(folder / "out/nginx/nginx.conf"),
                    "-g",
                    "daemon off;",
                ],
                answers=lambda: accepts_connections(int(values["HTTPS_PORT"])),
                log=folder / "logs" / "nginx.log",
            )
        )
        yield here


def _fill_in_environment(here: County, redis_address: str) -> None:
    """What the README tells to fill in, and where this test's services are."""
    etc = here.folder / "out" / "etc"
    (here.folder / "out" / "environment").rename(etc)
    at = here.cluster.rpartition("@")[2].partition("/")[0]
    address, _, port = at.partition(":")
    changes = {
        "web.env": {
            "DJANGO_SETTINGS_MODULE": "tests.deploy.settings",
            "SECRET_KEY": "k8Fq2-Zr7_Wm1xTn4Yc9Vb6Ld3Hs5Gj0Pa-Ue_Io8RtQwEyMzXk",
            "DATABASE_URL": f"postgres://hongqi_web@{at}/{DATABASE}",
            "REDIS_PAGES_URL": redis_address.removesuffix("0") + "1",
            "REDIS_LIMITS_URL": redis_address,
        },
        "owner.env": {"DATABASE_URL": f"postgres://hongqi_owner@{at}/{DATABASE}"},
        "backup.env": {"PGHOST": address, "PGPORT": port, "PGDATABASE": DATABASE},
    }
    for name, changed in changes.items():
        variables = read_environment(etc / name)
        assert set(changed) <= set(variables), f"{name} does not name all of {changed}"
        variables |= changed
        (etc / name).write_text(
            "".join(f"{key}={value}\n" for key, value in variables.items())
        )


@contextmanager
def _database(cluster: str) -> Iterator[None]:
    def drop() -> None:
        psql(cluster, "-c", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        for role in ROLES:
            psql(cluster, "-c", f"DROP ROLE IF EXISTS {role}")

    drop()
    try:
        psql(cluster, "-v", f"database={DATABASE}", "-f", str(DEPLOY / "postgresql/roles.sql"))  # fmt: skip
        yield
    finally:
        drop()


def psql(cluster: str, *arguments: str, database: str = "postgres") -> str:
    """As the cluster's superuser."""
    address = cluster.rpartition("/")[0] + f"/{database}"
    done = subprocess.run(
        [find_program("psql"), "-X", "-v", "ON_ERROR_STOP=1", address, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def make_certificate(
    certificate: Path, key: Path, *, algorithm: str = "rsa:2048"
) -> None:
    subprocess.run(
        [
            find_program("openssl"), "req", "-x509", "-newkey", algorithm, "-nodes",
            "-days", "2", "-subj", f"/CN={NAME}", "-out", certificate, "-keyout", key,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip


def clean_environment() -> dict[str, str]:
    """What systemd gives every service, and nothing of the test's own settings."""
    return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}


@contextmanager
def _environment(environment: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
