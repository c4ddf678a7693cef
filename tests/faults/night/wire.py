"""One connection to the site that breaks, as the hall's network does, and is made again."""

import http.client
import json
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from time import sleep
from typing import Any, NamedTuple

from django.conf import settings

from tests.services.site import HOST

PATIENCE = 8.0
NO_ANSWER = 0

# Both are made by the site; that they are equal is all that it asks.
_CSRF = "f" * 32
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


class Wire:
    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._port = port
        self.cookies = {settings.CSRF_COOKIE_NAME: _CSRF, **(cookies or {})}
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
                self._connection = http.client.HTTPConnection(
                    "127.0.0.1", self._port, timeout=PATIENCE
                )
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

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _headers(self, body: bytes, kind: str) -> dict[str, str]:
        sent = {
            "Host": HOST,
            "X-Forwarded-For": _ADDRESS,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}/",
            "Cookie": "; ".join(f"{n}={value}" for n, value in self.cookies.items()),
        }
        if body:
            sent |= {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                "X-CSRFToken": _CSRF,
            }
        return sent
