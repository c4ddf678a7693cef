"""Every revision of a result stays readable, with what came of it and what it changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.pages.cache.kept import kept_page
from voting.results.page_queries import result_of
from voting.results.queries import finalisation_of, reopening_of
from voting.results.revising_queries import Revision, revision_of, revisions_of
from voting.rules import exact

_PARTS = ("inputs", "outcome")


def _revision(slug: str, number: int) -> tuple[Contest, Revision]:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    found = revision_of(contest, number, now=timezone.now())
    if found is None:
        raise Http404
    return contest, found


@require_safe
@kept_page()
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One revision whole: its band, its reason, the difference, and everything it said."""
    contest, found = _revision(slug, number)
    now = timezone.now()
    finalisation = finalisation_of(found.publication)
    context = {
        "contest": contest,
        "result": result_of(found.publication, now=now),
        "revision": found,
        "revisions": revisions_of(contest, now=now),
        "finalisation": finalisation,
        "reopening": reopening_of(finalisation),
    }
    return render(request, "voting/results/revision.html", context)


@require_safe
@kept_page()
def revision_file(
    request: HttpRequest, slug: str, number: int, part: str
) -> HttpResponse:
    """The very bytes of a revision that were hashed."""
    if part not in _PARTS:
        raise Http404
    _, found = _revision(slug, number)
    computation = found.publication.computation
    return HttpResponse(
        exact.canonical(getattr(computation, part)),
        content_type="application/json; charset=utf-8",
        headers={"ETag": f'"{getattr(computation, f"{part}_hash")}"'},
    )
