"""The rule sheet as the public reads it, and as administrator and supervisor work on it."""

import base64

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from showcase.contests.queries import current_contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from voting.rules import exact
from voting.rules.validation import validate
from voting.rulesheets.errors import RuleSheetError
from voting.rulesheets.forms import ConfirmForm, ProposeForm, StartForm
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import (
    freeze_decision,
    freeze_proposal,
    frozen_rule_sheet,
    rule_sheet_of,
)
from voting.rulesheets.services import (
    confirm_freeze,
    create_rule_sheet,
    propose_freeze,
    reject_freeze,
    update_rule_sheet,
)
from voting.rulesheets.sheet_forms import METHODS, RuleSheetForms
from voting.rulesheets.templates import TEMPLATES
from voting.rulesheets.wording import articles
from voting.rulesheets.worked import work_out

FORM_INCOMPLETE = "没有保存：有 {count} 处看不懂，已经标出。您填的都还在，改好再存。"
DRAFT_HAS_GAPS = "草稿已存。冻结以前还要改 {count} 处，已经标出。"
DRAFT_IS_READY = "草稿已存，可以核对并冻结了。"


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    contest = current_contest()
    if contest is None:
        raise Http404
    return redirect("voting:rules", contest.slug)


@require_safe
@kept_page()
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The frozen rules, one sentence an article; before that, when they will be there."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    sheet = frozen_rule_sheet(contest)
    context = {"contest": contest, "sheet": sheet}
    if sheet is None:
        return render(request, "voting/rulesheets/not_yet.html", context)
    context |= {"articles": articles(sheet.rules), "decision": freeze_decision(sheet)}
    return render(request, "voting/rulesheets/rules.html", context)


@require_safe
@kept_page()
def rules_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The very bytes that were hashed: ``sha256sum`` of this file is the published hash."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    sheet = frozen_rule_sheet(contest)
    if sheet is None:
        return JsonResponse(
            {"error": "计分规则还没有公布，冻结以后才有。"},
            status=404,
            json_dumps_params={"ensure_ascii": False},
        )
    digest = base64.b64encode(bytes.fromhex(sheet.rules_hash)).decode()
    return HttpResponse(
        exact.canonical(sheet.document),
        content_type="application/json; charset=utf-8",
        headers={"ETag": f'"{sheet.rules_hash}"', "Repr-Digest": f"sha-256=:{digest}:"},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR, opens="编写计分规则")
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    sheet = rule_sheet_of(contest)
    if sheet is None:
        return _start(request, contest)
    if request.method == "POST":
        return _save(request, sheet)
    forms = RuleSheetForms(sheet.rules)
    return _edit_page(request, sheet, forms, work_out(sheet.rules))


def _start(request: HttpRequest, contest: Contest) -> HttpResponse:
    form = StartForm(request.POST or None)
    if form.is_valid():
        try:
            create_rule_sheet(
                by=request.user,
                contest=contest,
                template=form.cleaned_data["template"],
                now=timezone.now(),
            )
        except RuleSheetError as error:
            messages.error(request, error.message)
        return redirect("voting:rules_edit", contest.slug)
    context = {"contest": contest, "form": form, "templates": TEMPLATES}
    return render(request, "voting/rulesheets/start.html", context)


def _save(request: HttpRequest, sheet: RuleSheet) -> HttpResponse:
    """Save the draft, or only work out the example. What was typed stays in any case."""
    forms = RuleSheetForms(sheet.rules, request.POST)
    if not forms.is_valid():
        count = len(forms.errors())
        messages.error(request, FORM_INCOMPLETE.format(count=count))
        return _edit_page(request, sheet, forms, None)
    typed = forms.rules()
    problems = validate(typed)
    if request.POST.get("act") == "save":
        try:
            update_rule_sheet(
                by=request.user,
                rule_sheet=sheet,
                document=typed.to_json(),
                now=timezone.now(),
            )
        except RuleSheetError as error:
            messages.error(request, error.message)
            return redirect("voting:rules_edit", sheet.contest.slug)
        if not problems:
            messages.success(request, DRAFT_IS_READY)
            return redirect("voting:rules_edit", sheet.contest.slug)
        messages.warning(request, DRAFT_HAS_GAPS.format(count=len(problems)))
    forms.show(problems)
    return _edit_page(request, sheet, forms, work_out(typed))


