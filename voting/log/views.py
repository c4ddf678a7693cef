"""The public log as anybody reads it on a phone."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from showcase.contests.models import Contest
from site_cms.gate.decorators import limited
from site_cms.pages.cache.kept import kept_page
from site_cms.templatetags.design import moment
from voting.log.models import Log, SignedHead
from voting.log.picture import HeadPicture, png_of
from voting.log.queries import (
    acts,
    batches,
    head_of_size,
    latest_head,
    line_of,
    log_of,
    root_groups,
)
from voting.log.reading import whole_number
from voting.log.wording import fingerprint

LINES_A_PAGE, HEADS_A_PAGE = 25, 50
ROOT_SIGNS = 64


def shown_log(slug: str) -> tuple[Contest, Log | None]:
    """Of a contest that the public may see. None: nothing was written into it yet."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    return contest, log_of(contest)


@require_safe
@kept_page("show", "page")
def log_page(request: HttpRequest, slug: str) -> HttpResponse:
    contest, log = shown_log(slug)
    shows_batches = request.GET.get("show") == "ballots"
    entries = (batches if shows_batches else acts)(log)
    page = Paginator(entries, LINES_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [line_of(entry) for entry in page.object_list]
    context = {
        "contest": contest,
        "log": log,
        "head": _described(contest, latest_head(log)),
        "page": page,
        "shows_batches": shows_batches,
        "query": "show=ballots&" if shows_batches else "",
        "kinds": [
            {"label": "大事", "url": "?#entries", "current": not shows_batches},
            {
                "label": "选票批次",
                "url": "?show=ballots#entries",
                "current": shows_batches,
            },
        ],
    }
    return render(request, "voting/log/log.html", context)


@require_safe
@kept_page("page")
def heads(request: HttpRequest, slug: str) -> HttpResponse:
    contest, log = shown_log(slug)
    every = SignedHead.objects.filter(log=log).order_by("-size")
    page = Paginator(every, HEADS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_described(contest, head) for head in page.object_list]
    context = {"contest": contest, "page": page}
    return render(request, "voting/log/heads.html", context)


@require_safe
@kept_page("root")
def head(request: HttpRequest, slug: str, size: str) -> HttpResponse:
    """One head. Who comes by the code of a picture is told whether its root is this one."""
    contest, log = shown_log(slug)
    found = head_of_size(log, whole_number(size) or 0)
    asked = request.GET.get("root", "").strip().lower()
    if found is None and not asked:
        raise Http404
    context = {
        "contest": contest,
        "log": log,
        "size": size,
        "asked": fingerprint(asked[:ROOT_SIGNS]),
        "agrees": found is not None and asked == bytes(found.root).hex(),
        "head": _described(contest, found),
    }
    status = 404 if found is None else 200
    return render(request, "voting/log/head.html", context, status=status)


@require_safe
@limited(burst="20/10s", sustained="300/10m", when_down="open", method=["GET", "HEAD"])
def head_picture(request: HttpRequest, slug: str, size: str) -> HttpResponse:
    contest, log = shown_log(slug)
    found = head_of_size(log, whole_number(size) or 0)
    if found is None:
        raise Http404
    etag = f'"{bytes(found.root).hex()[:32]}-{contest.practice:d}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        picture = _picture(contest, found)
        response = HttpResponse(png_of(picture), content_type="image/png")
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=24 * 60 * 60)
    return response


def _picture(contest: Contest, head: SignedHead) -> HeadPicture:
    return HeadPicture(
        contest=contest.name,
        time=_signed_at(head),
        size=head.size,
        ballots=head.ballots,
        groups=tuple(root_groups(head)),
        address=settings.PUBLIC_ORIGIN + _address(contest, head),
        band=contest.practice_note if contest.practice else "",
    )


def _described(contest: Contest, head: SignedHead | None) -> dict[str, Any] | None:
    if head is None:
        return None
    return {
        "size": head.size,
        "ballots": head.ballots,
        "groups": root_groups(head),
        "time": _signed_at(head),
        "note": head.note,
        "url": reverse("voting:log_head", args=[contest.slug, head.size]),
        "picture": reverse("voting:log_head_picture", args=[contest.slug, head.size]),
    }


def _address(contest: Contest, head: SignedHead) -> str:
    """Where the picture's code leads: it carries the root that the picture shows."""
    page = reverse("voting:log_head", args=[contest.slug, head.size])
    return f"{page}?root={bytes(head.root).hex()}"


def _signed_at(head: SignedHead) -> str:
    local = timezone.localtime(head.signed_at)
    return f"{local.year} 年 {moment(local)}"
