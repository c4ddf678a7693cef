"""Making the groups in the database what the code says. Safe to run again and again."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.module_loading import import_string
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
    """The code names a permission that no model has."""


@transaction.atomic
def sync_groups(*, dry_run: bool = False) -> list[str]:
    """Make each role's group and give it exactly its grants. Returns what changed.

    Groups that are no roles are left to those whom the setting GROUP_KEEPERS names,
    such as the groups of single units; all others stay as they are.
    """
    changes = []
    for role in Role:
        group, is_new = Group.objects.get_or_create(name=role.label)
        changes += [f"{role.label}：新建"] * is_new
        changes += give_exactly(
            group,
            models=model_permissions(role),
            pages=[
                (page, f"wagtailcore.{codename}")
                for grant in GRANTS[role].pages
                for page in _pages(grant)
                for codename in grant.permissions
            ],
            collections=[
                (Collection.get_first_root_node(), name)
                for name in GRANTS[role].collection
            ],
        )
    for keeper in settings.GROUP_KEEPERS:
        changes += import_string(keeper)()
    unused = Group.objects.filter(name__in=_WAGTAILS_OWN, user=None)
    changes += [f"{group.name}：删除" for group in unused]
    unused.delete()
    if dry_run:
        transaction.set_rollback(True)
    return changes


def give_exactly(
    group: Group,
    *,
    models: Iterable[str] = (),
    pages: Iterable[tuple[Page, str]] = (),
    collections: Iterable[tuple[Collection, str]] = (),
) -> list[str]:
    """Give a group these permissions, named as app.codename, and take all others away."""
    return [
        *_sync_models(group, {permission(name) for name in models}),
        *_sync_pages(group, {(page.pk, permission(name).pk) for page, name in pages}),
        *_sync_collections(
            group,
            {(collection.pk, permission(name).pk) for collection, name in collections},
        ),
    ]


def _sync_models(group: Group, wanted: set[Permission]) -> list[str]:
    present = set(group.permissions.select_related("content_type"))
    if wanted != present:
        group.permissions.set(wanted)
    return _told(group, wanted - present, present - wanted, _dotted)


def _sync_pages(group: Group, wanted: set[tuple[int, int]]) -> list[str]:
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
        lambda row: _placed(Page.objects.get(pk=row[0]), row[1]),
    )


def _sync_collections(group: Group, wanted: set[tuple[int, int]]) -> list[str]:
    rows = GroupCollectionPermission.objects.filter(group=group)
    present = set(rows.values_list("collection_id", "permission_id"))
    for collection_id, permission_id in present - wanted:
        rows.filter(collection_id=collection_id, permission_id=permission_id).delete()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(
            group=group, collection_id=collection_id, permission_id=permission_id
        )
        for collection_id, permission_id in wanted - present
    )
    return _told(
        group,
        wanted - present,
        present - wanted,
        lambda row: _placed(Collection.objects.get(pk=row[0]), row[1]),
    )


def _pages(grant: PageGrant) -> list[Page]:
    if grant.page_type == ROOT:
        return [Page.get_first_root_node()]
    app, _, model = grant.page_type.lower().partition(".")
    return list(
        Page.objects.filter(content_type__app_label=app, content_type__model=model)
    )


def permission(name: str) -> Permission:
    app, _, codename = name.partition(".")
    try:
        return Permission.objects.select_related("content_type").get(
            content_type__app_label=app, codename=codename
        )
    except Permission.DoesNotExist as error:
        raise UnknownPermission(name) from error


def _dotted(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _placed(place: Page | Collection, permission_id: int) -> str:
    found = Permission.objects.select_related("content_type").get(pk=permission_id)
    return f"{_dotted(found)} 于“{place}”"


def _told(group: Group, added: set, removed: set, words) -> list[str]:
    return sorted(f"{group.name}：+ {words(what)}" for what in added) + sorted(
        f"{group.name}：- {words(what)}" for what in removed
    )
