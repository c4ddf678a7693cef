"""The archive of past contests, and a unit through the years."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.contests.queries import current_contest
from showcase.units.models import Unit
from site_cms.pages.cache.kept import kept_page
from voting.results.history_queries import editions_by_year, years_of
from voting.results.queries import release_of


@require_safe
@kept_page()
def archive(request: HttpRequest) -> HttpResponse:
    """Where the contest of this year stands, and all results of earlier ones."""
    now, contest = timezone.now(), current_contest()
    context = {
        "contest": contest,
        "is_released": bool(contest and release_of(contest, now=now)),
        "years": editions_by_year(now=now),
    }
    return render(request, "voting/results/archive.html", context)


@require_safe
@kept_page()
def unit_years(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's places, scores and deeds in every contest that was published."""
    unit = get_object_or_404(Unit, code=code)
    years = years_of(unit, now=timezone.now())
    context = {
        "unit": unit,
        "years": years,
        "flags": sum(each.year.has_flag for each in years),
    }
    return render(request, "voting/results/unit_years.html", context)
