"""Corrections in Wagtail's admin, and the pages below a showcase page that show them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from showcase.pages import corrections_views
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role


@hooks.register("register_admin_urls")
def addresses() -> list:
    patterns = [
        path("", corrections_views.correctable, name="list"),
        path("<int:pk>/", corrections_views.correct, name="correct"),
    ]
    return [path("corrections/", include((patterns, "corrections")))]


class CorrectionsMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMINISTRATOR)


@hooks.register("register_admin_menu_item")
def corrections_in_the_menu() -> MenuItem:
    return CorrectionsMenuItem(
        "更正展示页",
        reverse("corrections:list"),
        name="corrections",
        icon_name="edit",
        order=170,
    )


@hooks.register("before_serve_page")
def serve_corrections(
    page: Page, request: HttpRequest, args: list, kwargs: dict
) -> HttpResponse | None:
    """``below`` is what the list of units found behind the number of a page."""
    match kwargs.get("below"):
        case None:
            return None
        case [_]:
            return corrections_views.what_was_corrected(request, page)
        case [_, number]:
            return corrections_views.old_version(request, page, number)
    raise Http404
