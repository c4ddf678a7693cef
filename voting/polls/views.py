"""From the QR code to the receipt. Views translate: services and the database decide."""

import logging
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
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
from site_cms.gate.decorators import by_network, limited
from site_cms.gate.errors import WorkRefused
from site_cms.security_headers import without_referrer
from voting.polls import answers
from voting.polls.draft import (
    drafted,
    drafted_nonce,
    drop_draft,
    drop_nonce,
    keep_choices,
    keep_nonce,
)
from voting.polls.errors import (
    NothingTaken,
    PageExpired,
    PageOfAnother,
    PollArchived,
    Unavailable,
    VotingClosed,
    VotingPaused,
)
from voting.polls.forms import BallotForm, ballot_form, kept_form
from voting.polls.hardness import challenge_for, done_difficulty
from voting.polls.mine import keep_number
from voting.polls.models import Ballot, PollPause
from voting.polls.nonces import read_nonce, usable_nonce
from voting.polls.queries import (
    archived_ballot,
    find_ballot,
    frozen_poll,
    has_ballot,
    open_pause,
    poll_key,
    quota_of,
    withdrawn_numbers,
)
from voting.polls.receipts import as_printed, is_secret_of
from voting.polls.refused import (
    Refused,
    count_refusal,
    limit_counted,
    refusals_counted,
)
from voting.polls.rules import (
    FrozenPoll,
    Moment,
    day_in_shanghai,
    moment_of,
    ticked_entries,
)
from voting.polls.services import Receipt, cast_ballot, open_if_due
from voting.polls.signals import signals_of
from voting.polls.standing_queries import stand_by_act, stand_of
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
    pause: PollPause | None = None


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
    pause = open_pause(poll.id) if poll and moment == Moment.OPEN else None
    return Visit(contest, poll, Moment.PAUSED if pause else moment, now, pause)


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
    if here.pause:
        form = kept_form(drafted(request), poll=here.poll)
        return answers.paused(request, here.contest, here.pause, form)
    if here.moment != Moment.OPEN:
        return answers.not_open(request, here.contest, here.moment, now=here.now)
    voter = way_in(request, poll=here.poll, slug=slug)
    if isinstance(voter, str):
        return redirect(_with_query(voter, request.GET.urlencode()))
    try:
        quota = quota_of(here.poll, voter=voter, day=day_in_shanghai(here.now))
    except Unavailable as refusal:
        return answers.try_again(request, refusal.message)
    if quota.spent:
        return answers.already_voted(
            request, here.contest, here.poll, quota.spent, status=200
        )
    picked = request.GET.getlist("pick")
    form = ballot_form(
        poll=here.poll,
        withdrawn=withdrawn_numbers(here.contest.pk, now=here.now),
        kept=request.GET.get("kept") or drafted(request),
        picked=picked,
    )
    response = answers.ballot_page(
        request,
        here.contest,
        form,
        order=answers.order_of(request, voter.identity),
        first=ticked_entries(picked[:1], here.poll.entries),
        left=quota.left,
    )
    remember(request, response, here.poll, voter)
    return response


