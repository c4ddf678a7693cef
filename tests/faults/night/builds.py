"""The build as it is, and five that were sabotaged: the same checker must find them out."""

from django.db import connection

from tests.faults.builds import Build, commit_to_memory

_CONSTRAINT = "sheet_version_counts_once"


def _drop_the_constraint() -> None:
    """Two sheets may be the same version, as where one looks before one writes."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE voting_scoresheet DROP CONSTRAINT "{_CONSTRAINT}"')


BUILDS = {
    build.name: build
    for build in (
        Build("honest", "the build as it is", is_honest=True),
        Build(
            "no-constraint",
            "no constraint says that a version counts once",
            prepare=_drop_the_constraint,
        ),
        Build(
            "process-lock",
            "a lock of the process in place of the database's",
            application="tests.faults.night.process_lock:application",
            prepare=_drop_the_constraint,
        ),
        Build(
            "early-answer",
            "the judge is answered before COMMIT",
            application="tests.faults.night.early_answer:application",
        ),
        Build("lazy-disk", "synchronous_commit is off", prepare=commit_to_memory),
        Build(
            "stale-screen",
            "a web process never computes a snapshot anew",
            application="tests.faults.night.stale_screen:application",
        ),
    )
}
