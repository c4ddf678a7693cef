"""A phone or computer, known again by a signed cookie. Open to everybody.

The cookie also says since which minute it is known. Cookies from before that was noted
stay good; their age is unknown.
"""

import secrets
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter

COOKIE = "device"
_SALT = "voting.polls.device"
_YEAR = 365 * 24 * 60 * 60


class Device:
    name = "device"
    label = "手机或电脑（打开就能投，要用 JavaScript）"
    invitation = "用这台手机投票"
    # It must compute before it may send: site_cms.gate.work.
    works_without_javascript = False
    is_silent = False

    def lacks(self) -> str:
        return ""

    def is_offered(self, request: HttpRequest) -> bool:
        return True

    def identify_url(self, slug: str) -> str | None:
        return None

    def recognise(self, request: HttpRequest, poll: FrozenPoll) -> Voter | None:
        identity, _ = _read(request)
        return Voter(self.name, identity) if identity else None

    def welcome(self, request: HttpRequest) -> Voter | None:
        return Voter(self.name, secrets.token_hex(16))

    def remember(
        self,
        request: HttpRequest,
        response: HttpResponse,
        poll: FrozenPoll,
        voter: Voter,
    ) -> None:
        known, since = _read(request)
        if known != voter.identity:
            since = timezone.now()
        response.set_signed_cookie(
            COOKIE,
            _written(voter.identity, since),
            salt=_SALT,
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )


def device_since(request: HttpRequest) -> datetime | None:
    """Since when this browser is known; None: it is not, or nobody noted when."""
    return _read(request)[1]


def _written(identity: str, since: datetime | None) -> str:
    return f"{identity}.{int(since.timestamp()) // 60}" if since else identity


def _read(request: HttpRequest) -> tuple[str, datetime | None]:
    """Once for a request: who votes is asked, and since when this browser is known."""
    if not hasattr(request, "device"):
        request.device = _identity_and_since(request)
    return request.device


def _identity_and_since(request: HttpRequest) -> tuple[str, datetime | None]:
    kept = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    identity, _, minute = kept.partition(".")
    return identity, datetime.fromtimestamp(int(minute) * 60, UTC) if minute else None
