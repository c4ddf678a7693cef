"""One line of a replay's report, and how published files are read."""

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple


class UnreadableFile(ValueError):
    """A published file is not what it should be; the message says which and why."""


class Check(NamedTuple):
    """``right`` of ``of`` published values came out equal.

    ``is_our_rule`` False: a rule that is known to be wrong, run to show that the data can tell.
    """

    contest: str
    name: str
    right: int
    of: int
    is_our_rule: bool
    first_difference: str

    @property
    def is_bad(self) -> bool:
        return self.is_our_rule and self.right < self.of


def compare(
    contest: str,
    name: str,
    pairs: Iterable[tuple[str, object, object]],
    *,
    is_our_rule: bool = True,
) -> Check:
    """Count equal (what, computed, published) triples and keep the first that differs."""
    right, of, first = 0, 0, ""
    for what, computed, published in pairs:
        of += 1
        right += computed == published
        if computed != published and not first:
            first = f"{what}: {computed}, published {published}"
    return Check(contest, name, right, of, is_our_rule, first)


def read_rows(path: Path, columns: Collection[str]) -> list[dict[str, str]]:
    """The rows of a CSV file that has at least these columns."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            missing = set(columns) - set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(f"{path.name} cannot be read: {error}") from error
    if missing:
        raise UnreadableFile(f"{path.name} has no column {', '.join(sorted(missing))}")
    return rows
