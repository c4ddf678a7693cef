"""What was chosen and not yet sent, kept in the browser so that nothing is lost.

A closed tab, a look at a unit's page or a switch to 大字版 leads back to the same ticks,
and the back button to a page that is asked for again, not to a form that is sent again.
The nonce is kept with them: when the answer to a ballot was lost, sending it again from
the same page brings the same receipt. Both go as soon as a ballot was taken.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from voting.polls.paths import path_of_poll

PICKS, NONCE = "picks", "request"
LIFETIME = timedelta(days=1)


def drafted(request: HttpRequest) -> str:
    return request.COOKIES.get(PICKS, "")


def drafted_nonce(request: HttpRequest) -> str:
    return request.COOKIES.get(NONCE, "")


def keep_choices(
    request: HttpRequest, response: HttpResponse, slug: str, digits: str
) -> None:
    """``digits``: one an entry, so that 200 grades fit into a cookie many times over."""
    _keep(request, response, slug, PICKS, digits)


def keep_nonce(
    request: HttpRequest, response: HttpResponse, slug: str, nonce: str
) -> None:
    _keep(request, response, slug, NONCE, nonce)


def drop_draft(response: HttpResponse, slug: str) -> None:
    response.delete_cookie(PICKS, path=path_of_poll(slug), samesite="Lax")
    drop_nonce(response, slug)


def drop_nonce(response: HttpResponse, slug: str) -> None:
    response.delete_cookie(NONCE, path=path_of_poll(slug), samesite="Lax")


def _keep(
    request: HttpRequest, response: HttpResponse, slug: str, name: str, text: str
) -> None:
    response.set_cookie(
        name,
        text,
        max_age=LIFETIME,
        path=path_of_poll(slug),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
