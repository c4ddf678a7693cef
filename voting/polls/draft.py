"""What was ticked and not yet sent, kept in the browser so that nothing is lost.

A closed tab, a look at a unit's page or a switch to 大字版 leads back to the same ticks.
It is no ballot and proves nothing; it goes as soon as a ballot was taken.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "picks"
LIFETIME = timedelta(days=1)


def drafted(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split("-")[:200]


def keep_draft(
    request: HttpRequest, response: HttpResponse, slug: str, numbers: Iterable[int]
) -> None:
    response.set_cookie(
        COOKIE,
        "-".join(str(number) for number in sorted(numbers)),
        max_age=LIFETIME,
        path=_path(slug),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def drop_draft(response: HttpResponse, slug: str) -> None:
    response.delete_cookie(COOKIE, path=_path(slug), samesite="Lax")


def _path(slug: str) -> str:
    return reverse("voting:ballot", args=[slug])
