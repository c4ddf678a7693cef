"""Where everybody fetches what the published counts can be recomputed from."""

from datetime import timedelta
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.pages.cache.kept import kept_page
from voting import verify
from voting.integrity.bundle_queries import kept_bundle
from voting.log.openings import openings_are_public
from voting.polls.models import Poll
from voting.polls.queries import is_archived

# A zip that the worker has just finished is seen this soon.
FRESH = timedelta(minutes=1)


@require_safe
@kept_page(lifetime=FRESH)
def log_bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """The finished zip, or why there is none. It is never made for a visitor."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    poll = Poll.objects.filter(contest=contest).first()
    bundle = kept_bundle(contest)
    return render(
        request,
        "voting/log/bundle.html",
        {
            "contest": contest,
            "bundle": bundle,
            "result": bundle and bundle.result,
            "is_public": openings_are_public(contest, now=timezone.now()),
            "is_lost": bundle is None and poll is not None and is_archived(poll.pk),
        },
    )


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        Path(verify.__file__).read_bytes(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="verify.py"'},
    )
