"""A service that a test may stop, kill and start again while others talk to it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_POLITE_SECONDS = 10


class Restartable:
    """One command, at one address, with all processes that it starts."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        answers: Callable[[], bool],
        log: Path,
        user: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._answers = answers
        self.log = log
        self._user = user
        self._environment = environment
        self._process: subprocess.Popen | None = None

    def start(self, *, seconds: float = 40) -> None:
        """Start, and wait until it answers. A first try may meet what the last one left."""
        deadline = time.monotonic() + seconds
        self._spawn()
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{self._command[0]} did not start:\n"
                    + self.log.read_text(errors="replace")
                )
            if self._process.poll() is not None:
                time.sleep(0.1)
                self._spawn()
            time.sleep(0.02)

    def _spawn(self) -> None:
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=self._user,
                cwd=self.log.parent,
                env=self._environment,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(how)
        try:
            self._process.wait(_POLITE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """At once, with all its children: nobody gets a chance to finish anything."""
        for number in reversed(list(self.processes())):
            _kill(number)
        self._process.wait()

    def kill_a_child(self) -> None:
        """The one that has lived longest, at once."""
        for child in _children(self._process.pid)[:1]:
            _kill(child)

    def processes(self) -> Iterator[int]:
        """Itself first, then children and their children."""
        waiting = [self._process.pid]
        while waiting:
            number = waiting.pop(0)
            yield number
            waiting += _children(number)

    def processor_seconds(self) -> float:
        """What it and its children have used of the processor, ended children too."""
        return sum(_processor_seconds(number) for number in self.processes())


def _kill(number: int) -> None:
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        return


def _children(number: int) -> list[int]:
    try:
        found = Path(f"/proc/{number}/task/{number}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in found.split()]


def _processor_seconds(number: int) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # utime, stime, and both of the children that have ended.
    return sum(map(int, fields[11:15])) / _TICKS
