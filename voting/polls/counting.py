"""Ballots become numbers: how often each entry got each value, read in ranges of ids.

The one place that knows how the bytes of ballots are summed. It decides nothing about who
may see the sums.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from voting.polls.rules import CHOSEN, Form, FrozenPoll, Grade

BALLOTS, ARCHIVED = "voting_ballot", "voting_archivedballot"

_BATCH = 200_000

# A number of columns that every database takes in one SELECT.
_MOST_COLUMNS = 800

_HAS = {
    "postgresql": "count(*) FILTER (WHERE get_byte(choices, {place}) = {value})",
    "sqlite": "coalesce(sum(substr(choices, {place} + 1, 1) = x'{value:02x}'), 0)",
}

# Where only 0 and 1 occur, adding them up is faster than comparing them.
_IS_CHOSEN = {
    "postgresql": "coalesce(sum(get_byte(choices, {place})), 0)",
    "sqlite": _HAS["sqlite"],
}


@dataclass(frozen=True, slots=True)
class Count:
    """``given`` says for each value but "not chosen" how often the entries got it, in the
    frozen order."""

    ballots: int
    given: dict[int, tuple[int, ...]]

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.ballots + other.ballots,
            {
                value: tuple(
                    a + b for a, b in zip(mine, other.given[value], strict=True)
                )
                for value, mine in self.given.items()
            },
        )

    def to_json(self) -> dict[str, list[int]]:
        return {str(value): list(counts) for value, counts in self.given.items()}


def count_from_json(ballots: int, given: dict[str, list[int]]) -> Count:
    return Count(
        ballots, {int(value): tuple(counts) for value, counts in given.items()}
    )


def values_of(poll: FrozenPoll) -> tuple[int, ...]:
    """What an entry can get in this poll, other than nothing."""
    return (CHOSEN,) if poll.form == Form.APPROVAL else tuple(map(int, Grade))


def nothing_counted(poll: FrozenPoll) -> Count:
    return Count(0, {value: (0,) * len(poll.entries) for value in values_of(poll)})


def count_ballots(
    poll: FrozenPoll, *, after: int = 0, upto: int, table: str = BALLOTS
) -> Count:
    """The ballots of a poll with ``after < id <= upto``."""
    total = nothing_counted(poll)
    for start in range(after, upto, _BATCH):
        total += _range(poll, table, start, min(start + _BATCH, upto))
    return total


def ends_of(poll: FrozenPoll, *, table: str = BALLOTS) -> tuple[int, int]:
    """Before the first ballot, and the last one; both 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(id) - 1, max(id) FROM {table} WHERE poll_id = %s", [poll.id]
        )
        first, last = cursor.fetchone()
    return first or 0, last or 0


def _range(poll: FrozenPoll, table: str, after: int, upto: int) -> Count:
    values = values_of(poll)
    wanted = [(value, place) for value in values for place in range(len(poll.entries))]
    sums = (_IS_CHOSEN if values == (CHOSEN,) else _HAS)[connection.vendor]
    found: list[int] = []
    ballots = 0
    for columns in _in_parts(wanted):
        chosen = ", ".join(
            sums.format(place=place, value=value) for value, place in columns
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*), {chosen} FROM {table} "
                "WHERE poll_id = %s AND id > %s AND id <= %s",
                [poll.id, after, upto],
            )
            ballots, *numbers = cursor.fetchone()
        found += numbers
    each = len(poll.entries)
    return Count(
        ballots,
        {
            value: tuple(found[place * each : (place + 1) * each])
            for place, value in enumerate(values)
        },
    )


def _in_parts(wanted: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    rest = iter(wanted)
    while part := list(islice(rest, _MOST_COLUMNS)):
        yield part
