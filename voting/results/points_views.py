"""Extra points and deductions: proposed by one, confirmed by another against the evidence."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
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
from voting.results.points_forms import (
    DeductionForm,
    ExtraForm,
    PointsAnswerForm,
    TakeBackForm,
)
from voting.results.points_models import GivenPoints
from voting.results.points_queries import (
    latest_points,
    points_proposals,
    standing_points,
)
from voting.results.points_services import (
    confirm_points,
    propose_deduction,
    propose_extra,
    propose_no_deduction,
    reject_points,
)
from voting.results.queries import is_final
from voting.rules.rule_sheet import RuleSheet
from voting.rulesheets.queries import frozen_rule_sheet


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(
    Role.ADMINISTRATOR, Role.SUPERVISOR, opens="记其他得分、加分和扣分（两个人）"
)
def points(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    sheet = frozen_rule_sheet(contest)
    forms_here = _forms(request, contest, sheet and sheet.rules, now)
    asked = request.POST.get("act", "")
    if request.method == "POST" and asked not in forms_here:
        messages.error(request, NothingProposed.message)
        return redirect("voting:result_points", slug)
    form = forms_here.get(asked)
    if form is not None and form.is_valid():
        try:
            said = _act(request.user, contest, asked, form, now)
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, said)
            return redirect("voting:result_points", slug)
    page = _page(contest, sheet and sheet.rules, forms_here)
    return render(request, "voting/results/points.html", page)


def _form(request: HttpRequest, act: str, make, **more) -> forms.Form:
    data = request.POST if request.POST.get("act") == act else None
    return make(data, auto_id=f"{act}_%s", **more)


def _forms(
    request: HttpRequest, contest: Contest, rules: RuleSheet | None, now: datetime
) -> dict[str, forms.Form]:
    """What this person may do now, by act."""
    if rules is None or is_final(contest, now=now):
        return {}
    found: dict[str, forms.Form] = {}
    waiting = points_proposals(contest)
    for proposal in waiting:
        may = has_role(request.user, Role.SUPERVISOR)
        if may and proposal.proposed_by_id != request.user.pk:
            act = f"answer-{proposal.pk}"
            initial = {"proposal": proposal.pk}
            found[act] = _form(request, act, PointsAnswerForm, initial=initial)
    busy = {proposal.payload["extra"] for proposal in waiting}
    for rule in rules.extras:
        if rule.code not in busy:
            act = f"extra-{rule.code}"
            before = latest_points(contest, rule.code)
            found[act] = _form(
                request, act, ExtraForm, rule=rule, contest=contest, before=before
            )
    found["deduct"] = _form(request, "deduct", DeductionForm, contest=contest)
    for given in standing_points(contest):
        if not given.extra:
            act = f"back-{given.pk}"
            initial = {"given": given.pk}
            found[act] = _form(request, act, TakeBackForm, initial=initial)
    return found


def _act(
    by: User, contest: Contest, asked: str, form: forms.Form, now: datetime
) -> str:
    """Carry out what the form asks for, and say what has happened."""
    given = form.cleaned_data
    if asked.startswith("answer-"):
        return _answer(by, contest, given, now)
    why = {"reason": given["reason"], "evidence": given["evidence"], "now": now}
    if asked.startswith("extra-"):
        code = asked.removeprefix("extra-")
        propose_extra(by=by, contest=contest, extra=code, points=form.points, **why)
    elif asked == "deduct":
        propose_deduction(
            by=by,
            contest=contest,
            plate=given["plate"],
            points=given["points"],
            **why,
        )
    else:
        row = get_object_or_404(
            GivenPoints.objects.select_related("contest", "entry"),
            pk=given["given"],
            contest=contest,
        )
        propose_no_deduction(by=by, given=row, **why)
    return "已提出，等一位监督员对着依据核对同意。在此以前不计入结果。"


def _answer(by: User, contest: Contest, given: dict[str, Any], now: datetime) -> str:
    waiting = {each.pk: each for each in points_proposals(contest)}
    proposal = waiting.get(given["proposal"])
    if proposal is None:
        raise NothingProposed
    if given["agree"] == "no":
        reject_points(by=by, proposal=proposal, remark=given["remark"], now=now)
        return "已退回，没有记分。您的意见已记下。"
    confirm_points(by=by, proposal=proposal, now=now)
    return "已经生效，下一次计算就会用上。"


def _page(
    contest: Contest, rules: RuleSheet | None, forms_here: dict[str, forms.Form]
) -> dict[str, Any]:
    names = {entry.plate: str(entry) for entry in _entries(contest)}
    standing = standing_points(contest)
    return {
        "contest": contest,
        "rules": rules,
        "extras": [
            (rule, forms_here.get(f"extra-{rule.code}"), f"extra-{rule.code}")
            for rule in (rules.extras if rules else ())
        ],
        "waiting": [
            (
                proposal,
                [
                    (names.get(plate, plate), value)
                    for plate, value in proposal.payload["points"].items()
                ],
                forms_here.get(f"answer-{proposal.pk}"),
                f"answer-{proposal.pk}",
            )
            for proposal in points_proposals(contest)
        ],
        "deductions": [
            (given, forms_here.get(f"back-{given.pk}"), f"back-{given.pk}")
            for given in standing
            if not given.extra
        ],
        "deduct": forms_here.get("deduct"),
    }


def _entries(contest: Contest):
    return contest.entries.shortlisted().select_related("unit").in_number_order()
