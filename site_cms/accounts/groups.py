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
    models, pages, collections = set(models), list(pages), list(collections)
    named = permissions_named(
        {*models, *(name for _, name in pages), *(name for _, name in collections)}
    )
    return [
        *_sync_models(group, {named[name] for name in models}),
        *_sync_places(
            group,
            GroupPagePermission,
            "page",
            {(page.pk, named[name].pk) for page, name in pages},
        ),
        *_sync_places(
            group,
            GroupCollectionPermission,
            "collection",
            {(collection.pk, named[name].pk) for collection, name in collections},
        ),
    ]


def _sync_models(group: Group, wanted: set[Permission]) -> list[str]:
    present = set(group.permissions.select_related("content_type"))
    if wanted != present:
        group.permissions.set(wanted)
    return _told(group, map(_dotted, wanted - present), map(_dotted, present - wanted))


def _sync_places(
    group: Group,
    model: type[GroupPagePermission | GroupCollectionPermission],
    place: str,
    wanted: set[tuple[int, int]],
) -> list[str]:
    """``wanted`` pairs a place, such as a page, with a permission on all that lies in it."""
    rows = model.objects.filter(group=group)
    present = set(rows.values_list(f"{place}_id", "permission_id"))
    added, removed = wanted - present, present - wanted
    for place_id, permission_id in removed:
        rows.filter(**{f"{place}_id": place_id}, permission_id=permission_id).delete()
    model.objects.bulk_create(
        model(group=group, **{f"{place}_id": place_id}, permission_id=permission_id)
        for place_id, permission_id in added
    )
    changed = added | removed
    places = model._meta.get_field(place).related_model.objects.in_bulk(
        {place_id for place_id, _ in changed}
    )
    granted = Permission.objects.select_related("content_type").in_bulk(
        {permission_id for _, permission_id in changed}
    )
    words = {
        (place_id, permission_id): (
            f"{_dotted(granted[permission_id])} 于“{places[place_id]}”"
        )
        for place_id, permission_id in changed
    }
    return _told(group, map(words.get, added), map(words.get, removed))


def _pages(grant: PageGrant) -> list[Page]:
    if grant.page_type == ROOT:
        return [Page.get_first_root_node()]
    app, _, model = grant.page_type.lower().partition(".")
    return list(
        Page.objects.filter(content_type__app_label=app, content_type__model=model)
    )


def permissions_named(names: set[str]) -> dict[str, Permission]:
    """Each permission by its name, app.codename."""
    codenames = {name.partition(".")[2] for name in names}
    found = Permission.objects.select_related("content_type").filter(
        codename__in=codenames
    )
    named = {_dotted(permission): permission for permission in found}
    for name in sorted(names):
        if name not in named:
            raise UnknownPermission(name)
    return named


def _dotted(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def _told(group: Group, added: Iterable[str], removed: Iterable[str]) -> list[str]:
    return sorted(f"{group.name}：+ {words}" for words in added) + sorted(
        f"{group.name}：- {words}" for words in removed
    )
