"""A browser without a screen: one address, its cookies, what it was answered."""

import http.client
import re
import socket
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode, urlsplit

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_CAST_FORM = re.compile(r'<form[^>]*action="[^"]*/cast/".*?</form>', re.DOTALL)


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """``address`` is where the requests come from: every 127.x.y.z is this machine."""

    port: int
    host: str
    address: str = "127.0.0.1"
    tls: bool = True
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, form: list[tuple[str, str]], **headers: str) -> Answer:
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(form), sent | headers)

    def send(
        self,
        method: str,
        path: str,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        origin = f"https://{self.host}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": self.host, "Referer": f"{origin}/", "Cookie": cookies} | {
            name.replace("_", "-"): value for name, value in (headers or {}).items()
        }
        answer = self._ask(method, path, body, sent)
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def _ask(self, method: str, path: str, body: str | None, sent: dict) -> Answer:
        if self._connection is None:
            self._connection = self._connect()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def _connect(self) -> http.client.HTTPConnection:
        origin = (self.address, 0)
        if not self.tls:
            return http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=60, source_address=origin
            )
        return _NamedTLS(self.port, self.host, origin)

    def says_of_body(self, path: str, size: int) -> str:
        """The first line of the answer to a POST that only announces its body."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        with _trusting().wrap_socket(raw, server_hostname=self.host) as line:
            line.sendall(
                f"POST {path} HTTP/1.1\r\nHost: {self.host}\r\n"
                f"Content-Length: {size}\r\nExpect: 100-continue\r\n\r\n".encode()
            )
            return line.recv(200).decode().splitlines()[0]

    def fill_in(self, slug: str, *plates: str) -> list[tuple[str, str]]:
        """From the ballot to the form of the check page, as it would be sent."""
        at = f"/vote/{slug}"
        self.get(f"{at}/")
        chosen = [("entry", plate) for plate in plates]
        answer = self.post(f"{at}/check/", chosen)
        while answer.status in {302, 303}:
            answer = self.get(answer.headers["Location"])
        form = _CAST_FORM.search(answer.text)
        assert form, f"no ballot to send: {answer.status} {answer.text[:300]}"
        return _HIDDEN.findall(form[0])

    def cast(self, slug: str, form: list[tuple[str, str]]) -> str:
        """The address of the receipt, or nothing where none was given."""
        answer = self.post(f"/vote/{slug}/cast/", form)
        location = answer.headers.get("Location", "")
        return urlsplit(location).path if "/receipt/" in location else ""


class _NamedTLS(http.client.HTTPSConnection):
    """TLS to this machine under the site's name."""

    def __init__(self, port: int, name: str, origin: tuple[str, int]) -> None:
        super().__init__(
            "127.0.0.1", port, timeout=60, source_address=origin, context=_trusting()
        )
        self._name = name

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self._name)


def _trusting() -> ssl.SSLContext:
    """The certificate of a test is its own authority."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
