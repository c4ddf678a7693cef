"""A web process of its own on the database of this one: ``python -m tests.services.web``."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class WebProcess:
    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process

    def get(self, address: str) -> dict[str, Any]:
        """The page as this process shows it: its text, and the queries that it took."""
        self._process.stdin.write(f"{address}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def web_process(*, pages: str, location: str = "") -> Iterator[WebProcess]:
    """Run it until the block ends; ``pages`` is the backend of that cache.

    Its settings are those that DJANGO_SETTINGS_MODULE names here too.
    """
    from django.db import connection  # noqa: PLC0415

    here = connection.settings_dict
    database = {
        name: str(here[name]) for name in ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.services.web"],
        cwd=ROOT,
        env=os.environ
        | {
            "WEB_DATABASE": json.dumps(database),
            "WEB_PAGES": json.dumps({"BACKEND": pages, "LOCATION": location}),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield WebProcess(process)
        process.stdin.close()


def main() -> None:
    # Django must be set up before anything that needs it, and only in this process.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"] |= json.loads(os.environ["WEB_DATABASE"])
    settings.CACHES["pages"] = json.loads(os.environ["WEB_PAGES"])
    settings.PAGE_CACHE_BYTES = 8 * 1024 * 1024
    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    for line in sys.stdin:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(line.strip())
        seen = {"text": response.text, "queries": len(queries)}
        sys.stdout.write(json.dumps(seen) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
