"""The grants on a real PostgreSQL, asked for as each role. A test's roles go with it."""

import re
from contextlib import contextmanager
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from showcase.contests.models import Contest
from site_cms.database import queries
from site_cms.trail.append_only import rewriting_allowed
from site_cms.trail.services import record
from tests.factories import HOUR, NOW, make_ballot, make_contest, make_user, open_poll
from voting.polls.archive_models import PollArchive
from voting.polls.models import Ballot, Poll
from voting.polls.services import pause_poll, resume_poll

WEB, REPORTS = "hongqi_test_web", "hongqi_test_reports"

pytestmark = pytest.mark.django_db


def sql(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def acting_as(role: str):
    sql(f"SET LOCAL ROLE {role}")
    try:
        yield
    finally:
        sql("RESET ROLE")


def refusal(role: str, statement: str) -> str:
    """What PostgreSQL says to this role, or nothing where it does as it is told."""
    try:
        with transaction.atomic():
            sql(f"SET LOCAL ROLE {role}")
            for part in statement.split(";"):
                sql(part)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def grant() -> str:
    said = StringIO()
    call_command("grant_database_roles", web=WEB, reports=REPORTS, stdout=said)
    return said.getvalue()


@pytest.fixture
def roles(db) -> None:
    for role in (WEB, REPORTS):
        sql(f"CREATE ROLE {role}")


@pytest.fixture
def granted(roles) -> None:
    grant()


def attempts() -> list[str]:
    """What must be refused, for every table that a migration shuts."""
    found = []
    for guard in queries.guards():
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(
                cursor, guard.table
            )
        column = columns[0].name
        found.append(f"TRUNCATE {guard.table} CASCADE")
        if not guard.since:
            found.append(f"DELETE FROM {guard.table}")
        if not guard.since and not guard.columns:
            found.append(f"UPDATE {guard.table} SET {column} = {column}")
    return found


@pytest.mark.postgresql
def test_guards_of_the_migrations_are_the_triggers_of_the_database():
    triggers = sql(
        "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE NOT tgisinternal AND tgname LIKE '%%_append_only' ORDER BY 1"
    )

    assert [name for (name,) in triggers] == sorted(
        {guard.table for guard in queries.guards()}
    )


@pytest.mark.postgresql
def test_web_cannot_rewrite_what_is_only_added(granted):
    tried = attempts()

    assert [
        each for each in tried if "permission denied" not in refusal(WEB, each)
    ] == []
    assert len(tried) > 30


@pytest.mark.postgresql
def test_negative_control_the_grants_alone_refuse_it(granted):
    sql(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {WEB}")

    let_through = [text for text in attempts() if not refusal(WEB, text)]

    assert "UPDATE voting_ballot SET id = id" in let_through
    assert "TRUNCATE voting_ballot CASCADE" in let_through


@pytest.mark.postgresql
def test_web_cannot_lift_the_triggers_by_setting_their_setting(granted):
    contest = make_contest(practice=False, practice_note="演练")
    rewrite = (
        "SET LOCAL hongqi.rewriting = 'on';"
        f"UPDATE showcase_contest SET practice = NOT practice WHERE id = {contest.pk}"
    )

    assert "only ever added" in refusal(WEB, rewrite)
    assert refusal("NONE", rewrite) == ""


@pytest.mark.postgresql
def test_web_takes_a_ballot_and_does_everyday_work(granted):
    poll = open_poll()
    with acting_as(WEB):
        make_ballot(poll=poll)
        contest = Contest.objects.select_for_update().get(pk=poll.contest_id)
        contest.name = "改过的名称"
        contest.save()
        record(by=make_user(), action="x.y", subject=contest, sentence="说明", now=NOW)

    assert Ballot.objects.count() == 1


@pytest.mark.postgresql
def test_web_pauses_and_resumes_and_can_do_no_more_to_a_pause(granted):
    poll, by = Poll.objects.get(pk=open_poll().id), make_user()
    with acting_as(WEB):
        pause = pause_poll(by=by, poll=poll, notice="正在核查。", now=NOW)
    rewrite = f"UPDATE voting_pollpause SET notice = '-' WHERE id = {pause.pk}"
    remove = f"DELETE FROM voting_pollpause WHERE id = {pause.pk}"
    said = [refusal(WEB, rewrite), refusal(WEB, remove)]
    with acting_as(WEB):
        resume_poll(by=by, poll=poll, now=NOW)

    assert ["only ever added" in said[0], "permission denied" in said[1]] == [True] * 2


@pytest.mark.postgresql
def test_web_owns_nothing_and_makes_nothing(granted):
    assert "must be owner" in refusal(WEB, "DROP TABLE voting_ballot")
    assert "must be owner" in refusal(
        WEB, "ALTER TABLE voting_ballot DISABLE TRIGGER ALL"
    )
    assert "permission denied" in refusal(WEB, "CREATE TABLE public.mine (id int)")
    assert "permission denied" in refusal(
        WEB, "SELECT setval('voting_ballot_id_seq', 1)"
    )
    assert "permission denied" in refusal(WEB, "DELETE FROM django_migrations")


@pytest.mark.postgresql
def test_reports_read_the_views_and_no_table(granted):
    views = [f"reports.{name}" for name in queries.report_views()]

    assert [view for view in views if refusal(REPORTS, f"SELECT * FROM {view}")] == []
    assert [
        table
        for table in queries.tables()
        if "permission denied" not in refusal(REPORTS, f"SELECT * FROM public.{table}")
    ] == []
    assert "permission denied" in refusal(REPORTS, "DELETE FROM reports.contests")


@pytest.mark.postgresql
def test_reports_see_no_hidden_contest_and_count_no_open_poll(granted):
    hidden = make_contest(hidden=True)
    shown = open_poll()
    make_ballot(poll=shown)
    with acting_as(REPORTS):
        contests = sql("SELECT slug FROM reports.contests")
        while_open = sql("SELECT * FROM reports.ballots_by_day")
    Contest.objects.filter(pk=shown.contest_id).update(
        poll_opens_at=NOW - HOUR, poll_closes_at=NOW
    )
    with acting_as(REPORTS):
        closed = sql("SELECT ballots FROM reports.ballots_by_day")

    assert (hidden.slug,) not in contests
    assert (len(contests), while_open, closed) == (1, [], [(1,)])


@pytest.mark.postgresql
def test_reports_count_the_ballots_of_an_archived_poll_without_their_days(granted):
    poll = open_poll()
    for _ in range(3):
        make_ballot(poll=poll)
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=NOW - HOUR, poll_closes_at=NOW
    )
    PollArchive.objects.create(poll_id=poll.id, archived_at=NOW, ballots=3, given={})
    with rewriting_allowed(connection):
        Ballot.objects.all().delete()
    slug = Contest.objects.get(pk=poll.contest_id).slug

    with acting_as(REPORTS):
        rows = sql("SELECT contest, day, ballots FROM reports.ballots_by_day")

    assert rows == [(slug, None, 3)]


@pytest.mark.postgresql
def test_granting_again_takes_back_what_was_given_beside_it(granted):
    sql(f"GRANT ALL ON voting_ballot TO {WEB}")

    grant()

    assert "permission denied" in refusal(WEB, "DELETE FROM voting_ballot")


@pytest.mark.postgresql
def test_dry_run_prints_what_would_be_done_and_does_nothing(roles):
    said = StringIO()

    call_command(
        "grant_database_roles", web=WEB, reports=REPORTS, dry_run=True, stdout=said
    )

    assert f'GRANT SELECT, INSERT ON "voting_ballot" TO "{WEB}";' in said.getvalue()
    assert "permission denied" in refusal(WEB, "SELECT * FROM voting_ballot")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(f"ALTER ROLE {WEB} SUPERUSER", "超级用户", id="superuser"),
        pytest.param(f"DROP ROLE {WEB}", "没有角色", id="no such role"),
    ],
)
def test_a_web_role_that_grants_cannot_hold_is_refused(roles, change, says):
    sql(change)

    with pytest.raises(CommandError, match=says):
        grant()


@pytest.mark.postgresql
def test_reports_can_be_taken_down_before_a_migration(granted):
    call_command("grant_database_roles", take_down_reports=True, stdout=StringIO())

    assert sql("SELECT 1 FROM pg_namespace WHERE nspname = 'reports'") == []


def test_sqlite_has_no_roles():
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("this run is on PostgreSQL")

    with pytest.raises(CommandError, match="不是 PostgreSQL"):
        grant()


def test_no_view_names_what_belongs_to_one_person_or_one_ballot():
    forbidden = re.compile(
        r"\b(voter_key|request_key|choices|voter_day|prefix|network|contact_\w+|"
        r"password|by_id|sentence|details|leader|inputs)\b"
    )

    assert {
        name: forbidden.findall(query)
        for name, query in queries.report_views().items()
        if forbidden.search(query)
    } == {}
