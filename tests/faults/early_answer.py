"""A sabotaged build: it tells the voter that the ballot was taken, and commits a moment later.

Served in place of ``site_cms.wsgi:application``.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import transaction

from site_cms.wsgi import application
from voting.polls import casting

# As long as a COMMIT takes on a busy disk.
_LATER = 0.05

_store = casting.insert_ballot
_threads = ThreadPoolExecutor(32)


def _answered_before_commit(**ballot: object) -> casting.Stored | None:
    answer: Future = Future()
    _threads.submit(_store_and_commit_later, ballot, answer)
    return answer.result()


def _store_and_commit_later(ballot: dict, answer: Future) -> None:
    try:
        with transaction.atomic():
            stored = _store(**ballot)
            answer.set_result(stored)
            if stored:
                time.sleep(_LATER)
    except Exception as error:
        if not answer.done():
            answer.set_exception(error)
        transaction.get_connection().close()


casting.insert_ballot = _answered_before_commit

__all__ = ["application"]
