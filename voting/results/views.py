"""The result as everybody reads it, and as two people compute it and let it out."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.pages.cache.kept import kept_page
from site_cms.refusals import Refusal
from site_cms.trail.errors import NothingProposed
from voting.results.breakdown import breakdown
from voting.results.exports import entry_export, result_export
from voting.results.forms import ConfirmForm, ProposeForm
from voting.results.models import Publication
from voting.results.queries import (
    against_computing,
    against_publishing,
    cards_of,
    latest_computation,
    publication_of,
    publish_proposal,
)
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    reject_publication,
)
from voting.results.standings import other_methods, standings
from voting.rules import exact
from voting.rulesheets.wording import articles

NOT_YET = "结果还没有公布。"


def _published(slug: str) -> tuple[Contest, Publication | None]:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    return contest, publication_of(contest, now=timezone.now())


def _not_yet(request: HttpRequest, contest: Contest, status: int = 200) -> HttpResponse:
    """The same for every address below the contest: nothing in it depends on any result."""
    context = {"contest": contest}
    return render(request, "voting/results/not_yet.html", context, status=status)


@require_safe
@kept_page()
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Ten flags, all entries with the parts of their score, and how to check it."""
    contest, publication = _published(slug)
    if publication is None:
        return _not_yet(request, contest)
    computation = publication.computation
    rules = computation.rule_sheet.rules
    table = standings(rules, computation.outcome)
    cards = cards_of(contest)
    context = {
        "contest": contest,
        "publication": publication,
        "computation": computation,
        "table": table,
        "flags": [(row, cards.get(row.plate)) for row in table.flags],
        "articles": articles(rules),
    }
    return render(request, "voting/results/results.html", context)


@require_safe
@kept_page()
def entry(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    """Why this score: the sum first, then each step down to the marks."""
    contest, publication = _published(slug)
    if publication is None:
        return _not_yet(request, contest, status=404)
    computation = publication.computation
    told = breakdown(
        computation.rule_sheet.rules,
        computation.outcome,
        computation.aside["whatif"],
        plate,
    )
    if told is None:
        raise Http404
    context = {
        "contest": contest,
        "publication": publication,
        "computation": computation,
        "told": told,
    }
    return render(request, "voting/results/entry.html", context)


def _json(data: object, *, status: int = 200, etag: str = "") -> JsonResponse:
    headers = {"ETag": f'"{etag}"'} if etag else {"Cache-Control": "no-store"}
    return JsonResponse(
        data, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@kept_page()
def result_json(request: HttpRequest, slug: str) -> HttpResponse:
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    etag = publication.computation.outcome_hash
    return _json(result_export(publication), etag=etag)


@require_safe
@kept_page()
def entry_json(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    export = entry_export(publication, plate)
    if export is None:
        return _json({"error": "结果里没有这个编号。"}, status=404)
    return _json(export, etag=f"{publication.computation.outcome_hash}-{plate}")


@require_safe
@kept_page()
def result_file(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """The very bytes that were hashed, so that ``sha256sum`` shows the published value."""
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    computation = publication.computation
    return HttpResponse(
        exact.canonical(getattr(computation, part)),
        content_type="application/json; charset=utf-8",
        headers={"ETag": f'"{getattr(computation, f"{part}_hash")}"'},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR, Role.SUPERVISOR, opens="计算和公布结果（两个人）")
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """Compute, propose, and (by somebody else, a supervisor) confirm or refuse."""
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    if request.method == "POST" and request.POST.get("act") == "compute":
        return _act(request, contest, lambda: _compute(request.user, contest, now))
    form = _form(request, contest, now)
    if form is not None and form.is_bound and form.is_valid():
        return _act(request, contest, lambda: _decide(request.user, contest, form, now))
    return render(request, "voting/results/manage.html", _desk(contest, form, now))


def _act(request: HttpRequest, contest: Contest, act) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refusal as error:
        messages.error(request, error.message)
    return redirect("voting:results_manage", contest.slug)


def _compute(by, contest, now) -> str:
    computation = compute_result(by=by, contest=contest, now=now)
    if computation.computed_at == now:
        return "算好了，还没有公布。请核对下面的结果。"
    return "选票、评分和规则都没有变，结果和上次一样，没有另存一份。"


def _form(request, contest, now) -> ProposeForm | ConfirmForm | None:
    """The form for what this person may do now; None: there is nothing to do."""
    computation = latest_computation(contest)
    if computation is None or publication_of(contest, now=now):
        return None
    data = request.POST or None
    proposal = publish_proposal(contest)
    if proposal is None:
        if against_publishing(computation, now=now):
            return None
        return ProposeForm(data, initial={"computation": computation.pk})
    may = (
        has_role(request.user, Role.SUPERVISOR) and proposal.proposed_by != request.user
    )
    return ConfirmForm(data, initial={"proposal": proposal.pk}) if may else None


def _decide(by, contest, form, now) -> str:
    """Carry out what the form asks for, and say what has happened."""
    given = form.cleaned_data
    if isinstance(form, ProposeForm):
        computation = latest_computation(contest)
        if computation.pk != given["computation"]:
            raise NothingProposed
        propose_publication(
            by=by, computation=computation, reason=given["reason"], now=now
        )
        return "已提出公布，等一位监督员在自己的设备上同意。在此以前外面什么也看不到。"
    proposal = publish_proposal(contest)
    if proposal is None or proposal.pk != given["proposal"]:
        raise NothingProposed
    if given["agree"] == "yes":
        confirm_publication(by=by, proposal=proposal, now=now)
        return "结果已经公布。"
    reject_publication(by=by, proposal=proposal, remark=given["remark"], now=now)
    return "已退回，没有公布。您的意见已记下，提出的人能看到。"


def _desk(contest, form, now) -> dict[str, object]:
    computation = latest_computation(contest)
    proposal = publish_proposal(contest)
    return {
        "contest": contest,
        "computation": computation,
        "publication": publication_of(contest, now=now),
        "proposal": proposal,
        "form": form,
        "may_compute": not against_computing(contest, now=now),
        "still_open": against_publishing(computation, now=now)
        if computation
        else against_computing(contest, now=now),
        **(_checked(computation) if computation else {}),
    }


def _checked(computation) -> dict[str, object]:
    """What the two people look at before they let a result out."""
    outcome = computation.outcome
    return {
        "table": standings(computation.rule_sheet.rules, outcome),
        "others": other_methods(outcome, computation.aside["whatif"]),
    }
