"""Ballots become numbers: how often each entry got each value, read in ranges of ids.

The one place that knows how the bytes of ballots are summed. It decides nothing about who
may see the sums.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import add, sub

from django.db import connection

from voting.polls.rules import CHOSEN, Form, FrozenPoll, Grade
from voting.polls.standing_models import BallotStanding

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
        return self._joined(other, add)

    def __sub__(self, other: "Count") -> "Count":
        return self._joined(other, sub)

    def _joined(self, other: "Count", join: Callable[[int, int], int]) -> "Count":
        return Count(
            join(self.ballots, other.ballots),
            {
                value: tuple(
                    join(a, b) for a, b in zip(mine, other.given[value], strict=True)
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
    """All ballots of a poll with ``after < id <= upto``, whether they count or not."""
    total = nothing_counted(poll)
    for start in range(after, upto, _BATCH):
        total += _range(poll, table, start, min(start + _BATCH, upto))
    return total


def count_not_counted(poll: FrozenPoll, *, upto: int) -> Count:
    """Of the ballots up to this id those that are held or void: what to subtract.

    Their ids are read by one statement, so that an act is seen whole or not at all, and
    handed over as values: no plan of the database can be misled by what acts have just named.
    """
    named = BallotStanding.objects.of_poll(poll.id).not_counted()
    ids = sorted(named.filter(ballot_id__lte=upto).values_list("ballot_id", flat=True))
    total = nothing_counted(poll)
    for part, among in groupby(ids, key=lambda each: each // _BATCH):
        start, end = part * _BATCH - 1, (part + 1) * _BATCH - 1
        total += _range(
            poll, BALLOTS, start, end, *_AMONG[connection.vendor](list(among))
        )
    return total


def _among_array(ids: list[int]) -> tuple[str, list]:
    return "AND id IN (SELECT unnest(%s::bigint[]))", [ids]


def _among_json(ids: list[int]) -> tuple[str, list]:
    return "AND id IN (SELECT value FROM json_each(%s))", [json.dumps(ids)]


# How many values are handed over as one.
_AMONG = {"postgresql": _among_array, "sqlite": _among_json}


def count_archived_voids(poll: FrozenPoll) -> Count:
    """The archived ballots that were void when they were archived."""
    after, upto = ends_of(poll, table=ARCHIVED)
    total = nothing_counted(poll)
    for start in range(after, upto, _BATCH):
        end = min(start + _BATCH, upto)
        total += _range(poll, ARCHIVED, start, end, "AND void_act_id IS NOT NULL")
    return total


def ends_of(poll: FrozenPoll, *, table: str = BALLOTS) -> tuple[int, int]:
    """Before the first ballot, and the last one; both 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(id) - 1, max(id) FROM {table} WHERE poll_id = %s", [poll.id]
        )
        first, last = cursor.fetchone()
    return first or 0, last or 0


def _range(
    poll: FrozenPoll,
    table: str,
    after: int,
    upto: int,
    only: str = "",
    only_values: Sequence = (),
) -> Count:
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
                f"WHERE poll_id = %s AND id > %s AND id <= %s {only}",
                [poll.id, after, upto, *only_values],
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
