"""Every decision about a page in review, and the workflow itself."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    Task,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)
from wagtail.permission_policies.pages import PagePermissionPolicy

from showcase.pages.errors import (
    ChecklistIncomplete,
    MayNotPublish,
    NotYours,
    PageChanged,
    PageFrozen,
    ReturnNeedsItsReason,
    ReviewOver,
)
from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from showcase.pages.moderation_models import PageReview, PageReviewState
from showcase.pages.moderation_queries import page_in_review, standing_of
from showcase.pages.moderation_rules import REASONS, Stage, unanswered
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.trail import services as trail

WORKFLOW = "展示页审核"
REVIEWERS = {Stage.FIRST: Role.REVIEWER_FIRST, Stage.SECOND: Role.REVIEWER_SECOND}
# Made by Wagtail's own migrations.
_WAGTAILS_OWN = "Moderators approval"


@transaction.atomic
def sync_moderation(*, by: User | None, now: datetime) -> list[str]:
    """Make the workflow what this code says. Running it again changes nothing."""
    told: list[str] = []
    tasks = [_sync_task(stage, told) for stage in Stage]
    workflow, is_new = Workflow.objects.get_or_create(name=WORKFLOW)
    told += [f"新建流程“{WORKFLOW}”"] * is_new
    if not workflow.active:
        workflow.active = True
        workflow.save(update_fields=["active"])
        told.append(f"启用流程“{WORKFLOW}”")
    _sync_order(workflow, tasks, told)
    _sync_indexes(workflow, told)
    _remove_wagtails_own(told)
    if told:
        trail.record(
            by=by,
            action="moderation.synced",
            subject=workflow,
            sentence="整理展示页审核流程：初审、复审",
            now=now,
            details={"changes": told},
        )
    return told


def _sync_task(stage: Stage, told: list[str]) -> PageReview:
    task, is_new = PageReview.objects.get_or_create(
        stage=stage.value, defaults={"name": stage.label}
    )
    told += [f"新建步骤“{stage.label}”"] * is_new
    if not task.active or task.name != stage.label:
        task.active, task.name = True, stage.label
        task.save(update_fields=["active", "name"])
        told.append(f"恢复步骤“{stage.label}”")
    group, _ = Group.objects.get_or_create(name=REVIEWERS[stage].label)
    if list(task.groups.all()) != [group]:
        task.groups.set([group])
        told.append(f"“{stage.label}”由{group.name}办理")
    return task


def _sync_order(workflow: Workflow, tasks: list[PageReview], told: list[str]) -> None:
    wanted = [task.pk for task in tasks]
    rows = WorkflowTask.objects.filter(workflow=workflow)
    if list(rows.order_by("sort_order").values_list("task_id", flat=True)) == wanted:
        return
    rows.delete()
    for place, pk in enumerate(wanted):
        WorkflowTask.objects.create(workflow=workflow, task_id=pk, sort_order=place)
    told.append("先初审，后复审")


def _sync_indexes(workflow: Workflow, told: list[str]) -> None:
    """Every list of units has the workflow, and its last approvers may publish there."""
    publish = Permission.objects.get(
        content_type__app_label="wagtailcore", codename="publish_page"
    )
    last = Group.objects.get(name=REVIEWERS[Stage.SECOND].label)
    for index in ShowcaseIndexPage.objects.all():
        row, is_new = WorkflowPage.objects.get_or_create(
            page=index.page_ptr, defaults={"workflow": workflow}
        )
        if row.workflow_id != workflow.pk:
            row.workflow = workflow
            row.save(update_fields=["workflow"])
            is_new = True
        told += [f"“{index}”用这个流程"] * is_new
        _, is_new = GroupPagePermission.objects.get_or_create(
            group=last, page=index.page_ptr, permission=publish
        )
        told += [f"{last.name}可以发布“{index}”下的网页"] * is_new


def _remove_wagtails_own(told: list[str]) -> None:
    for workflow in Workflow.objects.filter(name=_WAGTAILS_OWN, active=True):
        if workflow.workflow_states.exists():
            workflow.deactivate()
        else:
            workflow.delete()
        told.append("去掉 Wagtail 自带的流程")
    for task in GroupApprovalTask.objects.filter(name=_WAGTAILS_OWN, active=True):
        if TaskState.objects.filter(task=task).exists():
            task.deactivate()
        else:
            Task.objects.get(pk=task.pk).delete()


@transaction.atomic
def approve_page(
    *,
    by: User,
    state: PageReviewState,
    answers: Mapping[str, str | bool],
    now: datetime,
) -> bool:
    """Confirm every item of the checklist. True when that was the last step: it is public now."""
    state, page = _taken_up(by=by, state=state)
    if page.is_frozen:
        raise PageFrozen
    if page.latest_revision_id != state.revision_id:
        raise PageChanged
    missing = unanswered(answers)
    if missing:
        raise ChecklistIncomplete(missing)
    is_last = state.stage == Stage.SECOND
    if is_last and not _may_publish(by, page):
        raise MayNotPublish
    state.answers = dict(answers)
    trail.record(
        by=by,
        action=f"showcase.page_approved_{state.stage}",
        subject=page,
        sentence=f"{state.stage.label}通过展示页“{page}”",
        now=now,
        details={
            "revision": state.revision_id,
            "state": state.pk,
            "answers": state.answers,
        },
    )
    state.approve(user=by)
    return is_last


@transaction.atomic
def return_page(
    *, by: User, state: PageReviewState, reason: str, words: str, now: datetime
) -> None:
    """Send a page back to its unit, which reads why and may write again."""
    state, page = _taken_up(by=by, state=state)
    if reason not in dict(REASONS) or not words.strip():
        raise ReturnNeedsItsReason
    state.reason = reason
    trail.record(
        by=by,
        action=f"showcase.page_returned_{state.stage}",
        subject=page,
        sentence=f"{state.stage.label}退回展示页“{page}”：{dict(REASONS)[reason]}",
        now=now,
        details={
            "revision": state.revision_id,
            "state": state.pk,
            "reason": reason,
            "words": words.strip(),
        },
    )
    state.reject(user=by, comment=words.strip())


def record_submission(
    *, by: User | None, state: PageReviewState, now: datetime
) -> None:
    """A unit has pressed 提交审核 in Wagtail's editor."""
    page = page_in_review(state)
    trail.record(
        by=by,
        action="showcase.page_submitted",
        subject=page,
        sentence=f"提交审核展示页“{page}”",
        now=now,
        details={"revision": state.revision_id, "state": state.pk},
    )


def record_withdrawal(
    *, by: User | None, workflow: WorkflowState, now: datetime
) -> None:
    """A review ended without a decision: the unit took its page back, or it was corrected."""
    page = workflow.content_object.specific
    trail.record(
        by=by,
        action="showcase.page_withdrawn",
        subject=page,
        sentence=f"撤回展示页“{page}”的提交",
        now=now,
    )


def _taken_up(
    *, by: User, state: PageReviewState
) -> tuple[PageReviewState, ShowcasePage]:
    """The review, locked and still undecided, by somebody who may decide it."""
    TaskState.objects.select_for_update().get(pk=state.pk)
    state = (
        PageReviewState.objects.select_related("workflow_state", "task__pagereview")
        .filter(
            pk=state.pk,
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .first()
    )
    if state is None:
        raise ReviewOver
    page = page_in_review(state)
    hindrance = standing_of(by, state, page).hindrance
    if hindrance:
        raise NotYours(hindrance)
    return state, page


def _may_publish(user: User, page: ShowcasePage) -> bool:
    return PagePermissionPolicy().user_has_permission_for_instance(
        user, "publish", page
    )
