import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

SLICES = 10
SECONDS_PER_SLICE = 0.5

_STARTED = perf_counter()


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. Its target, where it has one, is a most; ``least`` is of the ratio."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    target: float | None = None
    least: float | None = None

    @property
    def is_missed(self) -> bool:
        if self.least is not None:
            return self.ratio is None or self.ratio < self.least
        return self.target is not None and self.value > self.target

    def line(self) -> str:
        value = f"{self.value:,.3f}" if self.value < 100 else f"{self.value:,.0f}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        target, verdict = "", ""
        if self.target is not None:
            target = f"<= {self.target:g} {self.unit}"
        if self.least is not None:
            target = f">= {self.least:g}"
        if target:
            verdict = "MISSED" if self.is_missed else "met"
        return (
            f"{self.name:<50}{value:>10} {self.unit:<4}{ratio:>8}  {target:<12}{verdict}"
        ).rstrip()


def tell(words: str) -> None:
    """How far it is: beside the figures, which may be written into a file."""
    sys.stderr.write(f"{perf_counter() - _STARTED:6.0f} s  {words}\n")
    sys.stderr.flush()


def rates(**acts: Callable[[], object]) -> dict[str, float]:
    """How often a second each is done, in turns of half a second: all meet the same weather."""
    done = dict.fromkeys(acts, 0)
    for _ in range(SLICES):
        for name, act in acts.items():
            start = perf_counter()
            while perf_counter() - start < SECONDS_PER_SLICE:
                act()
                done[name] += 1
    return {name: count / (SLICES * SECONDS_PER_SLICE) for name, count in done.items()}


def seconds_of(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
