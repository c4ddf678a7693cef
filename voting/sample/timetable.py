"""When things happen in the sample, so that the site stands at the chosen moment today."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from showcase.contests.rules import Times

SHANGHAI = ZoneInfo("Asia/Shanghai")


class DemoStage(StrEnum):
    """The moments of the contest that the demo can show, in their order."""

    NOMINATION = "nomination"
    REVIEW = "review"
    POLL = "poll"
    NIGHT = "night"
    REVEAL = "reveal"
    RESULT = "result"

    def has_reached(self, other: "DemoStage") -> bool:
        order = list(DemoStage)
        return order.index(self) >= order.index(other)


# How many days of the sample's calendar have passed since the poll opened.
_DAYS_IN = {
    DemoStage.NOMINATION: -60,
    DemoStage.REVIEW: -33,
    DemoStage.POLL: 8,
    DemoStage.NIGHT: 18,
    DemoStage.REVEAL: 18,
    DemoStage.RESULT: 21,
}

# The night of the demo is on: it began this long ago, whatever the hour of the day.
_NIGHT_BEGAN = {
    DemoStage.NIGHT: timedelta(minutes=50),
    DemoStage.REVEAL: timedelta(minutes=160),
}
# Right before the reveal the last unit has been judged for as long as two people need to look.
_MARKING_ENDED = timedelta(minutes=20)


def opening_day(stage: DemoStage, *, now: datetime) -> datetime:
    """Midnight in Shanghai of the day on which the sample's poll opened."""
    today = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    return today - timedelta(days=_DAYS_IN[stage])


def moment(first_day: datetime, offset_days: int, at: str) -> datetime:
    """A moment of the sample's calendar: days after the opening day, HH:MM."""
    return datetime.combine(
        first_day.date() + timedelta(days=offset_days), time.fromisoformat(at), SHANGHAI
    )


def sample_times(
    timetable: Sequence[Mapping[str, Any]], stage: DemoStage, *, now: datetime
) -> Times:
    """The contest's times, of which those of stages not yet reached are plans."""
    first_day = opening_day(stage, now=now)
    steps = {step["key"]: step for step in timetable}

    def opens(key: str) -> datetime:
        return moment(
            first_day, steps[key]["opens_offset_days"], steps[key]["opens_time"]
        )

    def closes(key: str) -> datetime:
        return moment(
            first_day, steps[key]["closes_offset_days"], steps[key]["closes_time"]
        )

    night_opens, night_closed, provisional = opens("night"), None, None
    minute = now.replace(second=0, microsecond=0)
    if stage in _NIGHT_BEGAN:
        night_opens = minute - _NIGHT_BEGAN[stage]
    if stage == DemoStage.REVEAL:
        night_closed = minute - _MARKING_ENDED
    if stage == DemoStage.RESULT:
        night_closed = closes("night")
        provisional = night_closed + timedelta(minutes=15)
    return Times(
        nomination_opens_at=opens("nomination"),
        nomination_closes_at=closes("nomination"),
        first_review_closes_at=closes("first_review"),
        second_review_closes_at=closes("second_review"),
        shortlisted_at=opens("shortlist"),
        poll_opens_at=opens("poll"),
        poll_closes_at=closes("poll"),
        night_opens_at=night_opens,
        night_closed_at=night_closed,
        provisional_at=provisional,
        notice_closes_at=closes("public_notice"),
    )
