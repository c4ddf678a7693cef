"""Moderation in Wagtail's admin: addresses, menu, home page, and what the editor offers."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import (
    ActionMenuItem,
    CancelWorkflowMenuItem,
    SubmitForModerationMenuItem,
)
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState

from showcase.pages import moderation_views
from showcase.pages.models import ShowcasePage
from showcase.pages.moderation_queries import open_return, queue_of
from site_cms.accounts.permissions import has_role

# What stays of Wagtail's own menu below the editor; publishing follows approval.
_KEPT = {"action-save-draft", "action-page-locked", "action-unpublish"}
# Wagtail's panels of the home page that ours replace.
_REPLACED = {"workflow_objects_to_moderate", "locked_pages"}


@hooks.register("register_admin_urls")
def addresses() -> list:
    patterns = [
        path("", moderation_views.queue, name="queue"),
        path("<int:pk>/", moderation_views.review, name="review"),
        path("<int:pk>/page/", moderation_views.reviewed_page, name="page"),
    ]
    return [path("moderation/", include((patterns, "page_reviews")))]


class QueueMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return has_role(request.user, *moderation_views.READERS)


@hooks.register("register_admin_menu_item")
def queue_in_the_menu() -> MenuItem:
    return QueueMenuItem(
        "展示页待审",
        reverse("page_reviews:queue"),
        name="page-reviews",
        icon_name="clipboard-list",
        order=160,
    )


class QueuePanel(Component):
    name = "page_reviews"
    order = 70
    template_name = "showcase/moderation/panel.html"

    def get_context_data(self, parent_context):
        user, now = parent_context["request"].user, timezone.now()
        waiting = queue_of(user, now=now)
        return {
            "waiting": waiting[:5],
            "total": len(waiting),
            "mine": sum(not each.hindrance for each in waiting),
        }


@hooks.register("construct_homepage_panels")
def queue_on_the_home_page(request: HttpRequest, panels: list) -> None:
    panels[:] = [panel for panel in panels if panel.name not in _REPLACED]
    if has_role(request.user, *moderation_views.READERS):
        panels.append(QueuePanel())


class SubmitItem(SubmitForModerationMenuItem):
    """One word for it, whether for the first time or again."""

    def get_context_data(self, parent_context):
        return super().get_context_data(parent_context) | {"label": "提交审核"}


class WithdrawItem(CancelWorkflowMenuItem):
    label = "撤回提交"

    def is_shown(self, context) -> bool:
        """A page that was sent back is in the unit's hands already."""
        state = context["page"].current_workflow_state
        return (
            state is not None
            and state.status == WorkflowState.STATUS_IN_PROGRESS
            and bool(super().is_shown(context))
        )


class ReviewItem(ActionMenuItem):
    """Leads a reviewer from the editor to the checklist, where a page is decided."""

    name = "action-review"
    label = "去审核：通过或退回"
    icon_name = "clipboard-list"
    template_name = "showcase/moderation/review_item.html"

    def is_shown(self, context) -> bool:
        task = context["page"].current_workflow_task
        return task is not None and bool(
            task.get_actions(context["page"], context["request"].user)
        )

    def get_url(self, parent_context) -> str:
        state = parent_context["page"].current_workflow_task_state
        return reverse("page_reviews:review", args=[state.pk])


@hooks.register("construct_page_action_menu", order=100)
def few_actions(menu_items: list, request: HttpRequest, context: dict) -> None:
    """A unit saves, submits and withdraws; a reviewer goes to the checklist."""
    if not isinstance(context.get("page"), ShowcasePage):
        return
    kept = [item for item in menu_items if item.name in _KEPT]
    ours = [ReviewItem(order=5), SubmitItem(order=60), WithdrawItem(order=70)]
    menu_items[:] = kept + [item for item in ours if item.is_shown(context)]


@hooks.register("before_edit_page")
def say_what_was_returned(request: HttpRequest, page: Page) -> None:
    """At the top of the editor, until the unit submits again."""
    if not isinstance(page, ShowcasePage) or request.method != "GET":
        return
    returned = open_return(page)
    if returned:
        messages.warning(request, f"{returned.sentence} 改好后请再点“提交审核”。")
