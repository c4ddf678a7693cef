"""Invented polls with honest traffic and campaigns in it, to try detection on.

Everything follows from a seed. The arrival curve has the shape of mass petitions: a wave
after the news, days that fade, quiet nights. Honest voters come from carriers that put
thousands behind one address, from homes, offices and far away; some units ask their people
to vote, and a village votes behind one address with a helper who types printed codes.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from math import cos, exp, pi
from random import Random

from voting.integrity.detection.rows import Seen

# Monday 2026-06-01 00:00 in Shanghai, in minutes since 1970 in UTC.
START = 29_670_720
DAY = 24 * 60
HOUR = 60

HONEST, MOBILISED, VILLAGE = "honest", "mobilised", "village"
SCRIPT, POOL, RENTED, RIVAL = "script", "pool", "rented", "rival"
PATIENT = "patient"

_CLIENTS = {
    "wechat-android": 47,
    "wechat-ios": 24,
    "chrome-android": 8,
    "safari-ios": 5,
    "desktop": 6,
    "other": 10,
}
_PICKS = (12, 12, 16, 14, 11, 8, 6, 5, 4, 12)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Ballots in the order of their ids, and who really cast them."""

    rows: list[Seen]
    kinds: dict[str, frozenset[int]]

    @property
    def honest(self) -> frozenset[int]:
        return frozenset().union(
            *(self.kinds.get(kind, ()) for kind in (HONEST, MOBILISED, VILLAGE))
        )


@dataclass(slots=True)
class _Cast:
    minute: int
    kind: str
    prefix: str
    network: str
    client: str
    device_age: int | None
    picks: bytes
    adapter: str = "device"
    difficulty: int = 100


@dataclass
class Town:
    """Where honest voters come from, and what they like. Made once for a poll.

    With ``ballots`` and ``arrivals`` (one number a minute) honest voters pick and come as
    those did.
    """

    chance: Random
    entries: int = 20
    days: int = 7
    most: int = 10
    ballots: Sequence[bytes] = ()
    arrivals: Sequence[float] = ()
    weights: list[float] = field(init=False)
    tastes: list[list[float]] = field(init=False)

    def __post_init__(self) -> None:
        chance = self.chance
        self.weights = [1 / (place + 2) ** 0.7 for place in range(self.entries)]
        chance.shuffle(self.weights)
        self.tastes = [
            [weight * chance.choice((1, 1, 3)) for weight in self.weights]
            for _ in range(4)
        ]
        if self.arrivals:
            self.days = len(self.arrivals) // DAY
        minutes = range(self.days * DAY)
        self._curve = list(
            accumulate(self.arrivals[: self.days * DAY] or map(_arrivals, minutes))
        )
        self._mobile = [f"mobile-{number}" for number in range(24)]
        self._mobile_weights = list(
            accumulate(1 / (rank + 1) for rank in range(len(self._mobile)))
        )
        self._far_weights = list(accumulate(1 / (rank + 20) for rank in range(4000)))

    def moment(self) -> int:
        curve = self._curve
        return bisect(curve, self.chance.random() * curve[-1])

    def pick(
        self, weights: Sequence[float], count: int, always: Sequence[int] = ()
    ) -> bytes:
        """So many options, each by its weight; a few of them for certain."""
        random, count = self.chance.random, min(count, self.most)
        drawn = sorted(
            (random() ** (1 / weight), place)
            for place, weight in enumerate(weights)
            if place not in always
        )
        rest = [place for _, place in drawn[len(drawn) - max(0, count - len(always)) :]]
        return bytes(sorted([*always, *rest]))

    def number_of_picks(self) -> int:
        return self.chance.choices(range(1, 11), _PICKS)[0]

    def client(self) -> str:
        return self.chance.choices(list(_CLIENTS), list(_CLIENTS.values()))[0]

    def wechat(self) -> str:
        return self.chance.choices(["wechat-android", "wechat-ios"], [66, 34])[0]

    def age(self, *, median: float) -> int | None:
        """Minutes from the first visit: mostly one sitting, sometimes days."""
        chance = self.chance
        kind = chance.random()
        if kind < 0.05:
            return None
        if kind < 0.25:
            return int(chance.lognormvariate(6.5, 1.2))
        return int(median * chance.lognormvariate(0, 0.9))

    def mobile(self) -> tuple[str, str]:
        prefix = self.chance.choices(self._mobile, cum_weights=self._mobile_weights)[0]
        return prefix, f"{prefix}/{self.chance.randrange(40)}"

    def home(self, area: int) -> tuple[str, str]:
        prefix = f"home-{area}-{self.chance.randrange(15)}"
        return prefix, f"{prefix}/{self.chance.randrange(120)}"

    def office(self, area: int) -> tuple[str, str]:
        prefix = f"office-{area}-{self.chance.randrange(4)}"
        return prefix, f"{prefix}/{self.chance.randrange(2)}"

    def far(self) -> tuple[str, str]:
        far = bisect(self._far_weights, self.chance.random() * self._far_weights[-1])
        return f"far-{far}", f"far-{far}/{self.chance.randrange(250)}"

    def place(self, area: int) -> tuple[str, str]:
        where = self.chance.random()
        if where < 0.55:
            return self.mobile()
        if where < 0.80:
            return self.home(area)
        return self.office(area) if where < 0.88 else self.far()