def _edit_page(request, sheet, forms, worked) -> HttpResponse:
    context = {
        "contest": sheet.contest,
        "sheet": sheet,
        "forms": forms,
        "methods": _methods(forms, worked),
        "worked": worked,
        "proposal": None if sheet.is_frozen else freeze_proposal(sheet),
    }
    return render(request, "voting/rulesheets/edit.html", context)


def _methods(forms, worked) -> list[dict[str, object]]:
    """Each way to count votes with its radio button, its rule and what it gives the example."""
    given = worked.methods if worked else {}
    return [
        {
            "tag": button.tag,
            "id": button.id_for_label,
            "name": name,
            "hint": hint,
            "points": given.get(code),
        }
        for button, (code, name, hint) in zip(
            forms.main["method"].subwidgets, METHODS, strict=True
        )
    ]


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR, Role.SUPERVISOR, opens="冻结计分规则（两个人）")
def freeze(request: HttpRequest, slug: str) -> HttpResponse:
    """Two people: an administrator proposes, a supervisor agrees or says why not."""
    sheet = get_object_or_404(
        RuleSheet.objects.select_related("contest"), contest__slug=slug
    )
    form = _freeze_form(request, sheet)
    if form is not None and form.is_bound and form.is_valid():
        try:
            messages.success(request, _freeze_act(request.user, sheet, form))
        except Refusal as error:
            messages.error(request, error.message)
        return redirect("voting:rules_freeze", slug)
    problems = [] if sheet.is_frozen else validate(sheet.rules)
    context = {
        "contest": sheet.contest,
        "sheet": sheet,
        "articles": [] if problems else articles(sheet.rules),
        "problems": problems,
        "proposal": None if sheet.is_frozen else freeze_proposal(sheet),
        "rules_hash": sheet.rules.hash(),
        "form": form,
    }
    return render(request, "voting/rulesheets/freeze.html", context)


def _freeze_form(request, sheet) -> ProposeForm | ConfirmForm | None:
    """The form for what this person may do now; None: there is nothing to do."""
    if sheet.is_frozen:
        return None
    proposal = freeze_proposal(sheet)
    if proposal is None:
        may = has_role(request.user, Role.ADMINISTRATOR)
        return ProposeForm(request.POST or None) if may else None
    may = (
        has_role(request.user, Role.SUPERVISOR) and proposal.proposed_by != request.user
    )
    initial = {"proposal": proposal.pk}
    return ConfirmForm(request.POST or None, initial=initial) if may else None


def _freeze_act(by, sheet, form) -> str:
    """Carry out what the form asks for, and say what has happened."""
    now = timezone.now()
    if isinstance(form, ProposeForm):
        propose_freeze(
            by=by, rule_sheet=sheet, reason=form.cleaned_data["reason"], now=now
        )
        return "已提出冻结，等监督员在自己的设备上同意。在此以前规则还没有冻结。"
    proposal = freeze_proposal(sheet)
    if proposal is None or proposal.pk != form.cleaned_data["proposal"]:
        raise NothingProposed
    if form.cleaned_data["agree"] == "yes":
        confirm_freeze(by=by, proposal=proposal, now=now)
        return "计分规则已经冻结，规则页和校验值已公开。"
    reject_freeze(by=by, proposal=proposal, remark=form.cleaned_data["remark"], now=now)
    return "已退回，规则仍是草稿。您的意见已记下，管理员能看到。"
