"""How the working days of a public notice are counted. Plain values, days of the county."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from site_cms.calendar.rules import Calendar, days

# No notice is shorter, whatever was planned.
FEWEST_DAYS = 5
# Until then on its last day; a day on which it ends before the offices close does not count.
CLOSES = time(18)
_OFFICES_CLOSE = time(17)


@dataclass(frozen=True, slots=True)
class Day:
    """``number`` is its place among the working days; 0: it does not count, ``why`` says why.

    ``why`` of a day that counts tells what is unexpected in that, such as 调休上班.
    """

    day: date
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Count:
    """A notice as its days, seen from a day of the county."""

    days: tuple[Day, ...]
    today: date
    is_over: bool

    @property
    def total(self) -> int:
        return max((day.number for day in self.days), default=0)

    @property
    def begun(self) -> int:
        return sum(bool(day.number) and day.day <= self.today for day in self.days)

    @property
    def left(self) -> int:
        """Working days still to come, today among them where it is one."""
        if self.is_over:
            return 0
        return sum(bool(day.number) and day.day >= self.today for day in self.days)

    @property
    def counts_today(self) -> bool:
        return any(day.number and day.day == self.today for day in self.days)

    @property
    def first(self) -> date | None:
        return next((day.day for day in self.days if day.number), None)

    @property
    def left_out(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if not day.number)


def earliest_end(calendar: Calendar, begins_at: datetime) -> datetime:
    """When a notice may end at the earliest. The day on which it begins is not counted."""
    last = calendar.working_day_after(begins_at.date(), FEWEST_DAYS)
    return datetime.combine(last, CLOSES, tzinfo=begins_at.tzinfo)


def counted(
    calendar: Calendar, *, begins_at: datetime, closes_at: datetime, now: datetime
) -> Count:
    """The days of a notice from the one after its beginning to its last.

    All three moments are in the time of the county.
    """
    last = closes_at.date()
    if closes_at.time() < _OFFICES_CLOSE:
        last -= timedelta(days=1)
    number, told = 0, []
    for day in days(begins_at.date() + timedelta(days=1), last):
        why = calendar.why_off(day)
        number += not why
        told.append(Day(day, 0 if why else number, why or calendar.why_on(day)))
    return Count(days=tuple(told), today=now.date(), is_over=now >= closes_at)
