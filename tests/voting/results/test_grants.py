"""What the web's role may do with results on PostgreSQL: add, and nothing else."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tests.factories import (
    HOUR,
    NOW,
    REVISED,
    make_deduction,
    make_final_result,
    make_standing_result,
    make_tied_contest,
    make_user,
)
from tests.factories.results import make_computation
from voting.results.finalising_services import confirm_reopening, propose_reopening
from voting.results.models import Publication, Release
from voting.results.tie_services import publish_tie_lists

WEB, REPORTS = "hongqi_result_web", "hongqi_result_reports"
TABLES = [
    "voting_computation",
    "voting_check",
    "voting_publication",
    "voting_release",
    "voting_finalisation",
    "voting_reopening",
    "voting_promise",
    "voting_givenpoints",
]

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def granted(db) -> None:
    for role in (WEB, REPORTS):
        sql(f"CREATE ROLE {role}")
    call_command("grant_database_roles", web=WEB, reports=REPORTS, stdout=StringIO())


@pytest.fixture
def lives(granted) -> None:
    """A result that was final and is open again, and a deduction in another contest."""
    final = make_final_result()
    proposal = propose_reopening(
        by=make_user(),
        contest=final.publication.contest,
        reason=REVISED,
        now=final.finalised_at + HOUR,
    )
    confirm_reopening(by=make_user(), proposal=proposal, now=final.finalised_at + HOUR)
    contest = make_tied_contest()
    make_deduction(make_tied_contest(entries=1), plate="01")
    publish_tie_lists(by=make_user(), computation=make_computation(contest), now=NOW)


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
    return [
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ]


def test_web_lets_a_result_stand(granted):
    contest = make_tied_contest(votes=(3, 2))
    sql(f"SET LOCAL ROLE {WEB}")
    make_standing_result(contest)
    sql("RESET ROLE")

    assert Publication.objects.count() == 1


@pytest.mark.parametrize("table", TABLES)
def test_web_is_granted_no_rewriting(lives, table):
    assert all("permission denied" in refusal(each) for each in rewrites(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_trigger_refuses_what_grants_would_allow(lives, table):
    sql(f"GRANT ALL ON {table} TO {WEB}")
    update, delete, _ = rewrites(table)

    assert "only ever added" in refusal(update)
    assert "only ever added" in refusal(delete)


def test_lists_of_equals_stay_as_they_were_promised(lives):
    assert "only ever added" in refusal(
        "UPDATE voting_tielot SET list_hashes = '[]'::jsonb"
    )
    assert "permission denied" in refusal("DELETE FROM voting_tielot")


def test_control_without_its_trigger_and_its_grants_a_table_is_open(lives):
    sql(f"GRANT ALL ON voting_publication TO {WEB}")
    sql("DROP TRIGGER voting_publication_append_only ON voting_publication")

    assert refusal("UPDATE voting_publication SET reason = reason") == ""


def test_reports_read_no_result_before_everybody_can(granted):
    publication = make_standing_result()

    before = results_in_reports()
    Release.objects.create(
        contest=publication.contest, released_at=datetime(2020, 1, 1, tzinfo=UTC)
    )

    assert (before, results_in_reports()) == (0, 1)


def results_in_reports() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM reports.results")
        return cursor.fetchone()[0]
