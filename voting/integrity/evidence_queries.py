"""What is shown of a group: when its ballots came and from what kind of place and device.

Only what is noted beside ballots is read, never what is on them: no page that is made from
this can say for whom they were.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.dateparse import parse_datetime

from voting.integrity.charts import Chart, chart
from voting.integrity.decision_rules import (
    AGES_IN_ORDER,
    device_age_in_words,
    letters,
)
from voting.integrity.detection_models import SuspectGroup
from voting.integrity.queries import Member
from voting.integrity.wording import adapter_in_words, client_in_words
from voting.polls.models import BallotSignal, Poll

_IDS_AT_ONCE = 10_000
_PLACES_SHOWN = 12
_AROUND = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Line:
    """One ballot of a group, without anything by which it could be looked up."""

    minute: datetime
    prefix: str
    network: str
    client: str
    adapter: str
    age: str
    same_day: int
    standing: str


@dataclass(frozen=True, slots=True)
class Part:
    """How many ballots share something: of the group, and of all ballots in per cent."""

    label: str
    ballots: int
    share: float
    share_of_all: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    timeline: Chart | None
    series: list[tuple[str, Chart]]
    prefixes: list[Part]
    places: int
    clients: list[Part]
    ages: list[Part]
    adapters: list[Part]
    lines: list[Line]
    is_destroyed: bool


def evidence_of(group: SuspectGroup, members: Sequence[Member]) -> Evidence:
    signals = list(_signals([member.ballot_id for member in members]))
    places = Counter(signal.prefix for signal in signals)
    named = letters([place for place, _ in places.most_common()])
    return Evidence(
        timeline=_timeline(group.poll, signals),
        series=list(_series(group.evidence)),
        prefixes=_prefixes(places, named),
        places=len(places),
        clients=_parts(signals, "client", client_in_words, group.poll),
        ages=_ages(signals, group.poll),
        adapters=_parts(signals, "adapter", adapter_in_words, group.poll),
        lines=_lines(signals, named, members),
        is_destroyed=bool(members) and not signals,
    )


def _signals(ballot_ids: Sequence[int]) -> Iterator[BallotSignal]:
    for start in range(0, len(ballot_ids), _IDS_AT_ONCE):
        part = ballot_ids[start : start + _IDS_AT_ONCE]
        yield from BallotSignal.objects.filter(ballot_id__in=part)


def _timeline(poll: Poll, signals: Sequence[BallotSignal]) -> Chart | None:
    """The group among all other ballots, a day and a half before and after it."""
    if not signals:
        return None
    mine = Counter(signal.minute for signal in signals)
    since, until = min(mine) - _AROUND, max(mine) + _AROUND
    rows = (
        BallotSignal.objects.filter(poll=poll, minute__gte=since, minute__lte=until)
        .order_by()
        .values_list("minute")
        .annotate(ballots=Count("ballot_id"))
    )
    rest = Counter(dict(rows))
    rest.subtract(mine)
    seen = [minute for minute, ballots in rest.items() if ballots > 0]
    return chart(
        mine,
        rest=+rest,
        since=min([*seen, *mine]),
        until=max([*seen, *mine]),
    )


def _series(evidence: dict[str, Any]) -> Iterator[tuple[str, Chart]]:
    """What detection drew its conclusion from, with what it expected."""
    for each in evidence.get("series", []):
        start, step = parse_datetime(each["start"]), timedelta(minutes=each["minutes"])
        counts = {
            start + step * place: value for place, value in enumerate(each["values"])
        }
        drawn = chart(
            counts,
            steps_of=each["minutes"],
            since=start,
            until=start + step * (len(each["values"]) - 1),
            expected=each.get("expected", ()),
        )
        yield each["title"], drawn


def _prefixes(places: Counter, named: dict) -> list[Part]:
    total = places.total()
    most = places.most_common(_PLACES_SHOWN)
    parts = [
        Part(f"网段 {named[place]}", ballots, _share(ballots, total))
        for place, ballots in most
    ]
    rest = total - sum(ballots for _, ballots in most)
    if rest:
        others = f"其余 {len(places) - len(most)} 个网段"
        parts.append(Part(others, rest, _share(rest, total)))
    return parts


def _parts(
    signals: Sequence[BallotSignal], column: str, in_words, poll: Poll
) -> list[Part]:
    everywhere = (
        BallotSignal.objects.filter(poll=poll)
        .order_by()
        .values_list(column)
        .annotate(ballots=Count("ballot_id"))
    )
    of_all = _in_words(everywhere, in_words)
    mine = _in_words(
        Counter(getattr(signal, column) for signal in signals).items(), in_words
    )
    return _beside(mine, of_all, [label for label, _ in mine.most_common()])


def _ages(signals: Sequence[BallotSignal], poll: Poll) -> list[Part]:
    everywhere = (
        BallotSignal.objects.filter(poll=poll)
        .order_by()
        .values_list("device_age")
        .annotate(ballots=Count("ballot_id"))
    )
    mine = Counter(device_age_in_words(signal.device_age) for signal in signals)
    of_all = _in_words(everywhere, device_age_in_words)
    return _beside(mine, of_all, [label for label in AGES_IN_ORDER if of_all[label]])


def _in_words(rows: Iterable[tuple[Any, int]], in_words) -> Counter[str]:
    found: Counter[str] = Counter()
    for value, ballots in rows:
        found[in_words(value)] += ballots
    return found


def _beside(
    mine: Counter[str], of_all: Counter[str], labels: Sequence[str]
) -> list[Part]:
    return [
        Part(
            label,
            mine[label],
            _share(mine[label], mine.total()),
            _share(of_all[label], of_all.total()),
        )
        for label in labels
    ]


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _lines(
    signals: Sequence[BallotSignal],
    prefixes: dict,
    members: Sequence[Member],
) -> list[Line]:
    """By time; within a minute by place, which says nothing of the order of the ballots."""
    networks = letters(
        [place for place, _ in Counter(s.network for s in signals).most_common()]
    )
    days = Counter(signal.voter_day for signal in signals)
    stands = {member.ballot_id: _standing(member) for member in members}
    lines = [
        Line(
            minute=signal.minute,
            prefix=prefixes[signal.prefix],
            network=networks[signal.network],
            client=client_in_words(signal.client),
            adapter=adapter_in_words(signal.adapter),
            age=device_age_in_words(signal.device_age),
            same_day=days[signal.voter_day],
            standing=stands[signal.ballot_id],
        )
        for signal in signals
    ]
    return sorted(lines, key=lambda line: (line.minute, line.prefix, line.network))


def _standing(member: Member) -> str:
    if member.is_counted:
        return "计入"
    word = "隔离" if member.kind == "hold" else "作废"
    return word if member.is_own else f"{word}（另一组）"
