"""What Django's models cannot say about the table of ballots, and that it only grows.

PostgreSQL: ids from a sequence, found through a BRIN index of a few kilobytes.
SQLite: the id is the rowid, and a freed one is never given out again.
"""

from django.db import migrations

from site_cms.trail.append_only import AppendOnly

_FORWARDS = {
    "postgresql": [
        "CREATE SEQUENCE voting_ballot_id_seq OWNED BY voting_ballot.id",
        "ALTER TABLE voting_ballot ALTER COLUMN id SET DEFAULT nextval('voting_ballot_id_seq')",
        "CREATE INDEX voting_ballot_id_brin ON voting_ballot USING brin (id)"
        " WITH (autosummarize = on)",
    ],
    "sqlite": [
        "DROP TABLE voting_ballot",
        """
        CREATE TABLE voting_ballot (
            id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            cast_at datetime NOT NULL,
            poll_id smallint NOT NULL REFERENCES voting_poll (id) DEFERRABLE INITIALLY DEFERRED,
            request_key char(32) NOT NULL UNIQUE,
            voter_key char(32) NOT NULL UNIQUE,
            choices BLOB NOT NULL
        )
        """,
    ],
}

_BACKWARDS = {
    "postgresql": [
        "DROP INDEX voting_ballot_id_brin",
        "DROP SEQUENCE voting_ballot_id_seq CASCADE",
    ],
    "sqlite": [],
}


def forwards(apps, schema_editor) -> None:
    for statement in _FORWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backwards(apps, schema_editor) -> None:
    for statement in _BACKWARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("voting", "0001_initial")]

    operations = [
        migrations.RunPython(forwards, backwards),
        AppendOnly("voting_ballot"),
    ]
