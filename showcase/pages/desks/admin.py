"""Desks in the admin: the page that opens them, and the short menu of those who sit at one."""

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from showcase.pages.desks.views import (
    DeskContestsView,
    DesksView,
    WhoMayDoWhatView,
)
from showcase.pages.models import ShowcasePage
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role

# What a unit's editor finds in the menu, apart from what is added for them by name.
_FOR_UNITS = {"own-nomination", "images", "documents", "help"}


class DesksMenuItem(MenuItem):
    def is_shown(self, request) -> bool:
        return request.user.has_perm("showcase.change_unit")


class DeskViewSet(ViewSet):
    name = "desks"
    icon = "key"
    menu_label = "单位账号和登录信"
    menu_item_class = DesksMenuItem

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(DeskContestsView), name="index"),
            path("<slug:slug>/", self.construct_view(DesksView), name="contest"),
        ]


@hooks.register("register_admin_urls")
def who_may_do_what_url():
    view = WhoMayDoWhatView.as_view()
    return [path("who-may-do-what/", view, name="who_may_do_what")]


@hooks.register("register_help_menu_item")
def who_may_do_what_item() -> MenuItem:
    return MenuItem(
        "谁能做什么",
        reverse("who_may_do_what"),
        name="who-may-do-what",
        icon_name="group",
    )


@hooks.register("construct_main_menu", order=900)
def short_menu_of_units(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Own nomination, page, deeds, pictures, help: nothing that leads to a refusal."""
    if roles_of(request.user) != {Role.UNIT_EDITOR}:
        return
    kept = [item for item in menu_items if item.name in _FOR_UNITS]
    pages = ShowcasePage.objects.filter(
        entry__unit__group__user=request.user, entry__contest__archived_at=None
    )
    own_pages = [
        MenuItem(
            "我的展示页" if len(pages) == 1 else f"展示页：{page.entry.contest}",
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            name=f"own-page-{page.pk}",
            icon_name="doc-full",
            order=100,
        )
        for page in pages.select_related("entry__contest")
    ]
    deeds = MenuItem(
        "我的实事",
        reverse("deeds:index"),
        name="own-deeds",
        icon_name="tasks",
        order=200,
    )
    menu_items[:] = [*own_pages, deeds, *kept]
