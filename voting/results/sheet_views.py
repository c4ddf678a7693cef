"""The result on paper: judges and supervisors sign it before it is revealed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from voting.results.queries import standing_result
from voting.results.sheet_queries import sheet_of


@require_safe
@never_cache
@role_required(Role.ADMINISTRATOR, Role.SUPERVISOR, opens="打印结果表（签字用）")
def result_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """From the provisional result on; before it there is nothing that anybody could sign."""
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    publication = standing_result(contest)
    if publication is None:
        messages.error(
            request, "结果还没有经两个人核对同意，没有可以签字的结果表。先在这里办完。"
        )
        return redirect("voting:results_manage", contest.slug)
    context = {
        "contest": contest,
        "sheet": sheet_of(publication, now=now),
        "printed_at": now,
    }
    return render(request, "voting/results/sheet.html", context)
