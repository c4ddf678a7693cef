"""Which seat an address means, and which device asks: a signed cookie, no session row."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from voting.judging.cards import token_hash
from voting.judging.models import Device, Seat

_COOKIE = "seat"
_SALT = "voting.judging.device"
_TWELVE_HOURS = 12 * 60 * 60
_KNOCK = "knock"
_KNOCK_SALT = "voting.judging.knock"
_FIVE_MINUTES = 5 * 60


def at_seat(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call ``view(request, token, seat, device)``; ``device`` is None before the PIN."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **parts: object) -> HttpResponse:
        seat = (
            Seat.objects.select_related("panel", "night__contest")
            .filter(card_hash=token_hash(token))
            .first()
        )
        if seat is None:
            return render(request, "voting/judging/unknown_card.html", status=404)
        return view(request, token, seat, _device_of(request, seat), **parts)

    return wrapped


def _device_of(request: HttpRequest, seat: Seat) -> Device | None:
    try:
        number = signing.loads(
            request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_TWELVE_HOURS
        )
    except signing.BadSignature:
        return None
    device = Device.objects.filter(pk=number, seat=seat).first()
    if device is not None:
        device.seat = seat
    return device


def remember(response: HttpResponse, token: str, device: Device) -> None:
    """The cookie is good at this card's address only, so one tablet may serve two seats."""
    response.set_cookie(
        _COOKIE,
        signing.dumps(device.pk, salt=_SALT),
        max_age=_TWELVE_HOURS,
        path=reverse("voting:judge", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, token: str) -> None:
    response.delete_cookie(_COOKIE, path=reverse("voting:judge", args=[token]))


def let_ask(response: HttpResponse, token: str, seat: Seat) -> None:
    """Remember for a while that this browser knew the PIN of a seat that is in use."""
    response.set_cookie(
        _KNOCK,
        signing.dumps(seat.pk, salt=_KNOCK_SALT + seat.pin_hash),
        max_age=_FIVE_MINUTES,
        path=reverse("voting:judge", args=[token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def may_ask(request: HttpRequest, seat: Seat) -> bool:
    """The PIN is in the salt: of a card that was issued anew since, nothing is known."""
    try:
        known = signing.loads(
            request.COOKIES.get(_KNOCK, ""),
            salt=_KNOCK_SALT + seat.pin_hash,
            max_age=_FIVE_MINUTES,
        )
    except signing.BadSignature:
        return False
    return known == seat.pk


def ask_no_more(response: HttpResponse, token: str) -> None:
    response.delete_cookie(_KNOCK, path=reverse("voting:judge", args=[token]))
