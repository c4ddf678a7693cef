"""What each role may do in Wagtail's admin, as code: `manage.py sync_groups` makes it so.

What a role may do in our own views stands at the view (``role_required``). Ballots,
marks, the log and the trail have no permissions here: nobody edits them.
"""

from dataclasses import dataclass

from site_cms.accounts.roles import Role

ROOT = "root"


@dataclass(frozen=True, slots=True)
class PageGrant:
    """Permissions on the pages of a type and all below them; ROOT: on the whole tree."""

    page_type: str
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grants:
    """``models`` name permissions as app.codename; ``collection`` is on the root collection."""

    models: tuple[str, ...] = ()
    pages: tuple[PageGrant, ...] = ()
    collection: tuple[str, ...] = ()


def _all(app: str, *names: str) -> tuple[str, ...]:
    return tuple(
        f"{app}.{action}_{name}"
        for name in names
        for action in ("view", "add", "change")
    )


_EVERYBODY = ("wagtailadmin.access_admin",)
_FILES = tuple(
    f"wagtail{app}.{action}_{name}"
    for app, name in (("images", "image"), ("docs", "document"))
    for action in ("add", "change", "choose")
)

# What the group of a single unit may do: with its own page, and in its own folder.
UNIT_PAGE = ("wagtailcore.change_page",)
UNIT_FOLDER = _FILES

_TRAIL = "site_cms.view_trailentry"

GRANTS: dict[Role, Grants] = {role: Grants() for role in Role} | {
    Role.ADMINISTRATOR: Grants(
        models=(
            *_all("site_cms", "user", "governmentsettings"),
            *_all("showcase", "unit", "contest", "entry", "deed", "sector"),
            *_all("showcase", "affiliation"),
            "showcase.delete_affiliation",
            _TRAIL,
            "site_cms.view_dayoverride",
            "site_cms.add_dayoverride",
            *_all("voting", "poll"),
            *_all("wagtailcore", "collection"),
            *_all("wagtailredirects", "redirect"),
        ),
        pages=(
            PageGrant(
                ROOT,
                ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
            ),
        ),
        collection=_FILES,
    ),
    Role.AUDITOR: Grants(models=(_TRAIL,)),
    # Its deeds only: the policy of deeds looks at the unit.
    Role.UNIT_EDITOR: Grants(models=_all("showcase", "deed")),
    # The last approver's group must be able to publish, or its approval fails.
    Role.REVIEWER_SECOND: Grants(
        pages=(PageGrant("showcase.ShowcaseIndexPage", ("publish_page",)),),
    ),
}


def model_permissions(role: Role) -> frozenset[str]:
    return frozenset((*_EVERYBODY, *GRANTS[role].models))
