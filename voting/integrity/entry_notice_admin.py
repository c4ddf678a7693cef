"""The addresses of 通报 below the admin's."""

from django.urls import include, path, reverse
from django.views.decorators.cache import never_cache
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from voting.integrity.entry_notice_views import EntryNoticePage, EntryNoticesList

_ROLES = (Role.INTEGRITY, Role.ADMINISTRATOR, Role.SUPERVISOR)


class EntryNoticesItem(MenuItem):
    def is_shown(self, request) -> bool:
        return has_role(request.user, *_ROLES)


@hooks.register("register_admin_urls")
def entry_notice_urls() -> list:
    guard = role_required(*_ROLES, opens="通报参评单位（两个人）")
    patterns = [
        path("", guard(never_cache(EntryNoticesList.as_view())), name="list"),
        path("<int:pk>/", guard(never_cache(EntryNoticePage.as_view())), name="entry"),
    ]
    return [path("entry-notices/", include((patterns, "entry_notices")))]


@hooks.register("register_admin_menu_item")
def entry_notices_item() -> MenuItem:
    return EntryNoticesItem(
        "通报",
        reverse("entry_notices:list"),
        name="entry-notices",
        icon_name="warning",
        order=165,
    )
