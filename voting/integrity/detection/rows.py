from collections.abc import Hashable
from typing import NamedTuple


class Seen(NamedTuple):
    """One ballot beside what is known of its request.

    ``minute`` counts from 1970 in UTC. ``voter_day``, ``prefix`` and ``network`` are opaque.
    ``picks`` holds one byte for each option that the ballot supports, ascending.
    """

    ballot: int
    minute: int
    voter_day: Hashable
    prefix: Hashable
    network: Hashable
    adapter: str
    client: str
    device_age: int | None
    difficulty: int
    unthrottled: bool
    picks: bytes
