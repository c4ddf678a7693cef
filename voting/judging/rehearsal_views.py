"""Rehearsals of a contest: make one, look what votes and marks weigh in it, hide it afterwards."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from showcase.contests.models import Contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.judging import services
from voting.judging.models import Night
from voting.judging.queries import night_of
from voting.judging.rehearsal_forms import MakeForm
from voting.judging.rehearsal_models import Rehearsal
from voting.judging.rehearsal_queries import (
    against_rehearsing,
    is_drawn,
    next_number,
    rehearsal_lines,
    rehearsal_of,
)
from voting.judging.rehearsal_rules import Spread
from voting.judging.weight_queries import weight_of

_LOOKING_ON = (Role.HOST, Role.SUPERVISOR, Role.TABULATOR, Role.AUDITOR)


def _night_or_404(slug: str) -> Night:
    night = night_of(get_object_or_404(Contest, slug=slug))
    if night is None:
        raise Http404
    return night


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR, *_LOOKING_ON, opens="演练：看每次演练")
def rehearsals(request: HttpRequest, slug: str) -> HttpResponse:
    """Every rehearsal of the contest; an administrator makes another."""
    night = _night_or_404(slug)
    rehearsal = rehearsal_of(night.contest)
    if rehearsal:
        return redirect("voting:rehearsals", slug=rehearsal.source.slug)
    form = _make_form(request, night)
    if form is not None and form.is_bound and form.is_valid():
        try:
            said = _make(request, night.contest, form)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect("voting:rehearsals", slug=slug)
    context = {
        "contest": night.contest,
        "lines": rehearsal_lines(night.contest, now=timezone.now()),
        "still_open": against_rehearsing(night.contest),
        "is_drawn": is_drawn(night),
        "may_change": has_role(request.user, Role.ADMINISTRATOR),
        "form": form,
    }
    return render(request, "voting/judging/rehearsals.html", context)


def _make_form(request: HttpRequest, night: Night) -> MakeForm | None:
    """None: this person makes none, or there is not enough yet to rehearse."""
    if not has_role(request.user, Role.ADMINISTRATOR):
        return None
    if against_rehearsing(night.contest):
        return None
    drawn = is_drawn(night)
    initial = {
        "number": next_number(night.contest),
        "order": "keep" if drawn else "draw",
    }
    return MakeForm(request.POST or None, is_drawn=drawn, initial=initial)


def _make(request: HttpRequest, source: Contest, form: MakeForm) -> str:
    given, now = form.cleaned_data, timezone.now()
    rehearsal = services.make_rehearsal(
        by=request.user,
        source=source,
        number=given["number"],
        opens_at=given["opens_at"] or now,
        keeps_order=given["order"] == "keep",
        now=now,
    )
    return f"第 {rehearsal.number} 次演练已经建好。席卡是新的，请另外打印。"


@require_POST
@role_required(Role.ADMINISTRATOR, opens="演练：收起和再看")
def rehearsal_act(request: HttpRequest, slug: str) -> HttpResponse:
    """Hide a rehearsal, or take that back. ``slug`` is the rehearsal's own."""
    rehearsal = get_object_or_404(
        Rehearsal.objects.select_related("source"), contest__slug=slug
    )
    hides = request.POST.get("act") != "show"
    change = services.hide_rehearsal if hides else services.show_rehearsal
    try:
        change(by=request.user, rehearsal=rehearsal, now=timezone.now())
    except Refusal as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            f"第 {rehearsal.number} 次演练"
            + (
                "已经收起，每一份记录都还在。"
                if hides
                else "又能看到了，打分不再开放。"
            ),
        )
    return redirect("voting:rehearsals", slug=rehearsal.source.slug)


@require_safe
@never_cache
@role_required(
    Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AUDITOR, opens="演练：票和评委谁说了算"
)
def weight(request: HttpRequest, slug: str) -> HttpResponse:
    """Only of a rehearsal: with real marks it would tell the result before its time."""
    rehearsal = get_object_or_404(
        Rehearsal.objects.select_related("contest", "source"), contest__slug=slug
    )
    asked = request.GET.get("votes", "")
    spread = Spread(asked) if asked in set(Spread) else Spread.USUAL
    context = {
        "contest": rehearsal.contest,
        "rehearsal": rehearsal,
        "weight": weight_of(rehearsal.contest, spread, now=timezone.now()),
    }
    return render(request, "voting/judging/weight.html", context)
