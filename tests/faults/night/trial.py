"""One trial of one build: a night runs, things break, the checker counts.

Imported when Django has the settings of the served site.
"""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.db import connection

from site_cms.trail.models import TrailEntry
from tests.faults.builds import Build
from tests.faults.faults import Fault, Running, first_faults
from tests.faults.night.checker import Sheet, Taken, Verdict, verdict
from tests.faults.night.desks import STALLED, Desk, Hosts, Screen, Supervisor
from tests.faults.night.judges import Judge, Told, late
from tests.faults.night.prepared import PreparedNight, prepared_night
from tests.faults.night.wire import NO_ANSWER, Hall
from tests.load.databases import copy_database, database
from tests.services.site import HOST, Site
from voting.judging.late_models import LateSheet
from voting.judging.models import ScoreSheet, Turn, TurnLock

_STEP = 0.1
_SCREENS_PATIENCE = 15

_COLUMNS = (
    *("lost", "doubled", "altered", "unknown", "refused"),
    *("misshown", "displaced", "behind"),
)
HEAD = (
    f"{'build':<15}{'faults':>7}{'marks':>7}{'aside':>7}"
    + "".join(f"{name:>{len(name) + 2}}" for name in _COLUMNS)
    + f"{'500s':>6}{'seconds':>9}  verdict\n"
)


def try_builds(
    here: Site, builds: Sequence[Build], *, seats: int, entries: int, faults: int
) -> bool:
    """Try each on a database of its own. Whether each came out as it should."""
    night = prepared_night(seats=seats, entries=entries)
    as_expected = True
    sys.stdout.write(HEAD)
    for build in builds:
        copy_database(build.name)
        with database(build.name):
            build.prepare()
            connection.close()
            as_expected &= Trial(here, build, night).run(faults=faults)
    return as_expected


@dataclass(frozen=True, slots=True)
class Outage:
    """One fault. At its end everything runs again."""

    fault: str
    begun: float
    ended: float


