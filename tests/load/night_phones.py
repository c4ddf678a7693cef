"""Phones on the live page: ``python -m tests.load.night_phones PORT NAME SLUG PHONES SECONDS``.

Each keeps its connection, asks for the page once and then every two seconds for the state with
the ETag that it has, as the page's script does. Some are in the hall, behind its one address;
the others come from mobile networks. Prints JSON.
"""

import asyncio
import json
import re
import ssl
import sys
from collections import Counter
from itertools import cycle
from time import perf_counter

_ASKS_EVERY = 2.0
_IN_THE_HALL = 500
# Every 127.x.y.z is this machine.
_HALL, _NETWORKS = "127.0.0.1", [f"127.1.{number}.1" for number in range(1, 91)]

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ETAG = re.compile(rb"\r\netag: *(\S+)", re.IGNORECASE)
_END_OF_HEAD, _END_OF_CHUNKS = b"\r\n\r\n", b"0\r\n\r\n"


class Crowd:
    def __init__(self, name: str, slug: str) -> None:
        self.page = f"/live/{slug}/"
        self.host = name
        self.statuses: Counter[int] = Counter()
        self.waits: list[float] = []
        self.received = 0
        self.failed = 0
        self.is_measuring = False


class Phone(asyncio.Protocol):
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._answer = b""
        self._etag = ""
        self._path = crowd.page

    def connection_made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        if self._transport.is_closing():
            return
        tag = f"If-None-Match: {self._etag}\r\n" if self._etag else ""
        self._asked_at = perf_counter()
        self._transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {self._crowd.host}\r\n"
            f"Accept-Encoding: gzip\r\n{tag}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(_END_OF_HEAD)
        status = int(head[9:12] or 0)
        if not found or not (status == 304 or _is_whole(head, body)):
            return
        crowd = self._crowd
        if crowd.is_measuring:
            crowd.statuses[status] += 1
            crowd.waits.append(perf_counter() - self._asked_at)
            crowd.received += len(self._answer)
        if self._path != crowd.page:
            tag = _ETAG.search(head)
            self._etag = tag[1].decode() if tag else ""
        self._path, self._answer = f"{crowd.page}state/", b""
        asyncio.get_running_loop().call_later(_ASKS_EVERY, self._ask)

    def connection_lost(self, error: Exception | None) -> None:
        self._crowd.failed += self._crowd.is_measuring


def _is_whole(head: bytes, body: bytes) -> bool:
    length = _LENGTH.search(head)
    return len(body) >= int(length[1]) if length else body.endswith(_END_OF_CHUNKS)


async def main(port: int, name: str, slug: str, phones: int, seconds: float) -> None:
    crowd, loop = Crowd(name, slug), asyncio.get_running_loop()
    # The certificate of a test is its own authority.
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    networks = cycle(_NETWORKS)
    connected = []
    for number in range(phones):
        address = _HALL if number < _IN_THE_HALL else next(networks)
        transport, _ = await loop.create_connection(
            lambda: Phone(crowd),
            "127.0.0.1",
            port,
            ssl=trusting,
            local_addr=(address, 0),
        )
        connected.append(transport)
    sys.stdout.write("all there\n")
    sys.stdout.flush()
    crowd.is_measuring, start = True, perf_counter()
    await asyncio.sleep(seconds)
    crowd.is_measuring, elapsed = False, perf_counter() - start
    for transport in connected:
        transport.abort()
    sys.stdout.write(
        json.dumps(
            {
                "rate": sum(crowd.statuses.values()) / elapsed,
                "statuses": crowd.statuses,
                "failed": crowd.failed,
                "slow": _share(crowd.waits, 0.99),
                "usual": _share(crowd.waits, 0.5),
                "bytes": crowd.received / elapsed,
            }
        )
        + "\n"
    )


def _share(waits: list[float], share: float) -> float:
    ordered = sorted(waits)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(main(int(given[0]), given[1], given[2], int(given[3]), float(given[4])))
