"""The result as everybody reads it."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.pages.cache.kept import kept_page
from site_cms.spreadsheets.writing import XLSX
from voting.results.exports import entry_export, result_export
from voting.results.page_queries import Result, result_of
from voting.results.queries import publication_of
from voting.results.workbook import workbook
from voting.rules import exact

NOT_YET = "结果还没有公布。"
NOT_TOLD = "按计分规则，结果页只写红旗单位的名次、得分和算法。"


def _published(slug: str) -> tuple[Contest, Result | None]:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    now = timezone.now()
    publication = publication_of(contest, now=now)
    return contest, publication and result_of(publication, now=now)


def _not_yet(request: HttpRequest, contest: Contest, status: int = 200) -> HttpResponse:
    """The same for every address below the contest: nothing in it depends on any result."""
    context = {"contest": contest}
    return render(request, "voting/results/not_yet.html", context, status=status)


@require_safe
@kept_page()
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Ten flags, all entries with the parts of their score, and how to check it."""
    contest, result = _published(slug)
    if result is None:
        return _not_yet(request, contest)
    context = {"contest": contest, "result": result}
    return render(request, "voting/results/results.html", context)


@require_safe
@kept_page()
def entry(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    """Why this score: the sum first, then each step down to the marks."""
    contest, result = _published(slug)
    if result is None:
        return _not_yet(request, contest, status=404)
    context = {"contest": contest, "result": result}
    told = result.breakdown(plate)
    if told is not None:
        context |= {"told": told, "page": result.page_of(plate)}
        return render(request, "voting/results/entry.html", context)
    if not result.is_unlisted(plate):
        raise Http404
    return render(request, "voting/results/unlisted.html", context, status=404)


def _json(data: object, *, status: int = 200, etag: str = "") -> JsonResponse:
    headers = {"ETag": f'"{etag}"'} if etag else {"Cache-Control": "no-store"}
    return JsonResponse(
        data, status=status, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@kept_page()
def result_json(request: HttpRequest, slug: str) -> HttpResponse:
    _, result = _published(slug)
    if result is None:
        return _json({"error": NOT_YET}, status=404)
    return _json(result_export(result), etag=result.version)


@require_safe
@kept_page()
def entry_json(request: HttpRequest, slug: str, plate: str) -> HttpResponse:
    _, result = _published(slug)
    if result is None:
        return _json({"error": NOT_YET}, status=404)
    export = entry_export(result, plate)
    if export is None:
        why = NOT_TOLD if result.is_unlisted(plate) else "结果里没有这个编号。"
        return _json({"error": why}, status=404)
    return _json(export, etag=f"{result.version}-{plate}")


@require_safe
@kept_page()
def result_workbook(request: HttpRequest, slug: str) -> HttpResponse:
    """The full breakdown as a spreadsheet."""
    contest, result = _published(slug)
    if result is None:
        return _not_yet(request, contest, status=404)
    name = f"{contest}{result.band.label}.xlsx"
    return HttpResponse(
        workbook(result),
        content_type=XLSX,
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@require_safe
@kept_page()
def result_file(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """The very bytes that were hashed, so that ``sha256sum`` shows the published value."""
    _, result = _published(slug)
    if result is None:
        return _json({"error": NOT_YET}, status=404)
    computation = result.computation
    return HttpResponse(
        exact.canonical(getattr(computation, part)),
        content_type="application/json; charset=utf-8",
        headers={"ETag": f'"{getattr(computation, f"{part}_hash")}"'},
    )
