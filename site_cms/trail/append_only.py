"""Rows that are only ever inserted: triggers that refuse UPDATE and DELETE.

On PostgreSQL the web role also lacks the grants (site_cms.database); the triggers are
there so that an owner's slip is refused too. Tests and the archive command lift them for
one block, and on PostgreSQL only the owner of a table can.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper

_SETTING = "hongqi.rewriting"
_REFUSAL = "rows of {table} are only ever added"


def install_sqlite_function(connection: BaseDatabaseWrapper) -> None:
    """Give a fresh SQLite connection the function that its triggers ask."""
    connection.rewriting_is_allowed = False
    connection.connection.create_function(
        "rewriting_is_allowed",
        0,
        lambda: int(connection.rewriting_is_allowed),
    )


@contextmanager
def rewriting_allowed(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the triggers on this connection, for the archive and for emptying test tables."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.rewriting_is_allowed = True
        try:
            yield
        finally:
            connection.rewriting_is_allowed = False
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', false)", [_SETTING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'off', false)", [_SETTING])


class AppendOnly(migrations.operations.base.Operation):
    """Forbid DELETE on a table, and UPDATE: of the whole row, or of ``columns`` alone.

    With ``since`` a row is free until that column is set, and shut from then on. What is
    named by ``once`` may be set where it is empty, and stays as it was set.
    """

    reversible = True
    atomic = True

    def __init__(
        self,
        table: str,
        columns: list[str] | None = None,
        since: str | None = None,
        once: list[str] | None = None,
    ) -> None:
        self.table = table
        self.columns = columns
        self.since = since
        self.once = once

    def deconstruct(self):
        given = [self.table, self.columns, self.since, self.once]
        return self.__class__.__name__, given, {}

    def state_forwards(self, app_label, state) -> None:
        return None

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        if schema_editor.connection.vendor == "sqlite":
            self._create_on_sqlite(schema_editor)
        else:
            self._create_on_postgresql(schema_editor)

    def _create_on_sqlite(self, schema_editor) -> None:
        changed = " OR ".join(
            [f"OLD.{name} IS NOT NEW.{name}" for name in self.columns or []]
            + [
                f"(OLD.{name} IS NOT NULL AND OLD.{name} IS NOT NEW.{name})"
                for name in self.once or []
            ]
        )
        conditions = {"UPDATE": f" AND ({changed})" if changed else "", "DELETE": ""}
        shut = f" AND OLD.{self.since} IS NOT NULL" if self.since else ""
        for event, condition in conditions.items():
            schema_editor.execute(
                f"CREATE TRIGGER {self._name(event)} BEFORE {event} ON {self.table} "
                f"WHEN NOT rewriting_is_allowed(){shut}{condition} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL.format(table=self.table)}'); END"
            )

    def _create_on_postgresql(self, schema_editor) -> None:
        schema_editor.execute(self.postgresql_function(), params=None)
        schema_editor.execute(
            f"CREATE TRIGGER {self.table}_append_only "
            f"BEFORE UPDATE OR DELETE ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {self.table}_append_only()",
            params=None,
        )

    def postgresql_function(self) -> str:
        """Anybody can set a setting; it counts only for a role that owns the table."""
        unchanged = " AND ".join(
            [
                f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}"
                for name in self.columns or []
            ]
            + [
                f"(OLD.{name} IS NULL OR OLD.{name} IS NOT DISTINCT FROM NEW.{name})"
                for name in self.once or []
            ]
        )
        free = f"OLD.{self.since} IS NULL OR " if self.since else ""
        return f"""
            CREATE OR REPLACE FUNCTION {self.table}_append_only() RETURNS trigger
            LANGUAGE plpgsql AS $$ BEGIN
              IF TG_OP = 'UPDATE' THEN
                IF {unchanged or "false"} THEN RETURN NEW; END IF;
              END IF;
              IF {free}(
                current_setting('{_SETTING}', true) = 'on'
                AND (SELECT pg_has_role(current_user, relowner, 'USAGE')
                     FROM pg_class WHERE oid = TG_RELID)
              ) THEN
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
              END IF;
              RAISE EXCEPTION '{_REFUSAL.format(table=self.table)}'
                USING ERRCODE = 'restrict_violation';
            END $$
            """

    def database_backwards(
        self, app_label, schema_editor, from_state, to_state
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in ("UPDATE", "DELETE"):
                schema_editor.execute(f"DROP TRIGGER {self._name(event)}")
            return
        schema_editor.execute(f"DROP FUNCTION {self.table}_append_only() CASCADE")

    def describe(self) -> str:
        return f"Refuse UPDATE and DELETE on {self.table}"

    def _name(self, event: str) -> str:
        return f"{self.table}_refuses_{event.lower()}"


class Lift(migrations.operations.base.Operation):
    """Take an ``AppendOnly`` away, for another to come in its place."""

    reversible = True
    atomic = True

    def __init__(self, guard: AppendOnly) -> None:
        self.guard = guard

    def deconstruct(self):
        return self.__class__.__name__, [self.guard], {}

    def state_forwards(self, app_label, state) -> None:
        return None

    def database_forwards(self, *place) -> None:
        self.guard.database_backwards(*place)

    def database_backwards(self, *place) -> None:
        self.guard.database_forwards(*place)

    def describe(self) -> str:
        return f"Lift what refuses UPDATE and DELETE on {self.guard.table}"
