"""The pages that a voter may get as an answer. Each says what is safe and what to do."""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
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
from site_cms.gate.errors import WorkMissing
from site_cms.gate.work import Challenge
from site_cms.refusals import Refusal
from site_cms.templatetags.design import moment
from voting.polls.errors import AnotherChoice, NothingTaken
from voting.polls.forms import BallotForm
from voting.polls.models import Ballot, PollPause
from voting.polls.queries import stands_by_number, withdrawn_numbers
from voting.polls.receipt_proofs import Opened, Place, place_of, sentence_of
from voting.polls.receipts import secret_of
from voting.polls.rules import (
    SHANGHAI,
    Form,
    FrozenEntry,
    FrozenPoll,
    Grade,
    Moment,
    answers_in,
)
from voting.polls.standing_models import Standing
from voting.polls.standing_queries import Stand, stand_of
from voting.polls.voters.registry import ways_for_another, ways_without_javascript

CREATED, SEE_OTHER, CONFLICT, UNAVAILABLE = 201, 303, 409, 503

# The script that sends a form by itself names itself so, as many libraries do.
_SENT_BY_SCRIPT = ("HTTP_X_REQUESTED_WITH", "XMLHttpRequest")

_PAGES = {
    Form.APPROVAL: "voting/polls/ballot.html",
    Form.GRADING: "voting/polls/grading.html",
}


def see_other(request: HttpRequest, address: str) -> HttpResponse:
    """Where the answer to a form is. A script goes there itself: it cannot see a redirection."""
    name, value = _SENT_BY_SCRIPT
    status = CREATED if request.META.get(name) == value else SEE_OTHER
    return HttpResponseRedirect(address, status=status)


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


def paused(
    request: HttpRequest,
    contest: Contest,
    pause: PollPause,
    form: BallotForm,
    *,
    late: bool = False,
) -> HttpResponse:
    """What was chosen stays in the browser. ``late``: a ballot was sent and not taken."""
    context = {
        "contest": contest,
        "pause": pause,
        "form": form,
        "verb": _verb(form.poll),
        "late": late,
    }
    status = CONFLICT if late else 200
    return render(request, "voting/polls/paused.html", context, status=status)


def ballot_page(
    request: HttpRequest,
    contest: Contest,
    form: BallotForm,
    *,
    order: str,
    typed: FrozenEntry | str | None = None,
    first: Sequence[FrozenEntry] = (),
    left: int = 0,
) -> HttpResponse:
    """The list. ``typed`` is what came of the number field: an entry, or why none.

    Where grades are given, the entry that was asked for stands first (``first``).
    """
    poll = form.poll
    cards = cards_by_entry(contest)
    withdrawn = [each for each in poll.entries if each.number in form.withdrawn]
    asked_for = [typed] if isinstance(typed, FrozenEntry) else list(first)
    lead = [
        entry
        for entry in asked_for
        if poll.form == Form.GRADING and entry.number not in form.withdrawn
    ]
    rows = [
        {
            "entry": entry,
            "card": cards.get(entry.id),
            "checked": entry.number in form.answers,
            "grade": form.answers.get(entry.number),
        }
        for entry in _led_by(lead, _in_order(poll, contest, order))
        if entry.number not in form.withdrawn
    ]
    context = {
        "contest": contest,
        "poll": poll,
        "form": form,
        "rows": rows,
        "order": order,
        "left": left,
        "withdrawn": withdrawn,
        "added": typed if isinstance(typed, FrozenEntry) else None,
        "number_error": typed if isinstance(typed, str) else "",
        "number_typed": request.POST.get("number", "")
        if isinstance(typed, str)
        else "",
        "picks_error": form.problem,
        "example": poll.entries[0].plate,
        "grades": list(Grade),
        "may_leave_out": poll.picks_max < len(poll.entries),
        "lead": lead[0] if lead else None,
    }
    return render(request, _PAGES[poll.form], context)


def _led_by(
    lead: Sequence[FrozenEntry], entries: Sequence[FrozenEntry]
) -> list[FrozenEntry]:
    return [*lead, *(entry for entry in entries if entry not in lead)]


