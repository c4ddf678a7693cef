"""Paper: printed beforehand, typed by a tabulator, compared by somebody else."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.judging import services
from voting.judging.errors import PaperRefused
from voting.judging.models import Night, Seat, Turn
from voting.judging.paper_codes import check_code, paper_number
from voting.judging.paper_forms import PaperForm, ReturnForm
from voting.judging.paper_models import PaperSheet
from voting.judging.paper_queries import (
    CHECKERS,
    forms_to_print,
    paper_of,
    people_who_may_check,
    seats_to_print,
    turns_to_print,
)
from voting.judging.paper_rules import count_words
from voting.judging.queries import plain_total, proposals_for_supervisor
from voting.judging.rules import plain
from voting.judging.tabulator_queries import standing_sheet
from voting.judging.tabulator_views import desk_page, night_or_404, place_or_404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.TABULATOR, opens="计分席：录入纸质评分表")
def enter_paper(
    request: HttpRequest, slug: str, turn_id: int, seat_id: int
) -> HttpResponse:
    """The first person: what stands on the paper, nothing else."""
    night = night_or_404(slug)
    turn, seat = place_or_404(night, turn_id, seat_id)
    form = PaperForm(request.POST or None, criteria=turn.round.criteria.all())
    if form.is_valid():
        try:
            paper = _enter(request, turn, seat, form)
        except PaperRefused as error:
            form.refuse(error)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            return redirect("voting:paper", slug=slug, pk=paper.pk)
    context = {
        "turn": turn,
        "seat": seat,
        "number": paper_number(turn, seat),
        "code": check_code(turn, seat),
        "form": form,
        "full": plain(sum(each.maximum for each in form.criteria)),
        "count": count_words(len(form.criteria)),
        "standing": standing_sheet(turn, seat),
        "is_taken": turn.is_locked,
    }
    status = 422 if form.errors else 200
    return desk_page(
        request, night, "voting/judging/tabulator/enter.html", context, status
    )


def _enter(request: HttpRequest, turn: Turn, seat: Seat, form: PaperForm) -> PaperSheet:
    given = form.cleaned_data
    return services.enter_paper(
        by=request.user,
        turn=turn,
        seat=seat,
        code=given["code"],
        marks=form.marks(),
        paper_total=given["total"],
        signed=given["signed"],
        unaltered=given["unaltered"],
        added_wrong=given["added_wrong"],
        now=timezone.now(),
    )


def _paper_or_404(night: Night, pk: int) -> PaperSheet:
    paper = paper_of(night, pk)
    if paper is None:
        raise Http404
    return paper


@never_cache
@require_safe
@role_required(Role.TABULATOR, opens="计分席：录入纸质评分表")
def paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How far a paper is. Nothing can be confirmed here."""
    return _paper_page(request, slug, pk)


def _paper_page(
    request: HttpRequest, slug: str, pk: int, *, note: str = ""
) -> HttpResponse:
    night = night_or_404(slug)
    found = _paper_or_404(night, pk)
    context = {
        "paper": found,
        "number": paper_number(found.turn, found.seat),
        "is_own": found.entered_by_id == request.user.pk,
        "waited": found.waited(timezone.now()),
        "people": people_who_may_check(found),
        "decision": getattr(found.proposal, "decision", None),
        "note": note,
    }
    status = 409 if note else 200
    return desk_page(
        request, night, "voting/judging/tabulator/paper.html", context, status
    )


@require_POST
@role_required(Role.TABULATOR, opens="计分席：录入纸质评分表")
def take_back_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _paper_or_404(night_or_404(slug), pk)
    try:
        services.take_back_paper(by=request.user, paper=found, now=timezone.now())
    except Refusal as error:
        return _paper_page(request, slug, pk, note=error.message)
    return redirect(
        "voting:enter_paper", slug=slug, turn_id=found.turn_id, seat_id=found.seat_id
    )


