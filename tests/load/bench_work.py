"""What the proof of work costs: the server for one ballot, a browser for the worst luck.

``python -m tests.load.bench_work``. Browser times are those of Chromium with the processor
six times slower, which is about a cheap phone, and of the counter that is tried last: the
average voter waits half as long, while reading the page.
"""

import json
import os
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread

from tests.load.figures import Figure, rates

SLOWER = 6
RUNS = 3
BASE, RISKY = 80, 800
SCRIPT = Path(__file__).parents[2] / "voting/static/voting/js/work.js"

WITHOUT_WEBCRYPTO = """
delete window.Worker;
Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });
"""


def figures() -> list[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings.test")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # Django must be set up before models are imported.
    import django  # noqa: PLC0415

    django.setup()
    return [*_of_the_server(), *_of_a_browser()]


def _of_the_server() -> Iterator[Figure]:
    from django.utils import timezone  # noqa: PLC0415

    from site_cms.gate.work import issue, verify  # noqa: PLC0415
    from tests.factories.work import solved  # noqa: PLC0415

    now = timezone.now()
    page = {"purpose": "ballot", "bound_to": "page"}
    payload = solved(issue(**page, difficulty=BASE, now=now).text)
    measured = rates(
        issue=lambda: issue(**page, difficulty=BASE, now=now),
        verify=lambda: verify(payload=payload, **page, now=now),
    )
    yield Figure("a challenge for a check page", 1000 / measured["issue"], "ms")
    yield Figure("looking at the work of a ballot", 1000 / measured["verify"], "ms")


def _of_a_browser() -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS
        )
        for difficulty, level, most in (
            (BASE, "no risk", 1.0),
            (RISKY, "most risk", 8.0),
        ):
            for how, crippled in (("JavaScript", WITHOUT_WEBCRYPTO), ("WebCrypto", "")):
                times = [_seconds(browser, difficulty, crippled) for _ in range(RUNS)]
                yield Figure(
                    f"slow phone, {level}, {how}", median(times), "s", target=most
                )
        browser.close()


def _seconds(browser, difficulty: int, crippled: str) -> float:
    address, stop = _served(_worst_challenge(difficulty))
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(crippled)
    page.goto(address)
    page.wait_for_function(
        "document.querySelector('[data-work-field]').value", timeout=120_000
    )
    seconds = page.evaluate("(performance.now() - began) / 1000")
    page.close()
    stop()
    return seconds


def _worst_challenge(difficulty: int) -> str:
    """One whose hidden counter is the last that is tried, made as the server makes them."""
    from altcha import create_challenge  # noqa: PLC0415

    challenge = create_challenge(
        "PBKDF2/SHA-256",
        1000,
        counter=difficulty - 1,
        data={"for": "bench", "difficulty": difficulty},
        hmac_secret="bench",
    )
    return json.dumps(challenge.to_dict())


def _served(challenge: str):
    html = (
        "<!doctype html><script>var began = performance.now();</script>"
        f"<form data-work='{challenge}'><input data-work-field>"
        "<button data-busy='x'>x</button><p data-work-say></p></form>"
        "<script src='work.js'></script>"
    )

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = self.path.endswith("work.js")
            body = SCRIPT.read_bytes() if is_script else html.encode()
            kind = "text/javascript" if is_script else "text/html"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_) -> None:
            """The figures are all that is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", server.shutdown


if __name__ == "__main__":
    for figure in figures():
        sys.stdout.write(figure.line() + "\n")
