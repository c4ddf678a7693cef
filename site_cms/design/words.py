"""Numbers and times as they are written on the site."""

from datetime import timedelta
from decimal import Decimal

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def two_digits(number: int | str) -> str:
    """The public number of an entry: two digits, three only above 99.

    >>> two_digits(7), two_digits(112), two_digits("07")
    ('07', '112', '07')
    """
    return f"{number:02d}" if isinstance(number, int) else str(number)


def time_left(left: timedelta) -> list[tuple[int, str]]:
    """The two largest units of a span, rounded down; none once it is over.

    >>> time_left(timedelta(days=3, hours=6, minutes=40))
    [(3, '天'), (6, '小时')]
    >>> time_left(timedelta(minutes=75)), time_left(timedelta(seconds=20))
    ([(1, '小时'), (15, '分钟')], [(1, '分钟')])
    >>> time_left(timedelta(0))
    []
    """
    if left <= timedelta(0):
        return []
    if left >= DAY:
        return [(left // DAY, "天"), (left % DAY // HOUR, "小时")]
    if left >= HOUR:
        return [(left // HOUR, "小时"), (left % HOUR // MINUTE, "分钟")]
    return [(max(left // MINUTE, 1), "分钟")]


def plain_number(value: Decimal) -> str:
    """A number without zeros that say nothing.

    >>> plain_number(Decimal("7.10")), plain_number(Decimal("100"))
    ('7.1', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
