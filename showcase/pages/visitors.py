"""Which of the sixteen orders a visitor reads in: the address says it, or else a cookie."""

import secrets

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from showcase.contests.orders import ORDERS
from showcase.pages.rules import order_in

_YEAR = 365 * 24 * 60 * 60


def order_of(request: HttpRequest) -> str:
    """The visitor's order; somebody new is given one."""
    return order_in(request.GET) or order_in(request.COOKIES) or secrets.choice(ORDERS)


def sent_on(request: HttpRequest, address: str, *, order: str) -> HttpResponse:
    """To an address that names the order, for this visitor alone."""
    response = HttpResponseRedirect(address)
    response.set_cookie(
        "order",
        order,
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
