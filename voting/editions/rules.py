"""When next year's contest may happen, from when this one did. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Of a contest's plan; what two people set by their acts is never proposed.
COPIED = (
    "nomination_opens_at",
    "nomination_closes_at",
    "first_review_closes_at",
    "second_review_closes_at",
    "shortlisted_at",
    "poll_opens_at",
    "poll_closes_at",
    "night_opens_at",
)
_YEAR_OF_WEEKS = timedelta(weeks=52)
_DAY = timedelta(days=1)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class Proposed(NamedTuple):
    """``moved`` says why it is not on the same day of the week; empty when it is."""

    before: datetime
    after: datetime
    moved: str


def proposed_times(
    times: Mapping[str, datetime | None],
    *,
    is_working: Callable[[date], bool],
    now: datetime,
) -> dict[str, Proposed]:
    """The same hours on the same weekdays, whole years of weeks later and not in the past.

    What was on a working day stays on one: a day off moves it to the next that is worked.
    The order and at least the gaps stay where that would turn two times around.

    >>> from datetime import UTC
    >>> friday = datetime(2026, 6, 5, 10, tzinfo=UTC)
    >>> told = proposed_times(
    ...     {"poll_opens_at": friday}, is_working=lambda day: True, now=friday
    ... )
    >>> told["poll_opens_at"].after.isoformat()
    '2027-06-04T18:00:00+08:00'
    """
    given = [
        (name, moment.astimezone(SHANGHAI))
        for name in COPIED
        if (moment := times.get(name))
    ]
    if not given:
        return {}
    shift = _YEAR_OF_WEEKS
    while given[0][1] + shift <= now:
        shift += _YEAR_OF_WEEKS
    proposed: dict[str, Proposed] = {}
    last: Proposed | None = None
    for name, before in given:
        after, moved = before + shift, ""
        if is_working(before.date()) and not is_working(after.date()):
            while not is_working(after.date()):
                after += _DAY
            moved = "原来那天是工作日，顺延到下一个工作日"
        if last and after <= last.after:
            after = last.after + (before - last.before)
            moved = "跟着前一步顺延"
        last = proposed[name] = Proposed(before, after, moved)
    return proposed


def next_name(text: str, *, years: int) -> str:
    """The year in a name or an address, some years later; unchanged where there is none.

    >>> next_name("2026 年红旗争夺赛", years=1), next_name("red-flag", years=1)
    ('2027 年红旗争夺赛', 'red-flag')
    """
    return _YEAR.sub(lambda found: str(int(found[1]) + years), text, count=1)
