"""A sabotaged build: it tells the judge that the sheet was received, and commits a moment later.

Served in place of ``site_cms.wsgi:application``.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import transaction

from site_cms.wsgi import application
from voting.judging import services
from voting.judging.models import ScoreSheet

# As long as a COMMIT takes on a busy disk.
_LATER = 0.1

_submit = services.submit_sheet
_threads = ThreadPoolExecutor(32)


def _answered_before_commit(**posted: object) -> ScoreSheet:
    answer: Future = Future()
    _threads.submit(_submit_and_commit_later, posted, answer)
    return answer.result()


def _submit_and_commit_later(posted: dict, answer: Future) -> None:
    try:
        with transaction.atomic():
            answer.set_result(_submit(**posted))
            time.sleep(_LATER)
    except Exception as error:
        if not answer.done():
            answer.set_exception(error)
        transaction.get_connection().close()


services.submit_sheet = _answered_before_commit

__all__ = ["application"]