class Trial:
    def __init__(self, here: Site, build: Build, night: PreparedNight) -> None:
        self._here = here
        self._build = build
        self._night = night
        self._told = Told()
        self._outages: list[Outage] = []
        self._behind = 0

    def run(self, *, faults: int) -> bool:
        start = time.monotonic()
        served = self._here.served(
            application=self._build.application,
            workers=2,
            threads=4,
            DATABASE_URL=self._here.postgresql.address(self._build.name),
        )
        with served as (web, port):
            running = Running(web, self._here.postgresql, self._here.redis)
            # Forty questions a second, however many ask.
            every = len(self._night.cards) / 40
            self._open(Hall(port, HOST, judge_asks_every=every))
            try:
                self._run_the_night(running, faults)
            finally:
                self._close()
            found = self._verdict()
            causes = _causes_of_errors(web.log)
        return self._report(found, faults, time.monotonic() - start, causes)

    def _open(self, hall: Hall) -> None:
        night, told = self._night, self._told
        self._hosts = Hosts(hall, night.slug, night.hosts, told)
        self._supervisor = Supervisor(hall, night.slug, night.supervisor, told)
        self._judges = {
            code: Judge(hall, place=place, code=code, card=card, told=told)
            for place, (code, card) in enumerate(night.cards.items())
        }
        addresses = [f"/screen/{night.screen}/state/", f"/live/{night.slug}/state/"]
        self._screens = [Screen(hall, path, told) for path in addresses]
        for thread in (*self._judges.values(), *self._screens):
            thread.start()

    def _close(self) -> None:
        for thread in (*self._judges.values(), *self._screens):
            thread.stop()
        until = time.monotonic() + STALLED
        for thread in (*self._judges.values(), *self._screens):
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _run_the_night(self, running: Running, faults: int) -> None:
        """The console says what is next; the host presses it. Faults come in between."""
        coming = list(first_faults(faults))
        turns, done = len(self._night.turns), 0
        progress, progress_at = None, time.monotonic()
        desk = self._hosts.look()
        while desk.act != "nothing":
            is_due = done * turns < len(coming) * (desk.done + 0.5)
            if done < len(coming) and is_due and self._is_in_the_middle(desk, done):
                self._break(coming[done], running, desk, pressing=done % 3 == 2)
                done += 1
            else:
                self._act(desk)
            before, desk = desk, self._hosts.look()
            if before.act == "show_scores" != desk.act:
                self._wait_for_screens(self._night.turns[before.done - 1])
            if progress != (desk, self._told.received.total()):
                progress = desk, self._told.received.total()
                progress_at = time.monotonic()
            elif time.monotonic() - progress_at > STALLED:
                raise RuntimeError(
                    f"{self._build.name}: nothing moved for {STALLED} s at {desk};"
                    f" answers: {_in_words(self._told.statuses)}"
                )

    def _is_in_the_middle(self, desk: Desk, done: int) -> bool:
        """While marks are coming in; every third time while the host presses a button."""
        if done % 3 == 2:
            return desk.act in {"open", "ask_lock", "show_scores"}
        if desk.act != "wait_for_seats":
            return False
        received = self._told.received[self._night.turns[desk.done].pk]
        return received >= len(self._judges) // 4

    def _break(
        self, fault: Fault, running: Running, desk: Desk, *, pressing: bool
    ) -> None:
        begun = time.monotonic()
        press = threading.Thread(target=self._hosts.press, args=(desk,))
        if pressing:
            press.start()
        fault(running)
        self._outages.append(Outage(fault.__name__, begun, time.monotonic()))
        if pressing:
            press.join()

    def _act(self, desk: Desk) -> None:
        for device in desk.devices:
            self._hosts.admit(device)
        if desk.act == "wait_for_seats":
            self._mark_absent_who_alone_is_missing(desk)
            time.sleep(_STEP)
        elif desk.act == "wait_for_supervisor":
            self._supervisor.confirm()
        else:
            self._hosts.press(desk)
            if desk.act == "call":
                self._hosts.change_console()

    def _mark_absent_who_alone_is_missing(self, desk: Desk) -> None:
        order = self._night.turns[desk.done].order
        codes = {
            seat: self._night.seats[seat.rpartition("/")[2]] for seat in desk.missing
        }
        if all(self._judges[code].habit(order) is late for code in codes.values()):
            for seat, code in codes.items():
                self._hosts.mark_absent(seat, code)

    def _wait_for_screens(self, turn: Turn) -> None:
        """A screen that stayed behind once is not waited for again."""
        patience = 0 if self._behind else _SCREENS_PATIENCE
        plate = turn.entry.plate
        self._behind += sum(
            not screen.shows(plate, within=patience) for screen in self._screens
        )

    def _verdict(self) -> Verdict:
        told = self._told
        stored = [
            *(_row(sheet) for sheet in ScoreSheet.objects.select_related("seat")),
            *(
                _row(sheet, aside=sheet.why)
                for sheet in LateSheet.objects.select_related("seat")
            ),
        ]
        return verdict(
            sent=told.sent,
            receipts=told.receipts,
            refused=told.refused,
            stored=stored,
            shown=self._shown(),
            steps=_steps(),
            expected_steps=[
                (action, turn.pk)
                for turn in self._night.turns
                for action in ("turn.called", "turn.opened", "locked", "turn.scores_shown")
            ],
            displaced=self._hosts.displaced,
            behind=self._behind,
        )  # fmt: skip

    def _shown(self) -> dict[int, list[list[Decimal]]]:
        by_plate = {turn.entry.plate: turn.pk for turn in self._night.turns}
        return {
            pk: [
                screen.shown[plate] for screen in self._screens if plate in screen.shown
            ]
            for plate, pk in by_plate.items()
        }

    def _report(
        self, found: Verdict, faults: int, seconds: float, causes: Counter[str]
    ) -> bool:
        passed = found.is_clean == self._build.is_honest
        broken, errors = len(self._outages), self._told.statuses[500]
        if self._build.is_honest:
            passed = passed and not errors and broken == faults
            words = "clean, as it must be" if passed else "FAILED"
        else:
            words = "found out, as it must be" if passed else "NOT FOUND OUT"
        counts = "".join(
            f"{getattr(found, name):>{len(name) + 2}}" for name in _COLUMNS
        )
        sys.stdout.write(
            f"{self._build.name:<15}{broken:>7}{found.acknowledged:>7}{found.aside:>7}"
            f"{counts}{errors:>6}{seconds:>9.1f}  {words}\n"
            f"{'':<15}habits: {_in_words(self._told.habits)}\n"
            f"{'':<15}answers: {_in_words(self._told.statuses)}\n"
        )
        for line in self._outages_in_words():
            sys.stdout.write(f"{'':<15}{line}\n")
        if errors:
            sys.stdout.write(f"{_in_words(causes)}\n")
        sys.stdout.flush()
        return passed

    def _outages_in_words(self) -> Iterator[str]:
        """Of each kind how often, how long at most, and when the last screen was back."""
        for fault in dict.fromkeys(outage.fault for outage in self._outages):
            alike = [outage for outage in self._outages if outage.fault == fault]
            longest = max(outage.ended - outage.begun for outage in alike)
            back = max(
                screen.good_after(outage.ended) - outage.ended
                for outage in alike
                for screen in self._screens
            )
            yield (
                f"{fault}: {len(alike)} ×, at most {longest:.1f} s;"
                f" all screens back within {back:.1f} s"
            )


def _row(sheet: ScoreSheet | LateSheet, *, aside: str = "") -> Taken:
    marks = {code: Decimal(mark) for code, mark in sheet.marks.items()}
    return Taken(
        Sheet(sheet.pk, sheet.seat.code, sheet.turn_id, sheet.version, marks), aside
    )


def _steps() -> list[Hashable]:
    """What the host and the supervisor did, as the trail has it."""
    acts = [
        (entry.at, entry.action, int(entry.subject_id))
        for entry in TrailEntry.objects.filter(
            action__in=["turn.called", "turn.opened", "turn.scores_shown"]
        )
    ] + [(lock.locked_at, "locked", lock.turn_id) for lock in TurnLock.objects.all()]
    return [(action, turn) for _, action, turn in sorted(acts)]


def _causes_of_errors(log: Path) -> Counter[str]:
    """The last calls of what was answered with 500."""
    causes: Counter[str] = Counter()
    for line in log.read_text(errors="replace").splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("status_code") == 500:
            causes[event.get("traceback", "")[-1_500:]] += 1
    return causes


def _in_words(counts: Counter) -> str:
    return ", ".join(
        f"{number} × {'no answer' if what == NO_ANSWER else what}"
        for what, number in sorted(counts.items())
    )
