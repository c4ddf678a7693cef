"""The calendar of a county: the library's days, and what operators said otherwise."""

from functools import lru_cache

import holidays

from site_cms.calendar.models import DayOverride
from site_cms.calendar.rules import Calendar, Counts, Ruling

_LANGUAGE = "zh_CN"


@lru_cache(maxsize=8)
def _national(first_year: int, last_year: int) -> tuple[dict, frozenset]:
    found = holidays.country_holidays(
        "CN", years=range(first_year, last_year + 1), language=_LANGUAGE
    )
    return dict(found), frozenset(found.weekend_workdays)


def calendar_of(first_year: int, last_year: int) -> Calendar:
    """All days of these years as they count for the site."""
    off, worked = _national(first_year, last_year)
    said = DayOverride.objects.in_force().filter(
        day__year__gte=first_year, day__year__lte=last_year
    )
    return Calendar(
        off,
        worked,
        {each.day: Ruling(Counts(each.counts), each.reason) for each in said},
    )


def is_arranged(year: int) -> bool:
    """Whether the State Council's days off and worked weekends of a year are known here.

    Before they are published the library knows the statutory days alone.
    """
    _, worked = _national(year, year)
    return any(day.year == year for day in worked)
