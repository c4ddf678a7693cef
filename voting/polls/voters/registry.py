"""The ways of telling voters that a poll can accept."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse

from voting.polls.voters.base import Adapter, Voter
from voting.polls.voters.device import Device

ADAPTERS: dict[str, Adapter] = {adapter.name: adapter for adapter in (Device(),)}


def recognise(request: HttpRequest, *, accepted: Collection[str]) -> Voter | None:
    """The voter of this request by the first accepted adapter that knows one."""
    return next(
        (voter for name in accepted if (voter := ADAPTERS[name].recognise(request))),
        None,
    )


def welcome(request: HttpRequest, *, accepted: Collection[str]) -> Voter | None:
    """A new voter by the first accepted adapter that asks for nothing."""
    return next(
        (voter for name in accepted if (voter := ADAPTERS[name].welcome(request))),
        None,
    )


def remember(request: HttpRequest, response: HttpResponse, voter: Voter) -> None:
    ADAPTERS[voter.adapter].remember(request, response, voter)
