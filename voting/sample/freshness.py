"""Whether a demo that was built before still stands at its moment."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from showcase.contests.rules import Stage, Times, stage_at
from voting.sample.timetable import DemoStage

_STANDS_AT = {
    DemoStage.POLL: {Stage.POLL},
    DemoStage.NIGHT: {Stage.NIGHT},
    DemoStage.RESULT: {Stage.NOTICE},
}
_TIMES = ("poll_opens_at", "poll_closes_at", "night_opens_at", "provisional_at")


def is_fresh(data: Path, *, stage: DemoStage, now: datetime) -> bool:
    """Read the contest's times from the demo's own database, which Django does not use here."""
    database = data / "hongqi.sqlite3"
    if not database.exists():
        return False
    address = f"file:{database}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute(
                f"SELECT {', '.join(_TIMES)}, notice_closes_at FROM showcase_contest"
            ).fetchone()
    except sqlite3.Error:
        return False
    if row is None:
        return False
    moments = [
        datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
        for text in row
    ]
    notice_closes_at = moments[-1]
    if stage == DemoStage.RESULT and (
        notice_closes_at is None or notice_closes_at < now
    ):
        return False
    times = Times(**dict(zip(_TIMES, moments[:-1], strict=True)))
    return stage_at(times, now=now) in _STANDS_AT[stage]
