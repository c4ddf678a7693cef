"""Gives the roles of PostgreSQL what they need. Run as the role that owns the tables."""

from django.db import connection, transaction

from site_cms.database import queries
from site_cms.database.errors import RolesUnusable
from site_cms.database.rules import grants, reports_taken_down

_ROLES = """
SELECT rolname, rolsuper, pg_has_role(oid, current_user, 'MEMBER')
FROM pg_roles WHERE rolname = ANY(%s)
"""

_FOREIGN_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND NOT pg_has_role(current_user, relowner, 'USAGE')
ORDER BY relname
"""


def planned_grants(*, web: str, reports: str) -> list[str]:
    """What :func:`grant_database_roles` would do, or why it would be of no use."""
    _require_postgresql()
    _require_usable(web, reports)
    return grants(
        tables=queries.tables(),
        guards=queries.guards(),
        views=queries.report_views(),
        web=web,
        reports=reports,
    )


def grant_database_roles(*, web: str, reports: str) -> None:
    """Grant anew, all or nothing. A running site never meets a moment without its grants."""
    statements = planned_grants(web=web, reports=reports)
    existing = set(queries.tables())
    with transaction.atomic(), connection.cursor() as cursor:
        for table, operations in queries.append_only_operations().items():
            if table in existing:
                # An older database may have guards that a setting of the session lifts.
                cursor.execute(operations[-1].postgresql_function())
        for statement in statements:
            cursor.execute(statement)


def take_down_reports() -> None:
    """Remove the views of the reports, so that a migration may change what they read."""
    _require_postgresql()
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in reports_taken_down():
            cursor.execute(statement)


def _require_postgresql() -> None:
    if connection.vendor != "postgresql":
        raise RolesUnusable(
            "这个数据库不是 PostgreSQL，没有角色可以授权。什么也没有改。"
        )


def _require_usable(web: str, reports: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ROLES, [[web, reports]])
        found = {name: (is_super, owns) for name, is_super, owns in cursor.fetchall()}
        cursor.execute(_FOREIGN_TABLES)
        foreign = [name for (name,) in cursor.fetchall()]
    for name in (web, reports):
        if name not in found:
            raise RolesUnusable(
                f"数据库里没有角色 {name}。请先由数据库管理员执行 deploy/postgresql/roles.sql。"
            )
        is_super, owns = found[name]
        if is_super or owns:
            raise RolesUnusable(
                f"角色 {name} 是超级用户，或者就是表的所有者，授权挡不住它。"
                "请按 deploy/README.md 用三个分开的角色，再执行一次。什么也没有改。"
            )
    if foreign:
        raise RolesUnusable(
            f"当前角色不是这些表的所有者：{'、'.join(foreign[:5])}。"
            "请用执行迁移的角色再执行一次。什么也没有改。"
        )
