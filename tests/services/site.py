"""The whole site on free ports, as a server of a county or as an embedded one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services.postgresql import Cluster, cluster
from tests.services.processes import accepts_connections, free_port, scratch_folder
from tests.services.redis import Redis, counters
from tests.services.restartable import Restartable

ROOT = Path(__file__).resolve().parents[2]
HOST = "hongqi.example.gov.cn"

# As the unit of deploy/ has it.
WORKERS = {"workers": 2, "threads": 8}

PRODUCTION = "site_cms.settings.production"
EMBEDDED = "site_cms.settings.embedded"


@dataclass(frozen=True, slots=True)
class Site:
    """``postgresql`` and ``redis`` are None where the profile needs none."""

    folder: Path
    environment: Mapping[str, str]
    postgresql: Cluster | None = None
    redis: Redis | None = None

    def manage(self, *command: str) -> None:
        """Run a command of manage.py in the profile of this site."""
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
        )

    def prepare(self) -> None:
        """Tables and static files, as before the first start of a server."""
        self.manage("migrate", "--run-syncdb", "--verbosity", "0")
        self.manage("createcachetable")
        self.collect_static()

    def collect_static(self) -> None:
        """Pages cannot be drawn without."""
        self.manage("collectstatic", "--no-input", "--verbosity", "0")

    @contextmanager
    def served(
        self,
        *,
        application: str = "site_cms.wsgi:application",
        workers: int,
        threads: int,
        **environment: str,
    ) -> Iterator[tuple[Restartable, int]]:
        """Granian, as the units of deploy/ start it, and its port. What is named more goes
        into its environment."""
        port = free_port()
        command = [
            str(Path(sys.executable).with_name("granian")),
            "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--http", "1", "--no-ws", "--workers", str(workers),
            "--blocking-threads", str(threads), "--backlog", "1024",
            "--respawn-failed-workers", "--respawn-interval", "0.1",
            "--log-level", "warning", "--no-access-log", application,
        ]  # fmt: skip
        server = Restartable(
            command,
            answers=lambda: accepts_connections(port),
            log=self.folder / f"web-{port}.log",
            environment={**self.environment, **environment, "PYTHONPATH": str(ROOT)},
        )
        try:
            server.start()
            yield server, port
        finally:
            server.stop(signal.SIGTERM)


@contextmanager
def county(settings: str = PRODUCTION) -> Iterator[Site]:
    """PostgreSQL, Redis and folders of their own; nothing is migrated or served yet."""
    with ExitStack() as services:
        folder = services.enter_context(scratch_folder(None))
        here = services.enter_context(cluster())
        redis = services.enter_context(counters())
        environment = _environment(folder, settings) | {
            "ALLOWED_HOSTS": HOST,
            "PUBLIC_ORIGIN": f"https://{HOST}",
            "DATABASE_URL": here.address(),
            "REDIS_LIMITS_URL": redis.address(),
            "REDIS_PAGES_URL": redis.address(1),
        }
        yield Site(folder, environment, here, redis)


@contextmanager
def village(settings: str = EMBEDDED) -> Iterator[Site]:
    """SQLite in a folder of its own; nothing is migrated or served yet."""
    with scratch_folder(None) as folder:
        environment = _environment(folder, settings) | {
            "PUBLIC_ORIGIN": f"http://{HOST}"
        }
        yield Site(folder, environment)


def _environment(folder: Path, settings: str) -> dict[str, str]:
    given = {"DATABASE_URL", "REDIS_LIMITS_URL", "REDIS_PAGES_URL"}
    inherited = {name: text for name, text in os.environ.items() if name not in given}
    return inherited | {
        "DJANGO_SETTINGS_MODULE": settings,
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "DATA_DIR": str(folder),
        "KEYS_DIR": str(folder / "keys"),
        "TRUSTED_PROXIES": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
    }
