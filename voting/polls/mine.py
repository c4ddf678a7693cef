"""The 受理号 of the ballots that were cast from this browser, kept by the browser alone.

Only numbers: what was chosen opens with a receipt's own secret, which is not here. The
cookie has nothing to do with who may vote, so wiping it is safe and gains nothing.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from voting.polls.paths import path_of_poll
from voting.polls.receipts import LENGTH, as_printed

COOKIE = "receipts"
_SALT = "voting.polls.mine"
_LIFETIME = timedelta(days=180)
_MOST = 60


def kept_numbers(request: HttpRequest) -> list[str]:
    """As they are printed, the newest first."""
    kept = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return [as_printed(number) for number in kept.split(".") if len(number) == LENGTH]


def keep_number(
    request: HttpRequest, response: HttpResponse, slug: str, number: str
) -> None:
    numbers = [number, *(each for each in kept_numbers(request) if each != number)]
    response.set_signed_cookie(
        COOKIE,
        ".".join(each.replace("-", "") for each in numbers[:_MOST]),
        salt=_SALT,
        max_age=int(_LIFETIME.total_seconds()),
        path=path_of_poll(slug),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def wipe_numbers(response: HttpResponse, slug: str) -> None:
    response.delete_cookie(COOKIE, path=path_of_poll(slug), samesite="Lax")
