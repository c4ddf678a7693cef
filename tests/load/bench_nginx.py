"""A kept page behind nginx, which answers by itself for one second: against a file and against drawing.

Run by ``python -m tests.load``. Needs nginx and wrk. The site is the embedded profile on
throw-away data; nginx keeps what the site says it may (``X-Accel-Expires``), by font and
contrast, and passes whoever has a session.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from tests.load.figures import Figure
from tests.services.processes import (
    accepts_connections,
    find_program,
    free_port,
    running,
)

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 30
SECONDS = 4
ADDRESS = "/u/?order=3"

NGINX = """
daemon off; master_process off; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}/body; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; proxy_temp_path {folder}/proxy;
    proxy_cache_path {folder}/kept keys_zone=pages:4m max_size=64m;
    default_type text/html;
    server {{
        listen 127.0.0.1:{port};
        location /file/ {{ root {folder}; sendfile on; }}
        location / {{
            proxy_pass http://127.0.0.1:{site};
            proxy_set_header Host $host;
            proxy_cache pages; proxy_cache_lock on; proxy_cache_use_stale updating;
            # The site varies by cookie; only these two change a page.
            proxy_ignore_headers Vary;
            proxy_cache_key $host$request_uri|$cookie_font|$cookie_contrast|$http_accept_encoding;
            proxy_cache_bypass $cookie_sessionid $http_authorization;
            proxy_no_cache $cookie_sessionid $http_authorization;
        }}
    }}
}}
"""


def figures() -> list[Figure]:
    nginx, wrk = find_program("nginx", folders=["/usr/sbin"]), find_program("wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "site_cms.settings.embedded",
            "DATA_DIR": str(folder / "data"),
        }
        subprocess.run(
            [sys.executable, "-m", "tests.load.bench_nginx"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        with site(folder, environment | {"PAGE_CACHE_MEGABYTES": "0"}) as port:
            drawn = rate(wrk, port, ADDRESS)
        with (
            site(folder, environment) as port,
            in_front(nginx, folder, site=port) as front,
        ):
            with build_opener(ProxyHandler({})).open(
                f"http://127.0.0.1:{front}{ADDRESS}"
            ) as answer:
                page = answer.read()
            (folder / "file").mkdir()
            (folder / "file" / "page.html").write_bytes(page)
            kept = rate(wrk, port, ADDRESS)
            micro = rate(wrk, front, ADDRESS)
            static = rate(wrk, front, "/file/page.html")
    return [
        Figure("drawn list of 30 units, Granian (baseline)", drawn, "/s"),
        Figure("the same, kept in the process", kept, "/s", ratio=kept / drawn),
        Figure(
            "the same, nginx for one second",
            micro,
            "/s",
            ratio=micro / drawn,
            least=500,
        ),
        Figure("the same as a file, nginx (baseline)", static, "/s"),
        Figure("nginx for one second", micro, "/s", ratio=micro / static, least=0.5),
    ]


@contextmanager
def site(folder: Path, environment: dict[str, str]) -> Iterator[int]:
    port = free_port()
    with running(
        [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
        answers=lambda: accepts_connections(port),
        log=folder / "site.log",
        environment=environment,
        seconds=120,
    ):
        yield port


@contextmanager
def in_front(nginx: str, folder: Path, *, site: int) -> Iterator[int]:
    port = free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port, site=site))
    with running(
        [nginx, "-c", str(configuration), "-p", str(folder)],
        answers=lambda: accepts_connections(port),
        log=folder / "nginx.log",
    ):
        yield port


def rate(wrk: str, port: int, address: str) -> float:
    """Answers a second to sixteen visitors; an answer that is no page stops the bench."""
    done = subprocess.run(
        [wrk, "-t1", "-c16", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{address}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in done:
        raise RuntimeError(done)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])


def main() -> None:
    """Fill the data of the site that is measured."""
    # Django must be set up before models are imported, and only in this process.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from tests.site_factories import make_pages, make_showcase  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collect_changed_static", verbosity=0)
    make_pages(make_showcase(), ENTRIES)


if __name__ == "__main__":
    main()
