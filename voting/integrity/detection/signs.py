"""What speaks for one hand behind a group. A strong sign is one that people do not give,
not even those whom their unit asked to vote at once from one office."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voting.integrity.detection.limits import Limits
from voting.integrity.detection.poll import FRESH, STEP, Crowd
from voting.integrity.detection.profile import Profile
from voting.integrity.detection.tails import (
    binomial_above,
    evenness,
    in_step,
    poisson_above,
)

# Typed from paper by a helper: one device, one address and an even hand are as they must be.
PRINTED = "code"
_SCALES = (1, 2, 5, 10, 20, 60)
_PERIODS = range(2, 61)
_LEAST_STEPS = 12
# So much of a group falls into one third of every round.
_IN_STEP = 0.9
_FARMED_AGE = 60
# Two signs of one family may be sure together when each is so much by itself.
_HALF_SURE = -2.0
_LEAST_SHARED = 3
# So much of a group comes from one prefix, or it comes from many.
_ONE_PLACE = 0.2
# So many other ballots show what picks are usual.
_SAMPLE = 3000
# A hint that fewer ballots of a group give is not told.
_WORTH_SAYING = 0.2


@dataclass(frozen=True, slots=True)
class Sign:
    """``figures`` fill the sentence of ``name``; none is of a single entry."""

    family: str
    name: str
    is_strong: bool
    figures: dict[str, float]


class Look:
    """One profile, looked at for signs. ``limits`` say from what on a sign counts."""

    def __init__(self, profile: Profile, limits: Limits) -> None:
        self.profile, self.limits = profile, limits
        self.crowd: Crowd = profile.crowd
        self.poll = self.crowd.poll
        self.table = self.poll.table
        self.members = self._rows(profile.members)
        self.by_code = sum(
            self.table.client_hosts[self.table.hosts[row]][2] == PRINTED
            for row in self.members
        )

    @property
    def is_typed_from_paper(self) -> bool:
        return 2 * self.by_code >= len(self.members)

    def signs(self) -> list[Sign]:
        found = list(self._all())
        if self.is_typed_from_paper:
            return [sign for sign in found if sign.family == "content"]
        return found

    def supporting(self) -> list[Sign]:
        """What honest ballots have as well: told to people, never counted."""
        return list(self._hints())

    def _all(self) -> Iterator[Sign]:
        yield from self._time()
        yield from self._network()
        yield from self._client()
        yield from self._content()

    def _rows(self, places: Sequence[int]) -> list[int]:
        return [self.crowd.rows[place] for place in places]

    def _is_sure(self, power: float) -> bool:
        return power <= -self.limits.certainty

    # Time

    def _time(self) -> Iterator[Sign]:
        minutes = sorted(self.table.minutes[row] for row in self.members)
        tail = len(minutes) // 20
        middle = minutes[tail : len(minutes) - tail]
        yield from self._burst(middle)
        yield from self._even(middle)
        yield from self._rounds(minutes)

    def _burst(self, middle: list[int]) -> Iterator[Sign]:
        poll, crowd = self.poll, self.crowd
        start, end = (minute // STEP - poll.first for minute in (middle[0], middle[-1]))
        steps = range(start, end + 1)
        here = sum(crowd.by_step[step] for step in steps)
        without = sum(crowd.steps_without[step] for step in steps)
        elsewhere = crowd.others - without
        odds = (len(crowd.rows) - here + 0.5) / (elsewhere + 0.5)
        if elsewhere * 5 < crowd.others:
            return
        expected = max(without * odds, 0.5)
        if here >= self.limits.burst * expected and self._is_sure(
            poisson_above(here, expected, dispersion=3)
        ):
            yield Sign(
                "time",
                "burst",
                False,
                {
                    "minutes": middle[-1] - middle[0] + 1,
                    "times": here / expected,
                    "from": middle[0],
                    "upto": middle[-1],
                },
            )

    def _even(self, middle: list[int]) -> Iterator[Sign]:
        best = (0.0, 0, 0.0)
        for scale in _SCALES:
            counts = _counts(middle, scale)
            if len(counts) < _LEAST_STEPS or sum(counts) < 2 * len(counts):
                continue
            mean = sum(counts) / len(counts)
            spread = sum((count - mean) ** 2 for count in counts) / len(counts) / mean
            if 100 * spread > self.limits.regularity:
                continue
            best = min(best, (evenness(counts), scale, mean))
        power, scale, mean = best
        if self._is_sure(power):
            yield Sign("time", "even", True, {"scale": scale, "mean": mean})

    def _rounds(self, minutes: list[int]) -> Iterator[Sign]:
        """Whether they come at the same minute of every round of so many minutes."""
        counts = Counter(minutes)
        best = (0.0, 0, 0)
        for period in _PERIODS:
            rounds: dict[int, list[int]] = {}
            for minute, count in counts.items():
                of_round = rounds.setdefault(minute // period, [0, 0])
                of_round[0] += count
                of_round[1] += count * (minute % period)
            if len(rounds) < _LEAST_STEPS or len(minutes) < 2 * len(rounds):
                continue
            power = in_step(
                [(late / ballots + 0.5) / period for ballots, late in rounds.values()]
            )
            phases: Counter[int] = Counter()
            for minute, count in counts.items():
                phases[minute % period] += count
            third = max(1, period // 3)
            within = max(
                sum(phases[(start + late) % period] for late in range(third))
                for start in range(period)
            )
            if within >= _IN_STEP * len(minutes) and period >= 3:
                best = min(best, (power, period, len(rounds)))
        power, period, cycles = best
        if self._is_sure(power):
            yield Sign("time", "rounds", True, {"period": period, "cycles": cycles})

    # Network

    def _network(self) -> Iterator[Sign]:
        found = self._rows(self.profile.without("network"))
        if len(found) < self.limits.least_ballots:
            return
        table, crowd = self.table, self.crowd
        by_prefix = Counter(table.prefixes[row] for row in found)
        prefix, here = by_prefix.most_common(1)[0]
        usual = (crowd.prefixes_without[prefix] + 1) / (crowd.others + 1)
        is_much = here >= max(self.limits.concentration * usual, _ONE_PLACE) * len(
            found
        )
        if is_much and self._is_sure(binomial_above(here, len(found), usual)):
            yield Sign(
                "network",
                "one place",
                False,
                {
                    "share": 100 * here / len(found),
                    "usual": 100 * usual,
                    "networks": len(
                        {
                            table.networks[row]
                            for row in self.members
                            if table.prefixes[row] == prefix
                        }
                    ),
                },
            )
            return
        size_of = crowd.size_of_prefix
        rare = sum(size_of[table.prefixes[row]] == 0 for row in found)
        rare_usual = (crowd.rare_without + 1) / (crowd.others + 1)
        if 2 * rare >= 3 * rare_usual * len(found) and self._is_sure(
            binomial_above(rare, len(found), rare_usual)
        ):
            yield Sign(
                "network",
                "many places",
                False,
                {
                    "share": 100 * rare / len(found),
                    "usual": 100 * rare_usual,
                    "prefixes": len({table.prefixes[row] for row in self.members}),
                },
            )

    # Client

    def _client(self) -> Iterator[Sign]:
        found = self._rows(self.profile.without("client"))
        if len(found) < self.limits.least_ballots:
            return
        yield from self._machine(found)
        yield from self._farmed(found)
        yield from self._fresh(found)

    def _machine(self, found: list[int]) -> Iterator[Sign]:
        """Haste, and one kind of browser: each by itself, or the two together."""
        measured = [self._quick(found), self._one_client(found)]
        together = sum(power for power, _ in measured)
        both = together <= -self.limits.certainty - 1 and all(
            power <= _HALF_SURE for power, _ in measured
        )
        for power, sign in measured:
            if both or self._is_sure(power):
                yield sign

    def _quick(self, found: list[int]) -> tuple[float, Sign]:
        ages = self.table.ages
        quick = sum(ages[row] == 0 for row in found)
        usual = self.poll.quick / len(self.poll.rows)
        figures = {"share": 100 * quick / len(found), "usual": 100 * usual}
        power = binomial_above(quick, len(found), self.limits.quick_share / 100)
        return power, Sign("client", "quick", True, figures)

    def _one_client(self, found: list[int]) -> tuple[float, Sign]:
        table = self.table
        clients = Counter(table.client_hosts[table.hosts[row]][0] for row in found)
        client, here = clients.most_common(1)[0]
        usual = sum(
            count
            for host, count in self.crowd.hosts_without.items()
            if table.client_hosts[host][0] == client
        ) / max(self.crowd.others, 1)
        # Four times the odds: where people know each other, they have the same telephones.
        alike = 4 * usual / (1 + 3 * usual)
        limit = max(self.limits.client_share / 100, alike)
        figures = {"share": 100 * here / len(found), "usual": 100 * usual}
        power = binomial_above(here, len(found), limit)
        return power, Sign("client", "one client", True, figures)

    def _farmed(self, found: list[int]) -> Iterator[Sign]:
        table = self.table
        born = [
            (table.minutes[row] - table.ages[row]) // 10
            for row in found
            if table.ages[row] >= _FARMED_AGE
        ]
        if len(born) < self.limits.least_ballots:
            return
        births = Counter(born)
        step, _ = births.most_common(1)[0]
        together = births[step - 1] + births[step] + births[step + 1]
        if self._is_sure(binomial_above(together, len(found), 0.5)):
            yield Sign(
                "client",
                "born together",
                True,
                {"share": 100 * together / len(found), "ballots": together},
            )

    def _fresh(self, found: list[int]) -> Iterator[Sign]:
        ages = self.table.ages
        fresh = sum(0 <= ages[row] <= FRESH for row in found)
        usual = self.poll.fresh / len(self.poll.rows)
        if 1 - fresh / len(found) < (1 - usual) / 3 and self._is_sure(
            binomial_above(fresh, len(found), usual)
        ):
            yield Sign(
                "client",
                "fresh",
                False,
                {"share": 100 * fresh / len(found), "usual": 100 * usual},
            )

    # Content

    def _content(self) -> Iterator[Sign]:
        places = self.profile.without("content")
        if len(places) < self.limits.least_ballots:
            return
        picks = self.table.picks
        inside = set(places) | set(self.profile.members)
        patterns = self.crowd.patterns
        found = [picks[patterns[place]] for place in places]
        stride = max(1, len(patterns) // _SAMPLE)
        usual = [
            picks[patterns[place]]
            for place in range(0, len(patterns), stride)
            if place not in inside
        ]
        yield from self._lockstep(found, usual)
        yield from self._fillers(found, usual)

    def _lockstep(self, found: list[bytes], usual: list[bytes]) -> Iterator[Sign]:
        for name, keys_of in (("same picks", _whole), ("almost same picks", _nearly)):
            here = Counter(key for each in found for key in keys_of(each))
            if not here:
                continue
            key, twins = min(here.items(), key=lambda item: (-item[1], item[0]))
            there = Counter(key for each in usual for key in keys_of(each))
            usual_share = max(there.values(), default=0) / max(len(usual), 1)
            of_this = there[key] / max(len(usual), 1)
            limit = max(self.limits.pattern_share / 100, 3 * usual_share)
            if self._is_sure(binomial_above(twins, len(found), min(limit, 0.9))):
                yield Sign(
                    "content",
                    name,
                    True,
                    {
                        "share": 100 * twins / len(found),
                        "usual": 100 * of_this,
                        "picks": len(key),
                    },
                )
                return

    def _fillers(self, found: list[bytes], usual: list[bytes]) -> Iterator[Sign]:
        """Whether what else was picked has nothing to do with what others like."""
        option = self.crowd.option
        likes = Counter(place for each in usual for place in each if place != option)
        fillers = Counter(place for each in found for place in each if place != option)
        count = sum(fillers.values())
        if count < 5 * len(likes) or not likes:
            return
        evenly = 1 / len(likes)
        total = sum(likes.values())
        liked = sum(
            fillers[place] for place, times in likes.items() if times > total * evenly
        )
        usual_liked = (
            sum(times for times in likes.values() if times > total * evenly) / total
        )
        by_lot = sum(times > total * evenly for times in likes.values()) * evenly
        middle = (usual_liked + by_lot) / 2
        if self._is_sure(binomial_above(count - liked, count, 1 - middle)):
            yield Sign(
                "content",
                "by lot",
                False,
                {"share": 100 * liked / count, "usual": 100 * usual_liked},
            )

    # What only supports

    def _hints(self) -> Iterator[Sign]:
        table, poll, members = self.table, self.poll, self.members
        picks, patterns = table.picks, table.patterns
        hints = {
            "single": lambda row: len(picks[patterns[row]]) == 1,
            "night": lambda row: (table.minutes[row] // 60 + 8) % 24 < 6,
            "hard work": lambda row: table.difficulties[row] > poll.usual_difficulty,
        }
        for name, has in hints.items():
            share = sum(map(has, members)) / len(members)
            usual = sum(map(has, poll.sample)) / max(len(poll.sample), 1)
            if share > max(2 * usual, _WORTH_SAYING):
                yield Sign(
                    "support", name, False, {"share": 100 * share, "usual": 100 * usual}
                )
        unthrottled = sum(table.unthrottled[row] for row in members)
        if unthrottled:
            yield Sign("support", "unthrottled", False, {"ballots": unthrottled})


def _counts(minutes: Sequence[int], scale: int) -> list[int]:
    """Ballots in each whole step from the first to the last."""
    first = minutes[0]
    steps = (minutes[-1] - first + 1) // scale
    counts = [0] * steps
    for minute in minutes:
        step = (minute - first) // scale
        if step < steps:
            counts[step] += 1
    return counts


def _whole(picks: bytes) -> Iterator[bytes]:
    if len(picks) >= _LEAST_SHARED:
        yield picks


def _nearly(picks: bytes) -> Iterator[bytes]:
    """The picks with any one of them left open."""
    if len(picks) > _LEAST_SHARED:
        for place in range(len(picks)):
            yield picks[:place] + b"\xff" + picks[place + 1 :]
