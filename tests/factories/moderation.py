"""Who writes a unit's page and who reviews it."""

from datetime import timedelta

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

from showcase.contests.models import Opening
from showcase.pages.models import ShowcasePage
from showcase.pages.moderation_models import PageReviewState
from showcase.pages.moderation_rules import CHECKLIST, NOT_THERE, Question
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories.moments import NOW
from tests.factories.people import make_operator

ANSWERS = {
    item.name: NOT_THERE if isinstance(item, Question) else True for item in CHECKLIST
}


def make_editor(page: ShowcasePage, **fields) -> User:
    """Somebody at the desk of the page's unit."""
    unit = page.entry.unit
    if unit.group is None:
        unit.group = Group.objects.create(name=f"单位 {unit.code}")
        unit.save(update_fields=["group"])
        GroupPagePermission.objects.create(
            group=unit.group,
            page=page,
            permission=Permission.objects.get(codename="change_page"),
        )
    sync_groups()
    editor = make_operator(Role.UNIT_EDITOR, **fields)
    editor.groups.add(unit.group)
    return editor


def make_reviewers() -> tuple[User, User]:
    """One for 初审, one for 复审."""
    sync_groups()
    return make_operator(Role.REVIEWER_FIRST), make_operator(Role.REVIEWER_SECOND)


def submit(page: ShowcasePage, *, by: User) -> PageReviewState:
    """As Wagtail's editor does it: a new revision, then the workflow."""
    page = ShowcasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    page.save_revision(user=by)
    state = page.current_workflow_state
    if state:
        state.resume(user=by)
    else:
        page.get_workflow().start(page, by)
    return PageReviewState.objects.of_page(page).waiting().get()


def freeze(page: ShowcasePage, **frozen) -> ShowcasePage:
    """As the opening of the poll does."""
    Opening.objects.create(
        contest=page.entry.contest,
        stage="poll",
        opened_at=NOW + timedelta(hours=1),
        frozen=frozen,
        frozen_hash="0" * 64,
    )
    return ShowcasePage.objects.get(pk=page.pk)
