"""Two hosts, a supervisor and the screens of the hall, by the addresses of the site alone."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from tests.faults.night.judges import Told
from tests.faults.night.wire import Answer, Hall

_FORM = "application/x-www-form-urlencoded"
_BEFORE_ONCE_MORE = 0.2
# A night in which nobody comes any further any more.
STALLED = 120

# The acts of one turn in their order; waiting for judges is the same place as asking for
# the lock.
_PLACES = {
    "call": 0,
    "open": 1,
    "wait_for_seats": 2,
    "wait_for_outliers": 2,
    "ask_lock": 2,
    "wait_for_supervisor": 3,
    "show_scores": 4,
    "close_night": 0,
    "nothing": 1,
}
_A_TURN = 5


@dataclass(frozen=True, slots=True)
class Desk:
    """The host's console as it was answered."""

    act: str
    turn: str
    done: int
    devices: list[str]
    missing: list[str]
    watches: bool

    @property
    def place(self) -> int:
        """How far the night is. It never goes back."""
        locked = self.done - (self.act == "show_scores")
        return _A_TURN * locked + _PLACES[self.act]


class Hosts:
    """Two computers at one night. Both press what both see, at the same moment.

    One of them is the console; what the other presses does nothing until it takes over.
    """

    def __init__(
        self, hall: Hall, slug: str, cookies: list[Mapping[str, str]], told: Told
    ) -> None:
        self._at = f"/host/{slug}/"
        self._wires = [hall.wire(each) for each in cookies]
        self._told = told
        self._furthest = 0
        self.displaced = 0

    def look(self) -> Desk:
        """Until the console answers. Every look that finds the night further back is counted."""
        begun = time.monotonic()
        while time.monotonic() - begun < STALLED:
            for wire in self._wires:
                answer = self._told.note_status(wire.get(f"{self._at}desk/"))
                desk = _read(answer) if answer.status == 200 else None
                if desk and not desk.watches:
                    self.displaced += desk.place < self._furthest
                    self._furthest = desk.place
                    return desk
            time.sleep(_BEFORE_ONCE_MORE)
        raise RuntimeError(
            f"no console of a night that is open for {STALLED} s;"
            f" answers: {self._told.statuses}"
        )

    def change_console(self) -> None:
        """Whoever watches takes over, and the other one watches."""
        for wire in self._wires:
            answer = self._told.note_status(wire.get(f"{self._at}desk/"))
            if answer.status == 200 and _read(answer).watches:
                wire.send("POST", f"{self._at}take-over/", b"tap=1", _FORM, X_Desk="1")
                self._told.note_status(wire.answer())
                return

    def press(self, desk: Desk) -> None:
        """Answered or not: what came of it is what the next look shows."""
        form = {"act": desk.act, "turn": desk.turn}
        self._both("act/", form)

    def admit(self, device: str) -> None:
        self._both(f"device/{device}/", {"answer": "admit"})

    def mark_absent(self, seat: str, code: str) -> None:
        """``seat`` as the console links it: after its turn."""
        self._both(f"absent/{seat}/", {"reason": "到场后离席", "code": code})

    def _both(self, path: str, form: dict[str, str]) -> None:
        body = urlencode(form).encode()
        for wire in self._wires:
            wire.send("POST", self._at + path, body, _FORM, X_Desk="1")
        for wire in self._wires:
            self._told.note_status(wire.answer())


def _read(answer: Answer) -> Desk:
    return Desk(
        act=answer.first(r'name="act" value="(\w+)"'),
        turn=answer.first(r'name="turn" value="(\d*)"'),
        done=int(answer.first(r'已评 <b class="num">(\d+)<')),
        devices=answer.every(r"/device/(\d+)/"),
        missing=answer.every(r"/absent/((?:\d+/)?\d+)/"),
        watches="/take-over/" in answer.text,
    )


class Supervisor:
    def __init__(
        self, hall: Hall, slug: str, cookies: Mapping[str, str], told: Told
    ) -> None:
        self._at = f"/supervise/{slug}/"
        self._wires = [hall.wire(cookies) for _ in range(2)]
        self._told = told

    def confirm(self) -> None:
        """What waits, with a second tap on every button."""
        answer = self._told.note_status(self._wires[0].get(self._at))
        for proposal in answer.every(rf"{self._at}(\d+)/"):
            for wire in self._wires:
                wire.send("POST", f"{self._at}{proposal}/confirm/", b"tap=1", _FORM)
            for wire in self._wires:
                self._told.note_status(wire.answer())


@dataclass
class Screen(threading.Thread):
    """A wall, or a phone on the live page: it keeps the last good data and asks again."""

    hall: Hall
    path: str
    told: Told
    shown: dict[str, list[Decimal]] = field(default_factory=dict)
    good_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self._shows = threading.Condition()

    # A dataclass that is compared by its fields could not be a thread.
    __hash__ = threading.Thread.__hash__

    def stop(self) -> None:
        self._over.set()

    def run(self) -> None:
        wire, etag = self.hall.wire(), ""
        while not self._over.is_set():
            answer = self.told.note_status(wire.get(self.path, If_None_Match=etag))
            if answer.status in {200, 304}:
                self.good_at.append(time.monotonic())
            if answer.status == 200:
                etag = answer.etag
                self._draw(answer.json())
            self._over.wait(self.hall.screen_asks_every)

    def _draw(self, snapshot: dict[str, Any]) -> None:
        if "scores" not in snapshot:
            return
        totals = [
            Decimal(mark["v"])
            for panel in snapshot["scores"]["panels"]
            for mark in panel["marks"]
        ]
        with self._shows:
            self.shown[snapshot["entry"]["plate"]] = sorted(totals)
            self._shows.notify_all()

    def shows(self, plate: str, *, within: float) -> bool:
        """Whether the scores of this entry are to be seen in time."""
        with self._shows:
            return self._shows.wait_for(lambda: plate in self.shown, timeout=within)

    def good_after(self, moment: float) -> float:
        """When it was first answered well after that; never, if it was not."""
        return next((at for at in self.good_at if at >= moment), float("inf"))
