"""Judges whose phones do everything wrong that networks and people do, and note what they are told."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from tests.faults.night.checker import Sheet, Taken
from tests.faults.night.wire import Answer, Hall, Wire

_BEFORE_ONCE_MORE = 0.2
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_SEAT = "seat"

_LOST_SIGN_IN = 403
_UNSEATED = {"taken", "refused"}


class Card(NamedTuple):
    """What is printed for a seat."""

    token: str
    pin: str


@dataclass(slots=True)
class Told:
    """Everything that was sent and answered, on all phones."""

    sent: list[Sheet] = field(default_factory=list)
    receipts: list[Taken] = field(default_factory=list)
    refused: list[Sheet] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    habits: Counter[str] = field(default_factory=Counter)
    received: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, sheet: Sheet, answer: Answer) -> bool:
        """Whether the answer is one for good."""
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.status == 200:
                aside = answer.json()["sheet"]["aside"]
                self.receipts.append(Taken(sheet, aside))
                self.received[sheet.turn] += 1
            elif answer.status == 409:
                self.refused.append(sheet)
        return answer.status in {200, 409}

    def note_status(self, answer: Answer) -> Answer:
        with self.lock:
            self.statuses[answer.status] += 1
        return answer


class Phone:
    """What a judge's browser knows: its card's address, its cookie, its generation."""

    def __init__(self, hall: Hall, card: Card, told: Told) -> None:
        self._hall = hall
        self._card = card
        self._told = told
        self._path = f"/judge/{card.token}/"
        self._cookies: dict[str, str] = {}
        self._wires: list[Wire] = []
        self.generation = 0
        self.restart()

    def restart(self) -> None:
        """Off and on again: connections are gone, the cookie is kept."""
        for wire in self._wires:
            wire.hang_up()
        self._wires = [self._hall.wire(self._cookies) for _ in range(2)]

    def sign_in(self) -> None:
        """Card and PIN until they gave a seat; where another device has it, ask the host."""
        while True:
            given = self._knock("sign-in/", pin=self._card.pin)
            if _SEAT not in given and given:
                self._cookies = given
                self.restart()
                given = self._knock("take-over/", answer="take")
            if _SEAT in given:
                self._cookies, self.generation = {_SEAT: given[_SEAT]}, 0
                self.restart()
                return
            time.sleep(_BEFORE_ONCE_MORE)

    def _knock(self, path: str, **form: str) -> dict[str, str]:
        """The cookies that the site gave for it."""
        body = urlencode(form).encode()
        answer = self._wires[0].post(self._path + path, body, _FORM)
        self._told.note_status(answer)
        return dict(answer.cookies) if answer.status == 302 else {}

    def load(self) -> bool:
        """The page itself, which says of which generation this device is."""
        answer = self._told.note_status(self._wires[0].get(self._path))
        if answer.status != 200:
            return False
        self.generation = int(answer.first(r'data-generation="(\d+)"') or 0)
        return True

    def look(self, *, drafting: int | None = None) -> dict[str, Any]:
        """What the night asks of this seat; nothing while nobody answers."""
        draft = drafting or ""
        answer = self._told.note_status(
            self._wires[0].get(f"{self._path}state/?draft={draft}")
        )
        if answer.status == _LOST_SIGN_IN:
            self.sign_in()
        view = answer.json() if answer.status == 200 else {}
        if self.generation or view.get("state", "pending") == "pending":
            return view
        return view if self.load() else {}

    def deliver(self, sheets: Sequence[Sheet], *, slow: bool = False) -> None:
        """All at once, each again and again until it has its answer."""
        waiting = list(sheets)
        while waiting:
            pairs = list(zip(waiting, self._wires, strict=False))
            for sheet, wire in pairs:
                path, body = f"{self._path}sheets/", self._body(sheet)
                wire.send("POST", path, body, _JSON, slow=slow)
            answers = [wire.answer() for _, wire in pairs]
            waiting = [
                sheet
                for (sheet, _), answer in zip(pairs, answers, strict=True)
                if not self._told.note(sheet, answer)
            ]
            if any(answer.status == _LOST_SIGN_IN for answer in answers):
                self.sign_in()
            if waiting:
                time.sleep(_BEFORE_ONCE_MORE)

    def _body(self, sheet: Sheet) -> bytes:
        posted = {
            "id": str(sheet.id),
            "turn": sheet.turn,
            "version": sheet.version,
            "marks": {code: str(mark) for code, mark in sheet.marks.items()},
            "generation": self.generation,
        }
        return json.dumps(posted).encode()


class Judge(threading.Thread):
    """One seat, from the card to the end of the night."""

    def __init__(
        self, hall: Hall, *, place: int, code: str, card: Card, told: Told
    ) -> None:
        super().__init__(daemon=True)
        self.hall = hall
        self.code = code
        self._told = told
        self._card = card
        self._place = place
        self._random = Random(place)
        self._over = threading.Event()
        self._done: set[int] = set()
        self.phone = Phone(hall, card, told)

    def stop(self) -> None:
        self._over.set()

    def habit(self, order: int) -> "Habit":
        """What this judge does with the entry of this place in the order."""
        return HABITS[(self._place + order) % len(HABITS)]

    def run(self) -> None:
        self.phone.sign_in()
        while not self._over.is_set():
            view = self.phone.look()
            if view.get("state") in _UNSEATED:
                self.phone.sign_in()
            elif view.get("state") == "open":
                self._mark(view["turn"])
            self._over.wait(self.hall.judge_asks_every)

    def _mark(self, turn: dict[str, Any]) -> None:
        again = turn["id"] in self._done
        self._done.add(turn["id"])
        habit = plain if again else self.habit(turn["order"])
        self._told.habits["asked_again" if again else habit.__name__] += 1
        self.pause(0, self.hall.thinks)
        habit(self, turn)

    def pause(self, least: float, most: float) -> None:
        time.sleep(self._random.uniform(least, most))

    def sheet(self, turn: dict[str, Any], *, version: int = 1) -> Sheet:
        """Marks within what the criteria allow, with an id of this device."""
        made = Sheet(
            id=UUID(int=self._random.getrandbits(128), version=4),
            seat=self.code,
            turn=turn["id"],
            version=version,
            marks={
                criterion["code"]: Decimal(
                    self._random.randint(
                        int(criterion["minimum"]), int(criterion["maximum"])
                    )
                )
                for criterion in turn["criteria"]
            },
        )
        with self._told.lock:
            self._told.sent.append(made)
        return made

    def other_phone(self) -> Phone:
        """A second device of the same card. It has the seat once the host nodded."""
        phone = Phone(self.hall, self._card, self._told)
        phone.sign_in()
        while not phone.generation and not self._over.is_set():
            if phone.look().get("state") in _UNSEATED:
                phone.sign_in()
            time.sleep(_BEFORE_ONCE_MORE)
        return phone

    def wait_for_the_lock(self, turn: dict[str, Any]) -> None:
        """Marks are on the device and stay there."""
        while not self._over.is_set():
            view = self.phone.look(drafting=turn["id"])
            if view and view.get("turn", {}).get("id") != turn["id"]:
                return
            time.sleep(self.hall.judge_asks_every)


Habit = Callable[[Judge, dict[str, Any]], None]


def plain(judge: Judge, turn: dict[str, Any]) -> None:
    judge.phone.deliver([judge.sheet(turn)])


def doubled(judge: Judge, turn: dict[str, Any]) -> None:
    """A second tap: the same id twice at the same time."""
    sheet = judge.sheet(turn)
    judge.phone.deliver([sheet, sheet])


def retried(judge: Judge, turn: dict[str, Any]) -> None:
    """The answer was lost, so the phone believes, and sends it again."""
    sheet = judge.sheet(turn)
    judge.phone.deliver([sheet])
    judge.phone.deliver([sheet])


def two_pages(judge: Judge, turn: dict[str, Any]) -> None:
    """Two pages of one phone with other marks, each as the first version."""
    judge.phone.deliver([judge.sheet(turn), judge.sheet(turn)])


def changed(judge: Judge, turn: dict[str, Any]) -> None:
    judge.phone.deliver([judge.sheet(turn)])
    judge.pause(0.1, 0.5)
    judge.phone.deliver([judge.sheet(turn, version=2)])


def reordered(judge: Judge, turn: dict[str, Any]) -> None:
    """The second version arrives first, and the first twice after it."""
    first, second = judge.sheet(turn), judge.sheet(turn, version=2)
    judge.phone.deliver([second])
    judge.phone.deliver([first])
    judge.phone.deliver([second, first])


def slow(judge: Judge, turn: dict[str, Any]) -> None:
    judge.phone.deliver([judge.sheet(turn)], slow=True)


def dropped_out(judge: Judge, turn: dict[str, Any]) -> None:
    """No network, and the phone is switched off and on: the queue is on the device."""
    sheet = judge.sheet(turn)
    judge.phone.restart()
    time.sleep(judge.hall.away)
    judge.phone.load()
    judge.phone.deliver([sheet])


def late(judge: Judge, turn: dict[str, Any]) -> None:
    """The network is back when the entry is locked and the seat was marked absent."""
    sheet = judge.sheet(turn)
    judge.wait_for_the_lock(turn)
    judge.phone.deliver([sheet])


def taken_over(judge: Judge, turn: dict[str, Any]) -> None:
    """Another device gets the seat; what the old one still held comes after it."""
    old, held = judge.phone, judge.sheet(turn)
    judge.phone = judge.other_phone()
    judge.phone.deliver([judge.sheet(turn)])
    old.deliver([held])


# One seat does one of these with one entry; the next entry meets it with the next habit.
HABITS: tuple[Habit, ...] = (
    plain,
    doubled,
    changed,
    reordered,
    slow,
    dropped_out,
    two_pages,
    retried,
    late,
    taken_over,
)
