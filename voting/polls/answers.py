"""The pages that a voter may get as an answer. Each says what is safe and what to do."""

from collections.abc import Sequence
from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from showcase.contests.models import Contest
from showcase.contests.orders import ORDERS, in_order, shuffled
from showcase.pages.queries import cards_by_entry
from site_cms.design.preferences import preferences_of
from site_cms.templatetags.design import moment
from voting.polls.errors import AnotherChoice, NothingTaken, PollError
from voting.polls.forms import BallotForm
from voting.polls.models import Ballot
from voting.polls.queries import withdrawn_numbers
from voting.polls.rules import (
    SHANGHAI,
    FrozenEntry,
    FrozenPoll,
    Moment,
    entries_in,
)
from voting.polls.voters.registry import ways_for_another

CONFLICT, UNAVAILABLE = 409, 503


def not_open(
    request: HttpRequest,
    contest: Contest,
    at: Moment,
    *,
    now: datetime,
    late: bool = False,
) -> HttpResponse:
    """``late``: the poll was not open when the ballot arrived, so it was not taken."""
    context = {
        "contest": contest,
        "moment": at.value,
        "late": late,
        "steps": _steps_after(now, contest),
    }
    status = CONFLICT if late else 200
    return render(request, "voting/polls/not_open.html", context, status=status)


def ballot_page(
    request: HttpRequest,
    contest: Contest,
    form: BallotForm,
    *,
    order: str,
    typed: FrozenEntry | str | None = None,
) -> HttpResponse:
    """The list. ``typed`` is what came of the number field: an entry, or why none."""
    poll = form.poll
    cards = cards_by_entry(contest)
    withdrawn = [each for each in poll.entries if each.number in form.withdrawn]
    rows = [
        {
            "entry": entry,
            "card": cards.get(entry.id),
            "checked": entry.number in form.ticked,
        }
        for entry in _in_order(poll, contest, order)
        if entry.number not in form.withdrawn
    ]
    context = {
        "contest": contest,
        "poll": poll,
        "form": form,
        "rows": rows,
        "order": order,
        "withdrawn": withdrawn,
        "added": typed if isinstance(typed, FrozenEntry) else None,
        "number_error": typed if isinstance(typed, str) else "",
        "number_typed": request.POST.get("number", "")
        if isinstance(typed, str)
        else "",
        "picks_error": form.errors["entry"][0] if "entry" in form.errors else "",
        "example": poll.entries[0].plate,
    }
    return render(request, "voting/polls/ballot.html", context)


def check_page(
    request: HttpRequest,
    contest: Contest,
    poll: FrozenPoll,
    *,
    choices: bytes,
    nonce: str,
    order: str,
    refusal: PollError | None = None,
) -> HttpResponse:
    """What will be sent, once more, with the nonce under which it is taken once."""
    picked = entries_in(choices, poll.entries)
    context = {
        "contest": contest,
        "poll": poll,
        "picked": picked,
        "left": poll.picks_max - len(picked),
        "nonce": nonce,
        "order": order,
        "refusal": refusal,
    }
    status = CONFLICT if refusal else 200
    return render(request, "voting/polls/check.html", context, status=status)


def try_again(request: HttpRequest, message: str) -> HttpResponse:
    """Nothing was acknowledged. Made without the database, which may be what is missing.

    What was sent is kept in the page, nonce and all: sending it again is safe.
    """
    fields = [
        (name, value)
        for name in ("entry", "request", "order")
        for value in request.POST.getlist(name)
    ]
    context = {
        "message": message,
        "fields": fields,
        "action": request.path,
        "picked": len(request.POST.getlist("entry")),
        "preferences": preferences_of(request),
        "csrf_token": get_token(request),
        "reference": f"{UNAVAILABLE}-{timezone.localtime():%H%M}",
    }
    page = render_to_string("voting/polls/try_again.html", context)
    return HttpResponse(page, status=UNAVAILABLE, headers={"Retry-After": "60"})


def cookies_off(
    request: HttpRequest, contest: Contest, form: BallotForm
) -> HttpResponse:
    context = {"contest": contest, "picked": _picked(form)}
    return render(request, "voting/polls/cookies_off.html", context)


