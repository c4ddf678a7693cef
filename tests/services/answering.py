"""Whether the live server of the tests is still at work on something."""

import threading
from collections.abc import Callable

_changed = threading.Condition()
_under_way = 0


def watched(application: Callable) -> Callable:
    """The WSGI application, with its requests counted while they are answered."""

    def answer(environ, start_response):
        global _under_way
        with _changed:
            _under_way += 1
        try:
            return application(environ, start_response)
        finally:
            with _changed:
                _under_way -= 1
                _changed.notify_all()

    return answer


def wait_for_answers(*, seconds: float = 60) -> None:
    """What a browser asked for as it closed is answered before its tables are emptied."""
    with _changed:
        _changed.wait_for(lambda: not _under_way, timeout=seconds)
