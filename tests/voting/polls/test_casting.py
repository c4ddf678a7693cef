"""The casting statement by a clock that stands still: the database's own, replaced.

The names of the clock's functions are looked up in a schema of the test first
(PostgreSQL) or overridden on the connection (SQLite).
"""

import sqlite3
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from showcase.contests.models import Contest, Opening
from site_cms.trail.append_only import rewriting_allowed
from tests.factories import NOW, SECOND, make_contest, make_user, open_poll
from voting.polls import casting
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.services import (
    import_practice_ballots,
    pause_poll,
    resume_poll,
)

pytestmark = pytest.mark.django_db

DAY_BEFORE_MIDNIGHT = datetime(2026, 6, 1, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 1, 16, tzinfo=UTC)


@pytest.fixture
def clock_at():
    """Set the database's clock. The next test has the real one again."""
    if connection.vendor == "postgresql":
        yield _set_postgresql_clock
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
        return
    yield _set_sqlite_clock
    connection.close()


def _set_postgresql_clock(moment: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS clock")
        cursor.execute(
            "CREATE OR REPLACE FUNCTION clock.statement_timestamp() RETURNS timestamptz"
            f" STABLE LANGUAGE sql AS $$ SELECT timestamptz '{moment.isoformat()}' $$"
        )
        cursor.execute("SET search_path TO clock, public, pg_catalog")


def _set_sqlite_clock(moment: datetime) -> None:
    real = sqlite3.connect(":memory:")

    def strftime(form: str, when: str, *shift: str) -> str:
        text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        marks = ", ".join("?" for _ in (form, text, *shift))
        return real.execute(
            f"SELECT strftime({marks})", (form, text, *shift)
        ).fetchone()[0]

    connection.connection.create_function("strftime", -1, strftime)


def poll_within(opens: datetime, closes: datetime, **fields):
    poll = open_poll(**fields)
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=opens, poll_closes_at=closes
    )
    return poll


def insert(poll, *, request=1, voter=1, day=None):
    return casting.insert_ballot(
        poll_id=poll.id,
        request_key=UUID(int=request),
        voter_key=UUID(int=voter),
        choices=b"\x01\x00\x00",
        day=day,
    )


def practice_poll(**fields):
    contest = make_contest(practice=True, practice_note="演练")
    return open_poll(contest=contest, **fields)


MILLISECOND = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "is_taken"),
    [
        pytest.param(NOW - MILLISECOND, False, id="just before it opens"),
        pytest.param(NOW, True, id="opening instant"),
        pytest.param(NOW + 60 * SECOND - MILLISECOND, True, id="last millisecond"),
        pytest.param(NOW + 60 * SECOND, False, id="closing instant"),
        pytest.param(NOW + 61 * SECOND, False, id="after"),
    ],
)
def test_the_poll_opens_and_closes_by_the_clock_of_the_database(
    clock_at, moment, is_taken
):
    poll = poll_within(NOW, NOW + 60 * SECOND)
    clock_at(moment)

    stored = insert(poll)

    assert (stored is not None) == is_taken
    assert casting.clock_of(poll.id).is_open == is_taken


def test_only_the_minute_is_kept(clock_at):
    poll = poll_within(NOW, NOW + 120 * SECOND)
    clock_at(NOW + 119 * SECOND + MILLISECOND)

    stored = insert(poll)

    assert stored.cast_at == NOW + 60 * SECOND
    assert Ballot.objects.get().cast_at == NOW + 60 * SECOND


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        pytest.param(
            DAY_BEFORE_MIDNIGHT, date(2026, 6, 1), id="last second of the day"
        ),
        pytest.param(MIDNIGHT, date(2026, 6, 2), id="midnight in Shanghai"),
    ],
)
def test_the_day_is_that_of_shanghai(clock_at, moment, day):
    poll = poll_within(NOW, NOW + timedelta(days=2))
    clock_at(moment)

    other = date(2026, 6, 3) - (day - date(2026, 6, 1)) - timedelta(days=1)
    refused = insert(poll, request=1, voter=1, day=other)
    taken = insert(poll, request=2, voter=2, day=day)

    assert (refused, taken is not None) == (None, True)
    assert casting.clock_of(poll.id).day == day


def test_a_poll_that_was_never_opened_takes_nothing(clock_at):
    poll = poll_within(NOW, NOW + 60 * SECOND)
    with rewriting_allowed(connection):
        Opening.objects.filter(contest_id=poll.contest_id).delete()
    clock_at(NOW)

    assert insert(poll) is None
    assert casting.clock_of(poll.id).is_open is False


@pytest.mark.parametrize(
    ("request_key", "voter_key"),
    [
        pytest.param(1, 2, id="same request"),
        pytest.param(2, 1, id="same voter"),
        pytest.param(1, 1, id="both"),
    ],
)
def test_either_key_keeps_a_ballot_out(request_key, voter_key):
    poll = open_poll()
    insert(poll, request=1, voter=1)

    assert insert(poll, request=request_key, voter=voter_key) is None
    assert Ballot.objects.count() == 1


