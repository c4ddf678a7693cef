"""作废前后: what the voids change in the ranking, for those who decide on them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from showcase.contests.models import Contest
from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.trail import services as trail
from voting.results.queries import against_comparing
from voting.results.without_voids import compare_without_voids


@never_cache
@require_GET
@role_required(
    Role.INTEGRITY,
    Role.SUPERVISOR,
    opens="截止以后看作废前后的名次（每次查看都记录）",
)
def without_voids(request: HttpRequest, slug: str) -> HttpResponse:
    contest, now = get_object_or_404(Contest, slug=slug), timezone.now()
    context = {"contest": contest, "not_yet": against_comparing(contest, now=now)}
    if not context["not_yet"]:
        context["comparison"] = compare_without_voids(contest, now=now)
        trail.record(
            by=request.user,
            action="whatif.viewed",
            subject=contest,
            sentence=f"查看“{contest}”作废前后的名次",
            now=now,
        )
    return render(request, "voting/results/without_voids.html", context)
