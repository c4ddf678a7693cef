from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from site_cms.design.gallery import surfaces


def for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_required(login_url="wagtailadmin_login")
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapped


@for_staff
def gallery(request: HttpRequest, page: str) -> HttpResponse:
    """Components on their grounds: ``paper`` (public pages), ``night``, ``wall``."""
    return render(request, f"design/{page}.html", {"surfaces": surfaces(page)})


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it by this name on pages that name no icon."""
    return redirect(static("site_cms/img/icon.svg"))
