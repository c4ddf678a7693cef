"""What there is to grant: tables of the database, guards of the migrations, views."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from site_cms.database.rules import Guard
from site_cms.trail.append_only import AppendOnly


def append_only_operations() -> dict[str, list[AppendOnly]]:
    """Every AppendOnly of every migration by its table, so that no table is forgotten.

    The latest of a table stands last.
    """
    found: dict[str, list[AppendOnly]] = {}
    for _, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for operation in _with_nested(migration.operations):
            if isinstance(operation, AppendOnly):
                found.setdefault(operation.table, []).append(operation)
    return found


def _with_nested(operations) -> Iterator:
    for operation in operations:
        yield operation
        yield from _with_nested(getattr(operation, "database_operations", []))


def guards() -> list[Guard]:
    return [
        Guard(table, tuple(each.columns or ()), each.since or "")
        for table, (*_, each) in append_only_operations().items()
    ]


def tables() -> list[str]:
    """All tables of the site, caches and sessions among them."""
    return connection.introspection.table_names()


def report_views() -> dict[str, str]:
    """The views of all subjects: name and query. settings.REPORT_VIEWS names them."""
    views: dict[str, str] = {}
    for name in settings.REPORT_VIEWS:
        views |= import_string(name)
    return views