def already_voted(
    request: HttpRequest,
    contest: Contest,
    poll: FrozenPoll,
    refusal: NothingTaken,
    *,
    status: int = CONFLICT,
) -> HttpResponse:
    context = {
        "contest": contest,
        "poll": poll,
        "refusal": refusal,
        "just_tried": status == CONFLICT,
        "is_another_choice": isinstance(refusal, AnotherChoice),
        "has_way_for_another": bool(ways_for_another(request, poll)),
        "cast": [
            {
                "number": number,
                "at": cast_at,
                "rows": [
                    {"term": "收到时间", "text": _minute(cast_at)},
                    {"term": "状态", "text": "已计入", "kind": "ok"},
                ],
            }
            for number, cast_at in refusal.cast
        ],
    }
    return render(request, "voting/polls/already.html", context, status=status)


def receipt_page(
    request: HttpRequest,
    contest: Contest,
    poll: FrozenPoll,
    *,
    number: str,
    secret: str,
    ballot: Ballot,
    now: datetime,
) -> HttpResponse:
    picked = entries_in(bytes(ballot.choices), poll.entries)
    withdrawn = withdrawn_numbers(contest.pk, now=now)
    address = reverse("voting:receipt", args=[contest.slug, number, secret])
    context = {
        "contest": contest,
        "number": number,
        "rows": [
            {"term": "收到时间", "text": _minute(ballot.cast_at)},
            {"term": "选了", "text": f"{len(picked)} 个单位"},
            {"term": "状态", "text": "已计入", "kind": "ok"},
        ],
        "picks": [{"number": each.plate, "title": each.unit} for each in picked],
        "gone": [each for each in picked if each.number in withdrawn],
        "qr": qr_code(settings.PUBLIC_ORIGIN + address),
        "steps": _steps_after(now, contest),
    }
    return render(request, "voting/polls/receipt.html", context)


def lookup_page(
    request: HttpRequest,
    contest: Contest,
    *,
    number: str,
    found: bool = False,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The state of a ballot by its 受理号. Nothing else: not its time, not its choices."""
    context = {
        "contest": contest,
        "number": number,
        "found": found,
        "problem": problem,
        "rows": [{"term": "状态", "text": "已计入", "kind": "ok"}],
    }
    return render(request, "voting/polls/lookup.html", context, status=status)


def order_of(request: HttpRequest, identity: str) -> str:
    """The order in the address or the form; a visitor who brings none has one of their own."""
    given = request.POST.get("order") or request.GET.get("order")
    if given in ORDERS:
        return given
    return ORDERS[sum(identity.encode()) % len(ORDERS)]


def _in_order(poll: FrozenPoll, contest: Contest, order: str) -> list[FrozenEntry]:
    """As the list of the showcase has them, so that a visitor finds a unit again."""
    by_number = {entry.number: entry for entry in poll.entries}
    numbers = in_order(shuffled(by_number, seed=contest.slug), order)
    return [by_number[number] for number in numbers]


def _picked(form: BallotForm) -> Sequence[FrozenEntry]:
    return [each for each in form.poll.entries if each.number in form.ticked]


def _minute(at: datetime) -> str:
    local = timezone.localtime(at, SHANGHAI)
    return f"{local:%Y} 年 {moment(local)}"


def qr_code(text: str) -> SafeString:
    """Black on white in every mode, with the quiet border that phones need."""
    code = segno.make(text, error="l")
    drawing = code.svg_inline(dark="#000", light="#fff", border=4, omitsize=True)
    return mark_safe(drawing)  # made by segno from an address of ours


def _steps_after(now: datetime, contest: Contest) -> list[dict[str, str]]:
    """What is still to come, as far as it is dated."""
    steps = [
        (contest.poll_closes_at, "民意测评截止", "截止以前不公布票数"),
        (contest.night_opens_at, "现场评比会", "评委打分，评出红旗"),
        (
            contest.notice_closes_at,
            "结果公示截止",
            "对结果有疑问，任何人都可以提出异议",
        ),
    ]
    return [
        {
            "when": moment(timezone.localtime(at, SHANGHAI)),
            "datetime": at.isoformat(),
            "title": title,
            "text": text,
        }
        for at, title, text in steps
        if at and at > now
    ]
