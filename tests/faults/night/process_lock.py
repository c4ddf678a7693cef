"""A sabotaged build: a lock of the process stands where the database's row lock and constraint were.

It looks before it writes. With one process that would do; a site has several. Served in place
of ``site_cms.wsgi:application``, on a database without the constraint.
"""

import threading
import time

from site_cms.wsgi import application
from voting.judging import services
from voting.judging.errors import VersionTaken
from voting.judging.models import ScoreSheet, Turn
from voting.judging.services import marking

# As long as a write takes on a busy disk.
_MEANWHILE = 0.02

_submit = services.submit_sheet
_lock = threading.Lock()


def _look_before_writing(*, device, turn_id, sheet_id, version, **posted) -> ScoreSheet:
    with _lock:
        same_version = ScoreSheet.objects.filter(
            turn=turn_id, seat=device.seat, version=version
        )
        if same_version.exclude(pk=sheet_id).exists():
            raise VersionTaken
        time.sleep(_MEANWHILE)
        return _submit(
            device=device,
            turn_id=turn_id,
            sheet_id=sheet_id,
            version=version,
            **posted,
        )


def _turn_without_a_lock(turn_id: int) -> Turn | None:
    return (
        Turn.objects.filter(pk=turn_id)
        .select_related("round__night__contest", "entry__unit", "lock")
        .first()
    )


marking.locked_turn = _turn_without_a_lock
services.submit_sheet = _look_before_writing

__all__ = ["application"]
