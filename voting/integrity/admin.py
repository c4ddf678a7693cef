"""How the console is reached from the admin: its addresses and its line in the menu."""

from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from site_cms.accounts.permissions import has_role
from voting.integrity.console.frame import LOOKERS


class IntegrityItem(MenuItem):
    def is_shown(self, request) -> bool:
        return has_role(request.user, *LOOKERS)


@hooks.register("register_admin_urls")
def integrity_urls():
    return [path("integrity/", include("voting.integrity.console.urls"))]


@hooks.register("register_admin_menu_item")
def integrity_item():
    return IntegrityItem(
        "防刷票",
        reverse("integrity:index"),
        name="integrity",
        icon_name="view",
        order=165,
    )
