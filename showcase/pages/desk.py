"""A unit's desk: the tasks on its home page in the admin, each a card."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from showcase.contests.models import Contest
from showcase.ledger.models import Deed
from showcase.ledger.queries import line_of
from showcase.pages.completeness import Lack, Progress, advice, lacks, progress
from showcase.pages.models import ShowcasePage
from showcase.units.models import Unit
from site_cms.accounts.models import User
from site_cms.templatetags.design import moment


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    primary: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    text: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Task:
    """The parameters of ``templates/showcase/desk/_step.html``."""

    number: int
    title: str
    state: str
    kind: str
    text: str = ""
    deadline: str = ""
    days_left: int | None = None
    progress: Progress | None = None
    missing: list[Missing] = field(default_factory=list)
    advice: list[Missing] = field(default_factory=list)
    remark: Remark | None = None
    actions: list[Link] = field(default_factory=list)


def own_page(user: User, contest: Contest) -> ShowcasePage | None:
    """The page that this person writes for a contest, as it was saved last."""
    page = (
        ShowcasePage.objects.filter(
            entry__contest=contest, entry__unit__in=Unit.objects.edited_by(user)
        )
        .with_entry()
        .first()
    )
    return page and page.get_latest_revision_as_object()


def page_task(page: ShowcasePage, *, number: int, now: datetime) -> Task:
    """Where the page stands: 草稿, 初审中, 复审中, 退回修改, 已发布, 已冻结."""
    if page.is_frozen:
        return _frozen(page, number)
    workflow = page.current_workflow_state
    if workflow and workflow.status == WorkflowState.STATUS_IN_PROGRESS:
        return _in_review(page, workflow, number)
    if workflow and workflow.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _to_write(page, "退回修改", "returned", number, now)
    if page.live and not page.has_unpublished_changes:
        return _published(page, number)
    if page.live:
        return _to_write(page, "已发布，修改还没有提交", "todo", number, now)
    return _to_write(page, "草稿", "todo", number, now)


def _frozen(page: ShowcasePage, number: int) -> Task:
    opened = moment(timezone.localtime(page.poll_opening.opened_at))
    return Task(
        number=number,
        title="展示页",
        state="已冻结",
        kind="done",
        text=(
            f"民意测评 {opened} 开放，展示页从那时起冻结，不能再改。"
            "文字有错，请打电话给活动办公室更正。"
        ),
        actions=_looks(page),
    )


def _in_review(page: ShowcasePage, workflow: WorkflowState, number: int) -> Task:
    task = workflow.current_task_state.task
    sent = moment(timezone.localtime(workflow.created_at))
    return Task(
        number=number,
        title="展示页",
        state=f"{task.name.removesuffix('中')}中",
        kind="wait",
        text=f"{sent} 提交，正在审核，审核期间不能改。退回或通过会显示在这里。",
        actions=_looks(page),
    )


def _published(page: ShowcasePage, number: int) -> Task:
    at = moment(timezone.localtime(page.last_published_at))
    return Task(
        number=number,
        title="展示页",
        state="已发布",
        kind="done",
        text=f"{at} 审核通过并发布。还可以修改，修改要重新审核；民意测评开放时冻结。",
        actions=[*_looks(page), Link("修改", _editor(page))],
    )


def _to_write(
    page: ShowcasePage, state: str, kind: str, number: int, now: datetime
) -> Task:
    found = lacks(page)
    closes_at, said = _deadline(page.entry.contest, now)
    is_late = closes_at is not None and said == _LATE
    return Task(
        number=number,
        title="展示页",
        state=state,
        kind="late" if is_late and kind == "todo" else kind,
        text=(
            said
            or ("" if found else "必填内容都有了。预览没有问题，就打开编辑页提交审核。")
        ),
        deadline=f"{moment(timezone.localtime(closes_at))} 截止" if closes_at else "",
        days_left=_days(closes_at, now) if closes_at else None,
        progress=progress(found),
        missing=_linked(page, found),
        advice=_linked(page, advice(page)),
        remark=last_remark(page) if kind == "returned" else None,
        actions=[
            Link("继续填写" if page.one_line else "开始填写", _editor(page), True),
            *_looks(page),
        ],
    )


_LATE = "提交的时间已经过了。请尽快提交：民意测评开放时还没有通过审核的，不能公开。"


def _deadline(contest: Contest, now: datetime) -> tuple[datetime | None, str]:
    """Until the nominations close a page is in time, until the poll opens it is late."""
    closes_at, freezes_at = contest.nomination_closes_at, contest.poll_opens_at
    if closes_at and now < closes_at:
        return closes_at, ""
    return freezes_at, _LATE if closes_at else ""


def _days(until: datetime, now: datetime) -> int:
    """Nights until then in the county's calendar: 0 is today."""
    days = timezone.localdate(until) - timezone.localdate(now)
    return max(days.days, 0)


def last_remark(page: ShowcasePage) -> Remark | None:
    """What the reviewer said who sent the page back last."""
    state = (
        TaskState.objects.filter(
            workflow_state__in=page.workflow_states, status=TaskState.STATUS_REJECTED
        )
        .select_related("finished_by")
        .order_by("-finished_at", "-pk")
        .first()
    )
    if state is None:
        return None
    said = state.specific.get_comment()
    return Remark(
        text=said or "没有写明原因，请打电话问活动办公室。",
        who=str(state.finished_by or ""),
        when=moment(timezone.localtime(state.finished_at)),
    )


def deeds_task(unit: Unit, *, user: User, number: int, now: datetime) -> Task:
    """The ledger: what is overdue stands on the public page too."""
    today = timezone.localdate(now)
    overdue = list(Deed.objects.filter(unit=unit).overdue(today).order_by("due_on"))
    count = Deed.objects.filter(unit=unit).count()
    may_change = user.has_perm("showcase.change_deed")
    lines = [
        Missing(
            f"{deed.title}：{line_of(deed, today).standing.text}",
            reverse("deeds:edit", args=[deed.pk]) if may_change else "",
        )
        for deed in overdue
    ]
    return Task(
        number=number,
        title="实事台账",
        state=f"逾期 {len(overdue)} 件" if overdue else "没有逾期",
        kind="late" if overdue else "done",
        text=(
            f"本单位共 {count} 件。逾期的在公开台账和展示页上都会标出来，办好的请及时报。"
            if count
            else "台账里还没有本单位的实事。"
        ),
        advice=lines,
        actions=[Link("看公开台账", reverse("showcase:ledger"), external=True)],
    )


def _editor(page: ShowcasePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _linked(page: ShowcasePage, found: list[Lack]) -> list[Missing]:
    return [Missing(lack.text, _editor(page) + lack.anchor) for lack in found]


def _looks(page: ShowcasePage) -> list[Link]:
    looks = [
        Link("手机预览", reverse("desk:preview", args=[page.pk])),
        Link("打印（A4）", reverse("desk:print", args=[page.pk]), external=True),
    ]
    if page.live and page.url:
        looks.append(Link("看公开页面", page.url, external=True))
    return looks
