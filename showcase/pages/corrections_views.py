"""Corrections for administrators in the admin, and for everybody on the page."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from showcase.pages.corrections_forms import CorrectionForm
from showcase.pages.corrections_models import PageCorrection
from showcase.pages.corrections_queries import (
    changes_in,
    correctable_pages,
    corrections_of,
    page_before,
)
from showcase.pages.corrections_services import correct_page
from showcase.pages.errors import NotFrozenYet, NotPublic
from showcase.pages.models import CORRECTIONS, ShowcasePage
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal


@require_safe
def correctable(request: HttpRequest) -> HttpResponse:
    _let_in(request)
    return render(
        request,
        "showcase/corrections/list.html",
        {"page_title": "更正展示页", "showcases": correctable_pages()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write, look at the difference, confirm. What was typed stays through all of it."""
    _let_in(request)
    page = get_object_or_404(ShowcasePage.objects.with_entry(), pk=pk)
    too_early = _too_early(page)
    if too_early:
        messages.warning(request, too_early)
        return redirect("corrections:list")
    form = CorrectionForm(request.POST or None, page=page)
    changes = []
    if form.is_valid():
        changes = form.changes
        is_confirmed = (
            request.POST.get("act") == "confirm"
            and form.cleaned_data["shown"] == form.fingerprint
        )
        try:
            if is_confirmed or not changes:
                return _corrected(request, page, form)
        except Refusal as error:
            form.add_error(None, error.message)
            form.data = form.data.copy()
            form.data["seen"] = page.live_revision_id
    return render(
        request,
        "showcase/corrections/correct.html",
        {
            "page_title": f"更正：{page}",
            "showcase": page,
            "form": form,
            "changes": changes,
            "fingerprint": form.fingerprint if changes else "",
        },
    )


def _corrected(request: HttpRequest, page: ShowcasePage, form) -> HttpResponse:
    correction = correct_page(
        by=request.user,
        page=page,
        texts=form.texts,
        taken_off=form.taken_off,
        reason=form.cleaned_data["reason"],
        seen_revision=form.cleaned_data["seen"],
        now=timezone.now(),
    )
    messages.success(
        request,
        f"已更正“{page}”{len(correction.changes)} 处，页面上已注明，旧版本保留可查。",
        buttons=[messages.button(f"{page.url}{CORRECTIONS}/", "看更正说明")]
        if page.url
        else [],
    )
    return redirect("corrections:list")


@require_safe
def what_was_corrected(request: HttpRequest, page: ShowcasePage) -> HttpResponse:
    corrections = corrections_of(page)
    if not corrections:
        raise Http404
    return render(
        request,
        "showcase/pages/corrections.html",
        {
            "page": page,
            "corrections": [(each, changes_in(each)) for each in corrections],
        },
    )


@require_safe
def old_version(request: HttpRequest, page: ShowcasePage, number: str) -> HttpResponse:
    if not (number.isascii() and number.isdecimal()):
        raise Http404
    correction = get_object_or_404(
        PageCorrection.objects.of_page(page).select_related("before_revision"),
        number=number,
    )
    old = page_before(correction)
    old.entry = page.entry
    return render(
        request,
        "showcase/pages/old_version.html",
        old.get_context(request) | {"correction": correction, "current": page},
    )


def _too_early(page: ShowcasePage) -> str:
    if not page.is_frozen:
        return NotFrozenYet.message
    return "" if page.live and page.live_revision_id else NotPublic.message


def _let_in(request: HttpRequest) -> None:
    if not has_role(request.user, Role.ADMINISTRATOR):
        raise PermissionDenied
