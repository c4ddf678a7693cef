"""Which acts are open at a moment: it follows from the times, and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Act(StrEnum):
    """What somebody may do while a stage is open."""

    NOMINATE = "nominate"
    REVIEW_FIRST = "review_first"
    REVIEW_SECOND = "review_second"
    VOTE = "vote"
    MARK = "mark"
    OBJECT = "object"


class Stage(StrEnum):
    """The stations of a contest in their order, as the public sees them."""

    ANNOUNCED = "announced"
    NOMINATION = "nomination"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    SHORTLIST = "shortlist"
    POLL = "poll"
    COUNT = "count"
    NIGHT = "night"
    NOTICE = "notice"
    FINAL = "final"
    ARCHIVED = "archived"


# Words that stand where a contest's name stands in an address (/log/help/): no contest may bear one.
RESERVED_SLUGS = frozenset({"check", "code", "help", "objections", "units"})


@dataclass(frozen=True, slots=True)
class Times:
    """Every timestamp of a contest. None: not yet set. Intervals are half-open."""

    nomination_opens_at: datetime | None = None
    nomination_closes_at: datetime | None = None
    first_review_closes_at: datetime | None = None
    second_review_closes_at: datetime | None = None
    shortlisted_at: datetime | None = None
    poll_opens_at: datetime | None = None
    poll_closes_at: datetime | None = None
    night_opens_at: datetime | None = None
    night_closed_at: datetime | None = None
    provisional_at: datetime | None = None
    notice_closes_at: datetime | None = None
    finalised_at: datetime | None = None
    archived_at: datetime | None = None


# The order in which the times of a contest must stand.
ORDER = tuple(Times.__dataclass_fields__)

# An act, the stage whose "opened" record it demands, and its interval.
_WINDOWS: Mapping[Act, tuple[str, str, str]] = {
    Act.NOMINATE: ("", "nomination_opens_at", "nomination_closes_at"),
    Act.REVIEW_FIRST: ("", "nomination_closes_at", "first_review_closes_at"),
    Act.REVIEW_SECOND: ("", "first_review_closes_at", "second_review_closes_at"),
    Act.VOTE: (Stage.POLL, "poll_opens_at", "poll_closes_at"),
    Act.MARK: (Stage.NIGHT, "night_opens_at", "night_closed_at"),
    Act.OBJECT: ("", "provisional_at", "notice_closes_at"),
}

# An act that stays open until its closing time is set by somebody.
_OPEN_ENDED = {Act.MARK}


def _within(
    times: Times, opens: str, closes: str, now: datetime, *, ended: bool
) -> bool:
    start, end = getattr(times, opens), getattr(times, closes)
    if start is None or now < start:
        return False
    return now < end if end is not None else ended


def open_acts(times: Times, *, opened: frozenset[str], now: datetime) -> frozenset[Act]:
    """The acts that are open at ``now``.

    ``opened`` names the stages whose gate was met and whose "opened" act is recorded:
    voting and marking demand it, whatever the clock says.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 6, 1, 9, tzinfo=UTC), datetime(2026, 6, 1, 10, tzinfo=UTC)
    >>> times = Times(poll_opens_at=nine, poll_closes_at=ten)
    >>> sorted(open_acts(times, opened=frozenset({"poll"}), now=nine))
    [<Act.VOTE: 'vote'>]
    >>> sorted(open_acts(times, opened=frozenset(), now=nine))
    []
    """
    return frozenset(
        act
        for act, (stage, opens, closes) in _WINDOWS.items()
        if (not stage or stage in opened)
        and _within(times, opens, closes, now, ended=act in _OPEN_ENDED)
    )


_REACHED: tuple[tuple[str, Stage], ...] = (
    ("nomination_opens_at", Stage.NOMINATION),
    ("nomination_closes_at", Stage.FIRST_REVIEW),
    ("first_review_closes_at", Stage.SECOND_REVIEW),
    ("second_review_closes_at", Stage.SHORTLIST),
    ("shortlisted_at", Stage.SHORTLIST),
    ("poll_opens_at", Stage.POLL),
    ("poll_closes_at", Stage.COUNT),
    ("night_opens_at", Stage.NIGHT),
    ("provisional_at", Stage.NOTICE),
    ("finalised_at", Stage.FINAL),
    ("archived_at", Stage.ARCHIVED),
)


def stage_at(times: Times, *, now: datetime) -> Stage:
    """The station that the contest has reached by its clock.

    Whether a station's acts are open is another question: :func:`open_acts` answers it.
    """
    reached = Stage.ANNOUNCED
    for name, stage in _REACHED:
        moment = getattr(times, name)
        if moment is not None and moment <= now:
            reached = stage
    return reached


def next_change_after(times: Times, *, now: datetime) -> datetime | None:
    """The next moment at which a page about this contest may read differently."""
    later = [
        moment
        for name in ORDER
        if (moment := getattr(times, name)) is not None and moment > now
    ]
    return min(later, default=None)


def times_out_of_order(times: Times) -> list[tuple[str, str]]:
    """Neighbouring pairs (earlier name, later name) of set times that are reversed."""
    given = [(name, getattr(times, name)) for name in ORDER]
    known = [(name, moment) for name, moment in given if moment is not None]
    return [
        (first, second)
        for (first, early), (second, late) in pairwise(known)
        if early > late
    ]
