"""What Wagtail's admin shows to everybody who may enter it, and a unit must not see.

Wagtail looks at permissions before it changes anything, but some of its views show the
title of whatever an address names, or list everything there is. Here the address itself
is looked at, before its view. ``tests/journeys/test_every_admin_address.py`` walks them all.
"""

from django.apps import apps
from django.http import Http404, HttpRequest
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role

# Whose work is to read what all units write.
_READERS = (Role.ADMINISTRATOR, Role.REVIEWER_FIRST, Role.REVIEWER_SECOND)

# Lists of everything, whoever asks.
_LISTS = (
    "wagtailadmin_reports:",
    "wagtailadmin_pages:type_use",
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_tag_model_autocomplete",
)
_PAGE_VIEWS = (
    "wagtailadmin_pages:",
    "wagtailadmin_choose_page",
    "wagtailadmin_workflows:remove",
)
_PAGE_PARAMETERS = (
    "page_id",
    "parent_page_id",
    "page_to_move_id",
    "destination_id",
    "page_pk",
    "pk",
)
_BULK = "wagtail_bulk_action"


class AdminDoorsMiddleware:
    """To somebody who may not see a thing, its address is one that does not exist."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        name = request.resolver_match.view_name
        if not name.startswith("wagtail") or not request.user.is_authenticated:
            return
        if name == _BULK and kwargs["action"] == "add_tags":
            raise Http404
        if has_role(request.user, *_READERS):
            return
        if (
            name.startswith(_LISTS)
            or (name == _BULK and not _may_see_all_chosen(request, kwargs))
            or (name.startswith(_PAGE_VIEWS) and not _may_see_pages(request, kwargs))
        ):
            raise Http404


def _may_see_pages(request: HttpRequest, kwargs: dict) -> bool:
    named = {kwargs[name] for name in _PAGE_PARAMETERS if name in kwargs}
    named |= set(request.GET.getlist("id"))
    return not named or _all_within(
        PagePermissionPolicy().explorable_instances(request.user) | Page.objects.live(),
        named,
    )


def _may_see_all_chosen(request: HttpRequest, kwargs: dict) -> bool:
    """A bulk action tells the titles of what it will not touch, and "all" is everybody's."""
    try:
        model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except LookupError:
        return False
    policy = policy_registry.get_by_type(model)
    own = policy.instances_user_has_any_permission_for(request.user, {"change"})
    return _all_within(own, set(request.GET.getlist("id")))


def _all_within(queryset, named: set) -> bool:
    numbers = {str(each) for each in named}
    if not all(each.isascii() and each.isdecimal() for each in numbers):
        return False
    ids = {int(each) for each in numbers if len(each) < 19}
    return len(ids) == len(numbers) and (
        queryset.filter(pk__in=ids).distinct().count() == len(ids)
    )
