"""Where to look: places at which an option has more ballots than its control allows."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate

from voting.integrity.detection.poll import Crowd, Poll
from voting.integrity.detection.tails import evenness, poisson_above

# Steps of the windows that are tried: from ten minutes to a day and a half.
_WIDTHS = (1, 3, 6, 18, 36, 72, 216)
_LEAST_EXCESS = 12
_PER_KIND = 4
_MOST_OF_AN_OPTION = 10

# A core in which neither haste nor one browser nor the same picks nor an even hand shows
# this much is not looked at closer.
_HASTE, _ONE_CLIENT, _TWINS, _EVEN = 0.3, 0.6, 0.1, -3.0


@dataclass(frozen=True, slots=True)
class Seed:
    """Positions in a crowd, and how much stands against chance having put them there."""

    option: int
    strength: float
    places: list[int]


def seeds(poll: Poll, crowds: dict[int, Crowd], *, certainty: int) -> list[Seed]:
    """The strongest first."""
    by_option: dict[int, list[Seed]] = {option: [] for option in crowds}
    for seed in _alike(poll, crowds):
        by_option[seed.option].append(seed)
    for option, crowd in crowds.items():
        if len(crowd.rows) >= _LEAST_EXCESS:
            by_option[option] += _at_places(crowd, certainty)
            by_option[option] += _in_windows(poll, crowd, certainty)
    found = [
        seed
        for option, of_option in by_option.items()
        for seed in nlargest(_MOST_OF_AN_OPTION, of_option, key=_strength)
        if _may_be_a_machine(crowds[option], seed.places)
    ]
    return sorted(found, key=_strength, reverse=True)


def _strength(seed: Seed) -> float:
    return seed.strength


def _may_be_a_machine(crowd: Crowd, places: list[int]) -> bool:
    table = crowd.poll.table
    rows = [crowd.rows[place] for place in places]
    if sum(table.ages[row] == 0 for row in rows) >= _HASTE * len(rows):
        return True
    hosts = Counter([table.hosts[row] for row in rows])
    clients: Counter[str] = Counter()
    for host, count in hosts.items():
        clients[table.client_hosts[host][0]] += count
    if max(clients.values()) >= _ONE_CLIENT * len(rows):
        return True
    twins = max(Counter([table.patterns[row] for row in rows]).values())
    if twins >= _TWINS * len(rows):
        return True
    hours = Counter([table.minutes[row] // 60 for row in rows])
    span = range(min(hours) + 1, max(hours))
    return evenness([hours[hour] for hour in span]) <= _EVEN


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
        best = {value: strength for strength, value in nlargest(_PER_KIND, strong)}
        places: dict[int, list[int]] = {value: [] for value in best}
        for place, value in enumerate(column):
            if value in places:
                places[value].append(place)
        for value, strength in best.items():
            yield Seed(crowd.option, strength, places[value])


def _in_windows(poll: Poll, crowd: Crowd, certainty: int) -> Iterator[Seed]:
    """For each kind of ballot the time in which the option has most more than usual."""
    sorts_and_steps = list(zip(crowd.sorts, crowd.steps, strict=True))
    strong = [
        (strength, kind, start, end)
        for kind, here in poll.curves_of(sorts_and_steps).items()
        for strength, start, end in [_window(here, poll.curves[kind], crowd.odds)]
        if strength >= certainty + 2
    ]
    for strength, kind, start, end in nlargest(2 * _PER_KIND, strong):
        is_kind = [kind in kinds for kinds in poll.kinds_of_sort]
        places = [
            place
            for place, (sort, step) in enumerate(sorts_and_steps)
            if start <= step < end and is_kind[sort]
        ]
        yield Seed(crowd.option, strength, places)


def _window(
    here: list[int], everybody: list[int], odds: float
) -> tuple[float, int, int]:
    """The strongest window of any width: how strong, and from where to where."""
    mine = [0, *accumulate(here)]
    total = [0, *accumulate(everybody)]
    steps = len(here)
    best = (0.0, 0, 0)
    for width in _WIDTHS:
        for start in range(0, max(steps - width, 0) + 1, max(width // 2, 1)):
            end = min(start + width, steps)
            count = mine[end] - mine[start]
            expected = (total[end] - total[start] - count + 0.5) * odds
            if count - expected < _LEAST_EXCESS or count < 1.3 * expected:
                continue
            best = max(best, (-poisson_above(count, expected), start, end))
    return best


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
