"""Which part of a poll's visitors comes from one network: counted in this process alone.

Each web process meets a fair sample of all, so a share needs no counter that they have in
common. Nothing of it is written down; a restart begins anew.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=10)

# A share of fewer arrivals than this says nothing.
_LEAST = 100
# A flood of invented addresses must not fill the memory.
_MOST_NETWORKS = 20_000

_lock = Lock()
_windows: dict[int, "_Window"] = {}


@dataclass(slots=True)
class _Window:
    number: int
    arrivals: int = 0
    by_network: Counter[str] = field(default_factory=Counter)


def share_of_arrivals(*, poll_id: int, network: str, now: datetime) -> float:
    """Count one arrival; the share of its network since the window began, 0.0 to 1.0."""
    number = int(now.timestamp() // WINDOW.total_seconds())
    with _lock:
        window = _windows.get(poll_id)
        if window is None or window.number != number:
            window = _windows[poll_id] = _Window(number)
        window.arrivals += 1
        known = window.by_network
        if network in known or len(known) < _MOST_NETWORKS:
            known[network] += 1
        if window.arrivals < _LEAST:
            return 0.0
        return known[network] / window.arrivals


def forget_arrivals() -> None:
    """For a process whose database was emptied."""
    _windows.clear()
