"""The draw as everybody can follow and redo it, and as two people make it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from voting.judging import services
from voting.judging.draw_forms import (
    PublishForm,
    RecusalForm,
    SeedAnswerForm,
    SeedForm,
    TakeBackForm,
)
from voting.judging.draw_models import DrawList
from voting.judging.draw_queries import (
    Drawing,
    drawing_of,
    drawings_of,
    entries_to_draw,
    latest_list,
    list_of,
    recusals_missing,
    recusals_of,
)
from voting.judging.models import Night, Recusal
from voting.judging.queries import night_of
from voting.rules import draw as rules

PREPARERS = (Role.HOST, Role.ADMINISTRATOR)


@require_safe
@kept_page()
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """List, hash, seed and order of each round, and the way to redo them."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    night = night_of(contest)
    drawings = [each for each in drawings_of(night) if each.published] if night else []
    context = {"contest": contest, "drawings": drawings}
    return render(request, "voting/judging/draw.html", context)


@require_safe
@kept_page()
def draw_list(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The very bytes that were hashed: ``sha256sum`` of this file is the published hash."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    published = (
        DrawList.objects.filter(round__night__contest=contest, round__code=code)
        .order_by("-number")
        .first()
    )
    if published is None:
        raise Http404
    return HttpResponse(
        published.listed,
        content_type="text/plain; charset=utf-8",
        headers={"ETag": f'"{published.list_hash}"'},
    )


def _night_or_404(slug: str) -> Night:
    night = night_of(get_object_or_404(Contest, slug=slug))
    if night is None:
        raise Http404
    return night


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PREPARERS, Role.SUPERVISOR, opens="抽签定出场顺序（两个人）")
def draw_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the list, type the seed, and (a supervisor) type what they saw themselves."""
    night = _night_or_404(slug)
    drawing = _current(night, request)
    form = _form(request, night, drawing)
    if form is not None and form.is_bound and form.is_valid():
        try:
            said = _act(request, drawing, form)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect(f"{request.path}?round={drawing.round.code}")
    context = _desk(night, drawing, form)
    return render(request, "voting/judging/draw_desk.html", context)


def _current(night: Night, request: HttpRequest) -> Drawing:
    """The round that the address names, or the first that is not drawn."""
    rounds = list(night.rounds.select_related("night__contest").order_by("order"))
    if not rounds:
        raise Http404
    asked = [each for each in rounds if each.code == request.GET.get("round")]
    undrawn = [each for each in rounds if not hasattr(each, "draw")]
    return drawing_of([*asked, *undrawn, *rounds][0])


def _form(request: HttpRequest, night: Night, drawing: Drawing):
    """The form for what this person may do now; None: there is nothing to do."""
    data = request.POST or None
    if drawing.drawn or Stage.NIGHT in night.contest.openings.stages():
        return None
    if drawing.proposal:
        own = drawing.proposal.proposed_by_id == request.user.pk
        if own or not has_role(request.user, Role.SUPERVISOR):
            return None
        return SeedAnswerForm(data, initial={"proposal": drawing.proposal.pk})
    if not has_role(request.user, *PREPARERS):
        return None
    is_again = request.POST.get("act") == "publish" or "again" in request.GET
    if drawing.published and not is_again:
        return SeedForm(data)
    return PublishForm(data, initial={"recusals": len(recusals_of(night))})


def _act(request: HttpRequest, drawing: Drawing, form) -> str:
    """Carry out what the form asks for, and say what has happened."""
    given, by, now = form.cleaned_data, request.user, timezone.now()
    if isinstance(form, PublishForm):
        services.publish_list(
            by=by, round_=drawing.round, recusals=given["recusals"], now=now
        )
        return "名单和校验值已经公布。现在可以当众产生种子。"
    if isinstance(form, SeedForm):
        services.propose_seed(
            by=by,
            published=drawing.published,
            seed=given["seed"],
            how=given["how"],
            now=now,
        )
        return "种子已记下，等监督员在自己的设备上键入他看到的种子。还没有抽签。"
    if given["proposal"] != drawing.proposal.pk:
        raise NothingProposed
    if given["agree"] == "no":
        services.reject_seed(
            by=by, proposal=drawing.proposal, remark=given["remark"], now=now
        )
        return "已退回，没有抽签。您的意见已记下，主持人能看到。"
    services.confirm_seed(
        by=by, proposal=drawing.proposal, typed=given["typed"], now=now
    )
    return "两个人看到的种子一样，出场顺序已经抽出，马上公开。"


def _desk(night: Night, drawing: Drawing, form) -> dict[str, Any]:
    now = timezone.now()
    title, listed = list_of(drawing.round, now=now)
    return {
        "contest": night.contest,
        "night": night,
        "drawing": drawing,
        "drawings": drawings_of(night),
        "form": form,
        "is_publishing": isinstance(form, PublishForm),
        "is_seeding": isinstance(form, SeedForm),
        "is_answering": isinstance(form, SeedAnswerForm),
        "title": title,
        "listed": listed,
        "list_hash": rules.list_hash(listed),
        "entries": entries_to_draw(night.contest, now=now),
        "recusals": recusals_of(night),
        "missing": recusals_missing(night, now=now),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*PREPARERS, opens="登记评委回避")
def recusals(request: HttpRequest, slug: str) -> HttpResponse:
    """Who does not mark which unit, written down before the draw."""
    night = _night_or_404(slug)
    taking_back = "recusal" in request.POST
    form = RecusalForm(
        request.POST if request.method == "POST" and not taking_back else None,
        night=night,
        initial={"seat": request.GET.get("seat"), "entry": request.GET.get("entry")},
    )
    back = TakeBackForm(request.POST if taking_back else None)
    acted = back if taking_back else form
    if acted.is_bound and acted.is_valid():
        try:
            said = _change_recusals(request, night, acted)
        except Refusal as error:
            acted.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect("voting:recusals", slug=slug)
    context = {
        "contest": night.contest,
        "night": night,
        "recusals": recusals_of(night),
        "missing": recusals_missing(night, now=timezone.now()),
        "is_drawn": any(each.drawn for each in drawings_of(night)),
        "is_listed": any(latest_list(each) for each in night.rounds.all()),
        "form": form,
        "back": back,
    }
    return render(request, "voting/judging/recusals.html", context)


def _change_recusals(request: HttpRequest, night: Night, form) -> str:
    given, by, now = form.cleaned_data, request.user, timezone.now()
    if isinstance(form, TakeBackForm):
        recusal = get_object_or_404(
            Recusal.objects.select_related("seat__night", "entry__unit"),
            pk=given["recusal"],
            seat__night=night,
        )
        services.take_back_recusal(
            by=by, recusal=recusal, reason=given["reason"], now=now
        )
        return "已取消这一项回避，理由留在记录里。"
    services.record_recusal(
        by=by, seat=given["seat"], entry=given["entry"], reason=given["reason"], now=now
    )
    return f"已登记：{given['seat']} 回避 {given['entry']}。"
