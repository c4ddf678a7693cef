"""The desk of a result: compute it, let it stand, correct it, make it final. Two people each."""

from dataclasses import dataclass
from datetime import datetime

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
from site_cms.trail.models import Proposal
from voting.results.finalising_queries import (
    FINALISE,
    REOPEN,
    against_finalising,
    final_of,
    finalise_proposal,
    reopen_proposal,
)
from voting.results.finalising_services import (
    confirm_finalisation,
    confirm_reopening,
    propose_finalisation,
    propose_reopening,
    reject_finalisation,
    reject_reopening,
)
from voting.results.forms import (
    ConfirmFinalForm,
    ConfirmForm,
    ConfirmReopeningForm,
    ConfirmRevisionForm,
    FinaliseForm,
    ProposeForm,
    ReleaseForm,
    ReopenForm,
    ReviseForm,
)
from voting.results.models import Computation, Publication, Release
from voting.results.queries import (
    PUBLISH,
    against_computing,
    against_publishing,
    check_of,
    latest_computation,
    publish_proposal,
    release_of,
    standing_result,
)
from voting.results.revising_queries import (
    REVISE,
    against_revising,
    is_same,
    revise_proposal,
)
from voting.results.revising_rules import changes
from voting.results.revising_services import (
    confirm_revision,
    propose_revision,
    reject_revision,
)
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    reject_publication,
    release_result,
)
from voting.results.standings import other_methods, standings


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about a contest's result at this moment, read once."""

    contest: Contest
    computation: Computation | None
    standing: Publication | None
    release: Release | None
    proposal: Proposal | None
    is_final: bool

    @property
    def is_newer(self) -> bool:
        """Whether what was computed last is another result than the one that stands."""
        return self.standing is not None and not is_same(
            self.computation, self.standing
        )

    @property
    def is_reopened(self) -> bool:
        finalisation = getattr(self.standing, "finalisation", None)
        return finalisation is not None and not self.is_final


