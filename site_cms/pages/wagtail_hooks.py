"""The admin as a county's office sees it: its own name, no foreign links, no clutter."""

from django.db.models import Q
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.query import PageQuerySet

from site_cms.trail.admin import TrailViewSet

# Wagtail's reports that say nothing about a contest.
_REPORTS_LEFT_OUT = {"page-types-usage", "aging-pages", "locked-pages"}

_OUR_HELP = {"site-help", "who-may-do-what", "keyboard-shortcuts-trigger"}


@hooks.register("register_admin_viewset")
def trail_list() -> TrailViewSet:
    return TrailViewSet()


@hooks.register("register_help_menu_item")
def site_help() -> MenuItem:
    return MenuItem("使用帮助", "/help/", name="site-help", icon_name="help")


@hooks.register("construct_help_menu")
def only_our_help(request, menu_items) -> None:
    """Wagtail's own help is in English and on a foreign host."""
    menu_items[:] = [item for item in menu_items if item.name in _OUR_HELP]


@hooks.register("construct_reports_menu")
def fewer_reports(request, menu_items) -> None:
    menu_items[:] = [item for item in menu_items if item.name not in _REPORTS_LEFT_OUT]


@hooks.register("insert_global_admin_css")
def own_colours() -> SafeString:
    return format_html(
        '<link rel="stylesheet" href="{}">', static("site_cms/css/admin.css")
    )


@hooks.register("construct_page_chooser_queryset")
def published_or_own(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """A unit finds no other unit's draft, not even by its title."""
    own = PagePermissionPolicy().instances_user_has_any_permission_for(
        request.user, {"add", "change", "publish"}
    )
    return pages.filter(Q(live=True) | Q(pk__in=own.values("pk")))
