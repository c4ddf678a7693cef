from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from voting.polls.daily_queries import all_totals


@require_safe
def daily_totals(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    context = {"contest": contest, "days": all_totals(contest)}
    return render(request, "voting/polls/daily_totals.html", context)
