"""Who is voting: a code on paper, a text message, WeChat. Nothing here knows a choice."""

import hmac
import logging
import secrets
from collections.abc import Callable, Sequence

from django.conf import settings
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from site_cms.accounts.permissions import role_required
from site_cms.accounts.roles import Role
from site_cms.gate.addresses import bucket
from site_cms.gate.decorators import limited
from site_cms.messaging import services as messaging
from site_cms.refusals import Refusal
from voting.polls import answers
from voting.polls.draft import drafted, drop_draft
from voting.polls.errors import Unavailable
from voting.polls.forms import kept_form
from voting.polls.identify_forms import CodeForm, PhoneCodeForm, PhoneForm
from voting.polls.queries import poll_key
from voting.polls.refused import limit_counted, refusals_counted
from voting.polls.rules import FrozenPoll, Moment
from voting.polls.views import Visit, visit
from voting.polls.voter_services import (
    CODE_TRIES,
    check_phone_code,
    enter_code,
    enter_code_for_another,
    send_phone_code,
    wechat_voter,
)
from voting.polls.voters import wechat_oauth
from voting.polls.voters.base import Adapter, Voter
from voting.polls.voters.registry import (
    BY_DEVICE,
    recognise,
    remember,
    ways_for_another,
    ways_to_ask,
)
from voting.polls.voters.wechat_oauth import SnapshotUser, WeChatRefused

log = logging.getLogger(__name__)

WRONG, UNAVAILABLE = 422, 503
_TEN_MINUTES = 600
# What a question keeps of the address, so that the ballot begins as it would have.
_KEPT = ("pick", "order", "another")


@never_cache
@require_safe
def who(request: HttpRequest, slug: str) -> HttpResponse:
    """How would you like to vote? For a second person: by what tells persons apart."""
    here = visit(slug)
    if shut := _shut(request, here):
        return shut
    is_another = "another" in request.GET
    ways = (ways_for_another if is_another else ways_to_ask)(request, here.poll)
    context = {
        "contest": here.contest,
        "is_another": is_another,
        "ways": _links(request, slug, ways),
        "by_device": "" if is_another else _by_device(here.poll, slug),
    }
    return render(request, "voting/polls/identify/who.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone")
@limit_counted
@limited(burst="10/10s", sustained="120/10m", when_down="closed")
def phone(request: HttpRequest, slug: str) -> HttpResponse:
    """The number. Without Redis no message is sent: nobody would count the machines."""
    here = _open_visit(slug, "sms")
    if shut := _shut(request, here):
        return shut
    form = PhoneForm(request.POST or None)
    if not form.is_valid():
        return _ask(request, here, "phone", form)
    try:
        with refusals_counted(here.poll.id):
            sent = send_phone_code(
                poll=here.poll,
                typed=form.cleaned_data["phone"],
                address=bucket(request),
                now=here.now,
            )
    except Refusal as refusal:
        form.add_error("phone", refusal.message)
        return _ask(request, here, "phone", form)
    response = _go(request, "voting:sms_code", slug)
    _keep_pending(request, response, here.poll, sent.identity, sent.shown)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("digits")
