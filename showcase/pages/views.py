"""A unit's page by its number, and what belongs to it."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from showcase.pages.models import ShowcasePage
from showcase.pages.posters import drawn
from showcase.pages.queries import beside, shown_page
from showcase.pages.rules import Selection
from showcase.pages.visitors import order_of, sent_on
from site_cms.pages.cache.kept import kept_page

_FILE_NAMES = {"share": "分享图", "poster": "海报 A4"}


@require_safe
@kept_page(*Selection.CARRIED)
def unit_page(request: HttpRequest, index: str, plate: str) -> HttpResponse:
    """The page tree would find it too, by three queries more."""
    return _shown_page(index, plate).serve(request)


@require_safe
def picture(request: HttpRequest, index: str, plate: str, kind: str) -> HttpResponse:
    """The share picture or the poster; ``?download`` hands it out as a file."""
    page = _standing_page(index, plate)
    made = drawn(page, kind)
    response = HttpResponse(made.jpeg, content_type="image/jpeg")
    if "download" in request.GET:
        name = quote(f"{plate} 号 {page.title} {_FILE_NAMES[kind]}.jpg")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["ETag"] = f'"{made.key}"'
    patch_cache_control(response, public=True, max_age=300)
    return get_conditional_response(request, etag=response["ETag"], response=response)


@require_safe
@kept_page()
def poster_page(request: HttpRequest, index: str, plate: str) -> HttpResponse:
    """Where the picture is saved and the poster printed."""
    page = _standing_page(index, plate)
    closes_at = page.entry.contest.poll_closes_at
    is_over = closes_at is not None and closes_at <= timezone.now()
    return render(
        request, "showcase/pages/poster.html", {"page": page, "is_over": is_over}
    )


@require_safe
def step(request: HttpRequest, index: str, plate: str, to: str) -> HttpResponse:
    """To the unit before or after this one as the visitor reads, or back to the list."""
    page = _shown_page(index, plate)
    order = order_of(request)
    selection = Selection.from_address(request.GET.dict() | {"order": order})
    address = beside(page, selection, to)
    return sent_on(request, f"/{index}/{address}", order=order)


def _shown_page(index: str, plate: str) -> ShowcasePage:
    page = shown_page(index, plate)
    if page is None:
        raise Http404
    return page


def _standing_page(index: str, plate: str) -> ShowcasePage:
    """Nobody is invited to a unit that has left the contest."""
    page = _shown_page(index, plate)
    if not page.invites:
        raise Http404
    return page
