"""Which ballots of a crowd belong to a seed: each is weighed by what the seed looks like.

A weight is the logarithm of how much more often a trait occurs in the group than among
honest ballots. It is the sum of four parts, one a family, so that a family can be judged
on members that were found without it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from voting.integrity.detection.poll import SMALL_SIZES, Crowd, smoothed

FAMILIES = ("time", "network", "client", "content")

_ROUNDS = 4
# The least sure member of a group is honest once in twenty times; most are far surer.
_SURE = log(19)
_LIKELY = log(9)
_LEAST_TWINS = 5
# Ballots that three families together find this unlikely are not weighed again.
_FAR = -4.0
# What else was picked weighs no more than this.
_MOST_FILLERS = 4.0


class Profile:
    """The members of one group in a crowd.

    ``places`` are positions in the crowd, and so are ``members``.
    """

    def __init__(self, crowd: Crowd, places: Sequence[int]) -> None:
        self.crowd = crowd
        self.members = list(places)
        self._near: Sequence[int] = range(len(crowd.rows))
        self._columns = (
            crowd.steps,
            crowd.prefixes,
            crowd.networks,
            crowd.hosts,
            crowd.patterns,
        )
        self._parts: dict[str, list[float]] = {}
        for turn in range(_ROUNDS):
            before = self.members
            self._weigh()
            if turn == 0:
                self._forget_the_far()
            self.members = self._above(FAMILIES, _SURE)
            if self.members == before or len(self.members) < _LEAST_TWINS:
                break

    def without(self, family: str) -> list[int]:
        """The ballots that the other families find likely to belong."""
        return self._above([each for each in FAMILIES if each != family], _LIKELY)

    def _above(self, families: Sequence[str], sure: float) -> list[int]:
        share = min(max(len(self.members) / len(self.crowd.rows), 1e-6), 0.5)
        threshold = sure + log((1 - share) / share)
        weights = map(sum, zip(*(self._parts[each] for each in families), strict=True))
        return [
            place
            for place, weight in zip(self._near, weights, strict=True)
            if weight > threshold
        ]

    def _forget_the_far(self) -> None:
        rows = zip(*self._parts.values(), strict=True)
        kept = [at for at, parts in enumerate(rows) if sum(parts) - min(parts) > _FAR]
        self._near = [self._near[at] for at in kept]
        self._columns = tuple([column[at] for at in kept] for column in self._columns)
        self._parts = {
            family: [part[at] for at in kept] for family, part in self._parts.items()
        }

    def _mine(self, column: Sequence[int]) -> Counter:
        return Counter([column[place] for place in self.members])

    def _weigh(self) -> None:
        steps, prefixes, networks, hosts, patterns = self._columns
        by_step, by_host = self._times(), self._hosts(set(hosts))
        by_prefix, by_network = self._networks(set(prefixes))
        contents = self._contents(set(patterns))
        self._parts = {
            "time": [by_step[step] for step in steps],
            "network": (
                [
                    max(by_prefix[prefix], by_network.get(network, -99.0))
                    for prefix, network in zip(prefixes, networks, strict=True)
                ]
                if by_network
                else [by_prefix[prefix] for prefix in prefixes]
            ),
            "client": [by_host[host] for host in hosts],
            "content": [contents[pattern] for pattern in patterns],
        }

    def _times(self) -> list[float]:
        """Against the curve of the ballots without the option, smoothed over an hour."""
        crowd = self.crowd
        total = len(self.members)
        mine = smoothed(self._mine(crowd.steps), crowd.poll.steps)
        return [
            log((0.95 * here / total + 0.05 * share + 1e-7) / (share + 1e-7))
            for here, share in zip(mine, crowd.usual_curve, strict=True)
        ]

    def _networks(
        self, prefixes: Iterable[int]
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Weights of prefixes, and of addresses on which the group has many.

        All small prefixes of one size are one place.
        """
        crowd, without = self.crowd, self.crowd.prefixes_without
        mine = self._mine(crowd.prefixes)
        total, everybody = len(self.members), crowd.others + len(crowd.rows)
        honest = len(crowd.rows) - total
        size_of, mine_of_size = crowd.size_of_prefix, Counter()
        for prefix, here in mine.items():
            mine_of_size[size_of[prefix]] += here
        by_size = [
            log(
                (mine_of_size[size] + 0.5)
                / (total + 1)
                / (
                    (crowd.in_prefixes_of_size[size] - mine_of_size[size] + 1)
                    / (honest + 20)
                )
            )
            for size in range(SMALL_SIZES)
        ]

        def ratio(here: int, usual: float) -> float:
            share = (usual + 0.5) / (everybody + 1)
            return log((0.97 * max(here - 1, 0) / total + 0.03 * share) / share)

        by_prefix = {}
        for prefix in prefixes:
            here = mine[prefix]
            elsewhere = without[prefix]
            weight = ratio(here, elsewhere + crowd.by_prefix[prefix] - here)
            size = size_of[prefix]
            is_small = size < SMALL_SIZES
            by_prefix[prefix] = max(weight, by_size[size]) if is_small else weight
        by_network = {
            network: ratio(
                here,
                crowd.networks_without[network] + crowd.by_network[network] - here,
            )
            for network, here in self._mine(crowd.networks).items()
            if here >= _LEAST_TWINS
        }
        return by_prefix, by_network

    def _hosts(self, hosts: Iterable[int]) -> dict[int, float]:
        crowd = self.crowd
        mine, total = self._mine(crowd.hosts), len(self.members)
        elsewhere = crowd.others + len(crowd.rows) - total
        weights = {}
        for host in hosts:
            here = mine[host]
            usual = crowd.by_host[host] + crowd.hosts_without[host] - here
            share = (usual + 0.5) / (elsewhere + 1)
            weights[host] = log((0.97 * here / total + 0.03 * share) / share)
        return weights

    def _contents(self, patterns: Iterable[int]) -> dict[int, float]:
        """By the number of picks, what else was picked, and picks that come again and again."""
        crowd = self.crowd
        picks = crowd.poll.table.picks
        mine, total = self._mine(crowd.patterns), len(self.members)
        honest = len(crowd.rows) - total
        sizes: Counter[int] = Counter()
        for pattern, here in mine.items():
            sizes[len(picks[pattern])] += here
        by_size = {
            size: log(
                (sizes[size] + 0.5)
                / (total + 3)
                / ((usual - sizes[size] + 1) / (honest + 10))
            )
            for size, usual in crowd.by_size.items()
        }
        if not self._parts:
            return {pattern: by_size[len(picks[pattern])] for pattern in patterns}
        by_filler = self._fillers(mine)
        weights = {}
        for pattern in patterns:
            fillers = sum([by_filler[place] for place in picks[pattern]])
            bounded = min(max(fillers, -_MOST_FILLERS), _MOST_FILLERS)
            weights[pattern] = by_size[len(picks[pattern])] + bounded
        for pattern, here in mine.items():
            if here >= _LEAST_TWINS and pattern in weights:
                usual = (crowd.by_pattern[pattern] - here + 0.5) / (honest + 1)
                weight = log((here - 1) / total / usual)
                weights[pattern] = max(weights[pattern], weight)
        return weights

    def _fillers(self, mine: Counter) -> dict[int, float]:
        """How much more often the group picks each option than others for this one do."""
        crowd = self.crowd
        picks = crowd.poll.table.picks
        here: Counter[int] = Counter()
        for pattern, count in mine.items():
            for place in picks[pattern]:
                here[place] += count
        del here[crowd.option]
        elsewhere = crowd.likes - here
        total, usual_total = sum(here.values()), sum(elsewhere.values())
        weights = {crowd.option: 0.0}
        for place in crowd.likes:
            usual = (elsewhere[place] + 1) / (usual_total + len(crowd.likes))
            weights[place] = log((here[place] + 20 * usual) / (total + 20) / usual)
        return weights