def desk_of(contest: Contest, *, now: datetime) -> Desk:
    return Desk(
        contest=contest,
        computation=latest_computation(contest),
        standing=standing_result(contest),
        release=release_of(contest, now=now),
        proposal=publish_proposal(contest)
        or revise_proposal(contest)
        or finalise_proposal(contest)
        or reopen_proposal(contest),
        is_final=final_of(contest, now=now) is not None,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(
    Role.ADMINISTRATOR,
    Role.SUPERVISOR,
    opens="计算、确定、更正和最终确定结果（两个人）",
)
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """Compute, propose, and (by somebody else, a supervisor) confirm or refuse."""
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    desk = desk_of(contest, now=now)
    asked = request.POST.get("act")
    forms_here = _forms(request, desk, now)
    if request.method == "POST" and asked != "compute" and asked not in forms_here:
        messages.error(request, NothingProposed.message)
        return redirect("voting:results_manage", slug)
    form = forms_here.get(asked)
    if asked == "compute" or (form is not None and form.is_valid()):
        try:
            messages.success(request, _act(request.user, desk, asked, form, now))
        except Refusal as error:
            messages.error(request, error.message)
        return redirect("voting:results_manage", slug)
    return render(
        request, "voting/results/manage.html", _page(request, desk, forms_here, now)
    )


_ANSWERS = {
    PUBLISH: ConfirmForm,
    REVISE: ConfirmRevisionForm,
    FINALISE: ConfirmFinalForm,
    REOPEN: ConfirmReopeningForm,
}


def _forms(request: HttpRequest, desk: Desk, now: datetime) -> dict[str, forms.Form]:
    """What this person may do now, by act. While a proposal waits there is only its answer."""
    found: dict[str, forms.Form] = {}
    if desk.proposal:
        may = has_role(request.user, Role.SUPERVISOR)
        if may and desk.proposal.proposed_by_id != request.user.pk:
            form = _ANSWERS[desk.proposal.kind]
            found["answer"] = _form(request, "answer", form, proposal=desk.proposal.pk)
        return found
    if desk.computation is None:
        return found
    computation = desk.computation.pk
    if desk.standing is None:
        if not against_publishing(desk.computation, now=now):
            found["propose"] = _form(
                request, "propose", ProposeForm, computation=computation
            )
        return found
    if desk.is_final:
        return {"reopen": _form(request, "reopen", ReopenForm)}
    if desk.release is None:
        found["release"] = _form(request, "release", ReleaseForm)
    if desk.is_newer or desk.is_reopened:
        if not against_revising(desk.computation, now=now):
            found["revise"] = _form(
                request, "revise", ReviseForm, computation=computation
            )
    elif desk.release and not against_finalising(desk.standing, now=now):
        found["finalise"] = _form(
            request, "finalise", FinaliseForm, publication=desk.standing.pk
        )
    return found


def _form(request: HttpRequest, act: str, form: type, **initial) -> forms.Form:
    data = request.POST if request.POST.get("act") == act else None
    return form(data, initial=initial, auto_id=f"{act}_%s")


def _act(by: User, desk: Desk, asked: str, form: forms.Form | None, now) -> str:
    """Carry out what was asked for, and say what has happened."""
    if asked == "compute":
        return _compute(by, desk, now)
    given = form.cleaned_data
    return _ACTS[asked](by, desk, given, now)


def _compute(by: User, desk: Desk, now: datetime) -> str:
    computation = compute_result(by=by, contest=desk.contest, now=now)
    if computation.computed_at == now:
        return "算好了，外面看不到。请核对下面的结果；核对程序会自己再算一遍。"
    return "选票、评分和规则都没有变，结果和上次一样，没有另存一份。"


def _propose(by: User, desk: Desk, given: dict, now: datetime) -> str:
    _refuse_another(desk.computation, given["computation"])
    propose_publication(
        by=by, computation=desk.computation, reason=given["reason"], now=now
    )
    return "已提出，等一位监督员在自己的设备上同意。在此以前外面什么也看不到。"


def _revise(by: User, desk: Desk, given: dict, now: datetime) -> str:
    _refuse_another(desk.computation, given["computation"])
    propose_revision(
        by=by, computation=desk.computation, reason=given["reason"], now=now
    )
    return "已提出更正，等一位监督员在自己的设备上同意。在此以前结果不变。"


def _release(by: User, desk: Desk, given: dict, now: datetime) -> str:
    release_result(by=by, contest=desk.contest, now=now)
    return "结果已经公开，公示从现在开始。"


def _finalise(by: User, desk: Desk, given: dict, now: datetime) -> str:
    _refuse_another(desk.standing, given["publication"])
    propose_finalisation(
        by=by, publication=desk.standing, reason=given["reason"], now=now
    )
    return "已提出最终确定，等一位监督员在自己的设备上同意。"


def _reopen(by: User, desk: Desk, given: dict, now: datetime) -> str:
    propose_reopening(by=by, contest=desk.contest, reason=given["reason"], now=now)
    return "已提出重新打开，等一位监督员在自己的设备上同意。在此以前最终结果不变。"


_ACCEPTED = {
    PUBLISH: (confirm_publication, "结果已经确定，不会再变。现在可以揭晓。"),
    REVISE: (confirm_revision, "更正已经生效，旧的一版留着，大家都能看到改了什么。"),
    FINALISE: (confirm_finalisation, "结果已经最终确定。"),
    REOPEN: (confirm_reopening, "最终结果已经重新打开，可以更正评分和选票了。"),
}
_REJECTED = {
    PUBLISH: reject_publication,
    REVISE: reject_revision,
    FINALISE: reject_finalisation,
    REOPEN: reject_reopening,
}


def _answer(by: User, desk: Desk, given: dict, now: datetime) -> str:
    proposal = desk.proposal
    _refuse_another(proposal, given["proposal"])
    if given["agree"] == "no":
        _REJECTED[proposal.kind](
            by=by, proposal=proposal, remark=given["remark"], now=now
        )
        return "已退回，什么都没有改变。您的意见已记下，提出的人能看到。"
    confirm, said = _ACCEPTED[proposal.kind]
    confirm(by=by, proposal=proposal, now=now)
    return said


def _refuse_another(seen, number: int) -> None:
    """What was read on the page is no longer what is there."""
    if seen is None or seen.pk != number:
        raise NothingProposed


_ACTS = {
    "propose": _propose,
    "revise": _revise,
    "release": _release,
    "finalise": _finalise,
    "reopen": _reopen,
    "answer": _answer,
}


def _page(request: HttpRequest, desk: Desk, forms_here: dict, now: datetime) -> dict:
    computation, standing = desk.computation, desk.standing
    return {
        "contest": desk.contest,
        "desk": desk,
        "forms": forms_here,
        "may_compute": desk.proposal is None
        and not desk.is_final
        and not against_computing(desk.contest, now=now),
        "still_open": _still_open(desk, now),
        "against_final": against_finalising(standing, now=now)
        if standing and not desk.is_final and not desk.is_newer
        else [],
        "refused": _refused(desk),
        **(_checked(desk) if computation else {}),
    }


def _still_open(desk: Desk, now: datetime) -> list:
    """What keeps the next result or its correction back."""
    if desk.is_final:
        return []
    if desk.computation is None:
        return against_computing(desk.contest, now=now)
    if desk.standing is None:
        return against_publishing(desk.computation, now=now)
    if desk.is_newer:
        return against_revising(desk.computation, now=now)
    return []


def _refused(desk: Desk) -> Proposal | None:
    """What a second person did not agree to last, while nothing newer waits."""
    if desk.computation is None or desk.proposal:
        return None
    subjects = [desk.computation, *([desk.standing] if desk.standing else [])]
    found = [
        Proposal.objects.about(subject)
        .filter(kind__in=_ANSWERS, decision__isnull=False)
        .select_related("proposed_by", "decision__decided_by")
        .order_by("-pk")
        .first()
        for subject in subjects
    ]
    last = max((each for each in found if each), key=lambda each: each.pk, default=None)
    return last if last and not last.decision.confirmed else None


def _checked(desk: Desk) -> dict[str, object]:
    """What the two people look at before they let a result stand."""
    computation, outcome = desk.computation, desk.computation.outcome
    return {
        "check": check_of(computation),
        "table": standings(computation.rule_sheet.rules, outcome),
        "others": other_methods(outcome, computation.aside["whatif"]),
        "changes": changes(desk.standing.computation.outcome, outcome)
        if desk.is_newer
        else [],
    }