def _arrivals(minute: int) -> float:
    day, of_day = divmod(minute, DAY)
    awake = 0.04 + max(0.0, 0.5 - 0.5 * cos(2 * pi * (of_day - 3 * HOUR) / DAY)) ** 2
    evening = 1 + 0.8 * exp(-(((of_day - 20 * HOUR) / 90) ** 2))
    news = 1 + 4 * exp(-max(0, minute - 9 * HOUR) / 300) * (minute >= 9 * HOUR)
    return awake * evening * news * (0.45 + 0.55 * exp(-day / 2))


def honest(town: Town, ballots: int) -> Iterator[_Cast]:
    chance = town.chance
    habits = [town.pick(town.weights, 2) for _ in range(3)]
    for number in range(ballots):
        area = chance.randrange(town.entries)
        prefix, network = town.place(area)
        weights = list(chance.choice(town.tastes))
        if not prefix.startswith(("mobile", "far")):
            weights[area] *= 6
        picks = town.pick(weights, town.number_of_picks())
        if town.ballots:
            picks = town.ballots[number]
        elif chance.random() < 0.03:
            picks = chance.choice(habits)
        yield _Cast(
            minute=town.moment(),
            kind=HONEST,
            prefix=prefix,
            network=network,
            client=town.client(),
            device_age=town.age(median=2.5),
            picks=picks,
            adapter="sms" if chance.random() < 0.1 else "device",
            difficulty=200 if prefix.startswith("mobile") and chance.random() < 0.2 else 100,
        )  # fmt: skip


def mobilised(town: Town, ballots: int, target: int) -> Iterator[_Cast]:
    """A unit writes into its WeChat groups: its people vote at once, many for it alone.

    Some of them sit at the unit's own address, some at desktops there; a school has former
    pupils everywhere.
    """
    chance = town.chance
    posted = _by_day(town)
    reposted = posted + chance.randrange(60, 600)
    is_school = chance.random() < 0.3
    desktops = chance.choice((0.0, 0.1, 0.4))
    haste = chance.choice((0.7, 1.2, 2.0))
    for _ in range(ballots):
        where = chance.random()
        client = town.wechat() if chance.random() < 0.93 else town.client()
        if where < (0.15 if is_school else 0.35):
            prefix, network = f"unit-{target}", f"unit-{target}/{chance.randrange(2)}"
            if chance.random() < desktops:
                client = "desktop"
        elif where < 0.5 and is_school:
            prefix, network = town.mobile()
        elif is_school:
            prefix, network = town.far()
        else:
            prefix, network = town.place(target)
        begun = posted if chance.random() < 0.7 else reposted
        count = 1 if chance.random() < 0.45 else town.number_of_picks()
        always = (target,) if chance.random() < 0.94 else ()
        yield _Cast(
            minute=begun + int(chance.expovariate(1 / 30)),
            kind=MOBILISED,
            prefix=prefix,
            network=network,
            client=client,
            device_age=town.age(median=haste),
            picks=town.pick(chance.choice(town.tastes), count, always),
            difficulty=400 if prefix.startswith("unit") else 100,
        )