@limit_counted
@limited(burst="20/10s", sustained="300/10m", when_down="open")
def phone_code(request: HttpRequest, slug: str) -> HttpResponse:
    """The six digits. How often they may be tried is the database's to say."""
    here = _open_visit(slug, "sms")
    if shut := _shut(request, here):
        return shut
    pending = _pending(request, here.poll)
    if pending is None:
        return _go(request, "voting:sms", slug)
    identity, shown, browser = pending
    form = PhoneCodeForm(request.POST or None)

    def voter() -> Voter:
        return check_phone_code(
            poll=here.poll,
            identity=identity,
            typed=form.cleaned_data["digits"],
            browser=browser,
            now=here.now,
        )

    return _identified(request, here, "phone_code", form, voter, shown=shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@limit_counted
@limited(burst="10/10s", sustained="200/10m", when_down="open")
def code(request: HttpRequest, slug: str) -> HttpResponse:
    """The code of a slip of paper: typed, or brought by the QR in the address's fragment."""
    here = _open_visit(slug, "code")
    if shut := _shut(request, here):
        return shut
    form = CodeForm(request.POST or None)

    def voter() -> Voter:
        _count_in_database(request, here)
        return enter_code(poll=here.poll, typed=form.cleaned_data["code"])

    return _identified(request, here, "code", form, voter)


@never_cache
@role_required(Role.HELPER, opens="代录投票码")
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@limit_counted
@limited(burst="10/10s", sustained="200/10m", when_down="open")
def help_(request: HttpRequest, slug: str) -> HttpResponse:
    """A helper enters the code of somebody who has no telephone. Each one is recorded."""
    here = _open_visit(slug, "code")
    if shut := _shut(request, here):
        return shut
    form = CodeForm(request.POST or None)

    def voter() -> Voter:
        return enter_code_for_another(
            by=request.user,
            poll=here.poll,
            typed=form.cleaned_data["code"],
            now=here.now,
        )

    return _identified(request, here, "help", form, voter)


@never_cache
@role_required(Role.HELPER)
@require_safe
def helped(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What a helper gets in place of the receipt: the number, and the next person."""
    here = _open_visit(slug, "code")
    context = {"contest": here.contest, "number": number}
    return render(request, "voting/polls/identify/helped.html", context)


@never_cache
@require_safe
@limit_counted
@limited(burst="60/10s", sustained="3000/10m", when_down="open", method=["GET", "HEAD"])
def wechat(request: HttpRequest, slug: str) -> HttpResponse:
    """To WeChat and back, without a question. The state is bound to this browser."""
    here = _open_visit(slug, "wechat")
    if shut := _shut(request, here):
        return shut
    state = secrets.token_hex(16)
    back = reverse("voting:wechat_back", args=[slug]) + _query(request)
    response = redirect(
        wechat_oauth.authorize_address(back=settings.PUBLIC_ORIGIN + back, state=state)
    )
    _keep(request, response, _state_cookie(here.poll), state, salt=_STATE_SALT)
    return response


@never_cache
@require_safe
@limit_counted
@limited(burst="60/10s", sustained="3000/10m", when_down="open", method=["GET", "HEAD"])
def wechat_back(request: HttpRequest, slug: str) -> HttpResponse:
    here = _open_visit(slug, "wechat")
    if shut := _shut(request, here):
        return shut
    name = _state_cookie(here.poll)
    kept = request.get_signed_cookie(
        name, default="", salt=_STATE_SALT, max_age=_TEN_MINUTES
    )
    given = request.GET.get("state", "")
    if not kept and recognise(request, poll=here.poll):
        # The back button, or a reload of an address that was used.
        return _go(request, "voting:ballot", slug)
    try:
        with refusals_counted(here.poll.id):
            if not kept or not hmac.compare_digest(kept.encode(), given.encode()):
                raise WeChatRefused("state")
            openid = wechat_oauth.openid_of(request.GET.get("code", "")[:200])
            voter = wechat_voter(
                poll=here.poll, app_id=settings.WECHAT_APP_ID, openid=openid
            )
    except (WeChatRefused, SnapshotUser, Unavailable) as refusal:
        response = _wechat_refused(request, here, refusal)
    else:
        response = _welcome(request, here, voter)
    response.delete_cookie(name, path=_path(slug), samesite="Lax")
    return response


def _wechat_refused(
    request: HttpRequest, here: Visit, refusal: Refusal
) -> HttpResponse:
    slug = here.contest.slug
    if isinstance(refusal, WeChatRefused):
        log.warning("no openid from WeChat", extra={"cause": refusal.cause})
    context = {
        "contest": here.contest,
        "refusal": refusal,
        "is_snapshot": isinstance(refusal, SnapshotUser),
        "ways": _links(request, slug, ways_for_another(request, here.poll)),
        "again": reverse("voting:ballot", args=[slug]) + _query(request),
        "by_device": _by_device(here.poll, slug),
    }
    page = "voting/polls/identify/wechat_refused.html"
    return render(request, page, context, status=409)


def _open_visit(slug: str, adapter: str) -> Visit:
    """The poll, if it accepts this way: another one has no such page."""
    here = visit(slug)
    if here.poll is not None and adapter not in here.poll.adapters:
        raise Http404
    return here


def _shut(request: HttpRequest, here: Visit) -> HttpResponse | None:
    """The page that says why nobody can vote now. None: everybody can."""
    if here.pause:
        form = kept_form(drafted(request), poll=here.poll)
        return answers.paused(request, here.contest, here.pause, form)
    if here.moment != Moment.OPEN:
        return answers.not_open(request, here.contest, here.moment, now=here.now)
    return None


def _identified(
    request: HttpRequest,
    here: Visit,
    page: str,
    form: Form,
    voter: Callable[[], Voter],
    **shown: str,
) -> HttpResponse:
    """On as the voter whom a valid form names; otherwise the page that asks, with its reason."""
    if form.is_valid():
        try:
            with refusals_counted(here.poll.id):
                found = voter()
        except Refusal as refusal:
            form.add_error(next(iter(form.fields)), refusal.message)
        else:
            return _welcome(request, here, found)
    return _ask(request, here, page, form, **shown)


def _ask(
    request: HttpRequest, here: Visit, page: str, form, **more: str
) -> HttpResponse:
    slug = here.contest.slug
    own = {"phone": "sms", "phone_code": "sms", "help": "code"}.get(page, page)
    others = [way for way in ways_for_another(request, here.poll) if way.name != own]
    context = {
        "contest": here.contest,
        "form": form,
        "ways": _links(request, slug, others),
        "query": _query(request),
        **more,
    }
    status = WRONG if form.errors else 200
    return render(request, f"voting/polls/identify/{page}.html", context, status=status)


def _welcome(request: HttpRequest, here: Visit, voter: Voter) -> HttpResponse:
    """On to the ballot as this voter. What another had ticked here is not shown."""
    slug = here.contest.slug
    before = recognise(request, poll=here.poll)
    response = _go(request, "voting:ballot", slug)
    remember(request, response, here.poll, voter)
    if before is not None and before.tag != voter.tag:
        drop_draft(response, slug)
    response.delete_cookie(_pending_cookie(here.poll), path=_path(slug))
    return response


def _count_in_database(request: HttpRequest, here: Visit) -> None:
    """Guesses are counted, whatever became of Redis."""
    if request.unthrottled:
        messaging.use_up(
            key=poll_key(here.poll),
            uses=[(CODE_TRIES, bucket(request))],
            now=here.now,
        )


def _links(
    request: HttpRequest, slug: str, ways: Sequence[Adapter]
) -> list[dict[str, str]]:
    query = _query(request)
    return [
        {"label": way.invitation, "url": f"{way.identify_url(slug)}{query}"}
        for way in ways
    ]


def _by_device(poll: FrozenPoll, slug: str) -> str:
    if "device" not in poll.adapters:
        return ""
    return reverse("voting:ballot", args=[slug]) + f"?by={BY_DEVICE}"


def _query(request: HttpRequest) -> str:
    kept = QueryDict(mutable=True)
    for name in _KEPT:
        if name in request.GET:
            kept.setlist(name, request.GET.getlist(name)[:200])
    return f"?{kept.urlencode()}" if kept else ""


def _go(request: HttpRequest, name: str, slug: str) -> HttpResponse:
    address = reverse(name, args=[slug]) + _query(request)
    return HttpResponseRedirect(address, status=303)


_STATE_SALT = "voting.polls.wechat.state"
_PENDING_SALT = "voting.polls.phone.pending"


def _state_cookie(poll: FrozenPoll) -> str:
    return f"state-{poll.id}"


def _pending_cookie(poll: FrozenPoll) -> str:
    return f"phone-{poll.id}"


def _keep_pending(
    request: HttpRequest,
    response: HttpResponse,
    poll: FrozenPoll,
    identity: str,
    shown: str,
) -> None:
    text = f"{identity}.{shown}.{secrets.token_hex(16)}"
    _keep(request, response, _pending_cookie(poll), text, salt=_PENDING_SALT)


def _pending(request: HttpRequest, poll: FrozenPoll) -> list[str] | None:
    text = request.get_signed_cookie(
        _pending_cookie(poll), default="", salt=_PENDING_SALT, max_age=_TEN_MINUTES
    )
    return text.split(".") if text else None


def _keep(
    request: HttpRequest, response: HttpResponse, name: str, text: str, *, salt: str
) -> None:
    response.set_signed_cookie(
        name,
        text,
        salt=salt,
        max_age=_TEN_MINUTES,
        path=_path(request.resolver_match.kwargs["slug"]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def _path(slug: str) -> str:
    return reverse("voting:ballot", args=[slug])
