"""Acts that meet at one moment, each in a thread and on a connection of its own."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

# A busy machine takes its time to start the last thread.
_PATIENCE = 60

DONE = "done"


def together(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returned, in their order. What one raises is raised once all have ended."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=_PATIENCE)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def outcomes(
    acts: Sequence[Callable[[], Any]], *refusals: type[Exception]
) -> Counter[str]:
    """How often each came of it: the name of one of ``refusals``, or DONE."""

    def told(act: Callable[[], Any]) -> str:
        try:
            act()
        except refusals as refusal:
            return type(refusal).__name__
        return DONE

    return Counter(together([lambda act=act: told(act) for act in acts]))
