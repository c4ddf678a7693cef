"""Which addresses are one page, and until when it reads as it does. Plain values only."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

# Pages say how much time is left, to the minute: none may be older than that.
LIFETIME = timedelta(minutes=1)

# A longer question is not worth a place: somebody is playing, or quoting a book.
LONGEST_QUERY = 300


def query_that_counts(asked: Mapping[str, str], names: Iterable[str]) -> str:
    """The part of an address's question that its page looks at, in one spelling.

    >>> query_that_counts({"q": "路", "from": "wechat", "order": "3"}, ("q", "order"))
    'order=3&q=%E8%B7%AF'
    """
    return urlencode([(name, asked[name]) for name in sorted(names) if name in asked])


def end_of_life(
    *, drawn_at: datetime, lifetime: timedelta, next_change: datetime | None
) -> datetime:
    """When a page that was drawn at a moment must not be shown any more.

    Not across a moment at which the contest changes, nor across midnight in Shanghai:
    days left and what is overdue are counted by its calendar.
    """
    tomorrow = drawn_at.astimezone(SHANGHAI).date() + timedelta(days=1)
    ends = [
        drawn_at + lifetime,
        datetime.combine(tomorrow, time(), tzinfo=SHANGHAI),
    ]
    return min([*ends, next_change] if next_change else ends)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a browser said so, and did not take it back with ``q=0``.

    >>> [accepts_gzip(said) for said in ("br, gzip", "gzip;q=0", "gzip;q=0.5", "", "*")]
    [True, False, True, False, False]
    """
    for offer in accept_encoding.lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
