"""Whoever was asked once is known again by one signed cookie, which names one voter.

A browser holds one such voter for each poll: the next person who is asked takes the
first one's place, and a cookie of another poll or of another way of asking is nobody's.
"""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter

LIFETIME = timedelta(days=30)
# Long enough to send a ballot whose answer was lost once more; then the phone is free.
LIFETIME_HELPED = timedelta(hours=2)

_HELPED = "h"


class Asked:
    """What all adapters have in common that must ask first."""

    name: str
    works_without_javascript = True
    is_silent = False

    def lacks(self) -> str:
        return ""

    def is_offered(self, request: HttpRequest) -> bool:
        return True

    def identify_url(self, slug: str) -> str | None:
        return reverse(f"voting:{self.name}", args=[slug])

    def recognise(self, request: HttpRequest, poll: FrozenPoll) -> Voter | None:
        kept = request.get_signed_cookie(
            _cookie(poll), default=None, salt=self._salt(poll)
        )
        if not kept:
            return None
        identity, _, helped = kept.partition(".")
        return Voter(self.name, identity, is_helped=helped == _HELPED)

    def welcome(self, request: HttpRequest) -> Voter | None:
        return None

    def remember(
        self,
        request: HttpRequest,
        response: HttpResponse,
        poll: FrozenPoll,
        voter: Voter,
    ) -> None:
        lifetime = LIFETIME_HELPED if voter.is_helped else LIFETIME
        response.set_signed_cookie(
            _cookie(poll),
            f"{voter.identity}.{_HELPED if voter.is_helped else ''}",
            salt=self._salt(poll),
            max_age=int(lifetime.total_seconds()),
            path=_path(),
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )

    def _salt(self, poll: FrozenPoll) -> str:
        return f"voting.polls.asked:{self.name}:{poll.id}"


def forget_asked(response: HttpResponse, poll: FrozenPoll) -> None:
    response.delete_cookie(_cookie(poll), path=_path(), samesite="Lax")


def _cookie(poll: FrozenPoll) -> str:
    return f"voter-{poll.id}"


def _path() -> str:
    return reverse("voting:current")
