"""Who is a voter: one interface, one adapter for each way of telling."""

from dataclasses import dataclass
from typing import Protocol

from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody whom an adapter recognised.

    ``identity`` never reaches the database: only a keyed hash of it does.
    """

    adapter: str
    identity: str

    @property
    def tag(self) -> str:
        """The voter in all adapters, for keyed hashes and signatures."""
        return f"{self.adapter}:{self.identity}"


class Adapter(Protocol):
    name: str
    label: str
    works_without_javascript: bool

    def recognise(self, request: HttpRequest) -> Voter | None:
        """The voter of this request, or None: nobody that this adapter knows."""

    def welcome(self, request: HttpRequest) -> Voter | None:
        """A new voter, where one can be had without asking for anything."""

    def remember(
        self, request: HttpRequest, response: HttpResponse, voter: Voter
    ) -> None:
        """Leave with the browser what it takes to recognise this voter again."""