def village(town: Town, ballots: int, target: int) -> Iterator[_Cast]:
    """Everybody behind one address; a helper types the codes of those without a phone."""
    chance = town.chance
    prefix, network = f"village-{target}", f"village-{target}/0"
    begun = _by_day(town)
    arrived = begun - chance.randrange(10, 3000)
    helper = chance.choice(["chrome-android", "wechat-android", "desktop"])
    moment = begun
    for number in range(ballots):
        weights = list(chance.choice(town.tastes))
        weights[target] *= 12
        picks = town.pick(weights, town.number_of_picks())
        if number % 2:
            moment += chance.choice((1, 1, 2, 2, 3))
            if chance.random() < 0.01:
                moment += DAY
            yield _Cast(
                moment, VILLAGE, prefix, network, helper,
                moment - arrived, picks, adapter="code",
            )  # fmt: skip
        else:
            yield _Cast(
                town.moment(), VILLAGE, prefix, network, town.wechat(),
                town.age(median=3), picks, difficulty=200,
            )  # fmt: skip


def script(
    town: Town, ballots: int, target: int, kind: str = SCRIPT
) -> Iterator[_Cast]:
    """One machine with one address, alone or amid a home's or carrier's neighbours.

    The patient one waits between opening and sending as people do.
    """
    chance = town.chance
    prefix, network = chance.choice(
        [(f"rack-{target}", f"rack-{target}/7"), town.home(target), town.mobile()]
    )
    clients = _agents(chance)
    picks = _Orders(town, target)
    farmed = chance.random() < 0.2 and kind != PATIENT
    moments = _paced(town, ballots, fastest=1, slowest=30)
    born = min(moments) - chance.randrange(90, 900)
    for moment in moments:
        if kind == PATIENT:
            age = town.age(median=1.2)
        elif farmed:
            age = moment - born - chance.randrange(8)
        else:
            age = _quick(chance)
        yield _Cast(
            minute=moment,
            kind=kind,
            prefix=prefix,
            network=network,
            client=chance.choice(clients),
            device_age=age,
            picks=picks.next(),
            difficulty=chance.choice((100, 400, 1000, 1000)),
        )


def pool(town: Town, ballots: int, target: int, kind: str = POOL) -> Iterator[_Cast]:
    """A script that goes out through some hundred prefixes: racks, or other people's homes."""
    chance = town.chance
    size = chance.randrange(150, 600)
    if chance.random() < 0.5:
        prefixes = [f"proxy-{target}-{number}" for number in range(size)]
    else:
        prefixes = [f"far-{number}" for number in chance.sample(range(4000), size)]
    in_turn = chance.random() < 0.5
    clients = _agents(chance)
    picks = _Orders(town, target)
    for number, moment in enumerate(_paced(town, ballots, fastest=2, slowest=36)):
        prefix = (
            prefixes[number % len(prefixes)] if in_turn else chance.choice(prefixes)
        )
        yield _Cast(
            minute=moment,
            kind=kind,
            prefix=prefix,
            network=f"{prefix}/{chance.randrange(60)}",
            client=chance.choice(clients),
            device_age=_quick(chance),
            picks=picks.next(),
        )


def rented(town: Town, ballots: int, target: int) -> Iterator[_Cast]:
    """Real people somewhere with real phones, paid by the vote."""
    chance = town.chance
    begun, lasting = town.moment(), chance.randrange(6 * HOUR, 40 * HOUR)
    picks = _Orders(town, target)
    for _ in range(ballots):
        prefix, network = town.far() if chance.random() < 0.85 else town.mobile()
        yield _Cast(
            minute=begun + int(lasting * chance.betavariate(1.2, 2.5)),
            kind=RENTED,
            prefix=prefix,
            network=network,
            client=town.wechat() if chance.random() < 0.8 else town.client(),
            device_age=town.age(median=1.2),
            picks=picks.next(),
        )


def _by_day(town: Town) -> int:
    """A minute of working hours, with a day left after it."""
    day = town.chance.randrange(town.days - 1)
    return day * DAY + town.chance.randrange(9 * HOUR, 18 * HOUR)


