"""The tabulator's desk: what waits, late sheets, corrections after the lock."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_safe,
)

from showcase.contests.models import Contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.judging import services
from voting.judging.late_models import Late, LateSheet
from voting.judging.late_queries import late_asked, late_refused
from voting.judging.models import Night, Seat, Turn
from voting.judging.paper_forms import CorrectionForm, LateForm
from voting.judging.queries import night_of, plain_total
from voting.judging.responses import tagged
from voting.judging.tabulator_queries import (
    locked_turns,
    open_turns,
    standing_absence,
    standing_sheet,
    todo_of,
    versions_of,
)

_OPENS = "计分席：录入纸质评分表"


def night_or_404(slug: str) -> Night:
    night = night_of(get_object_or_404(Contest, slug=slug))
    if night is None:
        raise Http404
    return night


def place_or_404(night: Night, turn_id: int, seat_id: int) -> tuple[Turn, Seat]:
    """An appearance and a seat of this night."""
    turn = get_object_or_404(
        Turn.objects.of_night(night).select_related(
            "round__night__contest", "entry__unit", "lock"
        ),
        pk=turn_id,
    )
    seat = get_object_or_404(
        Seat.objects.of_night(night).select_related("panel"), pk=seat_id
    )
    return turn, seat


def desk_page(
    request: HttpRequest,
    night: Night,
    template: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page of the desk, with the list at its side."""
    aside = {
        "night": night,
        "contest": night.contest,
        "todo": todo_of(request.user, night),
        "is_tabulator": has_role(request.user, Role.TABULATOR),
    }
    return render(request, template, context | aside, status=status)


@never_cache
@require_safe
@role_required(Role.TABULATOR, opens=_OPENS)
def tabulate(request: HttpRequest, slug: str) -> HttpResponse:
    """Whose paper is to be typed now."""
    night = night_or_404(slug)
    context = {"open_turns": open_turns(night, now=timezone.now())}
    return desk_page(request, night, "voting/judging/tabulator/home.html", context)


@require_GET
@role_required(Role.TABULATOR, opens=_OPENS)
def tabulator_todo(request: HttpRequest, slug: str) -> HttpResponse:
    """The list at the side, asked for every few seconds."""
    night = night_or_404(slug)
    body = render_to_string(
        "voting/judging/tabulator/todo.html",
        {"night": night, "todo": todo_of(request.user, night)},
    )
    return tagged(request, body.encode(), "text/html; charset=utf-8")


# Late sheets


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TABULATOR, opens="计分席：锁定后才到的分数")
def late_sheet(request: HttpRequest, slug: str, pk: str) -> HttpResponse:
    """Propose to count it, or file it."""
    night = night_or_404(slug)
    late = get_object_or_404(
        LateSheet.objects.of_night(night).select_related(
            "seat__panel", "turn__entry__unit", "turn__round", "turn__lock", "device"
        ),
        pk=pk,
    )
    form = LateForm(request.POST or None)
    if form.is_valid():
        try:
            said = _settle(request, late, form)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect("voting:late_sheet", slug=slug, pk=pk)
    context = {
        "late": late,
        "total": plain_total(late.total, late.marks),
        "is_after_lock": late.why == Late.AFTER_LOCK,
        "is_after_paper": late.why == Late.AFTER_PAPER,
        "standing": standing_sheet(late.turn, late.seat),
        "absence": standing_absence(late.turn, late.seat),
        "asked": late_asked(late),
        "refused": late_refused(late),
        "outcome": getattr(late, "outcome", None),
        "form": form,
    }
    status = 422 if form.errors else 200
    return desk_page(
        request, night, "voting/judging/tabulator/late.html", context, status
    )


def _settle(request: HttpRequest, late: LateSheet, form: LateForm) -> str:
    given, by, now = form.cleaned_data, request.user, timezone.now()
    if given["act"] == "file":
        services.file_late(by=by, late=late, reason=given["reason"], now=now)
        return "已留档，不计入。原样保存，随时可以查看。"
    services.propose_late(by=by, late=late, reason=given["reason"], now=now)
    return "已送监督员。他同意以前不计分。"


# After the lock


@never_cache
@require_safe
@role_required(
    Role.TABULATOR, Role.SUPERVISOR, Role.AUDITOR, opens="查看锁定的评分表和各个版本"
)
def locked_sheets(request: HttpRequest, slug: str) -> HttpResponse:
    """Locked entries; with one chosen, its seats."""
    night = night_or_404(slug)
    turns = locked_turns(night)
    chosen = next(
        (turn for turn in turns if str(turn.pk) == request.GET.get("turn")), None
    )
    context = {
        "turns": turns,
        "turn": chosen,
        "seats": list(
            Seat.objects.judging(chosen.round).select_related("panel").in_order()
        )
        if chosen
        else [],
    }
    return desk_page(request, night, "voting/judging/tabulator/sheets.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(
    Role.TABULATOR, Role.SUPERVISOR, Role.AUDITOR, opens="查看锁定的评分表和各个版本"
)
def locked_sheet(
    request: HttpRequest, slug: str, turn_id: int, seat_id: int
) -> HttpResponse:
    """Every version of one seat's sheet; a tabulator may propose another."""
    night = night_or_404(slug)
    turn, seat = place_or_404(night, turn_id, seat_id)
    if not turn.is_locked:
        raise Http404
    versions = versions_of(turn, seat)
    standing = versions[-1].sheet.marks if versions else {}
    may_propose = has_role(request.user, Role.TABULATOR)
    form = CorrectionForm(
        request.POST if request.method == "POST" and may_propose else None,
        criteria=turn.round.criteria.all(),
        initial={f"mark-{code}": mark for code, mark in standing.items()},
    )
    if form.is_valid():
        try:
            services.propose_correction(
                by=request.user,
                turn=turn,
                seat=seat,
                marks=form.marks(),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "更正已送监督员。他同意以前，原来的一版照常有效。"
            )
            return redirect(request.path)
    context = {
        "turn": turn,
        "seat": seat,
        "versions": versions,
        "table": [
            (each, [version.sheet.marks.get(each.code, "") for version in versions])
            for each in turn.round.criteria.all()
        ],
        "absence": standing_absence(turn, seat),
        "form": form,
        "may_propose": may_propose,
    }
    status = 422 if form.errors else 200
    return desk_page(
        request, night, "voting/judging/tabulator/sheet.html", context, status
    )
