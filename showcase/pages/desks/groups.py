"""The group of each unit: what it may do follows from the unit, never from what was clicked."""

from django.contrib.auth.models import Group

from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.grants import UNIT_FOLDER, UNIT_PAGE
from site_cms.accounts.groups import give_exactly


def group_name(unit: Unit) -> str:
    return f"单位-{unit.code}"


def sync_unit_groups() -> list[str]:
    """Part of `manage.py sync_groups`: mend every unit's group. Returns what changed."""
    units = Unit.objects.exclude(group=None).select_related("group", "collection")
    return [change for unit in units for change in sync_unit_group(unit)]


def sync_unit_group(unit: Unit) -> list[str]:
    """Its own pages, its own folder, and nothing else."""
    group, changes = unit.group, []
    if group.name != group_name(unit):
        changes.append(f"{group.name}：改名为{group_name(unit)}")
        group.name = group_name(unit)
        group.save(update_fields=["name"])
    pages = ShowcasePage.objects.filter(entry__unit=unit)
    folders = [unit.collection] if unit.collection else []
    return changes + give_exactly(
        group,
        pages=[(page, name) for page in pages for name in UNIT_PAGE],
        collections=[(folder, name) for folder in folders for name in UNIT_FOLDER],
    )


def is_taken(name: str) -> bool:
    """Whether a group of that name is somebody's already, who would get a unit's page with it."""
    return Group.objects.filter(name=name, unit=None).exclude(user=None).exists()
