"""Sends prepared requests over kept connections, and costs little itself.

One thread, no parsing but of the status and the length: on a machine with two cores a
costly sender would be measured with what it sends to.
"""

import re
import selectors
import socket
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END_OF_HEAD, _END_OF_CHUNKS = b"\r\n\r\n", b"0\r\n\r\n"
# A connection of which nothing was heard for so long is given up.
_PATIENCE = 30.0


@dataclass(slots=True)
class Sent:
    """What came of it. ``waits`` are from when a request was due to its whole answer."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return sum(self.statuses.values()) / self.seconds

    def wait(self, share: float) -> float:
        """The wait that this share of requests did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(slots=True)
class _Connection:
    socket: socket.socket
    due: float = 0.0
    answer: bytes = b""


class Sender:
    def __init__(self, port: int, *, connections: int) -> None:
        self._port = port
        self._idle = deque(self._connected() for _ in range(connections))

    def _connected(self) -> _Connection:
        made = socket.create_connection(("127.0.0.1", self._port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _Connection(made)

    def close(self) -> None:
        for connection in self._idle:
            connection.socket.close()

    def send(self, requests: Iterable[bytes]) -> Sent:
        """Each as soon as a connection is free."""
        return self._send((0.0, request) for request in requests)

    def send_at(self, requests: Iterable[tuple[float, bytes]]) -> Sent:
        """Each at its second from now, or as soon after it as a connection is free."""
        return self._send(requests)

    def _send(self, requests: Iterable[tuple[float, bytes]]) -> Sent:
        sent, start = Sent(), perf_counter()
        waiting = iter(requests)
        upcoming = next(waiting, None)
        busy = 0
        with selectors.DefaultSelector() as selector:
            while upcoming or busy:
                now = perf_counter()
                while upcoming and self._idle and start + upcoming[0] <= now:
                    connection = self._idle.popleft()
                    # A request that was due at 0 is due when its turn has come.
                    connection.due = start + upcoming[0] if upcoming[0] else now
                    connection.answer = b""
                    connection.socket.sendall(upcoming[1])
                    selector.register(
                        connection.socket, selectors.EVENT_READ, connection
                    )
                    busy += 1
                    upcoming = next(waiting, None)
                pause = _PATIENCE
                if upcoming and self._idle:
                    pause = max(0.0, start + upcoming[0] - perf_counter())
                events = selector.select(pause)
                if not events and pause == _PATIENCE:
                    raise TimeoutError(f"no answer within {_PATIENCE:.0f} seconds")
                for key, _ in events:
                    if self._is_answered(key.data, sent):
                        selector.unregister(key.fileobj)
                        self._idle.append(key.data)
                        busy -= 1
        sent.seconds = perf_counter() - start
        return sent

    def _is_answered(self, connection: _Connection, sent: Sent) -> bool:
        part = connection.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed a connection")
        connection.answer += part
        head, found, body = connection.answer.partition(_END_OF_HEAD)
        if not found:
            return False
        length = _LENGTH.search(head)
        if length and len(body) < int(length[1]):
            return False
        if not length and not body.endswith(_END_OF_CHUNKS):
            return False
        sent.statuses[int(head[9:12])] += 1
        sent.waits.append(perf_counter() - connection.due)
        return True
