"""Error pages: what happened, what is safe, what to do next."""

import logging
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from math import ceil

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django_ratelimit.exceptions import Ratelimited

from site_cms.design.preferences import preferences_of

logger = logging.getLogger(__name__)

WAIT = 60
# The database is back within this many seconds, as a rule.
WAIT_FOR_DATABASE = 10

# A form that holds one of these is not written into a page again.
SECRET_FIELDS = ("password", "code", "pin", "secret", "token")
LARGEST_RESEND = 100_000

PLAIN_500 = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>系统出了故障</title></head>
<body><h1>系统出了故障，不是您的错</h1>
<p>没有看到受理号，就是还没有办成，请过几分钟再试；已经拿到受理号的都在。</p>
<p><a href="/">回首页</a></p></body></html>
"""


def _page(request: HttpRequest, status: int, **context) -> HttpResponse:
    return render(
        request, f"errors/{status}.html", _common(status) | context, status=status
    )


def _bare_page(request: HttpRequest, status: int) -> HttpResponse:
    """Without context processors: no database, no session, no trust in the request."""
    context = _common(status) | {"preferences": preferences_of(request)}
    return HttpResponse(
        render_to_string(f"errors/{status}.html", context), status=status
    )


def _common(status: int) -> dict[str, object]:
    """``reference`` is read out on the telephone: which error, at what time."""
    return {"reference": f"{status}-{timezone.localtime():%H%M}"}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _bare_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, Ratelimited):
        return too_many_requests(request, exception)
    return _page(request, 403, sentence=getattr(exception, "sentence", ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    response = _page(request, 403, cookies_missing=not request.COOKIES, is_forgery=True)
    response["Cache-Control"] = "no-store"
    return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


class MethodNotAllowedPage:
    """Django refuses a method with an empty page: whoever reloads the address of a form sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = _bare_page(request, 405).content
        return response


def too_many_requests(
    request: HttpRequest, exception: PermissionDenied | None = None
) -> HttpResponse:
    """Many people behind one address are not a crime: say when, and keep what was filled in.

    The guard that refused may say how many seconds to wait (``retry_after``), and why
    if it is not the number of people (``sentence``).
    """
    wait = getattr(exception, "retry_after", WAIT)
    response = _page(
        request,
        429,
        sentence=getattr(exception, "sentence", ""),
        minutes=ceil(wait / 60),
        again_at=timezone.now() + timedelta(seconds=wait),
        resend=_resendable(request),
    )
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database does not answer: devices and pages ask again by themselves."""
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    try:
        response = _bare_page(request, 503 if is_away else 500)
    except Exception:  # the last page there is must not fail in its turn
        logger.exception("error page failed")
        response = HttpResponse(PLAIN_500, status=503 if is_away else 500)
    if is_away:
        response["Retry-After"] = str(WAIT_FOR_DATABASE)
        response["Cache-Control"] = "no-store"
    return response


def _resendable(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a refused form, so that one button sends it again."""
    if request.method != "POST" or request.FILES:
        return []
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values
    ]
    if _holds_a_secret(request.POST):
        return []
    if sum(len(name) + len(value) for name, value in fields) > LARGEST_RESEND:
        return []
    return fields


def _holds_a_secret(fields: Mapping[str, object]) -> bool:
    return any(
        secret in name.lower()
        for name in fields
        if name != "csrfmiddlewaretoken"
        for secret in SECRET_FIELDS
    )
