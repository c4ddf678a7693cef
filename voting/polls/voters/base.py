"""Who is a voter: one interface, one adapter for each way of telling.

An adapter that must ask first has a page of its own, named by ``identify_url``; what it
learned there is kept by ``remember`` and known again by ``recognise``. None of the three
touches the database: they stand on the way of each ballot.
"""

from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest, HttpResponse

from voting.polls.rules import FrozenPoll


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody whom an adapter recognised.

    ``identity`` never reaches the database: only a keyed hash of it does. ``is_helped``:
    a helper holds the phone, and gets no receipt that shows choices.
    """

    adapter: str
    identity: str
    is_helped: bool = False

    @property
    def tag(self) -> str:
        """The voter in all adapters, for keyed hashes and signatures."""
        return f"{self.adapter}:{self.identity}"


class Adapter(Protocol):
    name: str
    label: str
    invitation: str
    works_without_javascript: bool
    # Asks a service, not the voter: taken without a question where it is offered.
    is_silent: bool

    def lacks(self) -> str:
        """What an operator must set up before a poll can accept this; empty: nothing."""

    def is_offered(self, request: HttpRequest) -> bool:
        """Whether it works in the browser that asks."""

    def identify_url(self, slug: str) -> str | None:
        """The page that asks who this is. None: it needs no asking."""

    def recognise(self, request: HttpRequest, poll: FrozenPoll) -> Voter | None:
        """The voter of this request, or None: nobody that this adapter knows."""

    def welcome(self, request: HttpRequest) -> Voter | None:
        """A new voter, where one can be had without asking for anything."""

    def remember(
        self,
        request: HttpRequest,
        response: HttpResponse,
        poll: FrozenPoll,
        voter: Voter,
    ) -> None:
        """Leave with the browser what it takes to recognise this voter again."""
