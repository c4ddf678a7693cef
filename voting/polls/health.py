"""How a poll that is open gets on: how many ballots come, never for whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, Q

from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.voters.registry import ADAPTERS

MINUTE = timedelta(minutes=1)
SHOWN = 60
HEIGHT, WIDTH = 120, 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute in the drawing; ``x``, ``y`` and ``height`` are its rectangle."""

    at: datetime
    ballots: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Health:
    """The last hour by minutes, and what the requests of its ballots were like."""

    bars: list[Bar]
    ballots: int
    busiest: int
    in_all: int
    noted: int
    mean_difficulty: float | None
    hardest: int | None
    unthrottled: int
    by_adapter: list[tuple[str, int]]

    @property
    def tens(self) -> list[tuple[datetime, int]]:
        """Ten minutes each, for whoever reads figures."""
        return [
            (
                self.bars[start].at,
                sum(bar.ballots for bar in self.bars[start : start + 10]),
            )
            for start in range(0, SHOWN, 10)
        ]


def health_of(poll: Poll, *, now: datetime) -> Health:
    """The ballots of a poll have no index by time: this reads all of them once."""
    this_minute = now.replace(second=0, microsecond=0)
    minutes = [this_minute - MINUTE * back for back in reversed(range(SHOWN))]
    since = minutes[0]
    counts = _ballots_by_minute(poll, since)
    busiest = max(counts.values(), default=0)
    noted = _noted(poll, since)
    return Health(
        bars=[_bar(place, at, counts[at], busiest) for place, at in enumerate(minutes)],
        ballots=sum(counts.values()),
        busiest=busiest,
        in_all=Ballot.objects.of_poll(poll.pk).count(),
        noted=noted["noted"],
        mean_difficulty=noted["mean"],
        hardest=noted["hardest"],
        unthrottled=noted["unthrottled"],
        by_adapter=_by_adapter(poll, since),
    )


def _bar(place: int, at: datetime, ballots: int, busiest: int) -> Bar:
    # A minute with one ballot among thousands is still to be seen.
    height = max(2, round(HEIGHT * ballots / busiest)) if ballots else 0
    return Bar(at, ballots, x=place * WIDTH, y=HEIGHT - height, height=height)


def _ballots_by_minute(poll: Poll, since: datetime) -> Counter[datetime]:
    rows = (
        Ballot.objects.of_poll(poll.pk)
        .filter(cast_at__gte=since)
        .order_by()
        .values_list("cast_at")
        .annotate(ballots=Count("request_key"))
    )
    return Counter(dict(rows))


def _noted(poll: Poll, since: datetime) -> dict:
    signals = BallotSignal.objects.filter(poll=poll, minute__gte=since)
    return signals.aggregate(
        noted=Count("ballot_id"),
        mean=Avg("difficulty"),
        hardest=Max("difficulty"),
        unthrottled=Count("ballot_id", filter=Q(unthrottled=True)),
    )


def _by_adapter(poll: Poll, since: datetime) -> list[tuple[str, int]]:
    rows = (
        BallotSignal.objects.filter(poll=poll, minute__gte=since)
        .order_by()
        .values_list("adapter")
        .annotate(ballots=Count("ballot_id"))
        .order_by("-ballots")
    )
    return [
        (ADAPTERS[name].label if name in ADAPTERS else name, ballots)
        for name, ballots in rows
    ]
