"""The build as it is, and three that were sabotaged: the same checker must find them out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Build:
    name: str
    words: str
    is_honest: bool = False
    application: str = "site_cms.wsgi:application"
    # What is done to its database before it is served.
    prepare: Callable[[], None] = lambda: None


def _drop_the_constraints() -> None:
    """Voter keys and request keys may repeat, as where one looks before one writes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'voting_ballot'::regclass AND contype = 'u'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE voting_ballot DROP CONSTRAINT "{name}"')


def commit_to_memory() -> None:
    """PostgreSQL says "committed" before its log is on the disk."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')


BUILDS = {
    build.name: build
    for build in (
        Build("honest", "the build as it is", is_honest=True),
        Build(
            "no-constraint",
            "no constraint says that a voter votes once",
            prepare=_drop_the_constraints,
        ),
        Build(
            "early-answer",
            "the voter is answered before COMMIT",
            application="tests.faults.early_answer:application",
        ),
        Build("lazy-disk", "synchronous_commit is off", prepare=commit_to_memory),
    )
}
