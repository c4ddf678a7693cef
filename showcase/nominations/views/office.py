"""The office's pages: all units at a glance, one nomination, return, extension."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from showcase.nominations.errors import NominationError
from showcase.nominations.forms import ExtendForm, ReturnForm
from showcase.nominations.queries import (
    Overview,
    Selection,
    contest_to_oversee,
    contests_with_nominations,
    files_of,
    history_of,
    overview,
    still_missing,
    versions_of,
)
from showcase.nominations.rules import differences
from showcase.nominations.services import extend_deadline, return_nomination
from showcase.nominations.views.access import (
    OFFICE,
    is_office,
    number_in,
    office_standing,
    page,
    readable_standing,
)
from showcase.units.models import Category
from showcase.units.queries import own_units
from site_cms.accounts.permissions import has_role, role_required
from site_cms.accounts.roles import Role

RETURNING = (Role.ADMINISTRATOR, Role.REVIEWER_FIRST)


def asked_overview(request: HttpRequest) -> Overview | None:
    contest = contest_to_oversee(request.GET.get("contest", ""))
    if contest is None:
        return None
    selection = Selection.from_address(request.GET)
    return overview(contest, selection, now=timezone.now())


@never_cache
@require_safe
@role_required(*OFFICE)
def index(request: HttpRequest) -> HttpResponse:
    found = asked_overview(request)
    context = {
        "overview": found,
        "contests": contests_with_nominations(),
        "categories": Category.choices,
        "may_extend": has_role(request.user, Role.ADMINISTRATOR),
        "may_return": has_role(request.user, *RETURNING),
        "asked": request.GET.urlencode(),
    }
    return page(request, "index", "自荐情况", context)


@never_cache
@require_safe
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """What was handed in, version by version. A draft stays with its unit."""
    standing = readable_standing(request, pk)
    versions = versions_of(standing.nomination)
    asked = number_in(request.GET, "version")
    shown = next((v for v in versions if v.number == asked), next(iter(versions), None))
    before = _before(request, versions, shown)
    is_own = standing.unit.pk in own_units(request.user)
    context = {
        "standing": standing,
        "versions": versions,
        "shown": shown,
        "before": before,
        "differences": differences(before.content, shown.content) if before else [],
        "files": files_of(shown.content) if shown else [],
        "history": history_of(standing.nomination),
        "missing": [] if standing.is_submitted else still_missing(standing),
        "is_office": is_office(request),
        "may_return": standing.is_submitted
        and has_role(request.user, *RETURNING)
        and not is_own,
        "may_extend": not standing.is_submitted
        and has_role(request.user, Role.ADMINISTRATOR),
    }
    above = [_home_of(request)] if is_office(request) else []
    return page(request, "read", f"自荐：{standing.unit}", context, above=above)


def _before(request: HttpRequest, versions: list, shown):
    """The version that the shown one is compared with: the one asked for, or the last before."""
    if shown is None:
        return None
    asked = number_in(request.GET, "before")
    earlier = [v for v in versions if v.number < shown.number]
    return next((v for v in earlier if v.number == asked), next(iter(earlier), None))


def _home_of(request: HttpRequest) -> tuple[str, str]:
    return reverse("nominations:index"), "自荐情况"


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(*RETURNING)
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a nomination to its unit, with a remark and after the deadline with a date."""
    standing = office_standing(pk)
    versions = versions_of(standing.nomination)
    number = versions[0].number if versions else 0
    form = ReturnForm(request.POST or None, initial=_return_initial(standing, number))
    if request.method == "POST" and form.is_valid():
        try:
            return_nomination(
                by=request.user,
                entry=standing.entry,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except NominationError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已退回{standing.unit}，意见单位马上能看到。")
            return redirect("nominations:read", pk)
    return _act_page(request, standing, form, "return", "退回修改")


def _return_initial(standing, number: int) -> dict[str, object]:
    """After the deadline the form offers three days, at the end of that day's work."""
    if standing.in_time:
        return {"version": number}
    until = timezone.localtime(standing.now) + timedelta(days=3)
    return {
        "version": number,
        "extended_until": until.replace(hour=18, minute=0, second=0, microsecond=0),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMINISTRATOR)
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    standing = office_standing(pk)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            extend_deadline(
                by=request.user,
                entry=standing.entry,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except NominationError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"{standing.unit}的自荐已延期。")
            return redirect("nominations:read", pk)
    return _act_page(request, standing, form, "extend", "延期")


def _act_page(request: HttpRequest, standing, form, name: str, title: str):
    pk = standing.entry.pk
    above = [
        _home_of(request),
        (reverse("nominations:read", args=[pk]), standing.unit.name),
    ]
    context = {"standing": standing, "form": form}
    return page(request, name, title, context, above=above)
