"""Where to look: places at which an option has more ballots than its control allows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate

from voting.integrity.detection.poll import Crowd, Poll
from voting.integrity.detection.tails import poisson_above

# Steps of the windows that are tried: from ten minutes to a day and a half.
_WIDTHS = (1, 3, 6, 18, 36, 72, 216)
_LEAST_EXCESS = 12
_PER_KIND = 5
_MOST = 48


@dataclass(frozen=True, slots=True)
class Seed:
    """Positions in a crowd, and how much stands against chance having put them there."""

    option: int
    strength: float
    places: list[int]


def seeds(poll: Poll, crowds: dict[int, Crowd], *, certainty: int) -> list[Seed]:
    """The strongest first."""
    found: list[Seed] = []
    for crowd in crowds.values():
        if len(crowd.rows) >= _LEAST_EXCESS:
            found += _at_places(crowd, certainty)
            found += _in_windows(poll, crowd, certainty)
    found += _alike(poll, crowds)
    return nlargest(_MOST, found, key=lambda seed: seed.strength)


def _at_places(crowd: Crowd, certainty: int) -> Iterator[Seed]:
    """One prefix or one address that favours the option."""
    for column, here, without in (
        (crowd.prefixes, crowd.by_prefix, crowd.prefixes_without),
        (crowd.networks, crowd.by_network, crowd.networks_without),
    ):
        strong = []
        for value, count in here.items():
            expected = (without[value] + 0.5) * crowd.odds
            if count - expected < _LEAST_EXCESS or count < 2 * expected:
                continue
            strength = -poisson_above(count, expected)
            if strength >= certainty:
                strong.append((strength, value))
        best = dict(
            (value, strength) for strength, value in nlargest(_PER_KIND, strong)
        )
        places: dict[int, list[int]] = {value: [] for value in best}
        for place, value in enumerate(column):
            if value in places:
                places[value].append(place)
        for value, strength in best.items():
            yield Seed(crowd.option, strength, places[value])


def _in_windows(poll: Poll, crowd: Crowd, certainty: int) -> Iterator[Seed]:
    """A time in which the option has more, over all or within one kind of browser."""
    hosts_and_steps = list(zip(crowd.hosts, crowd.steps, strict=True))
    strong = [
        (strength, kind, start, end)
        for kind, here in poll.curves_of(hosts_and_steps).items()
        for strength, start, end in _windows(here, poll.curves[kind], crowd.odds)
        if strength >= certainty + 2
    ]
    for strength, kind, start, end in nlargest(2 * _PER_KIND, strong):
        is_kind = [kind in kinds for kinds in poll.kinds_of_host]
        places = [
            place
            for place, (host, step) in enumerate(hosts_and_steps)
            if start <= step < end and is_kind[host]
        ]
        yield Seed(crowd.option, strength, places)


def _windows(here: list[int], everybody: list[int], odds: float) -> Iterator[tuple]:
    """The strongest window of each width, and how strong it is."""
    mine = [0, *accumulate(here)]
    total = [0, *accumulate(everybody)]
    steps = len(here)
    for width in _WIDTHS:
        best = (0.0, 0, 0)
        for start in range(0, max(steps - width, 0) + 1, max(width // 2, 1)):
            end = min(start + width, steps)
            count = mine[end] - mine[start]
            expected = (total[end] - total[start] - count + 0.5) * odds
            if count - expected < _LEAST_EXCESS or count < 1.3 * expected:
                continue
            strength = -poisson_above(count, expected)
            if strength > best[0]:
                best = (strength, start, end)
        if best[0]:
            yield best


def _alike(poll: Poll, crowds: dict[int, Crowd]) -> Iterator[Seed]:
    """Ballots with the same picks, or the same but for one, more often than their options
    explain. Of the picks the least common stands for the group."""
    total = len(poll.rows)
    if not total:
        return
    share = {option: len(crowd.rows) / total for option, crowd in crowds.items()}
    keys: Counter[bytes] = Counter()
    for pattern, count in poll.by_pattern.items():
        picks = poll.table.picks[pattern]
        if len(picks) >= 3:
            keys[picks] += count
        if 4 <= len(picks) <= 9:
            for place in range(len(picks)):
                keys[picks[:place] + b"\xff" + picks[place + 1 :]] += count
    strong = []
    for key, count in keys.items():
        if count < _LEAST_EXCESS:
            continue
        picks = key.replace(b"\xff", b"")
        expected = float(total)
        for option in picks:
            expected *= share[option]
        if count > 3 * expected:
            strong.append((-poisson_above(count, 3 * expected), key))
    for strength, key in nlargest(3 * _PER_KIND, strong):
        picks = key.replace(b"\xff", b"")
        option = min(picks, key=lambda place: share[place])
        crowd = crowds[option]
        wanted = set(picks)
        length = len(key)
        fits = bytearray(
            len(each) == length and wanted.issubset(each) for each in poll.table.picks
        )
        places = [
            place for place, pattern in enumerate(crowd.patterns) if fits[pattern]
        ]
        yield Seed(option, strength, places)
