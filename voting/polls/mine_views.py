"""我的投票: what this phone remembers of its own ballots. Their choices are not shown here."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from showcase.contests.models import Contest
from site_cms.gate.decorators import limited
from voting.polls.answers import UNAVAILABLE, minute, state_row
from voting.polls.errors import PollArchived, Unavailable
from voting.polls.mine import kept_numbers, wipe_numbers
from voting.polls.queries import find_ballots, frozen_poll
from voting.polls.standing_queries import stands_of

_ALL = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(_ALL)
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=_ALL)
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    if request.method == "POST":
        address = reverse("voting:mine", args=[slug])
        response = HttpResponseRedirect(f"{address}?wiped=1", status=303)
        wipe_numbers(response, slug)
        return response
    context = {"contest": contest, "receipts": [], "problem": ""}
    context["wiped"] = request.GET.get("wiped") == "1"
    poll, numbers, status = frozen_poll(slug), kept_numbers(request), 200
    try:
        found = find_ballots(poll, numbers) if poll else []
        stands = stands_of(ballot.id for _, ballot in found)
        context["receipts"] = [
            {
                "number": number,
                "rows": [
                    {"term": "收到时间", "text": minute(ballot.cast_at)},
                    state_row(stands[ballot.id]),
                ],
                "stand": stands[ballot.id],
            }
            for number, ballot in found
        ]
    except PollArchived as refusal:
        context["problem"] = refusal.message
        context["problem_title"] = "这次测评已经归档"
    except Unavailable:
        context["problem"] = "不是您的错，您的选票没有变。请过几分钟再看。"
        context["problem_title"] = "现在查不了"
        status = UNAVAILABLE
    context["is_open"] = bool(
        poll and contest.poll_closes_at and timezone.now() < contest.poll_closes_at
    )
    return render(request, "voting/polls/mine.html", context, status=status)