@never_cache
# It changes nothing, and a browser without cookies must get a page that says so.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@limit_counted
@limited(
    burst="60/10s",
    sustained="3000/10m",
    when_down="open",
    method=_READING,
    ceiling=10,
    watched={"network": (by_network, "9000/10m")},
)
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of the ballot is sent here; what it led to is a page that can be reloaded."""
    here = visit(slug)
    if here.pause:
        return _while_paused(request, here)
    if here.moment != Moment.OPEN:
        late = request.method == "POST"
        if late and here.poll:
            count_refusal(here.poll.id, Refused.CLOSED)
        return answers.not_open(
            request, here.contest, here.moment, now=here.now, late=late
        )
    voter = recognise(request, poll=here.poll)
    if request.method == "POST":
        return _choose(request, here, voter)
    withdrawn = withdrawn_numbers(here.contest.pk, now=here.now)
    form = kept_form(drafted(request), poll=here.poll, withdrawn=withdrawn)
    if voter is None or not form.is_valid():
        return _to(request, "ballot", here, **request.GET.dict())
    nonce = usable_nonce(
        drafted_nonce(request), poll_id=here.poll.id, voter=voter, now=here.now
    )
    response = answers.check_page(
        request,
        here.contest,
        form,
        nonce=nonce,
        work=challenge_for(
            request, poll=here.poll, voter=voter, nonce=nonce, now=here.now
        ),
        order=answers.order_of(request, voter.identity),
    )
    keep_nonce(request, response, slug, nonce)
    return response


def _while_paused(request: HttpRequest, here: Visit) -> HttpResponse:
    """What was just chosen is kept for when the poll is resumed."""
    if request.method != "POST":
        form = kept_form(drafted(request), poll=here.poll)
        return answers.paused(request, here.contest, here.pause, form)
    count_refusal(here.poll.id, Refused.PAUSED)
    form = ballot_form(request.POST, poll=here.poll)
    response = answers.paused(request, here.contest, here.pause, form)
    keep_choices(request, response, here.contest.slug, form.digits)
    return response


def _choose(request: HttpRequest, here: Visit, voter: Voter | None) -> HttpResponse:
    """One press of a button on the ballot or the check page."""
    data = request.POST
    withdrawn = withdrawn_numbers(here.contest.pk, now=here.now)
    form = ballot_form(data, poll=here.poll, withdrawn=withdrawn)
    if voter is None:
        count_refusal(here.poll.id, Refused.COOKIES)
        return answers.cookies_off(request, here.contest, form)
    order = answers.order_of(request, voter.identity)
    typed = None
    if "add" in data:
        form = ballot_form(poll=here.poll, withdrawn=withdrawn, kept=form.digits)
        typed = form.find(data.get("number", ""))
    if "back" in data:
        response = _to(request, "ballot", here, order=order)
    elif form.is_valid():
        response = _to(request, "check", here, order=order)
    else:
        response = answers.ballot_page(
            request, here.contest, form, order=order, typed=typed
        )
    keep_choices(request, response, here.contest.slug, form.digits)
    return response


def _to(request: HttpRequest, name: str, here: Visit, **query: str) -> HttpResponse:
    address = reverse(f"voting:{name}", args=[here.contest.slug])
    query_text = f"?{urlencode(query)}" if query else ""
    return answers.see_other(request, address + query_text)


@never_cache
@require_POST
@limit_counted
@limited(burst="60/10s", sustained="3000/10m", when_down="open", ceiling=10)
def cast(request: HttpRequest, slug: str) -> HttpResponse:
    """No page of the contest is read before the ballot is stored: only its frozen rules."""
    try:
        poll = frozen_poll(slug)
        if poll is None:
            return redirect("voting:ballot", slug=slug)
        voter = recognise(request, poll=poll)
        form = ballot_form(request.POST, poll=poll)
        if voter is None:
            count_refusal(poll.id, Refused.COOKIES)
            return answers.cookies_off(request, visit(slug).contest, form)
        if not form.is_valid():
            count_refusal(poll.id, Refused.CHOICES)
            return answers.ballot_page(
                request,
                visit(slug).contest,
                form,
                order=answers.order_of(request, voter.identity),
            )
        return _take(request, slug, form, voter)
    except (Unavailable, OperationalError, InterfaceError) as error:
        log.error("ballot not taken", extra={"cause": str(error)})
        return answers.try_again(request, Unavailable.message)


def _take(
    request: HttpRequest, slug: str, form: BallotForm, voter: Voter
) -> HttpResponse:
    poll, now = form.poll, timezone.now()
    try:
        with refusals_counted(poll.id):
            receipt = _cast_once(request, poll, voter, form.choices, now)
    except NothingTaken as refusal:
        response = answers.already_voted(request, visit(slug).contest, poll, refusal)
        drop_nonce(response, slug)
        return response
    except VotingPaused:
        here = visit(slug)
        if here.pause is None:
            return answers.try_again(request, VotingPaused.message)
        response = answers.paused(request, here.contest, here.pause, form, late=True)
        keep_choices(request, response, slug, form.digits)
        return response
    except VotingClosed:
        here = visit(slug)
        at = Moment.CLOSED if here.moment == Moment.OPEN else here.moment
        return answers.not_open(request, here.contest, at, now=now, late=True)
    except (PageExpired, PageOfAnother, WorkRefused) as refusal:
        nonce = usable_nonce(
            request.POST.get("request", ""), poll_id=poll.id, voter=voter, now=now
        )
        response = answers.check_page(
            request,
            visit(slug).contest,
            form,
            nonce=nonce,
            work=challenge_for(request, poll=poll, voter=voter, nonce=nonce, now=now),
            order=answers.order_of(request, voter.identity),
            refusal=refusal,
        )
        keep_nonce(request, response, slug, nonce)
        return response
    if voter.is_helped:
        return _without_receipt(request, slug, poll, receipt.number)
    address = reverse("voting:receipt", args=[slug, receipt.number, receipt.secret])
    response = answers.see_other(request, address)
    drop_draft(response, slug)
    keep_number(request, response, slug, receipt.number)
    return response


def _without_receipt(
    request: HttpRequest, slug: str, poll: FrozenPoll, number: str
) -> HttpResponse:
    """To a helper: the number alone, and no voter is left on the helper's phone."""
    address = reverse("voting:helped", args=[slug, number])
    response = answers.see_other(request, address)
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
    try:
        difficulty = done_difficulty(request, voter=voter, now=now)
    except WorkRefused:
        # What was taken once is answered again, whatever became of its work.
        if not has_ballot(nonce.request_key):
            raise
        difficulty = 0
    return cast_ballot(
        poll=poll,
        voter=voter,
        request_key=nonce.request_key,
        choices=choices,
        today=day_in_shanghai(now),
        signals=signals_of(
            request, poll=poll, voter=voter, difficulty=difficulty, now=now
        ),
    )


@never_cache
@without_referrer
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
    except PollArchived as refusal:
        archived = archived_ballot(poll, secret)
        if archived is not None:
            return answers.archived_page(
                request,
                contest,
                poll,
                secret=secret,
                choices=bytes(archived.choices),
                stand=stand_by_act(archived.void_act_id),
            )
        return answers.lookup_page(
            request, contest, number="", archived=refusal.message
        )
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
        found = _ballot_of(frozen_poll(slug), number) if number else None
    except PollArchived as refusal:
        return answers.lookup_page(
            request, contest, number=number, archived=refusal.message
        )
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
        stand=stand_of(found.id) if found else None,
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
