"""From the QR code to the receipt. Views translate: services and the database decide."""

import logging
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from showcase.contests.models import Contest
from showcase.contests.queries import current_contest
from site_cms.gate.decorators import limited
from voting.polls import answers
from voting.polls.draft import (
    drafted,
    drafted_form,
    drafted_nonce,
    drop_draft,
    drop_nonce,
    keep_nonce,
    keep_picks,
)
from voting.polls.errors import (
    NothingTaken,
    PageExpired,
    PageOfAnother,
    Unavailable,
    VotingClosed,
)
from voting.polls.forms import BallotForm
from voting.polls.models import Ballot
from voting.polls.nonces import issue_nonce, read_nonce, usable_nonce
from voting.polls.queries import (
    find_ballot,
    frozen_poll,
    has_ballot,
    poll_key,
    spent_quota,
    withdrawn_numbers,
)
from voting.polls.receipts import as_printed, is_secret_of
from voting.polls.rules import FrozenPoll, Moment, day_in_shanghai, moment_of
from voting.polls.services import Receipt, cast_ballot, open_if_due
from voting.polls.voters.asked import forget_asked
from voting.polls.voters.base import Voter
from voting.polls.voters.registry import recognise, remember, way_in

log = logging.getLogger(__name__)

# HEAD tells by its length what GET would show.
_READING = ["GET", "HEAD"]


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page about a contest's poll needs to know first."""

    contest: Contest
    poll: FrozenPoll | None
    moment: Moment
    now: datetime


def visit(slug: str) -> Visit:
    now = timezone.now()
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    poll = open_if_due(contest=contest, now=now)
    moment = moment_of(
        opens_at=contest.poll_opens_at,
        closes_at=contest.poll_closes_at,
        opened=poll is not None,
        now=now,
    )
    return Visit(contest, poll, moment, now)


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    contest = current_contest()
    if contest is None:
        raise Http404
    address = reverse("voting:ballot", args=[contest.slug])
    return redirect(_with_query(address, request.GET.urlencode()))


def _with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


@never_cache
@require_safe
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    here = visit(slug)
    if here.moment != Moment.OPEN:
        return answers.not_open(request, here.contest, here.moment, now=here.now)
    voter = way_in(request, poll=here.poll, slug=slug)
    if isinstance(voter, str):
        return redirect(_with_query(voter, request.GET.urlencode()))
    try:
        spent = spent_quota(here.poll, voter=voter, day=day_in_shanghai(here.now))
    except Unavailable as refusal:
        return answers.try_again(request, refusal.message)
    if spent:
        return answers.already_voted(
            request, here.contest, here.poll, spent, status=200
        )
    form = BallotForm(
        poll=here.poll,
        withdrawn=withdrawn_numbers(here.contest.pk, now=here.now),
        preselected=[*request.GET.getlist("pick"), *drafted(request)],
    )
    order = answers.order_of(request, voter.identity)
    response = answers.ballot_page(request, here.contest, form, order=order)
    remember(request, response, here.poll, voter)
    return response


@never_cache
# It changes nothing, and a browser without cookies must get a page that says so.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of the ballot is sent here; what it led to is a page that can be reloaded."""
    here = visit(slug)
    if here.moment != Moment.OPEN:
        late = request.method == "POST"
        return answers.not_open(
            request, here.contest, here.moment, now=here.now, late=late
        )
    voter = recognise(request, poll=here.poll)
    if request.method == "POST":
        return _choose(request, here, voter)
    withdrawn = withdrawn_numbers(here.contest.pk, now=here.now)
    form = BallotForm(drafted_form(request), poll=here.poll, withdrawn=withdrawn)
    if voter is None or not form.is_valid():
        return _to("ballot", here, **request.GET.dict())
    nonce = usable_nonce(
        drafted_nonce(request), poll_id=here.poll.id, voter=voter, now=here.now
    )
    response = answers.check_page(
        request,
        here.contest,
        here.poll,
        choices=form.cleaned_data["entry"],
        nonce=nonce,
        order=answers.order_of(request, voter.identity),
    )
    keep_nonce(request, response, slug, nonce)
    return response


def _choose(request: HttpRequest, here: Visit, voter: Voter | None) -> HttpResponse:
    """One press of a button on the ballot or the check page."""
    data = request.POST.copy()
    kept = [plate for plate in data.getlist("entry") if plate != data.get("remove")]
    data.setlist("entry", kept)
    withdrawn = withdrawn_numbers(here.contest.pk, now=here.now)
    form = BallotForm(data, poll=here.poll, withdrawn=withdrawn)
    if voter is None:
        return answers.cookies_off(request, here.contest, form)
    order = answers.order_of(request, voter.identity)
    typed = None
    if "add" in data:
        form = BallotForm(poll=here.poll, withdrawn=withdrawn, preselected=kept)
        typed = form.tick_typed(data.get("number", ""))
    if "back" in data:
        response = _to("ballot", here, order=order)
    elif form.is_valid():
        response = _to("check", here, order=order)
    else:
        response = answers.ballot_page(
            request, here.contest, form, order=order, typed=typed
        )
    keep_picks(request, response, here.contest.slug, form.ticked)
    return response


