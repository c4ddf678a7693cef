"""Certificates and share pictures: the desk, what a unit fetches, what everybody may."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from showcase.contests.models import Contest
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.results.certificates import as_png, draw_certificate
from voting.results.honour_errors import NotFinalYet
from voting.results.honour_files import (
    CERTIFICATES,
    PDF,
    PNG,
    SHARE,
    draw_some,
    drawn,
    file_of,
    files_of,
    packed,
)
from voting.results.honour_forms import WordingForm
from voting.results.honour_queries import honours_of, own_plates, wording_of
from voting.results.honour_services import set_certificate_wording
from voting.results.honours import sample_certificate

_TYPES = {PNG: "image/png", PDF: "application/pdf", SHARE: "image/jpeg"}


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR, opens="红旗单位的证书和分享图")
def honours(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands on the certificates, and all files for all winners."""
    contest = get_object_or_404(Contest, slug=slug)
    now = timezone.now()
    if request.POST.get("act") == "draw":
        return _draw(request, contest, now)
    form = WordingForm(request.POST or None, wording=wording_of(contest))
    if form.is_bound and form.is_valid():
        set_certificate_wording(
            by=request.user, contest=contest, now=now, **form.cleaned_data
        )
        messages.success(request, "证书文字存好了。请看下面的样张，核对后再打印。")
        return redirect("voting:honours", slug)
    found = honours_of(contest, now=now)
    files = files_of(found) if found else []
    context = {
        "contest": contest,
        "form": form,
        "honours": found,
        "lines": [(row, [f for f in files if f.row == row]) for row in found.winners]
        if found
        else [],
        "drawn": sum(file.is_drawn for file in files),
        "files": len(files),
    }
    return render(request, "voting/results/honours.html", context)


def _draw(request: HttpRequest, contest: Contest, now) -> HttpResponse:
    found = honours_of(contest, now=now)
    if found is None:
        messages.error(request, NotFinalYet.message)
    elif left := draw_some(found):
        messages.success(request, f"又画好了几份，还有 {left} 份。再点一次接着画。")
    else:
        messages.success(request, "全部画好了。")
    return redirect("voting:honours", contest.slug)


@never_cache
@require_safe
@role_required(Role.ADMINISTRATOR, opens="证书样张")
def sample(request: HttpRequest, slug: str) -> HttpResponse:
    """A certificate of nobody: how the words stand on the sheet."""
    contest = get_object_or_404(Contest, slug=slug)
    picture = draw_certificate(
        sample_certificate(wording_of(contest), today=timezone.localdate())
    )
    return HttpResponse(as_png(picture.reduce(2)), content_type=_TYPES[PNG])


@never_cache
@require_safe
@role_required(Role.ADMINISTRATOR, opens="全部证书和分享图的压缩包")
def honours_zip(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest, slug=slug)
    found = honours_of(contest, now=timezone.now())
    try:
        if found is None:
            raise NotFinalYet
        path = packed(found)
    except Refusal as error:
        messages.error(request, error.message)
        return redirect("voting:honours", slug)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{contest.name} 证书和分享图.zip"
    )


@never_cache
@require_safe
def certificate(
    request: HttpRequest, slug: str, plate: str, ending: str
) -> HttpResponse:
    """For those who hand it over, and for the unit that it is for."""
    kind = f"certificate.{ending}"
    if kind not in CERTIFICATES:
        raise Http404
    contest = get_object_or_404(Contest, slug=slug)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    is_own = plate in own_plates(contest, request.user)
    if not is_own and not has_role(request.user, Role.ADMINISTRATOR):
        raise PermissionDenied
    found = honours_of(contest, now=timezone.now())
    row = found.winner(plate) if found and found.is_final else None
    if row is None:
        raise Http404
    file = file_of(found, row, kind)
    return HttpResponse(
        drawn(found, file),
        content_type=_TYPES[kind],
        headers={"Content-Disposition": content_disposition_header(True, file.name)},
    )


@require_safe
def share(request: HttpRequest, slug: str, plate: str = "") -> HttpResponse:
    """For everybody, from the release on; ``?download`` hands it out as a file."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    found = honours_of(contest, now=timezone.now())
    row = found.winner(plate) if found and plate else None
    if found is None or (plate and row is None):
        raise Http404
    file = file_of(found, row, SHARE)
    response = HttpResponse(drawn(found, file), content_type=_TYPES[SHARE])
    if "download" in request.GET:
        response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["ETag"] = f'"{file.key}"'
    patch_cache_control(response, public=True, max_age=300)
    return get_conditional_response(request, etag=response["ETag"], response=response)
