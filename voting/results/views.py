"""The result as everybody reads it."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from showcase.contests.queries import current_contest
from site_cms.pages.cache.kept import kept_page
from voting.results.breakdown import breakdown
from voting.results.exports import entry_export, result_export
from voting.results.models import Publication
from voting.results.queries import cards_of, publication_of
from voting.results.standings import standings
from voting.rules import exact
from voting.rulesheets.wording import articles

NOT_YET = "结果还没有公布。"


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    contest = current_contest()
    if contest is None:
        raise Http404
    return redirect("voting:results", contest.slug)


def _published(slug: str) -> tuple[Contest, Publication | None]:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    return contest, publication_of(contest, now=timezone.now())


def _not_yet(request: HttpRequest, contest: Contest, status: int = 200) -> HttpResponse:
    """The same for every address below the contest: nothing in it depends on any result."""
    context = {"contest": contest}
    return render(request, "voting/results/not_yet.html", context, status=status)


@require_safe
@kept_page()
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Ten flags, all entries with the parts of their score, and how to check it."""
    contest, publication = _published(slug)
    if publication is None:
        return _not_yet(request, contest)
    computation = publication.computation
    rules = computation.rule_sheet.rules
    table = standings(rules, computation.outcome)
    cards = cards_of(contest)
    context = {
        "contest": contest,
        "publication": publication,
        "computation": computation,
        "table": table,
        "flags": [(row, cards.get(row.plate)) for row in table.flags],
        "articles": articles(rules),
    }
    return render(request, "voting/results/results.html", context)


@require_safe
@kept_page()
def entry(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    """Why this score: the sum first, then each step down to the marks."""
    contest, publication = _published(slug)
    if publication is None:
        return _not_yet(request, contest, status=404)
    computation = publication.computation
    told = breakdown(
        computation.rule_sheet.rules,
        computation.outcome,
        computation.aside["whatif"],
        plate,
    )
    if told is None:
        raise Http404
    context = {
        "contest": contest,
        "publication": publication,
        "computation": computation,
        "told": told,
    }
    return render(request, "voting/results/entry.html", context)


def _json(data: object, *, status: int = 200, etag: str = "") -> JsonResponse:
    headers = {"ETag": f'"{etag}"'} if etag else {"Cache-Control": "no-store"}
    return JsonResponse(
        data, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@kept_page()
def result_json(request: HttpRequest, slug: str) -> HttpResponse:
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    etag = publication.computation.outcome_hash
    return _json(result_export(publication), etag=etag)


@require_safe
@kept_page()
def entry_json(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    export = entry_export(publication, plate)
    if export is None:
        return _json({"error": "结果里没有这个编号。"}, status=404)
    return _json(export, etag=f"{publication.computation.outcome_hash}-{plate}")


@require_safe
@kept_page()
def result_file(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """The very bytes that were hashed, so that ``sha256sum`` shows the published value."""
    _, publication = _published(slug)
    if publication is None:
        return _json({"error": NOT_YET}, status=404)
    computation = publication.computation
    return HttpResponse(
        exact.canonical(getattr(computation, part)),
        content_type="application/json; charset=utf-8",
        headers={"ETag": f'"{getattr(computation, f"{part}_hash")}"'},
    )
