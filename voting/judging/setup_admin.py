"""How the preparation of a night is reached from the admin."""

from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from site_cms.accounts.permissions import has_role
from voting.judging.setup_pages import PREPARERS


class NightsItem(MenuItem):
    def is_shown(self, request) -> bool:
        return has_role(request.user, *PREPARERS)


@hooks.register("register_admin_urls")
def night_urls():
    return [path("nights/", include("voting.judging.setup_urls"))]


@hooks.register("register_admin_menu_item")
def nights_item():
    return NightsItem(
        "现场评比会筹备",
        reverse("nights:index"),
        name="nights",
        icon_name="calendar-check",
        order=170,
    )
