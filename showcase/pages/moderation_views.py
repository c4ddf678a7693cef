"""The reviewer's desk in the admin: the queue, and one page with its checklist."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.admin import messages

from showcase.pages.errors import ShowcaseError
from showcase.pages.moderation_forms import ChecklistForm, ReturnForm
from showcase.pages.moderation_models import PageReviewState
from showcase.pages.moderation_queries import (
    Waiting,
    changes_since,
    deadlines,
    earlier_version,
    history_of,
    in_order,
    page_in_review,
    queue_of,
    returns_of,
    standing_of,
)
from showcase.pages.moderation_rules import Stage
from showcase.pages.moderation_services import approve_page, return_page
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role

READERS = (Role.REVIEWER_FIRST, Role.REVIEWER_SECOND, Role.ADMINISTRATOR)

ORDERS = {"": "等得最久的在前", "unit": "按单位", "returns": "退回多的在前"}


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    now = _let_in(request)
    order = request.GET.get("order", "")
    stage = request.GET.get("stage", "")
    every = queue_of(request.user, now=now)
    stages = {each.value for each in Stage}
    shown = [each for each in every if stage not in stages or each.stage == stage]
    return render(
        request,
        "showcase/moderation/queue.html",
        {
            "page_title": "展示页待审",
            "waiting": in_order(shown, order),
            "total": len(every),
            "orders": _choices(ORDERS, order, "order", request),
            "stages": _choices(
                {"": "全部"} | {each.value: each.label for each in Stage},
                stage,
                "stage",
                request,
            ),
            "deadlines": deadlines(),
        },
    )


def review(request: HttpRequest, pk: int) -> HttpResponse:
    now = _let_in(request)
    state = _state(pk)
    checklist, returning = ChecklistForm(), ReturnForm()
    if request.method == "POST":
        is_approval = request.POST.get("act") == "approve"
        if is_approval:
            form = checklist = ChecklistForm(request.POST)
        else:
            form = returning = ReturnForm(request.POST)
        if form.is_valid():
            try:
                return _decide(request, state, form, is_approval=is_approval, now=now)
            except ShowcaseError as error:
                form.add_error(None, error.message)
    return render(
        request,
        "showcase/moderation/review.html",
        _context_of(request, state, now) | {"checklist": checklist, "form": returning},
    )


@require_safe
def reviewed_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it would be public, in the revision that is under review."""
    _let_in(request)
    page = _state(pk).revision.as_object()
    return page.make_preview_request(request, page.default_preview_mode)


def _decide(request, state, form, *, is_approval: bool, now) -> HttpResponse:
    following = _neighbours(queue_of(request.user, now=now), state.pk).following
    if is_approval:
        is_public = approve_page(
            by=request.user, state=state, answers=form.cleaned_data, now=now
        )
        said = "已通过并发布。" if is_public else "初审已通过，转给复审。"
    else:
        return_page(by=request.user, state=state, now=now, **form.cleaned_data)
        said = "已退回，单位会看到您写的原因。"
    page = page_in_review(state)
    messages.success(request, f"{page}：{said}")
    if following:
        return redirect("page_reviews:review", following.state.pk)
    return redirect("page_reviews:queue")


def _context_of(request: HttpRequest, state: PageReviewState, now) -> dict:
    page = page_in_review(state)
    earlier = earlier_version(page, state)
    line = queue_of(request.user, now=now)
    returns = returns_of(page)
    is_waiting = state.status == state.STATUS_IN_PROGRESS
    return {
        "page_title": f"{state.stage.label}：{page}",
        "state": state,
        "showcase": page,
        "stage": state.stage,
        "is_waiting": is_waiting,
        "hindrance": standing_of(request.user, state, page).hindrance,
        "is_changed": page.latest_revision_id != state.revision_id,
        "returns": returns,
        "history": history_of(page),
        "earlier": earlier,
        "earlier_was_returned": any(each.revision_id == earlier.pk for each in returns)
        if earlier
        else False,
        "changes": changes_since(earlier, state.revision) if earlier else [],
        "place": _neighbours(line, state.pk),
        "now": now,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands in the queue, counted from one; 0 when it left the queue."""

    number: int
    total: int
    previous: Waiting | None
    following: Waiting | None


def _neighbours(line: list[Waiting], pk: int) -> Place:
    ids = [each.state.pk for each in line]
    if pk not in ids:
        return Place(0, len(line), None, line[0] if line else None)
    at = ids.index(pk)
    return Place(
        at + 1,
        len(line),
        line[at - 1] if at else None,
        line[at + 1] if at + 1 < len(line) else None,
    )


def _choices(offered: dict[str, str], chosen: str, name: str, request) -> list[dict]:
    chosen = chosen if chosen in offered else ""
    kept = {key: value for key, value in request.GET.items() if key in _KEPT}
    return [
        {
            "label": label,
            "url": "?" + urlencode({**kept, name: value}),
            "current": value == chosen,
        }
        for value, label in offered.items()
    ]


_KEPT = {"order", "stage"}


def _state(pk: int) -> PageReviewState:
    return get_object_or_404(PageReviewState.objects.with_people(), pk=pk)


def _let_in(request: HttpRequest):
    """Reviewers and administrators; returns the moment of the request."""
    if not has_role(request.user, *READERS):
        raise PermissionDenied
    return timezone.now()