def check_page(
    request: HttpRequest,
    contest: Contest,
    form: BallotForm,
    *,
    nonce: str,
    work: Challenge | None,
    order: str,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """What will be sent, once more, with the nonce under which it is taken once.

    ``work``: what the browser computes first. Whoever cannot is led to the other ways.
    """
    poll, picks = form.poll, _picks(form.poll, form.choices)
    context = {
        "contest": contest,
        "poll": poll,
        "form": form,
        "picked": form.ticked,
        "picks": picks,
        "verb": _verb(poll),
        "summary": _summary(poll, form.choices),
        "left": min(poll.picks_max, len(poll.entries)) - len(picks),
        "nonce": nonce,
        "work": work,
        "is_unable": isinstance(refusal, WorkMissing),
        "other_ways": ways_without_javascript(poll, contest.slug) if work else [],
        "order": order,
        "refusal": refusal,
    }
    status = CONFLICT if refusal else 200
    return render(request, "voting/polls/check.html", context, status=status)


def _verb(poll: FrozenPoll) -> str:
    return "评" if poll.form == Form.GRADING else "选"


def _picks(poll: FrozenPoll, choices: bytes) -> list[dict[str, str | int]]:
    """What a ballot says, an item of picks.html each."""
    graded = poll.form == Form.GRADING
    return [
        {
            "number": entry.plate,
            "title": entry.unit,
            "text": Grade(answer).label if graded else "",
            "value": answer,
        }
        for entry, answer in answers_in(choices, poll.entries)
    ]


def _summary(poll: FrozenPoll, choices: bytes) -> str:
    """满意 12 个，不满意 1 个: nothing where entries are picked."""
    if poll.form != Form.GRADING:
        return ""
    counts = Counter(answer for _, answer in answers_in(choices, poll.entries))
    return "，".join(
        f"{grade.label} {counts[grade]} 个" for grade in Grade if counts[grade]
    )


_SENT_AGAIN = ("entry", "grades", "request", "order", "work")


def try_again(request: HttpRequest, message: str) -> HttpResponse:
    """Nothing was acknowledged. Made without the database, which may be what is missing.

    What was sent is kept in the page, nonce and all: sending it again is safe.
    """
    fields = [
        (name, value) for name in _SENT_AGAIN for value in request.POST.getlist(name)
    ]
    context = {
        "message": message,
        "fields": fields,
        "action": request.path,
        "picked": len(request.POST.getlist("entry"))
        or len(request.POST.get("grades", "").replace("0", "")),
        "preferences": preferences_of(request),
        "csrf_token": get_token(request),
        "reference": f"{UNAVAILABLE}-{timezone.localtime():%H%M}",
    }
    page = render_to_string("voting/polls/try_again.html", context)
    return HttpResponse(page, status=UNAVAILABLE, headers={"Retry-After": "60"})


def cookies_off(
    request: HttpRequest, contest: Contest, form: BallotForm
) -> HttpResponse:
    context = {"contest": contest, "form": form, "verb": _verb(form.poll)}
    return render(request, "voting/polls/cookies_off.html", context)


def already_voted(
    request: HttpRequest,
    contest: Contest,
    poll: FrozenPoll,
    refusal: NothingTaken,
    *,
    status: int = CONFLICT,
) -> HttpResponse:
    stands = stands_by_number(poll, [number for number, _ in refusal.cast])
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
                    {"term": "收到时间", "text": minute(cast_at)},
                    state_row(stands[number]),
                ],
                "stand": stands[number],
            }
            for number, cast_at in refusal.cast
        ],
        "all_count": all(each.standing == Standing.COUNTED for each in stands.values()),
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
    choices, stand = bytes(ballot.choices), stand_of(ballot.id)
    picks = _picks(poll, choices)
    withdrawn = withdrawn_numbers(contest.pk, now=now)
    address = reverse("voting:receipt", args=[contest.slug, number, secret])
    context = _proof(poll, secret, choices, ballot.id) | {
        "contest": contest,
        "number": number,
        "rows": [
            {"term": "收到时间", "text": minute(ballot.cast_at)},
            {"term": f"{_verb(poll)}了", "text": f"{len(picks)} 个单位"},
            state_row(stand),
        ],
        "stand": stand,
        "picks": picks,
        "verb": _verb(poll),
        "summary": _summary(poll, choices),
        "gone": [
            entry
            for entry, _ in answers_in(choices, poll.entries)
            if entry.number in withdrawn
        ],
        "poll": poll,
        "is_open": contest.poll_closes_at is not None and now < contest.poll_closes_at,
        "qr": qr_code(settings.PUBLIC_ORIGIN + address),
        "steps": _steps_after(now, contest),
    }
    return render(request, "voting/polls/receipt.html", context)


def archived_page(
    request: HttpRequest,
    contest: Contest,
    poll: FrozenPoll,
    *,
    secret: str,
    choices: bytes,
    stand: Stand,
) -> HttpResponse:
    """What a receipt's secret opens when nobody knows any more whose it was, or when."""
    context = _proof(poll, secret, choices) | {
        "contest": contest,
        "state": state_row(stand),
        "stand": stand,
        "picks": _picks(poll, choices),
        "verb": _verb(poll),
        "summary": _summary(poll, choices),
    }
    return render(request, "voting/polls/archived.html", context)


def _proof(
    poll: FrozenPoll, secret: str, choices: bytes, ballot_id: int | None = None
) -> dict[str, object]:
    """Whether the picks are in the public log: the server's own word, and where to check it."""
    placed = place_of(poll, Opened(secret_of(secret), choices, ballot_id))
    return {
        "placed": placed,
        "placed_kind": _PLACED[placed.place],
        "placed_sentence": sentence_of(placed),
        "placed_root": b64encode(placed.head.root).decode() if placed.head else "",
    }


_PLACED = {
    Place.SIGNED: "ok",
    Place.UNSIGNED: "info",
    Place.WAITING: "info",
    Place.MISSING: "error",
}


def lookup_page(
    request: HttpRequest,
    contest: Contest,
    *,
    number: str,
    stand: Stand | None = None,
    problem: str = "",
    archived: str = "",
    status: int = 200,
) -> HttpResponse:
    """The state of a ballot by its 受理号. Nothing else: not its time, not its choices."""
    context = {
        "contest": contest,
        "number": number,
        "found": stand is not None,
        "problem": problem,
        "archived": archived,
        "rows": [state_row(stand)] if stand else [],
        "stand": stand,
    }
    return render(request, "voting/polls/lookup.html", context, status=status)


_STATES = {
    Standing.COUNTED: ("已计入", "ok"),
    Standing.HELD: ("隔离待查", "warn"),
    Standing.VOID: ("已作废", "error"),
}


def state_row(stand: Stand) -> dict[str, str]:
    """How a ballot stands, for receipt.html: a word and a shape."""
    text, kind = _STATES[stand.standing]
    return {"term": "状态", "text": text, "kind": kind}


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


def minute(at: datetime) -> str:
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
        (contest.poll_closes_at, "民意测评截止", "到时候不再收选票"),
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
