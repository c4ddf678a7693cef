"""Voters who do everything wrong that networks and people do, and note what they are told."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.faults.checker import Asked

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_RECEIPT = re.compile(rb"\r\nlocation: *\S*/receipt/([^/\s]+)/", re.IGNORECASE)
_PATIENCE = 5.0
_BEFORE_ONCE_MORE = 0.05

REFUSED = 409
NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Request:
    asked: Asked
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. NO_ANSWER: the connection failed, or stayed silent."""

    status: int
    receipt: str = ""

    @property
    def is_final(self) -> bool:
        return bool(self.receipt) or self.status == REFUSED


# What a voter sends, in steps: the requests of one step are on their way at the same time.
Steps = Sequence[Sequence[Request]]


def plain(one: Request, other: Request) -> Steps:
    return [[one]]


def duplicated(one: Request, other: Request) -> Steps:
    """A double click."""
    return [[one, one]]


def retried(one: Request, other: Request) -> Steps:
    """The answer was lost, so the voter believes, and sends it again."""
    return [[one], [one]]


def two_tabs(one: Request, other: Request) -> Steps:
    """Two pages with other choices and other keys, sent at the same time."""
    return [[one, other]]


def reordered(one: Request, other: Request) -> Steps:
    """What was sent second arrives first, and the first twice after it."""
    return [[other], [one], [other, one]]


HABITS = (plain, duplicated, retried, two_tabs, reordered)


@dataclass(slots=True)
class Told:
    """Everything that voters were told, by all threads."""

    acknowledged: list[tuple[Asked, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    finished: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, request: Request, answer: Answer) -> None:
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.receipt:
                self.acknowledged.append((request.asked, answer.receipt))

    def has_finished(self) -> None:
        with self.lock:
            self.finished += 1


class Crowd:
    """Threads that send for one voter after the other until each step has its answer.

    They stop before a voter whom nobody let in: a crowd must not outrun what is to break.
    """

    def __init__(self, port: int, voters: Iterator[Steps], *, threads: int) -> None:
        self.told = Told()
        self._port = port
        self._voters = voters
        self._next = threading.Condition()
        self._begun = self._let_in = 0
        self._threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def let_in(self, number: int) -> None:
        """So many voters, from the first on, may begin."""
        with self._next:
            self._let_in = number
            self._next.notify_all()

    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _work(self, number: int) -> None:
        lines = [Line(self._port), Line(self._port)]
        shuffle = Random(number).shuffle
        while steps := self._next_voter():
            for step in steps:
                waiting = list(step)
                shuffle(waiting)
                while waiting:
                    waiting = self._once(waiting, lines)
                    if waiting:
                        time.sleep(_BEFORE_ONCE_MORE)
            self.told.has_finished()

    def _next_voter(self) -> Steps | None:
        with self._next:
            self._next.wait_for(lambda: self._begun < self._let_in)
            self._begun += 1
            return next(self._voters, None)

    def _once(self, requests: list[Request], lines: list["Line"]) -> list[Request]:
        """Send all, then read all answers. Which must be sent once more."""
        pairs = list(zip(requests, lines, strict=False))
        for request, line in pairs:
            line.send(request.bytes)
        again = []
        for request, line in pairs:
            answer = line.answer()
            self.told.note(request, answer)
            if not answer.is_final:
                again.append(request)
        return again


class Line:
    """A connection that is kept while it lasts, and made again when it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def send(self, request: bytes) -> None:
        try:
            if self._socket is None:
                self._socket = socket.create_connection(
                    ("127.0.0.1", self._port), timeout=_PATIENCE
                )
            self._socket.sendall(request)
        except OSError:
            self._hang_up()

    def answer(self) -> Answer:
        received = b""
        try:
            while self._socket is not None:
                part = self._socket.recv(65536)
                if not part:
                    break
                received += part
                head, found, body = received.partition(b"\r\n\r\n")
                length = _LENGTH.search(head)
                if found and len(body) >= int(length[1] if length else 0):
                    receipt = _RECEIPT.search(head)
                    return Answer(
                        int(head[9:12]), receipt[1].decode() if receipt else ""
                    )
        except OSError:
            pass
        self._hang_up()
        return Answer(NO_ANSWER)

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
