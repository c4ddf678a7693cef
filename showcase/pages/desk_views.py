"""How a unit looks at its page before anybody else does: on a phone, and on paper."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access

from showcase.pages.models import PREVIEW_MODES, PRINTED, ShowcasePage


def _draft(request: HttpRequest, pk: int) -> ShowcasePage:
    page = get_object_or_404(ShowcasePage, pk=pk).get_latest_revision_as_object()
    rights = page.permissions_for_user(request.user)
    if not (rights.can_edit() or rights.can_publish()):
        raise PermissionDenied
    return page


@require_admin_access
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page in the frame of a small phone, as it was saved last."""
    page = _draft(request, pk)
    mode = request.GET.get("mode", "")
    modes = dict(PREVIEW_MODES)
    mode = mode if mode in modes else ""
    return TemplateResponse(
        request,
        "showcase/desk/preview.html",
        {
            "page": page,
            "page_title": "手机预览",
            "page_subtitle": page.title,
            "header_title": f"手机预览：{page.title}",
            "mode": mode,
            "modes": [
                (name, label) for name, label in PREVIEW_MODES if name != PRINTED
            ],
            "frame": f"{reverse('wagtailadmin_pages:view_draft', args=[pk])}?mode={mode}",
            "editor": reverse("wagtailadmin_pages:edit", args=[pk]),
        },
    )


@require_admin_access
@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The page with lines for signature and stamp."""
    return _draft(request, pk).make_preview_request(request, PRINTED)
