"""The requests of voters, as their browsers send them, made with the site's own functions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.urls import reverse

from site_cms.gate import work
from tests.factories.work import solved
from tests.services.site import HOST
from voting.polls.nonces import issue_nonce
from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter
from voting.polls.voters.device import COOKIE
from voting.polls.voters.registry import ADAPTERS

PICKS = 10

_HEAD = """\
POST {path} HTTP/1.1\r
Host: {host}\r
X-Forwarded-For: {address}\r
X-Forwarded-Proto: https\r
Origin: {origin}\r
User-Agent: Mozilla/5.0 (Linux; Android 12; V2166A) AppleWebKit/537.36 (KHTML, like Gecko) \
Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49\r
Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r
Accept-Encoding: gzip, deflate\r
Accept-Language: zh-CN,zh;q=0.9\r
Content-Type: application/x-www-form-urlencoded\r
Content-Length: {length}\r
Cookie: {cookies}\r
\r
"""
# Where voters' addresses begin: one each, so that nobody's limit is reached.
_FIRST_ADDRESS = int(IPv4Address("10.0.0.0"))


@dataclass(frozen=True, slots=True)
class Phone:
    """One voter's browser just before its ballot is sent."""

    voter: Voter
    address: str
    cookies: dict[str, str]
    token: str
    nonce: str
    plates: tuple[str, ...]

    def form(self, path: str, **fields: str) -> bytes:
        """The choices, sent to an address, with what else is named."""
        body = urlencode(
            [
                ("csrfmiddlewaretoken", self.token),
                *fields.items(),
                *(("entry", plate) for plate in self.plates),
            ]
        )
        head = _HEAD.format(
            path=path,
            host=HOST,
            origin=settings.PUBLIC_ORIGIN,
            address=self.address,
            length=len(body),
            cookies="; ".join(f"{name}={text}" for name, text in self.cookies.items()),
        )
        return (head + body).encode()

    def ballot(self, slug: str, *, now: datetime) -> bytes:
        """The ballot with its work. That the work is the least possible shows to nobody:
        what the server does to check it is the same for all work."""
        challenge = work.issue(
            purpose="ballot", bound_to=self.nonce, difficulty=1, now=now
        )
        return self.form(
            reverse("voting:cast", args=[slug]),
            request=self.nonce,
            order="1",
            work=solved(challenge.text),
        )


def phones(
    poll: FrozenPoll, *, after: int, number: int, now: datetime
) -> Iterator[Phone]:
    """Browsers of voters who have not been there before."""
    plates = [entry.plate for entry in poll.entries]
    choose = Random(after)
    for place in range(after, after + number):
        voter = Voter("device", f"{place:032x}")
        picked = choose.sample(plates, PICKS)
        request = RequestFactory().get("/", HTTP_HOST=HOST)
        token = get_token(request)
        nonce = issue_nonce(poll_id=poll.id, voter=voter, now=now)
        yield Phone(
            voter=voter,
            address=str(IPv4Address(_FIRST_ADDRESS + place)),
            cookies={
                settings.CSRF_COOKIE_NAME: request.META["CSRF_COOKIE"],
                COOKIE: _device_cookie(request, poll, voter),
                "request": nonce,
                "picks": "".join("01"[plate in picked] for plate in plates),
            },
            token=token,
            nonce=nonce,
            plates=tuple(sorted(picked)),
        )


def _device_cookie(request: HttpRequest, poll: FrozenPoll, voter: Voter) -> str:
    response = HttpResponse()
    ADAPTERS[voter.adapter].remember(request, response, poll, voter)
    return response.cookies[COOKIE].value
