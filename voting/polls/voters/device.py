"""A phone or computer, known again by a signed cookie. Open to everybody."""

import secrets

from django.http import HttpRequest, HttpResponse

from voting.polls.voters.base import Voter

COOKIE = "device"
_SALT = "voting.polls.device"
_YEAR = 365 * 24 * 60 * 60


class Device:
    name = "device"
    label = "手机或电脑（打开就能投）"
    works_without_javascript = True

    def recognise(self, request: HttpRequest) -> Voter | None:
        identity = request.get_signed_cookie(COOKIE, default=None, salt=_SALT)
        return Voter(self.name, identity) if identity else None

    def welcome(self, request: HttpRequest) -> Voter | None:
        return Voter(self.name, secrets.token_hex(16))

    def remember(
        self, request: HttpRequest, response: HttpResponse, voter: Voter
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
