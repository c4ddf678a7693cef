"""What the rules are applied to: entries, marks by seat code, votes and recorded acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from voting.rules import exact, reading
from voting.rules.combining import Deduction

FORMAT = "hongqi-inputs/1"

# round code -> entry code -> seat code -> criterion code -> mark
Marks = Mapping[str, Mapping[str, Mapping[str, Mapping[str, Fraction]]]]


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    number: int
    name: str
    headcount: int | None = None
    population: int | None = None

    @property
    def label(self) -> str:
        return f"{self.number:02d} {self.name}"


@dataclass(frozen=True, slots=True)
class Seat:
    """Only ``official`` seats count; ``practice`` and ``observer`` sheets are kept and shown."""

    code: str
    panel: str
    kind: Literal["official", "practice", "observer"] = "official"


@dataclass(frozen=True, slots=True)
class Recusal:
    """The seat does not mark this entry, in one round or (None) in all."""

    seat: str
    entry: str
    reason: str = ""
    round: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """The seat was away: for one entry or (None) all, in one round or (None) all."""

    seat: str
    entry: str | None = None
    round: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A tie that the ladder left open, ordered by named people. ``order``: best first."""

    order: tuple[str, ...]
    by: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Counts of votes are valid votes only. What is missing is missing, never zero.

    ``lot_seeds``: the seed that was thrown for a list of equals, by the hash of the list.
    ``lot_seed`` serves every list that has none of its own.
    """

    entries: tuple[Entry, ...]
    seats: tuple[Seat, ...] = ()
    marks: Marks = field(default_factory=dict)
    recusals: tuple[Recusal, ...] = ()
    absences: tuple[Absence, ...] = ()
    votes: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    extras: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    deductions: tuple[Deduction, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    decisions: tuple[Decision, ...] = ()
    lot_seed: str | None = None
    lot_seeds: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: object) -> "Inputs":
        """Read parsed JSON; :class:`~voting.rules.reading.Refused` lists what cannot be read."""
        return reading.read(cls, reading.without_format(data, FORMAT))

    def to_json(self) -> dict[str, Any]:
        """``lot_seeds`` is left out where there is none: older inputs keep their hash."""
        written = reading.write(self)
        if not self.lot_seeds:
            del written["lot_seeds"]
        return {"format": FORMAT, **written}

    def hash(self) -> str:
        return exact.digest(self.to_json())

    def active(self) -> tuple[Entry, ...]:
        """Entries that were not withdrawn, by number."""
        gone = {withdrawal.entry for withdrawal in self.withdrawals}
        return tuple(
            sorted(
                (entry for entry in self.entries if entry.code not in gone),
                key=lambda entry: (entry.number, entry.code),
            )
        )


def denominators(
    by_entry: Mapping[str, Mapping[str, Mapping[str, Fraction]]],
) -> set[int]:
    """Every denominator among the marks of one round."""
    return {
        mark.denominator
        for by_seat in by_entry.values()
        for marks in by_seat.values()
        for mark in marks.values()
    }
