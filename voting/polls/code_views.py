"""Printed codes: made by an administrator, shown once as sheets of paper, never again."""

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.refusals import Refusal
from voting.polls.answers import qr_code
from voting.polls.code_rules import as_printed
from voting.polls.identify_forms import BatchForm
from voting.polls.models import Poll
from voting.polls.voter_queries import number_of_codes
from voting.polls.voter_services import create_code_batch

_A_PAGE = 8


@never_cache
@role_required(Role.ADMINISTRATOR, opens="制作纸质投票码")
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, slug: str) -> HttpResponse:
    poll = get_object_or_404(Poll.objects.select_related("contest"), contest__slug=slug)
    form = BatchForm(
        request.POST or None, poll=poll, initial={"request_key": uuid.uuid4()}
    )
    if form.is_valid():
        try:
            made = create_code_batch(
                by=request.user, poll=poll, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _sheets(request, poll, form.cleaned_data["village"], made)
    batches = poll.code_batches.select_related("made_by")
    context = {
        "contest": poll.contest,
        "form": form,
        "batches": batches,
        "total": number_of_codes(poll),
        "is_accepted": "code" in poll.adapters,
    }
    return render(request, "voting/polls/codes/codes.html", context)


def _sheets(
    request: HttpRequest, poll: Poll, village: str, made: Sequence[str]
) -> HttpResponse:
    """The only time that these codes leave the server. The QR code's fragment stays in
    the browser, so that no log ever has one."""
    address = settings.PUBLIC_ORIGIN + reverse("voting:code", args=[poll.contest.slug])
    slips = [
        {
            "place": place,
            "code": as_printed(code),
            "qr": qr_code(f"{address}#{code}"),
        }
        for place, code in enumerate(made, start=1)
    ]
    context = {
        "contest": poll.contest,
        "village": village,
        "address": address.partition("://")[2],
        "count": len(slips),
        "pages": [
            slips[start : start + _A_PAGE] for start in range(0, len(slips), _A_PAGE)
        ],
    }
    return render(request, "voting/polls/codes/sheets.html", context)
