"""Serves public pages to anonymous visitors from where they are kept.

What may be kept says so itself (``kept.kept_page``, ``OpenPage``). It is the same for all
who share version of the site, host, path, queries that count, font and contrast. Nobody
with a session is served from here, and nothing that was drawn for them is kept.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.module_loading import import_string
from wagtail.views import serve as serve_page

from site_cms.design.preferences import preferences_of
from site_cms.freshness.queries import site_version
from site_cms.pages.cache import shared
from site_cms.pages.cache.kept import KeptPage, Sharing
from site_cms.pages.cache.memory import memory, turns
from site_cms.pages.cache.rules import (
    LONGEST_QUERY,
    accepts_gzip,
    end_of_life,
    query_that_counts,
)

# A message waits for one visitor in either of these.
_PERSONAL_COOKIES = (settings.SESSION_COOKIE_NAME, "messages")
_KEPT_VARY = {"accept-encoding", "cookie"}
VARY = "Accept-Encoding, Cookie"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands, but for its queries."""

    version: int
    origin: str
    path: str
    preferences: str

    @property
    def key(self) -> tuple:
        return self.version, self.origin, self.path, self.preferences

    @property
    def without_preferences(self) -> tuple:
        return self.version, self.origin, self.path


class PageCacheMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE_BYTES:
            return self.get_response(request)
        place = _place_of(request) if _is_for_everybody(request) else None
        if place is None:
            return self._for_one(request)
        page = _in_memory(place, request)
        if page is not None:
            return _answer(request, page)
        if not _offers_kept_pages(request):
            return self._for_one(request)
        with turns.taken(_turn(place, request)):
            page = _in_memory(place, request) or _in_shared(place, request)
            if page is not None:
                return _answer(request, page)
            return self._draw(place, request)

    def _for_one(self, request: HttpRequest) -> HttpResponse:
        """Past the cache; no proxy may keep what one person was shown."""
        response = self.get_response(request)
        if hasattr(response, "sharing"):
            patch_cache_control(response, private=True, no_cache=True)
        return response

    def _draw(self, place: Place, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        response = self.get_response(request)
        if not may_be_kept(request, response):
            return response
        sharing: Sharing = response.sharing
        ends = end_of_life(
            drawn_at=now,
            lifetime=sharing.lifetime,
            next_change=_next_change(place.version, now),
        )
        page = KeptPage.of(response, expires_at=ends)
        # The view has left in the request only what counts: the key is that of the page.
        query = query_that_counts(request.GET, sharing.queries)
        is_worth_it = request.method == "GET" and len(query) <= LONGEST_QUERY
        if is_worth_it and ends > timezone.now():
            _keep(place, sharing.queries, query, page)
        return _answer(request, page)


def _is_for_everybody(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and "HTTP_AUTHORIZATION" not in request.META
        and not any(name in request.COOKIES for name in _PERSONAL_COOKIES)
    )


def _place_of(request: HttpRequest) -> Place | None:
    """None for a host that is none of ours, and before any version could be read."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    version = site_version()
    if version is None:
        return None
    return Place(
        version,
        f"{request.scheme}://{host}",
        request.path_info,
        preferences_of(request).key,
    )


def _in_memory(place: Place, request: HttpRequest) -> KeptPage | None:
    names = memory.queries(place.without_preferences)
    if names is None:
        return None
    key = (*place.key, query_that_counts(request.GET, names))
    return memory.page(key, now=time.time())


def _in_shared(place: Place, request: HttpRequest) -> KeptPage | None:
    """What another process kept, and from now on this one too."""
    where = place.without_preferences
    names = memory.queries(where)
    if names is None:
        names = shared.queries(where)
    if names is None:
        return None
    key = (*place.key, query_that_counts(request.GET, names))
    page = shared.page(key)
    if page is None or page.expires_at <= time.time():
        return None
    memory.keep_queries(where, names)
    memory.keep(key, page)
    return page


def _keep(place: Place, names: tuple[str, ...], query: str, page: KeptPage) -> None:
    where, key = place.without_preferences, (*place.key, query)
    memory.keep_queries(where, names)
    memory.keep(key, page)
    shared.keep_queries(where, names)
    shared.keep(key, page, now=time.time())


def _turn(place: Place, request: HttpRequest) -> tuple:
    """Requests that may turn out to want the same page: all of a path until it is known."""
    names = memory.queries(place.without_preferences)
    return (*place.key, names and query_that_counts(request.GET, names))


def _offers_kept_pages(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return view is serve_page or hasattr(view, "offers_kept_pages")


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page says so, and nothing about it looks like one visitor's own."""
    said = response.get("Cache-Control", "").lower()
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
    return (
        hasattr(response, "sharing")
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Set-Cookie")
        and not response.has_header("Content-Encoding")
        and not any(word in said for word in ("private", "no-store"))
        and varies - {""} <= _KEPT_VARY
        # Headers of its own are written by the middleware around this one.
        and not hasattr(response, "content_security")
        # A form with a token was drawn.
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not getattr(request, "is_preview", False)
        and not _session_was_written(request)
    )


def _session_was_written(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return session is not None and session.modified


class _NextChange:
    """The last answer of ``PAGE_CACHE_NEXT_CHANGE``: good until then, or a new version."""

    known: tuple[int | None, datetime | None] = (None, None)


def _next_change(version: int, now: datetime) -> datetime | None:
    known, at = _NextChange.known
    if known == version and (at is None or at > now):
        return at
    moments = [import_string(path)(now=now) for path in settings.PAGE_CACHE_NEXT_CHANGE]
    at = min(filter(None, moments), default=None)
    _NextChange.known = version, at
    return at


def forget_kept_pages() -> None:
    """For a process whose database was emptied."""
    memory.clear()
    shared.ask_again()
    _NextChange.known = None, None


def _answer(request: HttpRequest, page: KeptPage) -> HttpResponse:
    gzipped = accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    body = page.gzipped if gzipped else page.text
    response = HttpResponse(body, headers=dict(page.headers))
    etag = page.etag
    if gzipped:
        response.headers["Content-Encoding"] = "gzip"
        # The same page in other bytes: only weakly the same.
        etag = etag if etag.startswith("W/") else f"W/{etag}"
    response.headers["ETag"] = etag
    response.headers["Vary"] = VARY
    # Browsers ask each time, and are told in a few bytes that nothing has changed.
    response.headers["Cache-Control"] = "no-cache"
    # nginx in front may answer for one second by itself.
    response.headers["X-Accel-Expires"] = "1"
    response.headers["Content-Length"] = str(len(body))
    return get_conditional_response(request, etag=etag, response=response)
