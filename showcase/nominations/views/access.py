"""Who may open which nomination, and the frame that all these pages share."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Entry
from showcase.nominations.queries import (
    Standing,
    entries_to_nominate,
    entries_written_by,
    standing_of,
)
from site_cms.accounts.permissions import has_role
from site_cms.accounts.roles import Role

# Who reads what units handed in.
OFFICE = (
    Role.ADMINISTRATOR,
    Role.REVIEWER_FIRST,
    Role.REVIEWER_SECOND,
    Role.AUDITOR,
)


def _found(entries, pk: int, *, now) -> Standing:
    entry: Entry | None = entries.filter(pk=pk).first()
    if entry is None:
        raise Http404
    return standing_of(entry, now=now)


def own_standing(request: HttpRequest, pk: int) -> Standing:
    """The nomination of a unit whose desk this person sits at. Others do not exist for them."""
    return _found(entries_written_by(request.user), pk, now=timezone.now())


def office_standing(pk: int) -> Standing:
    return _found(entries_to_nominate(), pk, now=timezone.now())


def is_office(request: HttpRequest) -> bool:
    return has_role(request.user, *OFFICE)


def readable_standing(request: HttpRequest, pk: int) -> Standing:
    return office_standing(pk) if is_office(request) else own_standing(request, pk)


def number_in(params: Mapping[str, str], name: str) -> int | None:
    """A small number of an address. Rubbish counts as not asked."""
    value = params.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 6 else None


def page(
    request: HttpRequest,
    name: str,
    title: str,
    context: dict[str, Any],
    *,
    above: Sequence[tuple[str, str]] = (),
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """A page in Wagtail's frame. ``above`` are the pages that lead to it: address and name."""
    crumbs = [(reverse("wagtailadmin_home"), "首页"), *above, ("", title)]
    frame = {
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in crumbs],
        "header_title": title,
        "header_icon": "form",
    }
    return render(
        request, f"showcase/nominations/{name}.html", frame | context, status=status
    )
