"""The one loop for what happens by itself: openings, tallies, reminders, renditions.

Each job is named in ``WORKER_JOBS`` as a dotted path to ``function(*, now)``. A job that
fails is logged and tried again in the next round; the others go on.
"""

import logging
import threading

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

SECONDS_BETWEEN_ROUNDS = 5.0


def run_round() -> int:
    """Do every job once. Returns how many failed."""
    failed = 0
    for name in settings.WORKER_JOBS:
        job = import_string(name)
        try:
            job(now=timezone.now())
        except Exception:
            failed += 1
            log.exception("worker job failed", extra={"job": name})
    return failed


def run_until(
    stop: threading.Event, *, seconds: float = SECONDS_BETWEEN_ROUNDS
) -> None:
    """Round after round until ``stop`` is set, which is noticed at once between rounds."""
    while not stop.is_set():
        close_old_connections()
        run_round()
        stop.wait(seconds)


def start_thread() -> threading.Event:
    """Run the loop beside the web threads of this process. Returns what stops it."""
    stop = threading.Event()
    threading.Thread(target=run_until, args=[stop], name="worker", daemon=True).start()
    return stop
