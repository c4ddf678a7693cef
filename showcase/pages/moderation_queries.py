"""Reads of the moderation: who waits for whom, what was said, what has changed since."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, IntegerField
from django.db.models.functions import Cast
from django.utils.timezone import localtime
from wagtail.models import Revision, WorkflowState

from showcase.contests.models import Contest
from showcase.contests.rules import Stage as ContestStage
from showcase.pages.models import ShowcasePage
from showcase.pages.moderation_models import PageReview, PageReviewState
from showcase.pages.moderation_rules import CHECKLIST, Question, Stage, Standing
from showcase.pages.page_texts import parts_of_page
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.design.differences import Change, changes


@dataclass(frozen=True)
class Waiting:
    """A page in the hands of reviewers, as one of them sees it."""

    state: PageReviewState
    page: ShowcasePage
    returns: int
    hindrance: str
    now: datetime

    @property
    def stage(self) -> Stage:
        return self.state.stage

    @property
    def age(self) -> timedelta:
        return self.now - self.state.started_at

    @property
    def is_frozen(self) -> bool:
        return self.page.is_frozen

    @property
    def waits(self) -> str:
        """How long, in words: 3 天, 5 小时, 不到 1 小时."""
        hours = int(self.age.total_seconds() // 3600)
        if hours >= 24:
            return f"{hours // 24} 天"
        return f"{hours} 小时" if hours >= 1 else "不到 1 小时"


@dataclass(frozen=True, slots=True)
class Return:
    """What a reviewer said when sending a page back."""

    stage: Stage
    reason: str
    words: str
    by: str
    at: datetime
    revision_id: int

    @property
    def sentence(self) -> str:
        return f"{self.stage.label}退回：{self.reason}。{self.words}"


def standing_of(user: User, state: PageReviewState, page: ShowcasePage) -> Standing:
    return Standing(
        has_the_task=_task_of(state).is_task_of(user),
        is_own_unit=page.entry.unit_id in own_units(user),
        edited_it=_revisions(page).filter(user=user).exists(),
        approved_it_before=PageReviewState.objects.approved()
        .of_page(page)
        .filter(revision_id=state.revision_id, finished_by=user)
        .exists(),
    )


def queue_of(user: User, *, now: datetime) -> list[Waiting]:
    """The pages that wait for a task of this person, the oldest first; an administrator sees all."""
    waiting = PageReviewState.objects.waiting().with_people()
    if not has_role(user, Role.ADMINISTRATOR):
        tasks = [task.pk for task in PageReview.objects.all() if task.is_task_of(user)]
        waiting = waiting.filter(task__in=tasks)
    states = list(waiting)
    pages = _pages_of(states)
    returned = returns_by_page(pages)
    return [
        Waiting(
            state=state,
            page=page,
            returns=returned.get(page.pk, 0),
            hindrance=standing_of(user, state, page).hindrance,
            now=now,
        )
        for state in states
        if (page := pages.get(int(state.workflow_state.object_id)))
    ]


def in_order(waiting: list[Waiting], order: str) -> list[Waiting]:
    """By age unless asked for ``unit`` or ``returns``."""
    if order == "unit":
        return sorted(waiting, key=lambda each: each.page.entry.unit.code)
    if order == "returns":
        return sorted(waiting, key=lambda each: -each.returns)
    return waiting


@dataclass(frozen=True, slots=True)
class Deadline:
    """What the opening of a poll means for the pages that are still in review."""

    contest: Contest
    waiting: int
    unpublished: int
    opened_at: datetime | None

    @property
    def sentence(self) -> str:
        if self.opened_at:
            return (
                f"“{self.contest}”的民意测评已经开放，展示页已经冻结：还在审核的 {self.waiting} 页"
                "不能再发布，公开的仍是开放前的版本；可以退回，文字有错走更正。"
            )
        opens = self.contest.poll_opens_at
        when = f"{localtime(opens):%m 月 %d 日 %H:%M} " if opens else ""
        return (
            f"“{self.contest}”的民意测评{when}开放，开放时没有通过复审的内容不能再发布。"
            f"还在审核的有 {self.waiting} 页，入围单位里还没有公开展示页的有 {self.unpublished} 个。"
        )


def deadlines() -> list[Deadline]:
    """For each contest that has pages in review, the oldest first."""
    ids = PageReviewState.objects.waiting().values_list(
        "workflow_state__object_id", flat=True
    )
    waiting = Counter(
        ShowcasePage.objects.filter(pk__in=[int(pk) for pk in ids]).values_list(
            "entry__contest", flat=True
        )
    )
    contests = Contest.objects.filter(pk__in=waiting).prefetch_related("openings")
    return [
        Deadline(
            contest=contest,
            waiting=waiting[contest.pk],
            unpublished=contest.entries.shortlisted()
            .exclude(showcase_page__live=True)
            .count(),
            opened_at=next(
                (
                    opening.opened_at
                    for opening in contest.openings.all()
                    if opening.stage == ContestStage.POLL
                ),
                None,
            ),
        )
        for contest in contests.order_by("pk")
    ]


def page_in_review(state: PageReviewState) -> ShowcasePage:
    return (
        ShowcasePage.objects.with_entry()
        .prefetch_related("entry__contest__openings", "sectors")
        .get(pk=state.workflow_state.object_id)
    )


def returns_by_page(pages: Iterable[int]) -> dict[int, int]:
    """How often each page was sent back."""
    counted = (
        PageReviewState.objects.returned()
        .filter(workflow_state__object_id__in=[str(pk) for pk in pages])
        .values(page=Cast("workflow_state__object_id", IntegerField()))
        .annotate(times=Count("pk"))
    )
    return {row["page"]: row["times"] for row in counted}


def returns_of(page: ShowcasePage) -> list[Return]:
    """Everything that was sent back, the latest first."""
    states = PageReviewState.objects.returned().of_page(page).with_people()
    return [
        Return(
            stage=state.stage,
            reason=state.get_reason_display(),
            words=state.comment,
            by=str(state.finished_by or ""),
            at=state.finished_at,
            revision_id=state.revision_id,
        )
        for state in states.order_by("-finished_at", "-pk")
    ]


def open_return(page: ShowcasePage) -> Return | None:
    """The remark that the unit has to answer now: none once it has submitted again."""
    workflow = page.current_workflow_state
    if workflow is None or workflow.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return None
    return next(iter(returns_of(page)), None)


def changes_since(earlier: Revision, revision: Revision) -> list[Change]:
    """What reads differently in the later revision."""
    before = parts_of_page(earlier.as_object())
    return changes(before, parts_of_page(revision.as_object()))


def earlier_version(page: ShowcasePage, state: PageReviewState) -> Revision | None:
    """What the reviewers know already: the version sent back last, or else the public one."""
    returned = (
        PageReviewState.objects.returned()
        .of_page(page)
        .exclude(revision_id=state.revision_id)
        .order_by("-finished_at", "-pk")
        .first()
    )
    if returned:
        return returned.revision
    return page.live_revision


def answers_in_words(state: PageReviewState) -> list[tuple[str, str]]:
    """What was confirmed, for the history: (what, answer)."""
    told = []
    for item in CHECKLIST:
        answer = state.answers.get(item.name)
        if isinstance(item, Question):
            told.append((item.label, dict(item.choices).get(answer, "没有回答")))
        elif answer:
            told.append((item.label, "已核对"))
    return told


def history_of(page: ShowcasePage) -> list[PageReviewState]:
    """Every decision about a page, the latest first."""
    decided = PageReviewState.objects.of_page(page).exclude(finished_at=None)
    return list(decided.with_people().order_by("-finished_at", "-pk"))


def _task_of(state: PageReviewState) -> PageReview:
    return state.task.pagereview


def _revisions(page: ShowcasePage):
    return Revision.objects.filter(
        base_content_type=page.get_base_content_type(), object_id=str(page.pk)
    )


def _pages_of(states: list[PageReviewState]) -> dict[int, ShowcasePage]:
    ids = [int(state.workflow_state.object_id) for state in states]
    pages = ShowcasePage.objects.with_entry().prefetch_related(
        "entry__contest__openings"
    )
    return pages.in_bulk(ids)
