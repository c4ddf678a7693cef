"""The night through the nginx of ``deploy/``: 60 judges, a host, a wall, 5,000 phones on the live page.

Run by ``python -m tests.load``. Needs nginx. Judges, console, wall and phones ask as often as
their scripts do; senders and servers share the machine's cores. A tap counts from the moment
before it is sent to the moment at which another screen was answered with what came of it.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.deploy.county import NAME, County, county
from tests.faults.night.desks import Hosts, Supervisor
from tests.faults.night.judges import Card, Habit, Judge, Told
from tests.faults.night.wire import Hall
from tests.load.figures import Figure
from tests.services.postgresql import postgresql

SEATS, ENTRIES, PHONES = 60, 3, 5_000
SECONDS = 45
TARGET = 2.0
KILOBYTES = 10

# As judge.js, host.js, stage.js on the wall and stage.js on a phone have it.
_JUDGE, _CONSOLE, _WALL, _PHONE = 2.0, 1.5, 0.5, 2.0
_THINKS = 8.0
_BEFORE_ONCE_MORE = 0.3
# A site that gets no processor time answers nobody in time, and no turn ever ends.
_LONGEST = 300


class Watcher(threading.Thread):
    """A screen that asks again and again, and when it was first answered with something."""

    def __init__(self, hall: Hall, path: str, *, every: float, cookies=None) -> None:
        super().__init__(daemon=True)
        self._wire = hall.wire(cookies)
        self._path, self._every = path, every
        self._over = threading.Event()
        self.answers: list[tuple[float, str]] = []

    def run(self) -> None:
        etag = ""
        while not self._over.is_set():
            answer = self._wire.get(self._path, If_None_Match=etag)
            if answer.status == 200:
                etag = answer.etag
                self.answers.append((time.monotonic(), answer.text))
            self._over.wait(self._every)

    def stop(self) -> None:
        self._over.set()
        self.join()

    def waits(self, tap: float, text: str, *, absent: bool = False) -> float:
        """Seconds from a tap to the first answer after it in which ``text`` stands, or not."""
        found = (
            at - tap
            for at, body in self.answers
            if at > tap and (text in body) != absent
        )
        return next(found, float("inf"))


class Tapping(Judge):
    """A judge who marks and notes when the sheet was sent and when its receipt came."""

    def habit(self, order: int) -> Habit:
        return _tap

    def __init__(self, *given, **named) -> None:
        super().__init__(*given, **named)
        self.taps: list[tuple[float, float]] = []


def _tap(judge: Judge, turn: dict[str, Any]) -> None:
    sheet, tapped_at = judge.sheet(turn), time.monotonic()
    judge.phone.deliver([sheet])
    judge.taps.append((tapped_at, time.monotonic()))


class Evening:
    """Some turns of a night, from the first call to the last scores."""

    def __init__(self, hall: Hall, night: dict[str, Any]) -> None:
        self._night, told = night, Told()
        slug = night["slug"]
        self._hosts = Hosts(hall, slug, night["hosts"][:1], told)
        self._supervisor = Supervisor(hall, slug, night["supervisor"], told)
        self.judges = {
            seat: Tapping(
                hall,
                place=place,
                code=code,
                card=Card(*night["cards"][code]),
                told=told,
            )
            for place, (seat, code) in enumerate(night["seats"].items())
        }
        self.console = Watcher(
            hall, f"/host/{slug}/desk/", every=_CONSOLE, cookies=night["hosts"][0]
        )
        self.wall = Watcher(hall, f"/screen/{night['screen']}/state/", every=_WALL)
        self.phone = Watcher(hall, f"/live/{slug}/state/", every=_PHONE)
        self.acts: list[tuple[float, str]] = []

    def pass_by(self) -> None:
        threads = [*self.judges.values(), self.console, self.wall, self.phone]
        for thread in threads:
            thread.start()
        desk, until = self._hosts.look(), time.monotonic() + _LONGEST
        while desk.act not in {"close_night", "nothing"}:
            if time.monotonic() > until:
                raise TimeoutError(f"after {_LONGEST} s the night was still at {desk}")
            if desk.act == "wait_for_supervisor":
                self._supervisor.confirm()
            elif desk.act != "wait_for_seats":
                tapped_at = time.monotonic()
                self._hosts.press(desk)
                if desk.act in _SEEN_BY:
                    self.acts.append((tapped_at, desk.act))
                    # What nobody could have seen cannot be timed.
                    time.sleep(2 * _PHONE)
            time.sleep(_BEFORE_ONCE_MORE)
            desk = self._hosts.look()
        for thread in threads:
            thread.stop()

    def to_receipt(self) -> list[float]:
        return [end - tap for judge in self.judges.values() for tap, end in judge.taps]

    def to_console(self) -> list[float]:
        """Until the seat is no longer among those of which a sheet is missing."""
        return [
            self.console.waits(tap, f'/{seat}/"', absent=True)
            for seat, judge in self.judges.items()
            for tap, _ in judge.taps
        ]

    def to_screen(self, screen: Watcher) -> list[float]:
        return [screen.waits(tap, _SEEN_BY[act]) for tap, act in self.acts]


# By what of the snapshot an act of the host is seen.
_SEEN_BY = {
    "call": '"word":"汇报"',
    "open": '"word":"评委打分"',
    "show_scores": '"scene":"scores"',
}


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, postgresql() as cluster:
        folder = Path(name)
        # nginx must be able to enter it when it gave up being root.
        folder.chmod(0o755)
        with county(folder, cluster) as here:
            night = _seeded(here)
            hall = Hall(
                int(here.values["HTTPS_PORT"]), NAME, tls=True,
                judge_asks_every=_JUDGE, thinks=_THINKS,
            )  # fmt: skip
            with _phones(here, night["slug"]) as crowd:
                evening = Evening(hall, night)
                evening.pass_by()
            yield from _of_evening(evening)
            yield from _of_crowd(crowd)


def _of_evening(evening: Evening) -> Iterator[Figure]:
    receipt, console = evening.to_receipt(), evening.to_console()
    wall, phone = evening.to_screen(evening.wall), evening.to_screen(evening.phone)
    yield Figure(f"night: marks of {SEATS} seats that were sent", len(receipt), "")
    yield Figure("  judge's tap to the receipt, 99 of 100", _most(receipt), "s", target=TARGET)  # fmt: skip
    yield Figure("  judge's tap to the host's console, 99 of 100", _most(console), "s", target=TARGET)  # fmt: skip
    yield Figure("  host's tap to the big screen, longest", max(wall), "s", target=TARGET)  # fmt: skip
    yield Figure("  host's tap to a phone, longest", max(phone), "s")
    largest = max(len(body.encode()) for _, body in evening.wall.answers)
    yield Figure("  largest snapshot", largest / 1024, "KB", target=KILOBYTES)
    desk = max(len(body.encode()) for _, body in evening.console.answers)
    yield Figure("  largest parts of the console", desk / 1024, "KB")


def _of_crowd(crowd: dict[str, Any]) -> Iterator[Figure]:
    refused = sum(n for status, n in crowd["statuses"].items() if status not in {"200", "304"})  # fmt: skip
    yield Figure(f"live page: answers to {PHONES:,} phones", crowd["rate"], "/s")
    yield Figure("  refused or cut off", refused + crowd["failed"], "", target=0)
    yield Figure("  half of them are answered within", crowd["usual"] * 1000, "ms")
    yield Figure("  99 of 100 are answered within", crowd["slow"], "s", target=TARGET)
    yield Figure("  what nginx sends to all of them", crowd["bytes"] / 1024, "KB/s")


def _most(waits: list[float]) -> float:
    return sorted(waits)[int(0.99 * (len(waits) - 1))]


def _seeded(here: County) -> dict[str, Any]:
    said = here.run_beside(
        [sys.executable, "-m", "tests.load.night_seed", str(SEATS), str(ENTRIES)],
        here.unit("hongqi-web@.service", "0"),
    )
    return json.loads(said.splitlines()[-1])


@contextmanager
def _phones(here: County, slug: str) -> Iterator[dict[str, Any]]:
    """In a process of its own. What it measured is there when the block has ended."""
    command = [
        *(sys.executable, "-m", "tests.load.night_phones"),
        *(here.values["HTTPS_PORT"], NAME, slug, str(PHONES), str(SECONDS)),
    ]
    found: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as crowd:
        crowd.stdout.readline()
        yield found
        found |= json.loads(crowd.stdout.readline())
