"""What everybody may read of ballots that do not count."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.pages.cache.kept import kept_page
from voting.integrity.public_queries import public_voids
from voting.polls.models import Poll


@require_safe
@kept_page(lifetime=timedelta(minutes=1))
def voids(request: HttpRequest, slug: str) -> HttpResponse:
    """How many ballots were cast, held and struck out, and why each group was."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    poll = get_object_or_404(Poll.objects.select_related("contest"), contest=contest)
    context = {"contest": contest, "told": public_voids(poll, now=timezone.now())}
    return render(request, "voting/integrity/voids.html", context)
