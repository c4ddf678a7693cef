"""The site's WSGI application called in this process, with requests as they come over the line."""

from collections.abc import Callable
from io import BytesIO

from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from tests.load.phones import phones
from tests.load.poll import prepared_poll


def prepared_ballots(number: int) -> tuple[Callable[[bytes], None], list[bytes]]:
    """What sends a ballot, and so many of them."""
    poll, slug = prepared_poll()
    now = timezone.now()
    application = get_wsgi_application()

    def cast(request: bytes) -> None:
        statuses: list[str] = []
        response = application(
            _environ(request), lambda status, headers: statuses.append(status)
        )
        b"".join(response)
        response.close()
        if not statuses[0].startswith("303"):
            raise RuntimeError(f"not taken: {statuses[0]}")

    made = phones(poll, after=0, number=number, now=now)
    return cast, [phone.ballot(slug, now=now) for phone in made]


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
