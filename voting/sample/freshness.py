"""Whether a demo that was built before still stands at its moment."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from showcase.contests.rules import ORDER, Stage, Times, stage_at
from voting.sample.timetable import DemoStage

_STANDS_AT = {
    DemoStage.NOMINATION: {Stage.NOMINATION},
    DemoStage.REVIEW: {Stage.SECOND_REVIEW},
    DemoStage.POLL: {Stage.POLL},
    DemoStage.NIGHT: {Stage.NIGHT},
    DemoStage.REVEAL: {Stage.NIGHT},
    DemoStage.RESULT: {Stage.NOTICE},
}


def is_fresh(data: Path, *, stage: DemoStage, now: datetime) -> bool:
    """Read the contest's times from the demo's own database, which Django does not use here."""
    database = data / "hongqi.sqlite3"
    if not database.exists():
        return False
    address = f"file:{database}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            row = connection.execute(
                f"SELECT {', '.join(ORDER)} FROM showcase_contest"
            ).fetchone()
    except sqlite3.Error:
        return False
    if row is None:
        return False
    moments = [
        datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
        for text in row
    ]
    times = Times(**dict(zip(ORDER, moments, strict=True)))
    notice_is_over = times.notice_closes_at is None or times.notice_closes_at < now
    if stage == DemoStage.RESULT and notice_is_over:
        return False
    return stage_at(times, now=now) in _STANDS_AT[stage]
