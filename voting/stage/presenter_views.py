"""The presenter's phone: a card's address and PIN, then the words of the reveal, one press at a time."""

from collections.abc import Callable
from functools import partial, wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from site_cms.gate.decorators import limited
from site_cms.refusals import Refusal
from voting.judging.forms import PinForm
from voting.judging.responses import tagged
from voting.results.reveal_models import Presenter
from voting.results.reveal_queries import presenter_at
from voting.results.reveal_services import sign_in_presenter
from voting.stage.forms import PresenterForm
from voting.stage.presenter_queries import prompt_of
from voting.stage.reveal_services import (
    begin_reveal,
    black_out_reveal,
    hand_over_reveal,
    turn_reveal,
)
from voting.stage.services import make_show

_COOKIE = "presenter"
_SALT = "voting.stage.presenter"
_TWELVE_HOURS = 12 * 60 * 60
_OLD_PICTURE = "这一步没有做成：页面不是最新的。请看清现在的情况再按。"


def at_card(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call ``view(request, token, presenter)`` for a card that is in force."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        presenter = presenter_at(token)
        if presenter is None:
            return render(request, "voting/stage/presenter/unknown.html", status=404)
        return view(request, token, presenter)

    return wrapped


def _is_here(request: HttpRequest, presenter: Presenter) -> bool:
    """Whether this is the phone that knew the PIN last."""
    try:
        device = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_TWELVE_HOURS
        )
    except signing.BadSignature:
        return False
    return bool(presenter.device) and constant_time_compare(device, presenter.device)


@require_safe
@at_card
def presenter(request: HttpRequest, token: str, presenter: Presenter) -> HttpResponse:
    if not _is_here(request, presenter):
        return _pin_page(request, token, presenter, PinForm())
    return _page(request, token, presenter)


@require_POST
@sensitive_post_parameters("pin")
@limited(burst="20/10s", sustained="300/10m", when_down="open")
@at_card
def presenter_sign_in(
    request: HttpRequest, token: str, presenter: Presenter
) -> HttpResponse:
    form = PinForm(request.POST)
    if not form.is_valid():
        return _pin_page(request, token, presenter, form)
    try:
        presenter = sign_in_presenter(
            presenter=presenter, pin=form.cleaned_data["pin"], now=timezone.now()
        )
    except Refusal as error:
        form.add_error("pin", error.message)
        return _pin_page(request, token, presenter, form)
    response = redirect("voting:presenter", token=token)
    response.set_cookie(
        _COOKIE,
        signing.dumps(presenter.device, salt=_SALT),
        max_age=_TWELVE_HOURS,
        path=reverse("voting:presenter", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _pin_page(
    request: HttpRequest, token: str, presenter: Presenter, form: PinForm
) -> HttpResponse:
    context = {"token": token, "contest": presenter.contest, "form": form}
    return render(request, "voting/stage/presenter/pin.html", context)


@require_GET
@at_card
def presenter_state(
    request: HttpRequest, token: str, presenter: Presenter
) -> HttpResponse:
    """The words again, asked for every second or two."""
    if not _is_here(request, presenter):
        return HttpResponseForbidden("请重新输入密码。")
    return _parts(request, token, presenter)


@require_POST
@at_card
def presenter_act(
    request: HttpRequest, token: str, presenter: Presenter
) -> HttpResponse:
    """One press of the presenter."""
    if not _is_here(request, presenter):
        return HttpResponseForbidden("请重新输入密码。")
    note = _act(presenter, PresenterForm(request.POST))
    if request.headers.get("X-Desk"):
        return _parts(request, token, presenter, note=note)
    if note:
        return _page(request, token, presenter, note=note, status=409)
    return redirect("voting:presenter", token=token)


def _act(presenter: Presenter, form: PresenterForm) -> str:
    """Why it was not done, or nothing."""
    if not form.is_valid():
        return _OLD_PICTURE
    try:
        _service_for(form.cleaned_data)(
            by=None,
            night=presenter.contest.night,
            presenter=presenter,
            now=timezone.now(),
        )
    except Refusal as error:
        return error.message
    return ""


def _service_for(asked: dict[str, object]) -> Callable[..., object]:
    act = asked["act"]
    if act == PresenterForm.BEGIN:
        return partial(
            begin_reveal, first=asked["first"] or 1, read_aloud=asked["read_aloud"]
        )
    if act in {PresenterForm.AHEAD, PresenterForm.BACK}:
        ahead = act == PresenterForm.AHEAD
        return partial(turn_reveal, seen=asked["seen"], ahead=ahead)
    if act == PresenterForm.HAND:
        return partial(hand_over_reveal, to_presenter=False)
    return partial(black_out_reveal, is_black=act == PresenterForm.BLACK)


def _page(
    request: HttpRequest,
    token: str,
    presenter: Presenter,
    *,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    context = _context(token, presenter, note)
    return render(
        request, "voting/stage/presenter/presenter.html", context, status=status
    )


def _parts(
    request: HttpRequest, token: str, presenter: Presenter, *, note: str = ""
) -> HttpResponse:
    # Without the request no form carries a token, so unchanged words keep their ETag.
    context = _context(token, presenter, note)
    body = render_to_string("voting/stage/presenter/parts.html", context)
    return tagged(request, body.encode(), "text/html; charset=utf-8")


def _context(token: str, presenter: Presenter, note: str) -> dict[str, object]:
    show = make_show(night=presenter.contest.night)
    prompt = prompt_of(presenter, show, now=timezone.now())
    return {
        "token": token,
        "contest": presenter.contest,
        "prompt": prompt,
        "cue": prompt.cue,
        "note": note,
    }
