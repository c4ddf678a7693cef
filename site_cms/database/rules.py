"""What the roles of PostgreSQL may do with each table, written as statements.

The role that migrates owns everything. The web role reads and writes, except where rows
are only ever added. The reports role reads the views of its own schema and no table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

REPORTS_SCHEMA = "reports"

# What migrations alone write: who could change these would choose their own permissions.
_READ_ONLY = {"auth_permission", "django_content_type", "django_migrations"}


@dataclass(frozen=True, slots=True)
class Guard:
    """One ``AppendOnly`` of a migration: what its triggers refuse on a table."""

    table: str
    columns: tuple[str, ...] = ()
    since: str = ""


def web_privileges(table: str, guards: Iterable[Guard]) -> list[str]:
    """What the web role may do with a table: never more than its triggers allow.

    Where triggers shut single columns, UPDATE is granted and the triggers stay the guard:
    Django writes a row whole, its unchanged columns among it.

    >>> web_privileges("ballot", [Guard("ballot")])
    ['SELECT', 'INSERT']
    >>> web_privileges("turn", [Guard("turn", ("place",))])
    ['SELECT', 'INSERT', 'UPDATE']
    >>> web_privileges("sheet", [Guard("sheet", since="frozen_at")])
    ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
    """
    if table in _READ_ONLY:
        return ["SELECT"]
    allowed = ["SELECT", "INSERT", "UPDATE", "DELETE"]
    for guard in guards:
        refused = set() if guard.since else {"DELETE"}
        if not guard.since and not guard.columns:
            refused.add("UPDATE")
        allowed = [privilege for privilege in allowed if privilege not in refused]
    return allowed


def grants(
    *,
    tables: Iterable[str],
    guards: Iterable[Guard],
    views: Mapping[str, str],
    web: str,
    reports: str,
) -> list[str]:
    """All statements, in order. What was granted before and is not named is taken back."""
    guards = list(guards)
    both = f"{_quoted(web)}, {_quoted(reports)}"
    statements = [
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA public FROM {both}",
        f"GRANT USAGE ON SCHEMA public TO {_quoted(web)}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {both}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {both}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {_quoted(web)}",
    ]
    for table in sorted(tables):
        privileges = web_privileges(
            table, [guard for guard in guards if guard.table == table]
        )
        statements.append(
            f"GRANT {', '.join(privileges)} ON {_quoted(table)} TO {_quoted(web)}"
        )
    statements += [
        *reports_taken_down(),
        f"CREATE SCHEMA {REPORTS_SCHEMA}",
        f"GRANT USAGE ON SCHEMA {REPORTS_SCHEMA} TO {_quoted(reports)}",
    ]
    for name, query in sorted(views.items()):
        view = f"{REPORTS_SCHEMA}.{_quoted(name)}"
        statements += [
            f"CREATE VIEW {view} WITH (security_barrier) AS\n{query.strip()}",
            f"GRANT SELECT ON {view} TO {_quoted(reports)}",
        ]
    return statements


def reports_taken_down() -> list[str]:
    return [f"DROP SCHEMA IF EXISTS {REPORTS_SCHEMA} CASCADE"]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
