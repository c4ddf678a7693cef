"""What Wagtail's admin may not do to pages of a poll that is open, nor to their files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import documents, hooks, images
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import register_permission_policy

from showcase.pages.errors import NotByHand, OnePageAnEntry, PageFrozen
from showcase.pages.frozen_files import KeptWhileFrozen
from showcase.pages.models import ShowcasePage
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.media.admin import policy as film_policy

# Wagtail registers its own policies after these hooks were loaded, and for subclasses too.
for policy in (
    images.get_permission_policy(),
    documents.get_permission_policy(),
    film_policy(),
):
    register_permission_policy(policy.model, KeptWhileFrozen(policy), exact_class=True)


@hooks.register("before_edit_page")
def say_that_the_page_is_frozen(request: HttpRequest, page: Page):
    """Wagtail would only say that the right is missing."""
    if not isinstance(page, ShowcasePage) or not page.is_frozen:
        return None
    buttons = []
    if has_role(request.user, Role.ADMINISTRATOR) and page.live:
        correct = reverse("corrections:correct", args=[page.pk])
        buttons = [messages.button(correct, "更正")]
    messages.warning(request, PageFrozen.message, buttons=buttons)
    return redirect(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))


@hooks.register("before_delete_page")
@hooks.register("before_move_page")
@hooks.register("before_unpublish_page")
def keep_frozen_pages(request: HttpRequest, page: Page, *destination: Page):
    """Wagtail asks about the page that is taken away, not about those below it."""
    return _refused(request, PageFrozen.message) if _frozen_within([page]) else None


@hooks.register("before_copy_page")
def keep_one_page_an_entry(request: HttpRequest, page: Page):
    """Wagtail asks the plain page here, which knows nothing of its type."""
    if _showcase_pages([page]).exists():
        return _refused(request, OnePageAnEntry.message)
    return None


@hooks.register("before_bulk_action")
def keep_from_many_at_once(request: HttpRequest, action_type: str, objects, action):
    """The lists ask the plain page, too: publishing goes by approval here as well."""
    pages = [each for each in objects if isinstance(each, Page)]
    if not pages:
        return None
    if action_type in {"delete", "move", "unpublish"} and _frozen_within(pages):
        return _refused(request, PageFrozen.message)
    if action_type in {"publish", "unpublish"} and _showcase_pages(pages).exists():
        return _refused(request, NotByHand.message)
    return None


def _showcase_pages(pages: list[Page]):
    """Those among these pages and below them."""
    found = ShowcasePage.objects.none()
    for page in pages:
        found |= ShowcasePage.objects.descendant_of(page, inclusive=True)
    return found


def _frozen_within(pages: list[Page]) -> bool:
    return any(page.is_frozen for page in _showcase_pages(pages).with_entry())


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return redirect("wagtailadmin_home")