def _to(name: str, here: Visit, **query: str) -> HttpResponse:
    address = reverse(f"voting:{name}", args=[here.contest.slug])
    query_text = f"?{urlencode(query)}" if query else ""
    return HttpResponseRedirect(address + query_text, status=303)


@never_cache
@require_POST
@limited(burst="60/10s", sustained="3000/10m", when_down="open")
def cast(request: HttpRequest, slug: str) -> HttpResponse:
    """No page of the contest is read before the ballot is stored: only its frozen rules."""
    try:
        poll = frozen_poll(slug)
        if poll is None:
            return redirect("voting:ballot", slug=slug)
        voter = recognise(request, poll=poll)
        form = BallotForm(request.POST, poll=poll)
        if voter is None:
            return answers.cookies_off(request, visit(slug).contest, form)
        if not form.is_valid():
            return answers.ballot_page(
                request,
                visit(slug).contest,
                form,
                order=answers.order_of(request, voter.identity),
            )
        return _take(request, slug, poll, voter, form.cleaned_data["entry"])
    except (Unavailable, OperationalError, InterfaceError) as error:
        log.error("ballot not taken", extra={"cause": str(error)})
        return answers.try_again(request, Unavailable.message)


def _take(
    request: HttpRequest, slug: str, poll: FrozenPoll, voter: Voter, choices: bytes
) -> HttpResponse:
    now = timezone.now()
    try:
        receipt = _cast_once(request, poll, voter, choices, now)
    except NothingTaken as refusal:
        response = answers.already_voted(request, visit(slug).contest, poll, refusal)
        drop_nonce(response, slug)
        return response
    except VotingClosed:
        here = visit(slug)
        at = Moment.CLOSED if here.moment == Moment.OPEN else here.moment
        return answers.not_open(request, here.contest, at, now=now, late=True)
    except (PageExpired, PageOfAnother) as refusal:
        nonce = issue_nonce(poll_id=poll.id, voter=voter, now=now)
        response = answers.check_page(
            request,
            visit(slug).contest,
            poll,
            choices=choices,
            nonce=nonce,
            order=answers.order_of(request, voter.identity),
            refusal=refusal,
        )
        keep_nonce(request, response, slug, nonce)
        return response
    if voter.is_helped:
        return _without_receipt(slug, poll, receipt.number)
    address = reverse("voting:receipt", args=[slug, receipt.number, receipt.secret])
    response = HttpResponseRedirect(address, status=303)
    drop_draft(response, slug)
    return response


def _without_receipt(slug: str, poll: FrozenPoll, number: str) -> HttpResponse:
    """To a helper: the number alone, and no voter is left on the helper's phone."""
    address = reverse("voting:helped", args=[slug, number])
    response = HttpResponseRedirect(address, status=303)
    drop_draft(response, slug)
    forget_asked(response, poll)
    return response


def _cast_once(
    request: HttpRequest, poll: FrozenPoll, voter: Voter, choices: bytes, now: datetime
) -> Receipt:
    nonce = read_nonce(
        request.POST.get("request", ""), poll_id=poll.id, voter=voter, now=now
    )
    if nonce.is_expired and not has_ballot(nonce.request_key):
        raise PageExpired
    return cast_ballot(
        poll=poll,
        voter=voter,
        request_key=nonce.request_key,
        choices=choices,
        today=day_in_shanghai(now),
    )


@never_cache
@require_safe
@limited(burst="60/10s", sustained="1200/10m", when_down="open", method=_READING)
def receipt(request: HttpRequest, slug: str, number: str, secret: str) -> HttpResponse:
    """The whole receipt, for whoever has the secret of its QR code."""
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    poll = frozen_poll(slug)
    try:
        found = _ballot_of(poll, number)
        if found is None or not is_secret_of(poll_key(poll), found.id, secret):
            problem = "这个二维码或者链接不完整，请再扫一次，或者输入受理号查验。"
            return answers.lookup_page(request, contest, number="", problem=problem)
    except Unavailable:
        return _cannot_look_up(request, contest, number)
    return answers.receipt_page(
        request,
        contest,
        poll,
        number=number,
        secret=secret,
        ballot=found,
        now=timezone.now(),
    )


@never_cache
@require_safe
@limited(burst="30/10s", sustained="600/10m", when_down="open", method=_READING)
def lookup(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.shown(), slug=slug)
    number = request.GET.get("number", "").strip()[:40]
    try:
        found = number != "" and _ballot_of(frozen_poll(slug), number) is not None
    except Unavailable:
        return _cannot_look_up(request, contest, number)
    problem = (
        "没有找到这个受理号。请对照收据再看一遍：一共 10 位，里面没有 0、1、O、I。"
        if number and not found
        else ""
    )
    return answers.lookup_page(
        request,
        contest,
        number=as_printed(number) if found else number,
        found=found,
        problem=problem,
    )


def _ballot_of(poll: FrozenPoll | None, number: str) -> Ballot | None:
    return find_ballot(poll, number) if poll else None


def _cannot_look_up(
    request: HttpRequest, contest: Contest, number: str
) -> HttpResponse:
    problem = "现在查不了，不是您的错，您的选票没有变。请过几分钟再查。"
    return answers.lookup_page(
        request, contest, number=number, problem=problem, status=answers.UNAVAILABLE
    )
