"""The hall's network: connections to the site that break and are made again."""

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from time import sleep
from typing import Any, NamedTuple

PATIENCE = 8.0
NO_ANSWER = 0

# A cookie and a header that are equal: no more is asked of a token.
_CSRF_COOKIE, _CSRF = "__Host-csrf", "f" * 32
# One hall, one router: everybody comes from one address.
_ADDRESS = "203.0.113.7"


class Answer(NamedTuple):
    """NO_ANSWER: the connection failed, or stayed silent."""

    status: int
    body: bytes = b""
    etag: str = ""
    cookies: Mapping[str, str] = {}

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    def first(self, pattern: str) -> str:
        """What the pattern's group finds in the text, or nothing."""
        found = re.search(pattern, self.text)
        return found[1] if found else ""

    def every(self, pattern: str) -> list[str]:
        return list(dict.fromkeys(re.findall(pattern, self.text)))


@dataclass(frozen=True, slots=True)
class Hall:
    """Where the site is, under which name, and how fast a night goes there.

    Seconds: how often a judge's phone and a screen ask, how long at most a judge takes for a
    sheet, and how long a phone is off the network that drops out. A night in a hurry has less
    of all.
    """

    port: int
    host: str
    tls: bool = False
    judge_asks_every: float = 0.4
    screen_asks_every: float = 0.4
    thinks: float = 1.0
    away: float = 1.0

    def wire(self, cookies: Mapping[str, str] | None = None) -> "Wire":
        return Wire(self, cookies or {})


class Wire:
    def __init__(self, hall: Hall, cookies: Mapping[str, str]) -> None:
        self._hall = hall
        self._cookies = {_CSRF_COOKIE: _CSRF, **cookies}
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Answer:
        self.send("GET", path, **headers)
        return self.answer()

    def post(self, path: str, body: bytes, kind: str, **headers: str) -> Answer:
        self.send("POST", path, body, kind, **headers)
        return self.answer()

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        kind: str = "application/x-www-form-urlencoded",
        *,
        slow: bool = False,
        **headers: str,
    ) -> None:
        """``slow``: the body comes in two pieces, a while apart."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            self._connection.putrequest(method, path, skip_host=True)
            for name, value in (self._headers(body, kind) | headers).items():
                self._connection.putheader(name.replace("_", "-"), value)
            self._connection.endheaders()
            half = len(body) // 2 if slow else len(body)
            self._connection.send(body[:half])
            if slow:
                sleep(0.3)
                self._connection.send(body[half:])
        except (OSError, http.client.HTTPException):
            self.hang_up()

    def answer(self) -> Answer:
        if self._connection is None:
            return Answer(NO_ANSWER)
        try:
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            return Answer(NO_ANSWER)
        given = {
            name: morsel.value
            for line in response.headers.get_all("Set-Cookie", [])
            for name, morsel in SimpleCookie(line).items()
        }
        if response.will_close:
            self.hang_up()
        return Answer(response.status, body, response.headers.get("ETag", ""), given)

    def _connect(self) -> http.client.HTTPConnection:
        if not self._hall.tls:
            return http.client.HTTPConnection(
                "127.0.0.1", self._hall.port, timeout=PATIENCE
            )
        # The certificate of a test is its own authority.
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        made = http.client.HTTPSConnection(
            "127.0.0.1", self._hall.port, timeout=PATIENCE, context=trusting
        )
        return made

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _headers(self, body: bytes, kind: str) -> dict[str, str]:
        sent = {
            "Host": self._hall.host,
            "X-Forwarded-For": _ADDRESS,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{self._hall.host}/",
            "Cookie": "; ".join(f"{n}={value}" for n, value in self._cookies.items()),
        }
        if body:
            sent |= {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "X-CSRFToken": _CSRF,
            }
        return sent
