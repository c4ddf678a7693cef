"""Which days are working days, and how they are counted. Plain values only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

WEEKEND = "周末"
_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"


class Counts(StrEnum):
    """What an operator says of a day."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    OFF = "off", "不算工作日"
    WORKING = "working", "算工作日"
    AS_STATED = "as_stated", "照国家安排"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an operator said of one day, and why."""

    counts: Counts
    reason: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off by name, weekends that are worked, and what operators said otherwise.

    >>> calendar = Calendar({date(2026, 1, 1): "元旦"}, frozenset({date(2026, 1, 4)}))
    >>> [calendar.why_off(date(2026, 1, day)) for day in (1, 2, 3, 4)]
    ['元旦', '', '周末', '']
    """

    holidays: Mapping[date, str]
    worked_weekends: frozenset[date]
    rulings: Mapping[date, Ruling] = field(default_factory=dict)

    def why_off(self, day: date) -> str:
        """Why a day does not count; nothing for a working day."""
        ruling = self.rulings.get(day)
        if ruling and ruling.counts == Counts.WORKING:
            return ""
        if ruling and ruling.counts == Counts.OFF:
            return ruling.reason
        if name := self.holidays.get(day):
            return name
        return WEEKEND if _is_weekend(day) and day not in self.worked_weekends else ""

    def why_on(self, day: date) -> str:
        """Why a day counts though one would not think so; nothing for plain days."""
        if self.why_off(day):
            return ""
        ruling = self.rulings.get(day)
        if ruling and ruling.counts == Counts.WORKING:
            return ruling.reason
        return "调休上班" if _is_weekend(day) else ""

    def is_working(self, day: date) -> bool:
        return not self.why_off(day)

    def working_day_after(self, day: date, number: int) -> date:
        """The ``number``-th working day after ``day``, which itself is not counted.

        >>> Calendar({}, frozenset()).working_day_after(date(2026, 6, 5), 1).isoformat()
        '2026-06-08'
        """
        if number < 1:
            raise ValueError(f"a working day is counted from 1: {number}")
        while number:
            day += _DAY
            number -= self.is_working(day)
        return day

    def working_days(self, first: date, last: date) -> list[date]:
        """The working days from ``first`` to ``last``, both counted."""
        return [day for day in days(first, last) if self.is_working(day)]


def days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY


def weekday(day: date) -> str:
    """
    >>> weekday(date(2026, 12, 11))
    '周五'
    """
    return f"周{_WEEKDAYS[day.weekday()]}"


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5
