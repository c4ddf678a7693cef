"""The snapshot as bytes, computed once for each change and kept in the process."""

import json
from typing import Any

from voting.stage.models import Show
from voting.stage.queries import facts_of
from voting.stage.rules import snapshot

# Address of the screens to (what the snapshot depends on, the bytes). A lost race computes the same twice.
_kept: dict[str, tuple[tuple[Any, ...], bytes]] = {}


def snapshot_of(show: Show) -> bytes:
    """The same bytes until an act of the night or a time of the contest changes them."""
    contest = show.night.contest
    depends_on = (
        show.scene,
        show.night.revision,
        contest.night_opens_at,
        contest.night_closed_at,
        contest.practice_note,
    )
    kept = _kept.get(show.token)
    if kept and kept[0] == depends_on:
        return kept[1]
    body = json.dumps(
        snapshot(facts_of(show)), ensure_ascii=False, separators=(",", ":")
    ).encode()
    _kept[show.token] = (depends_on, body)
    return body
