"""What a kept page costs against an empty view and against drawing it.

Run by ``python -m tests.load``. Each is asked for through a whole WSGI application, in one
thread, in turns of half a second: what differs is the work and not the network.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from time import perf_counter, sleep

from tests.load.figures import Figure, rates

ENTRIES = 30
PUBLICATIONS = 5
ROOT = Path(__file__).resolve().parents[2]
MEGABYTES = 32 * 1024 * 1024

# What `startproject` writes down.
DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def figures() -> list[Figure]:
    """Measure in a process of its own, with the settings of the test suite."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench_pages"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "site_cms.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    measured = json.loads(done.stdout.splitlines()[-1])

    def against(base: str, name: str, words: str, **target: float) -> Figure:
        ratio = measured[name] / measured[base]
        return Figure(words, measured[name], "/s", ratio=ratio, **target)

    return [
        Figure("empty view, Django's middleware (baseline)", measured["empty"], "/s"),
        against("empty", "kept", "kept list of 30 units", least=0.5),
        against("empty", "packed", "the same, compressed", least=0.5),
        against("empty", "unchanged", "the same, nothing has changed (304)", least=0.5),
        Figure("drawn list of 30 units (baseline)", measured["drawn"], "/s"),
        against("drawn", "kept", "kept list of 30 units"),
        Figure(
            "published by one process, seen by another",
            measured["seen"],
            "s",
            target=1.2,
        ),
    ]


def ask(site: Callable, path: str, query: str = "", **headers: str) -> dict[str, str]:
    """One GET through a WSGI application; its headers, when the body has been read."""
    answered: dict[str, str] = {}

    def start_response(status: str, found: list, error: object = None) -> None:
        answered.update(found, status=status[:3])

    response = site(
        {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": sys.stderr,
            **{f"HTTP_{name}": value for name, value in headers.items()},
        },
        start_response,
    )
    b"".join(response)
    response.close()
    return answered


def main() -> None:
    # Django must be set up before models are imported, and only in this process.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"]["NAME"] = settings.DATA_DIR / "bench.sqlite3"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from tests.site_factories import make_pages, make_showcase  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    setup_test_environment()
    make_pages(make_showcase(), ENTRIES)
    sys.stdout.write(json.dumps(_rates() | {"seen": _seconds_until_seen()}) + "\n")


def _rates() -> dict[str, float]:
    from django.core.wsgi import WSGIHandler  # noqa: PLC0415
    from django.test.utils import override_settings  # noqa: PLC0415

    @contextmanager
    def site(**settings):
        with override_settings(**settings):
            yield WSGIHandler()

    with site(
        MIDDLEWARE=DEFAULT_MIDDLEWARE, ROOT_URLCONF="tests.load.empty_site"
    ) as empty:
        measured = rates(empty=lambda: ask(empty, "/"))
    with site(PAGE_CACHE_BYTES=MEGABYTES) as kept:
        address = "/u/", "order=3"
        tag = ask(kept, *address, ACCEPT_ENCODING="gzip")["ETag"]
        unchanged = {"ACCEPT_ENCODING": "gzip", "IF_NONE_MATCH": tag}
        assert ask(kept, *address, **unchanged)["status"] == "304"
        measured |= rates(
            kept=lambda: ask(kept, *address),
            packed=lambda: ask(kept, *address, ACCEPT_ENCODING="gzip"),
            unchanged=lambda: ask(kept, *address, **unchanged),
        )
    with site(PAGE_CACHE_BYTES=0) as uncached:
        measured |= rates(drawn=lambda: ask(uncached, *address))
    # Once more: a machine that others use is not the same a minute later.
    with site(
        MIDDLEWARE=DEFAULT_MIDDLEWARE, ROOT_URLCONF="tests.load.empty_site"
    ) as empty:
        again = rates(empty=lambda: ask(empty, "/"))
    return measured | {"empty": max(measured["empty"], again["empty"])}


def _seconds_until_seen() -> float:
    """The longest that another web process went on showing the page as it was."""
    from django.utils import timezone  # noqa: PLC0415

    from site_cms.pages.services import publish_notice  # noqa: PLC0415
    from tests.services.web import web_process  # noqa: PLC0415

    longest = 0.0
    with web_process(pages="django.core.cache.backends.dummy.DummyCache") as web:
        for number in range(PUBLICATIONS):
            web.get("/notices/")
            sleep(number / PUBLICATIONS)
            web.get("/notices/")
            publish_notice(
                by=None,
                title=f"新公告 {number}",
                slug=f"new-{number}",
                published_on=timezone.localdate(),
                now=timezone.now(),
            )
            start = perf_counter()
            while f"新公告 {number}" not in web.get("/notices/")["text"]:
                pass
            longest = max(longest, perf_counter() - start)
    return longest


if __name__ == "__main__":
    main()
