"""The tier inside the process: as many pages as fit into so many bytes, oldest out first."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from django.conf import settings

from site_cms.pages.cache.kept import KeptPage

# One page may take an eighth of the place at most.
_LARGEST_SHARE = 8
_PATHS_REMEMBERED = 5_000
# Whoever waits for another's drawing longer than this draws the page too.
PATIENCE = 10.0


class Memory:
    """Pages, and which queries count at an address, for all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._queries: OrderedDict[Hashable, tuple[str, ...]] = OrderedDict()
        self._bytes = 0

    def page(self, key: Hashable, *, now: float) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.expires_at <= now:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: KeptPage) -> None:
        limit = settings.PAGE_CACHE_BYTES
        if page.size > limit // _LARGEST_SHARE:
            return
        with self._lock:
            if key in self._pages:
                self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > limit:
                self._drop(next(iter(self._pages)))

    def queries(self, place: Hashable) -> tuple[str, ...] | None:
        return self._queries.get(place)

    def keep_queries(self, place: Hashable, names: tuple[str, ...]) -> None:
        with self._lock:
            self._queries[place] = names
            self._queries.move_to_end(place)
            if len(self._queries) > _PATHS_REMEMBERED:
                self._queries.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self._queries.clear()
            self._bytes = 0

    @property
    def bytes_used(self) -> int:
        return self._bytes

    def _drop(self, key: Hashable) -> None:
        self._bytes -= self._pages.pop(key).size


class Turns:
    """Of many requests that miss the same page at once, one draws it; the others wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, threading.Event] = {}

    @contextmanager
    def taken(self, key: Hashable) -> Iterator[None]:
        """Enter at once as the first; otherwise when the first has finished."""
        with self._lock:
            under_way = self._under_way.get(key)
            if under_way is None:
                done = self._under_way[key] = threading.Event()
        if under_way is not None:
            under_way.wait(PATIENCE)
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._under_way[key]
            done.set()


memory = Memory()
turns = Turns()
