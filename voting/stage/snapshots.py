"""The snapshot as bytes: drawn once for each change, however many screens, processes and restarts.

The first that asks after a change claims its row; whoever asks meanwhile waits at the
constraint of the table and reads what was drawn. A process remembers the last one of each show.
"""

import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from site_cms.freshness.queries import site_version
from voting.stage.models import Show, Snapshot
from voting.stage.queries import facts_of
from voting.stage.rules import FORMAT, snapshot

# Screens ask for the newest only. The last hour stays, for whoever wonders what was shown.
KEPT_FOR = timedelta(hours=1)

# Address of the screens to (what the picture was drawn from, its bytes).
_last: dict[str, tuple[str, bytes]] = {}


def snapshot_of(show: Show) -> bytes:
    """The same bytes until an act of the night, of the site or a time of the contest changes them."""
    depends_on = _depends_on(show)
    last = _last.get(show.token)
    if last and last[0] == depends_on:
        return last[1]
    body = _drawn(show, depends_on, now=timezone.now()).encode()
    _last[show.token] = (depends_on, body)
    return body


def forget_snapshots() -> None:
    """For a process whose database was emptied."""
    _last.clear()


def _depends_on(show: Show) -> str:
    contest = show.night.contest
    parts = [
        FORMAT,
        site_version(),
        show.night.revision,
        show.scene,
        show.slide,
        show.slide_at,
        show.is_still,
        contest.night_opens_at,
        contest.night_closed_at,
        contest.practice_note,
        contest.notice_closes_at,
        contest.finalised_at,
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _drawn(show: Show, depends_on: str, *, now: datetime) -> str:
    drawn = show.snapshots.filter(depends_on=depends_on).first()
    return drawn.body if drawn else _draw(show, depends_on, now=now)


@transaction.atomic
def _draw(show: Show, depends_on: str, *, now: datetime) -> str:
    claimed, is_first = Snapshot.objects.get_or_create(
        show=show, depends_on=depends_on, defaults={"body": "", "drawn_at": now}
    )
    if not is_first:
        return claimed.body
    claimed.body = json.dumps(
        snapshot(facts_of(show)), ensure_ascii=False, separators=(",", ":")
    )
    claimed.save(update_fields=["body"])
    show.snapshots.filter(drawn_at__lt=now - KEPT_FOR).delete()
    return claimed.body
