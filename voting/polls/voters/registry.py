"""The ways of telling voters that a poll can accept, the surest first."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Adapter, Voter
from voting.polls.voters.device import Device

ADAPTERS: dict[str, Adapter] = {adapter.name: adapter for adapter in (Device(),)}

# In the address of a ballot page: this voter does without the silent way.
BY_DEVICE = "device"


def accepted(poll: FrozenPoll) -> Iterator[Adapter]:
    return (adapter for name, adapter in ADAPTERS.items() if name in poll.adapters)


def ways_to_ask(request: HttpRequest, poll: FrozenPoll) -> list[Adapter]:
    """The accepted adapters with a page of their own that works in this browser."""
    return [
        adapter
        for adapter in accepted(poll)
        if adapter.identify_url("x") and adapter.is_offered(request)
    ]


def ways_without_javascript(poll: FrozenPoll, slug: str) -> list[dict[str, str]]:
    """The way out for a browser that cannot compute: words and address of each page that asks."""
    return [
        {"words": adapter.invitation, "url": url}
        for adapter in accepted(poll)
        if adapter.works_without_javascript and (url := adapter.identify_url(slug))
    ]


def recognise(request: HttpRequest, *, poll: FrozenPoll) -> Voter | None:
    """The voter of this request by the first accepted adapter that knows one."""
    return next(
        (
            voter
            for adapter in accepted(poll)
            if (voter := adapter.recognise(request, poll))
        ),
        None,
    )


def way_in(request: HttpRequest, *, poll: FrozenPoll, slug: str) -> Voter | str:
    """Who votes on a ballot page; the address of the page that asks, if nobody knows yet."""
    voter = recognise(request, poll=poll)
    if voter and ADAPTERS[voter.adapter].identify_url(slug):
        return voter
    ways = ways_to_ask(request, poll)
    silent = next((way for way in ways if way.is_silent), None)
    if silent and request.GET.get("by") != BY_DEVICE:
        return silent.identify_url(slug)
    voter = voter or _welcome(request, poll)
    if voter:
        return voter
    if len(ways) == 1:
        return ways[0].identify_url(slug)
    return reverse("voting:who", args=[slug])


def _welcome(request: HttpRequest, poll: FrozenPoll) -> Voter | None:
    return next(
        (voter for adapter in accepted(poll) if (voter := adapter.welcome(request))),
        None,
    )


def remember(
    request: HttpRequest, response: HttpResponse, poll: FrozenPoll, voter: Voter
) -> None:
    ADAPTERS[voter.adapter].remember(request, response, poll, voter)
