"""What a ballot is and when one may be cast: plain values in, plain values out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from voting.polls.errors import WrongPicks

SHANGHAI = ZoneInfo("Asia/Shanghai")

NOT_CHOSEN, CHOSEN = 0, 1


class Form(StrEnum):
    APPROVAL = "approval"
    GRADING = "grading"


class Grade(IntEnum):
    """One entry's byte in a grading ballot; NOT_CHOSEN where the voter said nothing of it."""

    label: str

    def __new__(cls, value: int, label: str):
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    SATISFIED = 1, "满意"
    FAIR = 2, "基本满意"
    DISSATISFIED = 3, "不满意"
    UNKNOWN = 4, "不了解"


class Client(StrEnum):
    """The few kinds of browser that are told apart. More would help to know a person again."""

    WECHAT_ANDROID = "wechat-android"
    WECHAT_IOS = "wechat-ios"
    CHROME_ANDROID = "chrome-android"
    SAFARI_IOS = "safari-ios"
    DESKTOP = "desktop"
    OTHER = "other"
    NONE = "none"


class QuotaPeriod(StrEnum):
    POLL = "poll"
    DAY = "day"


class Counts(StrEnum):
    HIDDEN = "hidden"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class FrozenEntry:
    """One entry as the "opened" act froze it."""

    id: int
    number: int
    unit: str

    @property
    def plate(self) -> str:
        """The number as everybody sees it: two digits, three only above 99."""
        return f"{self.number:02d}"


@dataclass(frozen=True, slots=True)
class FrozenPoll:
    """All that casting needs of a poll. It never changes once the poll has opened."""

    id: int
    contest_id: int
    form: Form
    picks_min: int
    picks_max: int
    quota: int
    quota_period: QuotaPeriod
    adapters: tuple[str, ...]
    counts: Counts
    key_name: str
    key_fingerprint: str
    entries: tuple[FrozenEntry, ...]

    def quota_day(self, day: date) -> date | None:
        """The day that a quota is for; None where it is for the whole poll."""
        return day if self.quota_period == QuotaPeriod.DAY else None


def choices_from(
    plates: Collection[str], *, entries: Sequence[FrozenEntry], least: int, most: int
) -> bytes:
    """One byte an entry in the frozen order: 1 where it was picked.

    An entry counts once, however often it was named. Numbers may be typed in any way
    that means one: "7" and "07".

    Errors
        :class:`WrongPicks` with the sentence for the voter.

    >>> both = (FrozenEntry(id=31, number=1, unit="甲"), FrozenEntry(id=32, number=2, unit="乙"))
    >>> choices_from(["02"], entries=both, least=1, most=1)
    b'\\x00\\x01'
    """
    numbers = {_number(plate) for plate in plates}
    known = {entry.number for entry in entries}
    if not numbers <= known:
        unknown = next(plate for plate in plates if _number(plate) not in known)
        raise WrongPicks(
            f"选票上没有“{unknown[:6]}”这个编号，请从下面的单位里选。您选的其他单位都还在。"
        )
    _refuse_wrong_number(len(numbers), least=least, most=most, verb="选")
    return bytes(CHOSEN if entry.number in numbers else NOT_CHOSEN for entry in entries)


def grades_from(
    answers: Mapping[str, str],
    *,
    entries: Sequence[FrozenEntry],
    least: int,
    most: int,
) -> bytes:
    """One byte an entry in the frozen order: its :class:`Grade`, or 0 where none was given.

    ``answers`` maps numbers, typed in any way, to the digit of a grade. ``least`` and
    ``most`` bound how many entries got one.

    Errors
        :class:`WrongPicks` with the sentence for the voter.

    >>> both = (FrozenEntry(id=31, number=1, unit="甲"), FrozenEntry(id=32, number=2, unit="乙"))
    >>> grades_from({"02": "4"}, entries=both, least=1, most=2)
    b'\\x00\\x04'
    """
    known = {entry.number for entry in entries}
    given: dict[int, int] = {}
    for plate, digit in answers.items():
        number = _number(plate)
        if number is None or number not in known:
            raise WrongPicks(
                f"选票上没有“{plate[:6]}”这个编号，请从下面的单位里评。您评好的其他单位都还在。"
            )
        grade = grade_called(digit)
        if grade is None:
            raise WrongPicks(
                f"{plate[:6]} 号选的不是四档里的一档，请重选一次。您评好的其他单位都还在。"
            )
        given[number] = grade
    _refuse_wrong_number(len(given), least=least, most=most, verb="评")
    return bytes(given.get(entry.number, NOT_CHOSEN) for entry in entries)


def grade_called(digit: str) -> Grade | None:
    """
    >>> grade_called("2").label
    '基本满意'
    """
    return next((grade for grade in Grade if digit == str(grade.value)), None)


def _refuse_wrong_number(count: int, *, least: int, most: int, verb: str) -> None:
    bound = f"正好要{verb}" if least == most else f"至少要{verb}"
    if not count:
        ask = "正好" if least == most else "至少"
        raise WrongPicks(f"还没有{verb}单位，请{ask}{verb} {least} 个。")
    if count < least:
        raise WrongPicks(
            f"{bound} {least} 个，现在{verb}了 {count} 个，请再{verb} {least - count} 个。"
        )
    if count > most:
        bound = f"正好要{verb}" if least == most else f"最多{verb}"
        raise WrongPicks(
            f"{bound} {most} 个，现在{verb}了 {count} 个，请去掉 {count - most} 个。"
        )


