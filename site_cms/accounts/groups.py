"""Making the groups in the database what ``grants`` says. Safe to run again and again."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
)

from site_cms.accounts.grants import GRANTS, ROOT, PageGrant, model_permissions
from site_cms.accounts.roles import Role

# Wagtail makes these at the start. They may publish anything and are no role.
_WAGTAILS_OWN = ("Editors", "Moderators")


class UnknownPermission(Exception):
    """``grants`` names a permission that no model has."""


@transaction.atomic
def sync_groups(*, dry_run: bool = False) -> list[str]:
    """Make each role's group and give it exactly its grants. Returns what changed.

    Groups that are no roles, such as those of single units, stay as they are.
    """
    changes = []
    for role in Role:
        group, is_new = Group.objects.get_or_create(name=role.label)
        changes += [f"{role.label}：新建"] * is_new
        changes += _sync_models(group, role)
        changes += _sync_pages(group, role)
        changes += _sync_collection(group, role)
    unused = Group.objects.filter(name__in=_WAGTAILS_OWN, user=None)
    changes += [f"{group.name}：删除" for group in unused]
    unused.delete()
    if dry_run:
        transaction.set_rollback(True)
    return changes


def _sync_models(group: Group, role: Role) -> list[str]:
    wanted = {_permission(name) for name in model_permissions(role)}
    present = set(group.permissions.select_related("content_type"))
    group.permissions.set(wanted)
    return _told(group, wanted - present, present - wanted, _dotted)


def _sync_pages(group: Group, role: Role) -> list[str]:
    wanted = {
        (page.pk, _permission(f"wagtailcore.{codename}").pk)
        for grant in GRANTS[role].pages
        for page in _pages(grant)
        for codename in grant.permissions
    }
    rows = GroupPagePermission.objects.filter(group=group)
    present = set(rows.values_list("page_id", "permission_id"))
    for page_id, permission_id in present - wanted:
        rows.filter(page_id=page_id, permission_id=permission_id).delete()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page_id, permission_id=permission_id)
        for page_id, permission_id in wanted - present
    )
    return _told(
        group,
        wanted - present,
        present - wanted,
        lambda row: (
            f"{_dotted(Permission.objects.get(pk=row[1]))}"
            f" 于“{Page.objects.get(pk=row[0])}”"
        ),
    )


def _sync_collection(group: Group, role: Role) -> list[str]:
    root = Collection.get_first_root_node()
    wanted = {_permission(name) for name in GRANTS[role].collection}
    rows = GroupCollectionPermission.objects.filter(group=group, collection=root)
    present = {
        row.permission for row in rows.select_related("permission__content_type")
    }
    rows.filter(permission__in=present - wanted).delete()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=root, permission=permission)
        for permission in wanted - present
    )
    return _told(group, wanted - present, present - wanted, _dotted)


def _pages(grant: PageGrant) -> list[Page]:
    if grant.page_type == ROOT:
        return [Page.get_first_root_node()]
    app, _, model = grant.page_type.lower().partition(".")
    return list(
        Page.objects.filter(content_type__app_label=app, content_type__model=model)
    )


def _permission(name: str) -> Permission:
    app, _, codename = name.partition(".")
    try:
        return Permission.objects.select_related("content_type").get(
            content_type__app_label=app, codename=codename
        )
    except Permission.DoesNotExist as error:
        raise UnknownPermission(name) from error


def _dotted(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _told(group: Group, added: set, removed: set, words) -> list[str]:
    return sorted(f"{group.name}：+ {words(what)}" for what in added) + sorted(
        f"{group.name}：- {words(what)}" for what in removed
    )