@require_POST
@role_required(Role.TABULATOR, opens="计分席：录入纸质评分表")
def remind_of_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _paper_or_404(night_or_404(slug), pk)
    try:
        services.remind_of_paper(by=request.user, paper=found, now=timezone.now())
    except Refusal as error:
        return _paper_page(request, slug, pk, note=error.message)
    messages.success(request, "已再次提醒，这份排到了核对人的最前面。")
    return redirect("voting:paper", slug=slug, pk=pk)


# The second person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*CHECKERS, opens="核对纸质评分表（第二人）")
def check_paper(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Compare line by line; confirm or send back. No number can be changed here."""
    night = night_or_404(slug)
    found = _paper_or_404(night, pk)
    returning = request.POST.get("act") == "return"
    form = ReturnForm(request.POST if returning else None)
    note = ""
    if request.method == "POST":
        try:
            if not returning:
                services.confirm_paper(
                    by=request.user,
                    paper=found,
                    compared=request.POST.getlist("same"),
                    now=timezone.now(),
                )
                return redirect("voting:check_paper", slug=slug, pk=pk)
            if form.is_valid():
                services.return_paper(
                    by=request.user,
                    paper=found,
                    remark=form.cleaned_data["remark"],
                    now=timezone.now(),
                )
                return redirect("voting:check_paper", slug=slug, pk=pk)
        except Refusal as error:
            note = error.message
    context = _check_context(request, night, found) | {"form": form, "note": note}
    status = 422 if form.errors else 409 if note else 200
    return render(request, "voting/judging/check_paper.html", context, status=status)


def _check_context(
    request: HttpRequest, night: Night, found: PaperSheet
) -> dict[str, Any]:
    is_supervisor = has_role(request.user, Role.SUPERVISOR)
    compared = request.POST.getlist("same")
    return {
        "night": night,
        "paper": found,
        "number": paper_number(found.turn, found.seat),
        "is_own": found.entered_by_id == request.user.pk,
        "people": people_who_may_check(found),
        "rows": [
            (
                each.code,
                each.name,
                found.marks.get(each.code, ""),
                each.code in compared,
            )
            for each in found.turn.round.criteria.all()
        ],
        "written": plain_total(found.paper_total, found.marks),
        "total": plain_total(found.total, found.marks),
        "total_is_compared": "total" in compared,
        "decision": getattr(found.proposal, "decision", None),
        "who": "监督员" if is_supervisor else "计分员",
        "home": "voting:supervise" if is_supervisor else "voting:tabulate",
        "waiting": len(proposals_for_supervisor(night)) if is_supervisor else 0,
    }


# To print


@never_cache
@require_safe
@role_required(Role.TABULATOR, Role.ADMINISTRATOR, opens="打印纸质评分表")
def paper_forms(request: HttpRequest, slug: str) -> HttpResponse:
    """The forms of one entry, of one seat, or the one form of both."""
    night = night_or_404(slug)
    turns = turns_to_print(night, now=timezone.now())
    seats = seats_to_print(night)
    asked_turn, asked_seat = request.GET.get("turn", ""), request.GET.get("seat", "")
    chosen_turns = [turn for turn in turns if str(turn.pk) == asked_turn]
    chosen_seats = [seat for seat in seats if str(seat.pk) == asked_seat]
    sheets = []
    if chosen_turns or chosen_seats:
        sheets = forms_to_print(chosen_turns or turns, chosen_seats or seats)
    context = {
        "night": night,
        "contest": night.contest,
        "turns": turns,
        "seats": seats,
        "turn": next(iter(chosen_turns), None),
        "seat": next(iter(chosen_seats), None),
        "pages": [sheets[start : start + 2] for start in range(0, len(sheets), 2)],
        "number": len(sheets),
        "rounds": night.rounds.count(),
        "is_tabulator": has_role(request.user, Role.TABULATOR),
    }
    return render(request, "voting/judging/paper_forms.html", context)