def _agents(chance: Random) -> list[str]:
    """What a script says of itself: one kind of browser, or some in turn."""
    if chance.random() < 0.55:
        return [chance.choice(["wechat-android", "chrome-android", "desktop", "other"])]
    return chance.sample(list(_CLIENTS), chance.randrange(2, 5))


def _quick(chance: Random) -> int:
    return 0 if chance.random() < 0.94 else 1


def _paced(town: Town, ballots: int, *, fastest: int, slowest: int) -> list[int]:
    """Minutes of a campaign that takes so many hours: even, with pauses by chance, in rounds."""
    chance = town.chance
    lasting = chance.uniform(fastest, slowest) * HOUR
    begun = min(town.moment(), town.days * DAY - int(lasting) - 1)
    step = lasting / ballots
    pace = chance.choice(["even", "chance", "chance", "rounds"])
    if pace == "even":
        shaken = [step * (n + chance.uniform(-0.3, 0.3)) for n in range(ballots)]
    elif pace == "chance":
        shaken = [chance.uniform(0, lasting) for _ in range(ballots)]
    else:
        rounds = max(2, int(lasting / 20))
        shaken = [
            20.0 * chance.randrange(rounds) + chance.uniform(0, 3)
            for _ in range(ballots)
        ]
    return sorted(max(0, begun + int(minute)) for minute in shaken)


class _Orders:
    """What a campaign was told to pick: its unit alone, a list, a list with changes, or fillers."""

    def __init__(self, town: Town, target: int) -> None:
        self._town, self._target = town, target
        kinds = ["alone", "list", "changed", "random", "random", "popular"]
        self._kind = town.chance.choice(kinds if town.most > 1 else ["alone"])
        self._list = town.pick(
            [1.0] * town.entries, min(town.chance.randrange(3, 8), town.most), (target,)
        )

    def next(self) -> bytes:
        town, chance, target = self._town, self._town.chance, self._target
        if self._kind == "alone":
            return bytes([target])
        if self._kind == "list":
            return self._list
        if self._kind == "changed":
            kept = [place for place in self._list if place != target]
            kept.remove(chance.choice(kept))
            return town.pick(
                [1.0] * town.entries, len(self._list), tuple({target, *kept})
            )
        weights = [1.0] * town.entries if self._kind == "random" else town.weights
        return town.pick(weights, chance.randrange(2, 7), (target,))


CAMPAIGNS = {
    MOBILISED: mobilised,
    VILLAGE: village,
    SCRIPT: script,
    POOL: pool,
    RENTED: rented,
    RIVAL: script,
    PATIENT: partial(script, kind=PATIENT),
}


def poll_with(
    seed: int,
    campaigns: Sequence[tuple[str, int]],
    *,
    ballots: int = 20_000,
    entries: int = 20,
) -> Traffic:
    """An invented poll with these campaigns, each for an entry of its own: kind and size."""
    town = Town(Random(seed), entries=entries)
    return traffic(town, campaigns, ballots=ballots)


def traffic(
    town: Town, campaigns: Sequence[tuple[str, int]], *, ballots: int
) -> Traffic:
    targets = town.chance.sample(range(town.entries), len(campaigns))
    cast = list(honest(town, ballots))
    for (kind, size), target in zip(campaigns, targets, strict=True):
        for each in CAMPAIGNS[kind](town, size, target):
            each.kind = kind
            cast.append(each)
    return _in_order(cast)


def _in_order(cast: list[_Cast]) -> Traffic:
    cast.sort(key=lambda each: each.minute)
    rows, kinds = [], {}
    for ballot, each in enumerate(cast, 1):
        kinds.setdefault(each.kind, set()).add(ballot)
        rows.append(
            Seen(
                ballot=ballot,
                minute=START + each.minute,
                voter_day=f"voter-{ballot}",
                prefix=each.prefix,
                network=each.network,
                adapter=each.adapter,
                client=each.client,
                device_age=each.device_age,
                difficulty=each.difficulty,
                unthrottled=False,
                picks=each.picks,
            )
        )
    return Traffic(rows, {kind: frozenset(ids) for kind, ids in kinds.items()})
