"""The run sheet on paper: what stays readable when no screen does."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from voting.judging.queries import night_of
from voting.stage.run_sheet_queries import run_sheet_of


@require_safe
@never_cache
@role_required(
    Role.HOST,
    Role.SUPERVISOR,
    Role.TABULATOR,
    Role.ADMINISTRATOR,
    opens="打印评比会执行单",
)
def run_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    night, now = night_of(get_object_or_404(Contest, slug=slug)), timezone.now()
    if night is None:
        raise Http404
    context = {
        "contest": night.contest,
        "sheet": run_sheet_of(night, now=now),
        "printed_at": now,
    }
    return render(request, "voting/stage/run_sheet.html", context)
