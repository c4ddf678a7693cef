"""What is usual in one poll: the yardstick for everything that stands out in it.

For each option the ballots without it are the control: whoever brushes votes for an option
leaves no trace in them, and they follow the same days, carriers and browsers.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from voting.integrity.detection.table import Table

# Minutes of a step of the curve.
STEP = 10

# A device that came no more minutes ago is new.
FRESH = 10

# Small prefixes of one size are one place: that the group has one ballot there says little
# of this prefix, and much of the group. So many ballots, or so many of a hundred thousand.
_SIZES = ((3, 20), (12, 80), (40, 250))
SMALL_SIZES = len(_SIZES)


def sizes_among(ballots: int) -> list[int]:
    """The upper ends of the sizes of small prefixes among so many ballots."""
    return [max(least, ballots * share // 100_000) for least, share in _SIZES]


class Poll:
    """A table without the ballots that were put into groups already."""

    def __init__(self, table: Table, taken: bytearray) -> None:
        self.table = table
        self.rows = [row for row, is_taken in enumerate(taken) if not is_taken]
        minutes, rows = table.minutes, self.rows
        self.first = min((minutes[row] for row in rows), default=0) // STEP
        last = max((minutes[row] for row in rows), default=0) // STEP
        self.steps = last - self.first + 1
        first = self.first
        self.step_of = [minute // STEP - first for minute in minutes]
        self.by_step = Counter(self.step_of[row] for row in rows)
        self.by_prefix = Counter(table.prefixes[row] for row in rows)
        self.by_network = Counter(table.networks[row] for row in rows)
        self.by_host = Counter(table.hosts[row] for row in rows)
        self.by_pattern = Counter(table.patterns[row] for row in rows)
        self.quick = sum(table.ages[row] == 0 for row in rows)
        self.fresh = sum(0 <= table.ages[row] <= FRESH for row in rows)
        prefixes, hosts, by_prefix = table.prefixes, table.hosts, self.by_prefix
        few = sizes_among(len(rows))[1]
        # A host, and whether it is at a place that few use, in one number.
        self.sort_of = [
            2 * host + (by_prefix[prefix] <= few)
            for host, prefix in zip(hosts, prefixes, strict=True)
        ]
        self.kinds_of_sort = [
            _kinds(client, age, few)
            for client, age, _ in table.client_hosts
            for few in (False, True)
        ]
        self.curves = self.curves_of(
            [(self.sort_of[row], self.step_of[row]) for row in rows]
        )
        self.options = sorted({place for picks in table.picks for place in picks})

    @cached_property
    def sample(self) -> list[int]:
        """Every so many-th ballot, to see what is usual."""
        return self.rows[:: max(1, len(self.rows) // 3000)]

    @cached_property
    def usual_difficulty(self) -> int:
        """The work that most were asked for."""
        asked = Counter(self.table.difficulties[row] for row in self.sample)
        return max(asked, key=asked.get, default=0)

    def curves_of(self, sorts_and_steps: Iterable[tuple[int, int]]) -> dict[str, list]:
        """How many came in each step, by kind."""
        curves: dict[str, list[int]] = {}
        for (sort, step), count in Counter(sorts_and_steps).items():
            for kind in self.kinds_of_sort[sort]:
                if kind not in curves:
                    curves[kind] = [0] * self.steps
                curves[kind][step] += count
        return curves

    def crowd(self, option: int) -> "Crowd":
        return Crowd(self, option)


def _kinds(client: str, age: int, few: bool) -> list[str]:
    """Everybody; this family of browsers; places that few use; of all these the hasty."""
    kinds = ["", client, "few"] if few else ["", client]
    return [*kinds, *(f"{kind} now" for kind in kinds)] if age == 0 else kinds


class Crowd:
    """The ballots for one option, and beside them what those without it look like."""

    def __init__(self, poll: Poll, option: int) -> None:
        self.poll, self.option = poll, option
        table = poll.table
        has = bytearray(option in picks for picks in table.picks)
        patterns = table.patterns
        self.rows = [row for row in poll.rows if has[patterns[row]]]
        self.others = len(poll.rows) - len(self.rows)
        self.odds = len(self.rows) / max(self.others, 1)
        self.steps = self._of(poll.step_of)
        self.prefixes = self._of(table.prefixes)
        self.networks = self._of(table.networks)
        self.hosts = self._of(table.hosts)
        self.sorts = self._of(poll.sort_of)
        self.patterns = self._of(patterns)
        self.by_step, self.steps_without = self._both(self.steps, poll.by_step)
        self.by_prefix, self.prefixes_without = self._both(
            self.prefixes, poll.by_prefix
        )
        self.by_network, self.networks_without = self._both(
            self.networks, poll.by_network
        )
        self.by_host, self.hosts_without = self._both(self.hosts, poll.by_host)
        self.by_pattern = Counter(self.patterns)
        self.by_size: Counter[int] = Counter()
        for pattern, count in self.by_pattern.items():
            self.by_size[len(table.picks[pattern])] += count

    @cached_property
    def likes(self) -> Counter:
        """How often each other option was picked together with this one."""
        likes: Counter[int] = Counter()
        for pattern, count in self.by_pattern.items():
            for place in self.poll.table.picks[pattern]:
                likes[place] += count
        del likes[self.option]
        return likes

    @cached_property
    def usual_curve(self) -> list[float]:
        """The share of each step in the ballots without the option, smoothed over an hour."""
        steps, others = self.poll.steps, max(self.others, 1)
        return [count / others for count in smoothed(self.steps_without, steps)]

    @cached_property
    def size_of_prefix(self) -> dict[int, int]:
        """Which of the small sizes a prefix has among those without the option; or one above."""
        ends, without = sizes_among(self.others), self.prefixes_without
        return {prefix: bisect_left(ends, without[prefix]) for prefix in self.by_prefix}

    @cached_property
    def in_prefixes_of_size(self) -> Counter:
        """How many ballots for the option come from prefixes of each size."""
        sizes: Counter[int] = Counter()
        for prefix, count in self.by_prefix.items():
            sizes[self.size_of_prefix[prefix]] += count
        return sizes

    @cached_property
    def rare_without(self) -> int:
        """Ballots without the option, from prefixes that belong to nobody in particular."""
        most = sizes_among(self.others)[0]
        return sum(count for count in self.prefixes_without.values() if count <= most)

    def _of(self, column: Sequence[int]) -> list[int]:
        return [column[row] for row in self.rows]

    def _both(self, mine: Iterable[int], everybody: Counter) -> tuple[Counter, Counter]:
        """How often each value is here, and how often in the ballots without the option."""
        here = Counter(mine)
        return here, everybody - here


def smoothed(counts: Mapping[int, int], steps: int) -> list[float]:
    """Counts of steps, each spread over its neighbours."""
    padded = [counts.get(step, 0) for step in range(-3, steps + 3)]
    return [sum(padded[step : step + 7]) / 7 for step in range(steps)]
