"""What is printed or carried away: the sheet for the stamp, the list of calls, the files."""

import segno
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from showcase.nominations.exports import overview_table
from showcase.nominations.queries import (
    content_of,
    document_of,
    files_of,
    versions_of,
)
from showcase.nominations.views.access import (
    OFFICE,
    is_office,
    number_in,
    readable_standing,
)
from showcase.nominations.views.office import asked_overview
from site_cms.accounts.permissions import role_required
from site_cms.spreadsheets.downloads import as_download


@never_cache
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A4, for stamp and signature. Number, hash and QR code tie the paper to its version."""
    standing = readable_standing(request, pk)
    versions = versions_of(standing.nomination)
    asked = number_in(request.GET, "version")
    version = next(
        (v for v in versions if v.number == asked), next(iter(versions), None)
    )
    if is_office(request) and version is None:
        raise Http404
    is_draft = not is_office(request) and not standing.is_submitted and asked is None
    if is_draft:
        version = None
    content = (
        version.content if version else content_of(standing.nomination, standing.unit)
    )
    context = {
        "standing": standing,
        "version": version,
        "content": content,
        "files": files_of(content),
        "qr": _qr(pk, version.number) if version else "",
    }
    return render(request, "showcase/nominations/sheet.html", context)


def _qr(pk: int, number: int) -> str:
    address = reverse("nominations:read", args=[pk])
    code = segno.make(f"{settings.PUBLIC_ORIGIN}{address}?version={number}", error="m")
    return code.svg_data_uri(border=1, scale=4)


@never_cache
@require_safe
@role_required(*OFFICE)
def remind(request: HttpRequest) -> HttpResponse:
    """Who has not handed in, with telephone and room for a tick."""
    context = {"overview": asked_overview(request)}
    return render(request, "showcase/nominations/remind.html", context)


@never_cache
@require_safe
@role_required(*OFFICE)
def export(request: HttpRequest) -> HttpResponse:
    overview = asked_overview(request)
    if overview is None:
        raise Http404
    return as_download(
        overview_table(overview), name=f"自荐情况-{overview.contest.slug}.xlsx"
    )


@never_cache
@require_safe
def document(request: HttpRequest, pk: int, document_id: int) -> FileResponse:
    """A file of the evidence, for those who may read this nomination and nobody else."""
    nomination = readable_standing(request, pk).nomination
    found = document_of(nomination, document_id) if nomination else None
    if found is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except OSError as error:
        raise Http404 from error
    return FileResponse(opened, as_attachment=True, filename=found.filename)