def test_ids_rise():
    poll = open_poll()

    ids = [insert(poll, request=number, voter=number).id for number in (1, 2, 3)]

    assert ids == sorted(set(ids))


@pytest.fixture
def witness():
    """A nextval of the test's own, which notes whether a transaction id was there first."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA witness")
        cursor.execute("CREATE TABLE witness.seen (has_id boolean)")
        cursor.execute(
            "CREATE FUNCTION witness.nextval(regclass) RETURNS bigint LANGUAGE sql AS $$"
            " INSERT INTO witness.seen"
            " SELECT pg_current_xact_id_if_assigned() IS NOT NULL;"
            " SELECT pg_catalog.nextval($1) $$"
        )
        cursor.execute("SET search_path TO witness, public, pg_catalog")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET search_path")
        cursor.execute("DROP SCHEMA witness CASCADE")


def seen() -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_id FROM witness.seen")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("witness")
def test_the_transaction_id_is_taken_before_the_ballots_id():
    insert(open_poll())

    assert seen() == [True]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("witness")
def test_control_without_the_ticket_the_ballots_id_comes_first(monkeypatch):
    statement = casting._INSERT["postgresql"]
    without = statement.replace("JOIN ticket ON ticket.xid IS NOT NULL\n", "")
    monkeypatch.setitem(casting._INSERT, "postgresql", without)

    insert(open_poll())

    assert seen() == [False]


@pytest.mark.postgresql
def test_ballot_rows_are_found_by_id_through_a_brin_index_only():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'voting_ballot'"
        )
        definitions = sorted(row[0].split(" USING ")[1] for row in cursor.fetchall())

    assert [each.split(" WITH")[0] for each in definitions] == [
        "brin (id)",
        "btree (request_key)",
        "btree (voter_key)",
    ]


def test_the_clock_of_a_test_does_not_reach_the_next():
    poll = open_poll()

    assert casting.clock_of(poll.id).day == timezone.localdate()


@pytest.mark.postgresql
def test_a_ballot_with_twenty_entries_takes_at_most_200_bytes_with_all_indexes():
    poll = practice_poll(entries=20)
    ballots = 50_000
    with connection.cursor() as cursor:
        # What other tests stored and rolled back still takes its place on the disk.
        cursor.execute("TRUNCATE voting_ballot")
    import_practice_ballots(
        by=None,
        poll=Poll.objects.get(pk=poll.id),
        ballots=[(bytes([1] * 10 + [0] * 10), NOW)] * ballots,
        now=NOW,
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size('voting_ballot')")
        assert cursor.fetchone()[0] / ballots <= 200


def signals(**fields):
    return casting.Signals(
        **{
            "voter_day": UUID(int=11),
            "prefix": UUID(int=12),
            "network": UUID(int=13),
            "adapter": "device",
            "client": "wechat-android",
            "device_age": 4,
            "difficulty": 50_000,
            "unthrottled": False,
        }
        | fields
    )


def insert_noted(poll, *, request=1, voter=1):
    return casting.insert_ballot(
        poll_id=poll.id,
        request_key=UUID(int=request),
        voter_key=UUID(int=voter),
        choices=b"\x01\x00\x00",
        day=None,
        signals=signals(),
    )


def test_what_is_known_of_the_request_is_kept_beside_the_ballot():
    stored = insert_noted(open_poll())

    noted = BallotSignal.objects.values().get()
    assert noted.pop("poll_id") == Ballot.objects.get().poll_id
    assert noted == {
        "ballot_id": stored.id,
        "minute": stored.cast_at,
        **asdict(signals()),
    }


def test_a_ballot_that_is_not_stored_leaves_no_signals():
    poll = open_poll()
    insert_noted(poll)

    assert insert_noted(poll, request=2) is None
    assert BallotSignal.objects.count() == 1


def test_a_paused_poll_takes_no_ballot_until_it_is_resumed():
    poll, by = open_poll(), make_user()
    row = Poll.objects.get(pk=poll.id)

    pause_poll(by=by, poll=row, notice="查看异常", now=NOW)
    while_paused = insert(poll), casting.clock_of(poll.id).is_open
    resume_poll(by=by, poll=row, now=NOW + SECOND)

    assert while_paused == (None, False)
    assert insert(poll) is not None
    assert casting.clock_of(poll.id).is_open


def test_a_past_pause_cannot_be_rewritten():
    poll, by = Poll.objects.get(pk=open_poll().id), make_user()
    pause_poll(by=by, poll=poll, notice="查看异常", now=NOW)
    resume_poll(by=by, poll=poll, now=NOW + SECOND)

    with pytest.raises(DatabaseError, match="only ever added"):
        poll.pauses.update(notice="另一个原因")
