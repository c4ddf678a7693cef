"""A phone or computer, known again by a signed cookie. Open to everybody."""

import secrets

from django.http import HttpRequest, HttpResponse

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
        identity = request.get_signed_cookie(COOKIE, default=None, salt=_SALT)
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
        response.set_signed_cookie(
            COOKIE,
            voter.identity,
            salt=_SALT,
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
