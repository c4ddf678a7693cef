"""Counts become drawings: rectangles with whole numbers, and the words that say the same.

Everything is drawn here, on the server: a page needs no script to show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

WIDTH, HEIGHT = 960, 270
_LEFT, _TOP, _BOTTOM = 64, 14, 230
_MOST_BARS = 120
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
_GAP = 0.25


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of time: the rest of the ballots below, those of the group on top."""

    x: float
    width: float
    rest_y: float
    rest_height: float
    group_y: float
    group_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """``said`` is the drawing in words; ``rows`` are its figures for whoever reads tables."""

    bars: list[Bar]
    lines: list[tuple[int, float]]
    days: list[tuple[str, float]]
    band: tuple[float, float] | None
    curve: str
    said: str
    rows: list[tuple[datetime, int, int]] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    base: int = _BOTTOM
    top: int = _TOP


def chart(
    group: Mapping[datetime, int],
    *,
    steps_of: int = 1,
    rest: Mapping[datetime, int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    expected: Sequence[float] = (),
) -> Chart:
    """Ballots by time. ``rest`` counts all others in the same minutes.

    Steps of ``steps_of`` minutes are widened until the drawing has room for them.
    """
    rest = rest or {}
    moments = [*group, *rest] or [timezone.now()]
    since, until = since or min(moments), until or max(moments)
    step = _step(since, until, at_least=steps_of)
    start = _floor(since, step)
    count = (until - start) // step + 1
    mine, others = [0] * count, [0] * count
    for counts, sums in ((group, mine), (rest, others)):
        for at, number in counts.items():
            if start <= at < start + step * count:
                sums[(at - start) // step] += number
    tallest = [a + b for a, b in zip(mine, others, strict=True)]
    top = _round_up(max([*tallest, *map(int, expected), 1]))
    each = (WIDTH - _LEFT) / count
    return Chart(
        bars=[
            _bar(place, own, other, each, top)
            for place, (own, other) in enumerate(zip(mine, others, strict=True))
            if own or other
        ],
        lines=[(value, _y(value, top)) for value in _grid(top)],
        days=_labels(start, step, count, each),
        band=_band(mine, each) if rest else None,
        curve=_curve(expected, each, top),
        said=_said(start, step, mine, others),
        rows=[
            (start + step * place, own, other)
            for place, (own, other) in enumerate(zip(mine, others, strict=True))
            if own
        ],
    )


def _step(since: datetime, until: datetime, *, at_least: int) -> timedelta:
    span = max(1, int((until - since).total_seconds() // 60))
    fitting = (m for m in _STEPS if m >= at_least and span / m <= _MOST_BARS)
    return timedelta(minutes=next(fitting, max(at_least, span // _MOST_BARS)))


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = timezone.localtime(moment).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return midnight + (moment - midnight) // step * step


def _round_up(value: int) -> int:
    """A number above which nothing stands, and whose quarters are whole.

    >>> [_round_up(value) for value in (1, 7, 43, 614, 2_750)]
    [4, 8, 80, 800, 2800]
    """
    size = 1
    while value > 40 * size:
        size *= 10
    return next(f * size for f in range(4, 44, 4) if value <= f * size)


def _grid(top: int) -> list[int]:
    return [top * quarter // 4 for quarter in range(5)]


def _y(value: float, top: int) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / top, 1)


def _bar(place: int, own: int, other: int, each: float, top: int) -> Bar:
    rest_y, both_y = _y(other, top), _y(own + other, top)
    return Bar(
        x=round(_LEFT + each * (place + _GAP / 2), 1),
        width=round(each * (1 - _GAP), 1),
        rest_y=rest_y,
        rest_height=round(_BOTTOM - rest_y, 1),
        # A single ballot among thousands is still to be seen.
        group_y=min(both_y, rest_y - 1) if own else rest_y,
        group_height=max(1, round(rest_y - both_y, 1)) if own else 0,
    )


def _labels(
    start: datetime, step: timedelta, count: int, each: float
) -> list[tuple[str, float]]:
    """A word below the axis for each day, or for some steps of a single day."""
    moments = [timezone.localtime(start + step * place) for place in range(count)]
    by_day = moments[0].date() != moments[-1].date()
    every = max(1, count // 8)
    found, seen = [], set()
    for place, at in enumerate(moments):
        name = f"{at:%-d} 日" if by_day else f"{at:%H:%M}"
        if name in seen or (not by_day and place % every):
            continue
        seen.add(name)
        found.append((name, round(_LEFT + each * place, 1)))
    return found if len(found) <= 16 else found[:: len(found) // 8]


def _band(mine: Sequence[int], each: float) -> tuple[float, float] | None:
    places = [place for place, own in enumerate(mine) if own]
    if not places:
        return None
    first, last = places[0], places[-1]
    return round(_LEFT + each * first - 2, 1), round(each * (last - first + 1) + 4, 1)


def _curve(expected: Sequence[float], each: float, top: int) -> str:
    return " ".join(
        f"{_LEFT + each * (place + 0.5):.1f},{_y(value, top)}"
        for place, value in enumerate(expected)
    )


def _said(
    start: datetime, step: timedelta, mine: Sequence[int], others: Sequence[int]
) -> str:
    own = [place for place, count in enumerate(mine) if count]
    if not own:
        return "没有选票。"
    first = timezone.localtime(start + step * own[0])
    last = timezone.localtime(start + step * (own[-1] + 1))
    words = (
        f"这一组 {sum(mine)} 张，在 {first:%-m 月 %-d 日 %H:%M} 到 "
        f"{last:%-m 月 %-d 日 %H:%M} 之间收到，最多的 {_minutes(step)}里 {max(mine)} 张"
    )
    if any(others):
        around = sum(others[place] for place in range(own[0], own[-1] + 1))
        words += f"；同一段时间其余选票 {around} 张"
    return words + "。"


def _minutes(step: timedelta) -> str:
    minutes = int(step.total_seconds() // 60)
    if minutes % 60:
        return f" {minutes} 分钟"
    return f" {minutes // 60} 小时"
