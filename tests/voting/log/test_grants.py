"""What the web's role may do with the log on PostgreSQL: add, and nothing else."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories import make_contest, make_head, make_log_entry
from voting.log.models import TILE, LogEntry, LogTile, SignedHead

WEB, REPORTS = "hongqi_log_web", "hongqi_log_reports"
TABLES = ["voting_log", "voting_logentry", "voting_logtile", "voting_signedhead"]

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def granted(db) -> None:
    for role in (WEB, REPORTS):
        sql(f"CREATE ROLE {role}")
    call_command("grant_database_roles", web=WEB, reports=REPORTS, stdout=StringIO())


def refusal(statement: str, role: str = WEB) -> str:
    """What is said to this role, or nothing where it does as it is told."""
    try:
        with transaction.atomic():
            sql(f"SET LOCAL ROLE {role}")
            sql(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def rewrites(table: str) -> list[str]:
    column = "contest_id" if table == "voting_log" else "id"
    return [
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ]


def test_web_begins_a_log_adds_to_it_and_signs_it(granted):
    contest = make_contest()
    sql(f"SET LOCAL ROLE {WEB}")
    for _ in range(2):
        make_log_entry(contest=contest, leaves=TILE)
    make_head(contest)
    sql("RESET ROLE")

    assert (LogEntry.objects.count(), LogTile.objects.count()) == (2, 2)
    assert SignedHead.objects.get().size == 2 * TILE


@pytest.mark.parametrize("table", TABLES)
def test_web_is_granted_no_rewriting(granted, table):
    make_log_entry(leaves=TILE)

    assert all("permission denied" in refusal(each) for each in rewrites(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_trigger_refuses_what_grants_would_allow(granted, table):
    contest = make_contest()
    make_log_entry(contest=contest, leaves=TILE)
    make_head(contest)
    sql(f"GRANT ALL ON {table} TO {WEB}")
    update, delete, _ = rewrites(table)

    assert "only ever added" in refusal(update)
    assert "only ever added" in refusal(delete)


def test_control_without_its_trigger_and_its_grants_a_table_is_open(granted):
    make_log_entry()
    update, *_ = rewrites("voting_logentry")
    sql(f"GRANT ALL ON voting_logentry TO {WEB}")
    sql("DROP TRIGGER voting_logentry_append_only ON voting_logentry")

    assert refusal(update) == ""
