"""The supervisor's answer to a new version after the lock. No number can be changed here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from site_cms.trail.models import Proposal
from voting.judging import services
from voting.judging.models import Night, Turn
from voting.judging.paper_forms import FixRejectForm
from voting.judging.queries import CORRECTION, LATE, proposals_for_supervisor
from voting.judging.tabulator_queries import fix_of
from voting.judging.tabulator_views import night_or_404

_CONFIRM = {CORRECTION: services.confirm_correction, LATE: services.confirm_late}
_REJECT = {CORRECTION: services.reject_correction, LATE: services.reject_late}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR, opens="监督签认：锁定后更正")
def check_fix(request: HttpRequest, slug: str, proposal_id: int) -> HttpResponse:
    """Both versions side by side; agree, or send back with a reason."""
    night = night_or_404(slug)
    proposal, turn = _proposal_or_404(night, proposal_id)
    rejecting = request.POST.get("act") == "reject"
    form = FixRejectForm(request.POST if rejecting else None)
    note = ""
    if request.method == "POST":
        try:
            if _answer(request, proposal, form if rejecting else None):
                return redirect(request.path)
        except Refusal as error:
            note = error.message
    context = {
        "night": night,
        "proposal": proposal,
        "decision": getattr(proposal, "decision", None),
        "turn": turn,
        "fix": fix_of(proposal, turn),
        "is_own": proposal.proposed_by_id == request.user.pk,
        "form": form,
        "note": note,
        "waiting": len(proposals_for_supervisor(night)),
    }
    status = 422 if form.errors else 409 if note else 200
    return render(request, "voting/judging/check_fix.html", context, status=status)


def _answer(
    request: HttpRequest, proposal: Proposal, form: FixRejectForm | None
) -> bool:
    by, now = request.user, timezone.now()
    if form is None:
        _CONFIRM[proposal.kind](by=by, proposal=proposal, now=now)
        return True
    if not form.is_valid():
        return False
    _REJECT[proposal.kind](
        by=by, proposal=proposal, remark=form.cleaned_data["remark"], now=now
    )
    return True


def _proposal_or_404(night: Night, proposal_id: int) -> tuple[Proposal, Turn]:
    proposal = get_object_or_404(
        Proposal.objects.select_related("proposed_by", "decision__decided_by"),
        pk=proposal_id,
        kind__in=_CONFIRM,
        subject_type=Turn._meta.label,
    )
    turn = (
        Turn.objects.of_night(night)
        .select_related("round__night__contest", "entry__unit", "lock")
        .filter(pk=proposal.subject_id)
        .first()
    )
    if turn is None:
        raise Http404
    return proposal, turn
