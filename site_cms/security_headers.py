"""Headers that tell the browser what a page may do. Written here and nowhere else.

Public pages: nothing inline, no foreign host. The admin keeps inline scripts, which
Wagtail's editor still needs. Django's own CSP middleware exists only from 6.0 on, and
both Djangos must behave alike, so this is a middleware of ours.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Policy = dict[str, str]

PUBLIC: Policy = {
    "default-src": "'none'",
    "script-src": "'self'",
    "worker-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "media-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

ADMIN: Policy = PUBLIC | {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "object-src": "'none'",
    # The editor previews pages of this site in a frame.
    "frame-ancestors": "'self'",
}

OTHER_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "camera",
            "display-capture",
            "geolocation",
            "microphone",
            "midi",
            "payment",
            "usb",
        )
    ),
}


def written(policy: Policy) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


class SecurityHeadersMiddleware:
    """Outermost, so that static files and error pages carry the headers too.

    Only Django's clickjacking middleware stands around it: that one says DENY wherever
    nothing has been said here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in OTHER_HEADERS.items():
            response.headers.setdefault(name, value)
        # Django's own error page of development is styled inline.
        if settings.DEBUG and response.status_code in {404, 500}:
            return response
        policy = ADMIN if request.path.startswith("/admin/") else PUBLIC
        # A draft as Wagtail's editor shows it: a public page in a frame of the admin.
        if getattr(request, "is_dummy", False):
            policy = policy | {"frame-ancestors": "'self'"}
        policy = policy | getattr(response, "content_security", {})
        response.headers.setdefault("Content-Security-Policy", written(policy))
        if policy["frame-ancestors"] == "'self'":
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        return response


def _with(changes: Policy) -> Callable:
    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = view(request, *args, **kwargs)
            response.content_security = (
                getattr(response, "content_security", {}) | changes
            )
            return response

        return wrapped

    return decorate


# The big screen is shown as a thumbnail on the host's console.
framed_by_own_pages = _with({"frame-ancestors": "'self'"})
frames_own_pages = _with({"frame-src": "'self'"})


def without_referrer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a page whose address is a key: nobody that it leads to is told where it was."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped
