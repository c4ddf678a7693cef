import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from showcase.contests.rules import Act, Stage, open_acts, stage_at, times_out_of_order
from voting.sample.timetable import DemoStage, sample_times

TIMETABLE = json.loads(
    (Path(__file__).parents[3] / "voting/sample/contest.json").read_text("utf-8")
)["contest"]["timetable"]

HOURS = [
    pytest.param(datetime(2026, 11, 21, 15, 59, tzinfo=UTC), id="just before midnight"),
    pytest.param(datetime(2026, 11, 21, 16, 0, tzinfo=UTC), id="midnight in Shanghai"),
    pytest.param(datetime(2027, 1, 1, 4, 0, tzinfo=UTC), id="noon on New Year's Day"),
]


@pytest.mark.parametrize("now", HOURS)
@pytest.mark.parametrize(
    ("stage", "acts", "reached"),
    [
        (DemoStage.NOMINATION, {Act.NOMINATE}, Stage.NOMINATION),
        (DemoStage.REVIEW, {Act.REVIEW_SECOND}, Stage.SECOND_REVIEW),
        (DemoStage.POLL, {Act.VOTE}, Stage.POLL),
        (DemoStage.NIGHT, {Act.MARK}, Stage.NIGHT),
        (DemoStage.REVEAL, set(), Stage.NIGHT),
        (DemoStage.RESULT, {Act.OBJECT}, Stage.NOTICE),
    ],
)
def test_the_site_stands_at_the_chosen_moment_at_any_hour(now, stage, acts, reached):
    times = sample_times(TIMETABLE, stage, now=now)

    assert stage_at(times, now=now) == reached
    assert open_acts(times, opened=frozenset({"poll", "night"}), now=now) == acts


@pytest.mark.parametrize("now", HOURS)
@pytest.mark.parametrize("stage", DemoStage)
def test_times_of_the_sample_are_in_order(now, stage):
    assert times_out_of_order(sample_times(TIMETABLE, stage, now=now)) == []
