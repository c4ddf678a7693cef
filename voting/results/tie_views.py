"""Equals are parted: lists and seed, or an order by named people, two people for each."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Proposal
from voting.judging.draw_forms import SeedAnswerForm, SeedForm
from voting.results.models import Computation
from voting.results.queries import is_final, latest_computation
from voting.results.tie_forms import DecisionAnswerForm, ListForm, OrderForm
from voting.results.tie_queries import (
    DECISION,
    decision_proposals,
    decisions_of,
    latest_lot,
    lots_of,
    names_of,
    open_list_hashes,
    open_ties,
    seed_proposal,
)
from voting.results.tie_services import (
    confirm_tie_decision,
    confirm_tie_seed,
    propose_tie_decision,
    propose_tie_seed,
    publish_tie_lists,
    reject_tie_decision,
    reject_tie_seed,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(
    Role.ADMINISTRATOR, Role.SUPERVISOR, opens="同分抽签或裁定先后（两个人）"
)
def ties(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is equal with whom, and the next step towards parting them."""
    contest = get_object_or_404(Contest, slug=slug)
    computation = latest_computation(contest)
    if computation is None:
        raise Http404
    now = timezone.now()
    forms_here = _forms(request, computation, now)
    asked = request.POST.get("act", "")
    if request.method == "POST" and asked not in forms_here:
        messages.error(request, NothingProposed.message)
        return redirect("voting:result_ties", slug)
    form = forms_here.get(asked)
    if form is not None and form.is_valid():
        try:
            said = _act(request.user, computation, asked, form, now)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect("voting:result_ties", slug)
    page = _page(computation, forms_here)
    return render(request, "voting/results/ties.html", page)


def _is_lot(computation: Computation) -> bool:
    return computation.rule_sheet.rules.ladder[-1] == "lot"


def _forms(
    request: HttpRequest, computation: Computation, now: datetime
) -> dict[str, forms.Form]:
    """What this person may do now, by act."""
    if is_final(computation.contest, now=now):
        return {}
    if _is_lot(computation):
        return _lot_forms(request, computation)
    return _decision_forms(request, computation)


def _form(request: HttpRequest, act: str, make, **more) -> forms.Form:
    data = request.POST if request.POST.get("act") == act else None
    return make(data, auto_id=f"{act}_%s", **more)


def _may_answer(user: User, proposal: Proposal) -> bool:
    return has_role(user, Role.SUPERVISOR) and proposal.proposed_by_id != user.pk


def _lot_forms(request: HttpRequest, computation: Computation) -> dict[str, forms.Form]:
    lot = latest_lot(computation.contest)
    hashes = open_list_hashes(computation)
    proposal = seed_proposal(lot) if lot and lot.seed is None else None
    if proposal:
        if not _may_answer(request.user, proposal):
            return {}
        initial = {"proposal": proposal.pk}
        return {"answer": _form(request, "answer", SeedAnswerForm, initial=initial)}
    if not hashes:
        return {}
    if lot and lot.seed is None and lot.list_hashes == hashes:
        return {"seed": _form(request, "seed", SeedForm)}
    initial = {"computation": computation.pk}
    return {"list": _form(request, "list", ListForm, initial=initial)}


def _decision_forms(
    request: HttpRequest, computation: Computation
) -> dict[str, forms.Form]:
    waiting = decision_proposals(computation.contest)
    found: dict[str, forms.Form] = {}
    for proposal in waiting:
        if _may_answer(request.user, proposal):
            act = f"answer-{proposal.pk}"
            initial = {"proposal": proposal.pk}
            found[act] = _form(request, act, DecisionAnswerForm, initial=initial)
    asked = [set(proposal.payload["order"]) for proposal in waiting]
    names = names_of(computation)
    for place, tie in enumerate(open_ties(computation)):
        if set(tie["entries"]) not in asked:
            found[f"order-{place}"] = _form(
                request,
                f"order-{place}",
                OrderForm,
                tie=tie,
                names=names,
                initial={"computation": computation.pk},
            )
    return found


def _act(
    by: User, computation: Computation, asked: str, form: forms.Form, now: datetime
) -> str:
    """Carry out what the form asks for, and say what has happened."""
    given = form.cleaned_data
    if given.get("computation", computation.pk) != computation.pk:
        raise NothingProposed
    if asked == "list":
        publish_tie_lists(by=by, computation=computation, now=now)
        return "名单已经定下，校验值记入公开日志，没有说出名字。现在可以当众产生种子。"
    if asked == "seed":
        lot = latest_lot(computation.contest)
        propose_tie_seed(by=by, lot=lot, seed=given["seed"], how=given["how"], now=now)
        return "种子已记下，等一位监督员在自己的设备上键入他看到的种子。还没有抽签。"
    if asked == "answer":
        return _answer_seed(by, computation, given, now)
    if asked.startswith("answer-"):
        return _answer_decision(by, computation, given, now)
    propose_tie_decision(
        by=by,
        computation=computation,
        order=given["order"],
        decided_by=given["names"],
        reason=given["reason"],
        now=now,
    )
    return "裁定已记下，等一位监督员在自己的设备上核对同意。"


def _answer_seed(by: User, computation: Computation, given: dict, now) -> str:
    lot = latest_lot(computation.contest)
    proposal = seed_proposal(lot) if lot else None
    if proposal is None or proposal.pk != given["proposal"]:
        raise NothingProposed
    if given["agree"] == "no":
        reject_tie_seed(by=by, proposal=proposal, remark=given["remark"], now=now)
        return "已退回，没有抽签。您的意见已记下。"
    confirm_tie_seed(by=by, proposal=proposal, typed=given["typed"], now=now)
    return "两个人看到的种子一样，已经抽签。请回到结果页重新计算，名次就分出来了。"


def _answer_decision(by: User, computation: Computation, given: dict, now) -> str:
    waiting = {each.pk: each for each in decision_proposals(computation.contest)}
    proposal = waiting.get(given["proposal"])
    if proposal is None or proposal.kind != DECISION:
        raise NothingProposed
    if given["agree"] == "no":
        reject_tie_decision(by=by, proposal=proposal, remark=given["remark"], now=now)
        return "已退回，没有裁定。您的意见已记下。"
    confirm_tie_decision(by=by, proposal=proposal, now=now)
    return "裁定已经生效。请回到结果页重新计算，名次就分出来了。"


def _page(computation: Computation, forms_here: dict) -> dict[str, Any]:
    contest, names = computation.contest, names_of(computation)
    lot = latest_lot(contest) if _is_lot(computation) else None
    waiting = decision_proposals(contest)
    return {
        "contest": contest,
        "computation": computation,
        "is_lot": _is_lot(computation),
        "ties": [
            (
                tie,
                [names[plate] for plate in tie["entries"]],
                forms_here.get(f"order-{place}"),
                f"order-{place}",
            )
            for place, tie in enumerate(open_ties(computation))
        ],
        "forms": forms_here,
        "lot": lot,
        "seed_proposal": seed_proposal(lot) if lot and lot.seed is None else None,
        "waiting": [
            (
                proposal,
                [names.get(plate, plate) for plate in proposal.payload["order"]],
                forms_here.get(f"answer-{proposal.pk}"),
                f"answer-{proposal.pk}",
            )
            for proposal in waiting
        ],
        "drawn": [each for each in lots_of(contest) if each.seed],
        "decided": [
            (each, [names.get(plate, plate) for plate in each.order])
            for each in decisions_of(contest)
        ],
    }
