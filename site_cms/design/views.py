from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import OPERATORS
from site_cms.design.gallery import surfaces


@require_safe
@role_required(*OPERATORS, opens="设计样张")
def gallery(request: HttpRequest, page: str) -> HttpResponse:
    """Components on their grounds: ``paper`` (public pages), ``night``, ``wall``."""
    return render(request, f"design/{page}.html", {"surfaces": surfaces(page)})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it by this name on pages that name no icon."""
    return redirect(static("site_cms/img/icon.svg"))
