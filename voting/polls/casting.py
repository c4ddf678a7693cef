"""The statements that store a ballot. Each is committed by itself, outside any transaction.

One INSERT demands in the same breath that the poll was opened, that the database's clock
is within the poll, that the poll is not paused, and that its day in Shanghai is the one the
voter keys were made for. What is known of the request goes into a table of its own, with the
ballot or not at all.
No read comes before it. ON CONFLICT names no constraint: request key and voter key are
both unique, and either may meet an earlier ballot.

On PostgreSQL ids come from a sequence and transactions commit in any order. A running
tally can tell which ids are final only when each transaction id is older than the ids
it uses, so the statement takes the transaction id first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    connection,
    connections,
    transaction,
)
from django.utils.dateparse import parse_date, parse_datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database gave a new ballot."""

    id: int
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """What the database says about a poll at this instant."""

    is_opened: bool
    has_begun: bool
    has_ended: bool
    is_paused: bool
    day: date

    @property
    def is_open(self) -> bool:
        within = self.is_opened and self.has_begun and not self.has_ended
        return within and not self.is_paused


@dataclass(frozen=True, slots=True)
class Signals:
    """What is noted beside a ballot; :class:`voting.polls.models.BallotSignal` says what each is."""

    voter_day: UUID
    prefix: UUID
    network: UUID
    adapter: str
    client: str
    device_age: int | None
    difficulty: int
    unthrottled: bool


_NOTED = [field.name for field in fields(Signals)]

_OF_POLL = """
FROM voting_poll poll
JOIN showcase_contest contest ON contest.id = poll.contest_id
"""

_PAUSED = """
EXISTS (SELECT 1 FROM voting_pollpause pause
        WHERE pause.poll_id = poll.id AND pause.resumed_at IS NULL)
"""

_INSERT = {
    "postgresql": f"""
INSERT INTO voting_ballot (id, cast_at, poll_id, request_key, voter_key, choices)
SELECT nextval('voting_ballot_id_seq'), date_trunc('minute', statement_timestamp()),
       poll.id, %(request_key)s, %(voter_key)s, %(choices)s
{_OF_POLL}
JOIN showcase_opening opening
  ON opening.contest_id = contest.id AND opening.stage = 'poll'
JOIN ticket ON ticket.xid IS NOT NULL
WHERE poll.id = %(poll_id)s
  AND contest.poll_opens_at <= statement_timestamp()
  AND statement_timestamp() < contest.poll_closes_at
  AND (%(day)s::date IS NULL
       OR %(day)s::date = (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
  AND NOT {_PAUSED}
ON CONFLICT DO NOTHING
RETURNING id, cast_at
""",
    # Times are text in UTC here, and compare as such. Shanghai knows no summer time.
    "sqlite": f"""
INSERT INTO voting_ballot (cast_at, poll_id, request_key, voter_key, choices)
SELECT strftime('%%Y-%%m-%%d %%H:%%M:00', 'now'),
       poll.id, %(request_key)s, %(voter_key)s, %(choices)s
{_OF_POLL}
JOIN showcase_opening opening
  ON opening.contest_id = contest.id AND opening.stage = 'poll'
WHERE poll.id = %(poll_id)s
  AND contest.poll_opens_at <= strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')
  AND strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now') < contest.poll_closes_at
  AND (%(day)s IS NULL OR %(day)s = strftime('%%Y-%%m-%%d', 'now', '+8 hours'))
  AND NOT {_PAUSED}
ON CONFLICT DO NOTHING
RETURNING id, cast_at
""",
}

_TICKET = "WITH ticket AS MATERIALIZED (SELECT pg_current_xact_id() AS xid)"

_NOTE_COLUMNS = (
    "ballot_id, poll_id, minute, voter_day, prefix, network, adapter, client,"
    " device_age, difficulty, unthrottled"
)
_NOTE_VALUES = (
    "%(poll_id)s, {minute}, %(voter_day)s, %(prefix)s, %(network)s, %(adapter)s,"
    " %(client)s, CAST(%(device_age)s AS integer), %(difficulty)s, %(unthrottled)s"
)

# One statement for both rows where the database has such statements.
_INSERT_NOTED = f"""
{_TICKET},
ballot AS ({_INSERT["postgresql"]}),
noted AS (
  INSERT INTO voting_ballotsignal ({_NOTE_COLUMNS})
  SELECT id, {_NOTE_VALUES.format(minute="cast_at")} FROM ballot
)
SELECT id, cast_at FROM ballot
"""

_NOTE = f"""
INSERT INTO voting_ballotsignal ({_NOTE_COLUMNS})
VALUES (%(ballot_id)s, {_NOTE_VALUES.format(minute="%(minute)s")})
"""

_OPENED = """
EXISTS (SELECT 1 FROM showcase_opening opening
        WHERE opening.contest_id = contest.id AND opening.stage = 'poll')
"""

_CLOCK = {
    "postgresql": f"""
SELECT {_OPENED},
       contest.poll_opens_at <= statement_timestamp(),
       contest.poll_closes_at <= statement_timestamp(),
       {_PAUSED},
       (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date
{_OF_POLL} WHERE poll.id = %(poll_id)s
""",
    "sqlite": f"""
SELECT {_OPENED},
       contest.poll_opens_at <= strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'),
       contest.poll_closes_at <= strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'),
       {_PAUSED},
       strftime('%%Y-%%m-%%d', 'now', '+8 hours')
{_OF_POLL} WHERE poll.id = %(poll_id)s
""",
}

