"""The version of the site, as this process last saw it."""

import threading
import time

from django.db import DatabaseError
from django.db.models import Sum

from site_cms.freshness.models import SiteChange

# How long a process may believe what it read.
SECONDS_BELIEVED = 1.0


class _Memory:
    """The number, and when this process asked for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.version: int | None = None
        self.read_at = float("-inf")


_memory = _Memory()


def site_version() -> int | None:
    """Read from the database at most once a second.

    While the database does not answer it is the last number known; None without any.
    """
    with _memory.lock:
        now = time.monotonic()
        if now - _memory.read_at >= SECONDS_BELIEVED:
            try:
                _memory.version = _stored_version()
            except DatabaseError:
                return _memory.version
            _memory.read_at = now
        return _memory.version


def _stored_version() -> int:
    return SiteChange.objects.aggregate(number=Sum("weight"))["number"] or 0


def believe_no_longer() -> None:
    """For the process that made a change: it reads the number again at its next request."""
    with _memory.lock:
        _memory.read_at = float("-inf")


def forget_site_version() -> None:
    """For a process whose database was emptied."""
    with _memory.lock:
        _memory.forget()
