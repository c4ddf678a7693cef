"""谁能做什么: what the code lets each role do, in words. Nothing here is typed twice."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from site_cms.accounts.grants import GRANTS, ROOT, Grants
from site_cms.accounts.models import User
from site_cms.accounts.queries import has_second_factor
from site_cms.accounts.roles import OPERATORS, Role

_ACTIONS = {
    "add": "新建",
    "change": "修改",
    "delete": "删除",
    "view": "查看",
    "publish": "发布",
    "lock": "锁定",
    "unlock": "解锁",
    "choose": "选用",
}
_ENTERS_THE_ADMIN = "进入后台"


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    username: str
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """One role. ``members`` is None for those who may not see the names."""

    role: Role
    needs_second_factor: bool
    permissions: list[str]
    pages: list[str]
    count: int
    members: list[Member] | None


def duties(*, with_names: bool) -> list[Duty]:
    views = list(_declared_views())
    return [
        Duty(
            role=role,
            needs_second_factor=role in OPERATORS,
            permissions=permissions_in_words(GRANTS[role]),
            pages=sorted({opens for roles, opens in views if role in roles}),
            count=_holders(role).count(),
            members=_members(role) if with_names else None,
        )
        for role in Role
    ]


def permissions_in_words(grants: Grants) -> list[str]:
    """查看、新建、修改：单位. Actions on the same thing are told together."""
    return [
        _ENTERS_THE_ADMIN,
        *_told(grants.models, place=""),
        *(
            sentence
            for grant in grants.pages
            for sentence in _told(
                tuple(f"wagtailcore.{name}" for name in grant.permissions),
                place=_page_name(grant.page_type),
            )
        ),
        *_told(grants.collection, place="所有文件夹里的"),
    ]


def _told(names: tuple[str, ...], *, place: str) -> list[str]:
    actions: dict[str, list[str]] = {}
    for name in names:
        app, _, codename = name.partition(".")
        action, _, model = codename.partition("_")
        thing = place if model == "page" else place + _model_name(app, model)
        actions.setdefault(thing, []).append(_ACTIONS[action])
    return [f"{'、'.join(words)}：{thing}" for thing, words in actions.items()]


def _model_name(app: str, model: str) -> str:
    """Images and documents are granted by Wagtail's names and are models of ours."""
    ours = {"image": "图片", "document": "文件"}
    return ours.get(model) or str(apps.get_model(app, model)._meta.verbose_name)


def _page_name(page_type: str) -> str:
    if page_type == ROOT:
        return "所有网页"
    return f"{apps.get_model(page_type)._meta.verbose_name}和下面的页面"


def _declared_views() -> Iterator[tuple[frozenset[Role], str]]:
    """What :func:`role_required` stands at: its roles, and what it says the page is for."""
    for route, pattern in _patterns(get_resolver()):
        roles = getattr(pattern.callback, "roles", None)
        if roles:
            yield roles, pattern.callback.opens or f"/{route}"


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def _holders(role: Role):
    return User.objects.filter(groups__name=role.label, is_active=True)


def _members(role: Role) -> list[Member]:
    holders = _holders(role).order_by("username")
    return [
        Member(str(user), user.username, has_second_factor(user)) for user in holders
    ]
