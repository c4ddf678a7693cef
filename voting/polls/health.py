"""How a poll that is open gets on: how many ballots come, how many are refused, never for whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Max, Min, Q, QuerySet

from site_cms.gate.minutes import MINUTE, Minutes, counted, this_minute
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.refused import LABELS, Refused, name_of
from voting.polls.tally import last_ballot_id
from voting.polls.tally_models import TallyState
from voting.polls.voters.registry import ADAPTERS

SHOWN = 60
HEIGHT, WIDTH = 120, 10
TEN = 10

# So many ids are read first, then twice as many, until an older ballot is met.
_FIRST_STEP = 10_000


@dataclass(frozen=True, slots=True)
class Bar:
    """One minute in the drawing; ``x``, ``y`` and ``height`` are its rectangle."""

    at: datetime
    ballots: int
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often each kind occurred in the last hour, and in each ten minutes of it.

    ``unsure`` is in how many minutes it may have been more; each ten says whether it has one.
    """

    rows: list[tuple[str, int, list[tuple[int, bool]]]]
    unsure: int


@dataclass(frozen=True, slots=True)
class Health:
    """The last hour by minutes, and what the requests of its ballots were like.

    ``refusals`` is None while the store of the counters does not answer.
    """

    bars: list[Bar]
    ballots: int
    busiest: int
    in_all: int
    noted: int
    mean_difficulty: float | None
    hardest: int | None
    unthrottled: int
    by_adapter: list[tuple[str, int]]
    refusals: Refusals | None

    @property
    def tens(self) -> list[tuple[datetime, int]]:
        """Ten minutes each, for whoever reads figures."""
        return [
            (
                self.bars[start].at,
                sum(bar.ballots for bar in self.bars[start : start + TEN]),
            )
            for start in range(0, SHOWN, TEN)
        ]


def health_of(poll: Poll, *, now: datetime) -> Health:
    """Reads the ballots of the last hour, found by their ids: ballots have no index by time."""
    last_minute = this_minute(now)
    minutes = [last_minute - MINUTE * back for back in reversed(range(SHOWN))]
    since = minutes[0]
    counts, before = _ballots_by_minute(poll, since)
    busiest = max(counts.values(), default=0)
    signals = BallotSignal.objects.filter(
        poll=poll, ballot_id__gt=before, minute__gte=since
    )
    noted = _noted(signals)
    return Health(
        bars=[_bar(place, at, counts[at], busiest) for place, at in enumerate(minutes)],
        ballots=sum(counts.values()),
        busiest=busiest,
        in_all=_ballots_in_all(poll),
        noted=noted["noted"],
        mean_difficulty=noted["mean"],
        hardest=noted["hardest"],
        unthrottled=noted["unthrottled"],
        by_adapter=_by_adapter(signals),
        refusals=_refusals(poll, minutes),
    )


def _bar(place: int, at: datetime, ballots: int, busiest: int) -> Bar:
    # A minute with one ballot among thousands is still to be seen.
    height = max(2, round(HEIGHT * ballots / busiest)) if ballots else 0
    return Bar(at, ballots, x=place * WIDTH, y=HEIGHT - height, height=height)


def _ballots_by_minute(poll: Poll, since: datetime) -> tuple[Counter[datetime], int]:
    """The ballots from a minute on, and an id that stands before all of them.

    Ids rise with time, so whoever goes back from the last one may stop at an older ballot.
    """
    counts: Counter[datetime] = Counter()
    upto, step = last_ballot_id(), _FIRST_STEP
    while upto > 0:
        after = max(0, upto - step)
        part = Ballot.objects.filter(id__gt=after, id__lte=upto).order_by()
        rows = (
            part.filter(poll=poll, cast_at__gte=since)
            .values_list("cast_at")
            .annotate(ballots=Count("request_key"))
        )
        counts.update(dict(rows))
        oldest = part.aggregate(at=Min("cast_at"))["at"]
        upto, step = after, step * 2
        if oldest and oldest < since:
            break
    return counts, max(upto, 0)


def _ballots_in_all(poll: Poll) -> int:
    """What the running total has read, and the few that came since."""
    read = (
        TallyState.objects.filter(poll=poll)
        .values_list("counted_id", "ballots")
        .first()
    )
    upto, ballots = read or (0, 0)
    return ballots + Ballot.objects.of_poll(poll.pk).filter(id__gt=upto).count()


def _noted(signals: QuerySet[BallotSignal]) -> dict:
    return signals.aggregate(
        noted=Count("ballot_id"),
        mean=Avg("difficulty"),
        hardest=Max("difficulty"),
        unthrottled=Count("ballot_id", filter=Q(unthrottled=True)),
    )


def _by_adapter(signals: QuerySet[BallotSignal]) -> list[tuple[str, int]]:
    rows = (
        signals.order_by()
        .values_list("adapter")
        .annotate(ballots=Count("ballot_id"))
        .order_by("-ballots")
    )
    return [
        (ADAPTERS[name].label if name in ADAPTERS else name, ballots)
        for name, ballots in rows
    ]


def _refusals(poll: Poll, minutes: list[datetime]) -> Refusals | None:
    names = {kind: name_of(poll.pk, kind) for kind in Refused}
    found = counted(list(names.values()), minutes)
    if found is None:
        return None
    unsure = _unsure(poll, minutes, found)
    rows = [
        (LABELS[kind], sum(by_minute), _in_tens(by_minute, unsure))
        for kind, name in names.items()
        if any(by_minute := found.counts[name])
    ]
    return Refusals(sorted(rows, key=lambda row: -row[1]), sum(unsure))


def _unsure(poll: Poll, minutes: list[datetime], found: Minutes) -> list[bool]:
    """Before a poll opened there was nothing to refuse, whatever the counters say."""
    opens_at = poll.contest.poll_opens_at
    return [
        unsure and opens_at is not None and at + MINUTE > opens_at
        for at, unsure in zip(minutes, found.unsure, strict=True)
    ]


def _in_tens(by_minute: list[int], unsure: list[bool]) -> list[tuple[int, bool]]:
    return [
        (sum(by_minute[start : start + TEN]), any(unsure[start : start + TEN]))
        for start in range(0, SHOWN, TEN)
    ]
