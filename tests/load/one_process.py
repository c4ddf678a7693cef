"""The site's WSGI application called in this process, with requests as they come over the line."""

from collections.abc import Iterator
from io import BytesIO
from time import process_time

from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from tests.load.phones import phones
from tests.load.poll import prepared_poll

_APART = 10_000_000


class OneProcess:
    """A poll, and voters who have not been there before."""

    def __init__(self) -> None:
        self._poll, self._slug = prepared_poll()
        self._application = get_wsgi_application()
        self._now = timezone.now()
        self._voters = 0

    def ballots(self, number: int) -> list[bytes]:
        made = phones(self._poll, after=self._voters, number=number, now=self._now)
        self._voters += number
        return [phone.ballot(self._slug, now=self._now) for phone in made]

    def forms(self, number: int) -> list[bytes]:
        """Of the baseline that stores nothing."""
        made = phones(self._poll, after=_APART, number=number, now=self._now)
        return [phone.form("/baseline/nothing/") for phone in made]

    def seconds_of(self, requests: list[bytes]) -> Iterator[float]:
        """Processor time of each, which must be taken."""
        for request in requests:
            environ = _environ(request)
            start = process_time()
            self.send(environ)
            yield process_time() - start

    def send_all(self, requests: list[bytes]) -> None:
        for request in requests:
            self.send(_environ(request))

    def send(self, environ: dict[str, object]) -> None:
        statuses: list[str] = []
        response = self._application(
            environ, lambda status, headers: statuses.append(status)
        )
        b"".join(response)
        response.close()
        if not statuses[0].startswith(("302", "303")):
            raise RuntimeError(f"not taken: {statuses[0]}")


def _environ(request: bytes) -> dict[str, object]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, protocol = first.split(" ")
    environ: dict[str, object] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": protocol,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        bare = name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        environ[name if bare else f"HTTP_{name}"] = value
    return environ
