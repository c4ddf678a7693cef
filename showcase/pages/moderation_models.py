"""The two tasks of Wagtail's workflow through which a unit's page becomes public."""

from typing import Self

from django.db import models
from django.urls import reverse
from wagtail.models import AbstractGroupApprovalTask, TaskState
from wagtail.models import Page as AnyPage
from wagtail.models.workflows import TaskStateQuerySet

from showcase.pages.moderation_rules import REASONS, Stage
from site_cms.accounts.models import User


class PageReviewStateQuerySet(TaskStateQuerySet):
    def waiting(self) -> Self:
        """In the hands of a reviewer, the oldest first."""
        return self.filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status="in_progress",
        ).order_by("started_at", "pk")

    def returned(self) -> Self:
        return self.filter(status=TaskState.STATUS_REJECTED)

    def approved(self) -> Self:
        return self.filter(status=TaskState.STATUS_APPROVED)

    def of_page(self, page: AnyPage) -> Self:
        return self.filter(
            workflow_state__base_content_type=page.get_base_content_type(),
            workflow_state__object_id=str(page.pk),
        )

    def of_stage(self, stage: Stage) -> Self:
        return self.filter(task__pagereview__stage=stage)

    def with_people(self) -> Self:
        return self.select_related(
            "workflow_state__requested_by",
            "task__pagereview",
            "finished_by",
            "revision",
        )


PageReviewStateManager = models.Manager.from_queryset(PageReviewStateQuerySet)


class PageReviewState(TaskState):
    """What one reviewer decided about one revision."""

    answers = models.JSONField("核对结果", default=dict, blank=True)
    reason = models.CharField("退回原因", max_length=12, blank=True, choices=REASONS)

    objects = PageReviewStateManager()

    class Meta:
        verbose_name = verbose_name_plural = "展示页审核"
        constraints = [
            models.CheckConstraint(
                name="page_review_reason_is_known",
                condition=models.Q(reason__in=["", *(name for name, _ in REASONS)]),
                violation_error_message="请选一个退回的原因。",
            )
        ]

    @property
    def stage(self) -> Stage:
        return Stage(self.task.pagereview.stage)

    def get_comment(self) -> str:
        """What Wagtail's history says."""
        return "：".join(filter(None, [self.get_reason_display(), self.comment]))


class PageReview(AbstractGroupApprovalTask):
    """初审 or 复审. Wagtail moves a page from one to the other; deciding has one door of ours.

    Nobody edits a page while it is in review, reviewers neither.
    """

    stage = models.CharField(
        "阶段", max_length=6, choices=[(each.value, each.label) for each in Stage]
    )

    task_state_class = PageReviewState

    class Meta:
        verbose_name = verbose_name_plural = "展示页审核步骤"
        constraints = [
            models.UniqueConstraint(
                name="page_review_has_each_stage_once", fields=["stage"]
            ),
            models.CheckConstraint(
                name="page_review_stage_is_known",
                condition=models.Q(stage__in=[each.value for each in Stage]),
            ),
        ]

    def start(self, workflow_state, user=None):
        """复审 takes up only what 初审 has approved: after a change 初审 comes first again."""
        if self.stage == Stage.SECOND and not self._first_approved(workflow_state):
            first = PageReview.objects.get(stage=Stage.FIRST)
            return first.start(workflow_state, user=user)
        return super().start(workflow_state, user=user)

    def _first_approved(self, workflow_state) -> bool:
        page = workflow_state.content_object
        return (
            PageReviewState.objects.approved()
            .of_stage(Stage.FIRST)
            .filter(workflow_state=workflow_state, revision_id=page.latest_revision_id)
            .exists()
        )

    def user_can_access_editor(self, obj, user) -> bool:
        return False

    def locked_for_user(self, obj, user) -> bool:
        return True

    def user_can_lock(self, obj, user) -> bool:
        return False

    def get_actions(self, obj, user) -> list[tuple[str, str, bool]]:
        """Wagtail's own doors lead to ours: the checklist and the reasons are there."""
        return [("review", "审核", False)] if self.is_task_of(user) else []

    def on_action(self, task_state, user, action_name, **kwargs) -> str:
        return reverse("page_reviews:review", args=[task_state.pk])

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if not self.is_task_of(user):
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    def is_task_of(self, user: User) -> bool:
        """By role alone: whoever set up the site is no reviewer by that."""
        return user.is_active and self._user_in_groups(user)

    @classmethod
    def get_description(cls) -> str:
        return "初审员或复审员按清单核对单位的展示页"