# An import asks for nothing but a practice contest, and nothing can make a real one that.
_IMPORT = {
    "postgresql": f"""
WITH ticket AS MATERIALIZED (SELECT pg_current_xact_id() AS xid)
INSERT INTO voting_ballot (id, cast_at, poll_id, request_key, voter_key, choices)
SELECT nextval('voting_ballot_id_seq'), given.cast_at, poll.id,
       given.request_key, given.voter_key, given.choices
{_OF_POLL}
JOIN ticket ON ticket.xid IS NOT NULL
CROSS JOIN unnest(%(cast_at)s::timestamptz[], %(request_key)s::uuid[],
                  %(voter_key)s::uuid[], %(choices)s::bytea[])
  AS given (cast_at, request_key, voter_key, choices)
WHERE poll.id = %(poll_id)s AND contest.practice
ON CONFLICT DO NOTHING
""",
    "sqlite": f"""
INSERT INTO voting_ballot (cast_at, poll_id, request_key, voter_key, choices)
SELECT %s, poll.id, %s, %s, %s
{_OF_POLL}
WHERE poll.id = %s AND contest.practice
ON CONFLICT DO NOTHING
""",
}


def insert_ballot(
    *,
    poll_id: int,
    request_key: UUID,
    voter_key: UUID,
    choices: bytes,
    day: date | None,
    signals: Signals | None = None,
) -> Stored | None:
    """Store one ballot. None: one of its keys is taken, or the poll is not open.

    ``day`` is the day in Shanghai that the voter key was made for, None where the quota
    is for the whole poll.
    """
    values = {
        "poll_id": poll_id,
        "request_key": request_key,
        "voter_key": voter_key,
        "choices": choices,
        "day": day,
    }
    if signals:
        values |= {name: getattr(signals, name) for name in _NOTED}
    rows = _INSERTERS[connection.vendor](values, noted=signals is not None)
    return Stored(rows[0][0], _moment(rows[0][1])) if rows else None


def _insert_together(values: dict, *, noted: bool) -> list[tuple]:
    """One statement. Over a new connection once more, where the one that was kept is dead:
    its request key is taken once, whatever became of the first.
    """
    alone = f"{_TICKET} {_INSERT['postgresql']}"
    statement = _INSERT_NOTED if noted else alone
    try:
        return _planned_rows(statement, values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _planned_rows(statement, values)


def _planned_rows(statement: str, values: dict) -> list[tuple]:
    """Planned once for a connection, and sent without asking first whether that lives.

    Django's own cursors have each statement planned anew, and begin with a question. They
    know how to write one down, so where statements are logged they send it.
    """
    here = connections[DEFAULT_DB_ALIAS]
    if here.queries_logged:
        return _rows(statement, values)
    here.ensure_connection()
    server = here.connection
    server.prepare_threshold = 0
    with here.make_cursor(psycopg.Cursor(server)) as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _insert_in_turn(values: dict, *, noted: bool) -> list[tuple]:
    """For SQLite: two statements, one transaction."""
    values = {name: _plain(value) for name, value in values.items()}
    if not noted:
        return _rows(_INSERT["sqlite"], values)
    with transaction.atomic():
        rows = _rows(_INSERT["sqlite"], values)
        if rows:
            place = {"ballot_id": rows[0][0], "minute": rows[0][1]}
            with connection.cursor() as cursor:
                cursor.execute(_NOTE, values | place)
    return rows


_INSERTERS = {"postgresql": _insert_together, "sqlite": _insert_in_turn}


def clock_of(poll_id: int) -> Clock:
    is_opened, has_begun, has_ended, is_paused, day = _rows(
        _CLOCK[connection.vendor], {"poll_id": poll_id}
    )[0]
    return Clock(
        bool(is_opened), bool(has_begun), bool(has_ended), bool(is_paused), _day(day)
    )


def insert_practice_ballots(
    *, poll_id: int, ballots: Sequence[tuple[datetime, UUID, UUID, bytes]]
) -> int:
    """Store many ballots (minute, request key, voter key, choices) of a practice contest.

    Returns how many were new. Of a real contest it stores none.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                _IMPORT["sqlite"],
                [
                    (
                        minute.astimezone(UTC).strftime("%Y-%m-%d %H:%M:00"),
                        request_key.hex,
                        voter_key.hex,
                        choices,
                        poll_id,
                    )
                    for minute, request_key, voter_key, choices in ballots
                ],
            )
        else:
            names = ("cast_at", "request_key", "voter_key", "choices")
            columns = dict(
                zip(names, map(list, zip(*ballots, strict=True)), strict=True)
            )
            cursor.execute(_IMPORT[connection.vendor], columns | {"poll_id": poll_id})
        return cursor.rowcount


def _rows(statement: str, values: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _plain(value: Any) -> Any:
    """How Django keeps a value of this kind in SQLite."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value


def _moment(value: datetime | str) -> datetime:
    moment = parse_datetime(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else parse_date(value)