def answers_in(
    choices: bytes, entries: Sequence[FrozenEntry]
) -> list[tuple[FrozenEntry, int]]:
    """What a ballot says, in the frozen order: entries that got something, and their byte."""
    return [
        (entry, choice)
        for entry, choice in zip(entries, choices, strict=True)
        if choice != NOT_CHOSEN
    ]


def digits_of(answers: Mapping[int, int], entries: Sequence[FrozenEntry]) -> str:
    """One digit an entry in the frozen order: a ballot of 200 entries is 200 characters.

    >>> both = (FrozenEntry(id=31, number=1, unit="甲"), FrozenEntry(id=32, number=2, unit="乙"))
    >>> digits_of({2: 3}, both)
    '03'
    """
    return "".join(str(answers.get(entry.number, NOT_CHOSEN)) for entry in entries)


def answers_of(digits: str, entries: Sequence[FrozenEntry]) -> dict[str, str]:
    """Plate and digit of what :func:`digits_of` wrote; of rubbish, what can be read."""
    return {
        entry.plate: digit
        for entry, digit in zip(entries, digits, strict=False)
        if grade_called(digit)
    }


def _number(plate: str) -> int | None:
    plate = plate.strip()
    return int(plate) if plate.isdecimal() and len(plate) <= 4 else None


def ticked_entries(
    plates: Collection[str], entries: Sequence[FrozenEntry]
) -> list[FrozenEntry]:
    """The entries that are named by their numbers; what is not a number is left out."""
    numbers = {_number(plate) for plate in plates}
    return [entry for entry in entries if entry.number in numbers]


def entries_called(typed: str, entries: Sequence[FrozenEntry]) -> list[FrozenEntry]:
    """The entry with this number, or all whose name has these words.

    >>> entries = [FrozenEntry(1, 7, "县教育局"), FrozenEntry(2, 8, "县水利局")]
    >>> [entry.plate for entry in entries_called("7", entries)]
    ['07']
    >>> [entry.plate for entry in entries_called("水利", entries)]
    ['08']
    """
    typed = typed.strip()
    if _number(typed) is not None:
        return ticked_entries([typed], entries)
    return [entry for entry in entries if typed and typed in entry.unit]


def entries_in(choices: bytes, entries: Sequence[FrozenEntry]) -> list[FrozenEntry]:
    """The entries that a ballot picked, in the frozen order."""
    return [
        entry
        for entry, choice in zip(entries, choices, strict=True)
        if choice != NOT_CHOSEN
    ]


def day_in_shanghai(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def next_vote_at(
    period: QuotaPeriod, *, day: date, closes_at: datetime | None
) -> datetime | None:
    """When a voter whose quota for ``day`` is used up may vote again. None: not any more."""
    if period != QuotaPeriod.DAY:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return midnight if closes_at and midnight < closes_at else None


PUBLISHED_AT = time(18)


def due_total(
    counts: Counts,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
) -> date | None:
    """The day whose total is to be published now. None: nothing is.

    Each day at 18:00 in Shanghai that lies within the poll. Late is better than never, but
    only while the poll is open: later numbers would be those of another time.
    """
    if counts != Counts.DAILY or opens_at is None or closes_at is None:
        return None
    local = now.astimezone(SHANGHAI)
    due_at = datetime.combine(local.date(), PUBLISHED_AT, tzinfo=SHANGHAI)
    return local.date() if opens_at <= due_at <= now < closes_at else None


class Moment(StrEnum):
    """What the poll's page says at a moment."""

    UNSET = "unset"
    BEFORE = "before"
    SHUT = "shut"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


def moment_of(
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    opened: bool,
    now: datetime,
) -> Moment:
    """Where a poll stands by its times; SHUT when its time has come but its gate has not.

    >>> from datetime import UTC
    >>> nine, ten = datetime(2026, 6, 1, 9, tzinfo=UTC), datetime(2026, 6, 1, 10, tzinfo=UTC)
    >>> moment_of(opens_at=nine, closes_at=ten, opened=True, now=nine)
    <Moment.OPEN: 'open'>
    """
    if opens_at is None or closes_at is None:
        return Moment.UNSET
    if now < opens_at:
        return Moment.BEFORE
    if now >= closes_at:
        return Moment.CLOSED
    return Moment.OPEN if opened else Moment.SHUT


# The first line that fits decides: all of these words occur, and none of those.
_CLIENTS = (
    (Client.WECHAT_IOS, ("micromessenger", "iphone"), ()),
    (Client.WECHAT_IOS, ("micromessenger", "ipad"), ()),
    (Client.WECHAT_ANDROID, ("micromessenger", "android"), ()),
    (Client.CHROME_ANDROID, ("android", "chrome/"), ("; wv)", "edga/", "opr/")),
    (Client.SAFARI_IOS, ("iphone", "version/", "safari/"), ("crios", "fxios")),
    (Client.SAFARI_IOS, ("ipad", "version/", "safari/"), ("crios", "fxios")),
    (Client.OTHER, ("mobile",), ()),
    (Client.OTHER, ("android",), ()),
    (Client.DESKTOP, ("mozilla/", "windows nt"), ()),
    (Client.DESKTOP, ("mozilla/", "macintosh"), ()),
    (Client.DESKTOP, ("mozilla/", "x11;"), ()),
)


def client_family(user_agent: str) -> Client:
    """The kind of browser that a User-Agent names. Anybody can name any.

    >>> client_family("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36")
    <Client.DESKTOP: 'desktop'>
    """
    text = user_agent.strip().lower()
    if not text:
        return Client.NONE
    for family, words, strangers in _CLIENTS:
        if all(word in text for word in words) and not any(
            word in text for word in strangers
        ):
            return family
    return Client.OTHER
