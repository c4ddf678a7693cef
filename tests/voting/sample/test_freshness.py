import sqlite3
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from showcase.contests.models import Contest
from voting.sample.content import content
from voting.sample.freshness import is_fresh
from voting.sample.timetable import DemoStage, sample_times

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
COLUMNS = [field.column for field in Contest._meta.concrete_fields]


def store(folder, *contests: Contest) -> None:
    """A demo's database as far as it is read: the contest's table, times as Django writes them."""
    with closing(sqlite3.connect(folder / "hongqi.sqlite3")) as connection, connection:
        connection.execute(f"CREATE TABLE showcase_contest ({', '.join(COLUMNS)})")
        for contest in contests:
            values = [getattr(contest, column) for column in COLUMNS]
            connection.execute(
                f"INSERT INTO showcase_contest VALUES ({', '.join('?' * len(COLUMNS))})",
                [
                    value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
                    if isinstance(value, datetime)
                    else value
                    for value in values
                ],
            )


def standing_at(stage: DemoStage) -> Contest:
    times = sample_times(content()["contest"]["timetable"], stage, now=NOW)
    return Contest(slug="sample", name="样例", **asdict(times))


@pytest.mark.parametrize("stage", DemoStage)
def test_a_demo_is_fresh_when_it_was_just_built(tmp_path, stage):
    store(tmp_path, standing_at(stage))

    assert is_fresh(tmp_path, stage=stage, now=NOW)


@pytest.mark.parametrize(
    ("stage", "later"),
    [
        pytest.param(DemoStage.POLL, timedelta(days=5), id="the poll has closed"),
        pytest.param(DemoStage.RESULT, timedelta(days=9), id="the notice is over"),
    ],
)
def test_a_demo_that_has_gone_past_its_moment_is_not(tmp_path, stage, later):
    store(tmp_path, standing_at(stage))

    assert not is_fresh(tmp_path, stage=stage, now=NOW + later)


def test_nothing_and_what_cannot_be_read_is_not_fresh(tmp_path):
    assert not is_fresh(tmp_path, stage=DemoStage.POLL, now=NOW)
    (tmp_path / "hongqi.sqlite3").write_bytes(b"half a database")

    assert not is_fresh(tmp_path, stage=DemoStage.POLL, now=NOW)


def test_a_database_without_a_contest_is_not_fresh(tmp_path):
    store(tmp_path)

    assert not is_fresh(tmp_path, stage=DemoStage.POLL, now=NOW)
