"""What detection finds of invented campaigns, and how many honest ballots it takes for one.

The seeds here were not looked at when the limits were chosen. A campaign counts as found
when half of its ballots are in groups. Each poll has three campaigns of one hand, one of
rented accounts, one patient script, two units that ask their people to vote and a village.
"""

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import process_time

from tests.load.arrivals import read_curve
from tests.load.figures import Figure
from voting.integrity.campaigns import (
    HONEST,
    MOBILISED,
    PATIENT,
    POOL,
    RENTED,
    RIVAL,
    SCRIPT,
    VILLAGE,
    Town,
    Traffic,
    poll_with,
    traffic,
)
from voting.integrity.detection.groups import groups_in, groups_of
from voting.integrity.detection.limits import Limits
from voting.integrity.detection.table import Table
from voting.polls import pabulib

SEEDS = range(201, 225)
BALLOTS = 20_000
MANY = 192_000
_SIZES = (100, 300, 1000, 5000)
_LOOKS = 8

_NAMES = {
    SCRIPT: "script from one machine",
    POOL: "proxy pool",
    RIVAL: "rival brushed to get it suspended",
    PATIENT: "script that waits as people do",
    RENTED: "rented accounts of real people",
}
_HONEST = {
    HONEST: "honest, on their own",
    MOBILISED: "honest, asked by their unit",
    VILLAGE: "honest, village behind one address",
}


def figures(*, asked: Namespace) -> Iterator[Figure]:
    yield from _recall()
    yield _on_the_way()
    yield from _speed()
    if asked.real:
        yield from _real(asked.real, asked.curve)


def campaigns_of(seed: int) -> list[tuple[str, int]]:
    """Every size meets every kind in turn."""
    size = [_SIZES[(seed + turn) % len(_SIZES)] for turn in range(len(_SIZES))]
    chance = Random(seed)
    return [
        (SCRIPT, size[0]),
        (POOL, size[1]),
        (RIVAL, size[2]),
        (RENTED, size[3]),
        (PATIENT, chance.choice(_SIZES)),
        (MOBILISED, chance.randrange(80, 1500)),
        (MOBILISED, chance.randrange(80, 600)),
        (VILLAGE, chance.randrange(60, 300)),
    ]


def _recall() -> Iterator[Figure]:
    polls, groups, ballots, of = Counter(), Counter(), Counter(), Counter()
    for seed in SEEDS:
        poll = poll_with(seed, campaigns_of(seed), ballots=BALLOTS)
        found = _found(poll)
        for kind, ids in poll.kinds.items():
            hit = len(ids & found)
            polls[kind] += 1
            groups[kind] += 2 * hit >= len(ids)
            ballots[kind] += hit
            of[kind] += len(ids)
    for kind, name in _NAMES.items():
        least = None if kind in {PATIENT, RENTED} else 0.9
        yield Figure(
            f"found: {name}", groups[kind], f"/{polls[kind]}",
            ratio=groups[kind] / polls[kind], least=least,
        )  # fmt: skip
        yield Figure(
            "    of its ballots", ballots[kind], "", ratio=ballots[kind] / of[kind]
        )
    for kind, name in _HONEST.items():
        yield _false_alarm(name, ballots[kind], of[kind])
    honest = sum(ballots[kind] for kind in _HONEST), sum(of[kind] for kind in _HONEST)
    yield _false_alarm("honest, all", *honest)


def _false_alarm(name: str, taken: int, of: int) -> Figure:
    return Figure(f"taken for a campaign: {name}", 100 * taken / of, "%", target=0.1)


def _found(poll: Traffic) -> set[int]:
    groups = groups_in(poll.rows, Limits())
    return {ballot for group in groups for ballot in group.ballots}


def _on_the_way() -> Figure:
    """Whatever was put into a group once stays named: looks at half a poll count too."""
    taken = of = 0
    for seed in SEEDS[:4]:
        poll = poll_with(seed, campaigns_of(seed), ballots=BALLOTS)
        table, named = Table(), set()
        step = len(poll.rows) // _LOOKS + 1
        for start in range(0, len(poll.rows), step):
            table.add(poll.rows[start : start + step])
            for group in groups_of(table, Limits()):
                named.update(group.ballots)
        taken += len(named & poll.honest)
        of += len(poll.honest)
    return _false_alarm(f"honest, {_LOOKS} looks on the way", taken, of)


def _speed() -> Iterator[Figure]:
    poll = poll_with(1, campaigns_of(1), ballots=MANY)
    began = process_time()
    table = Table(poll.rows)
    read = process_time()
    groups_of(table, Limits())
    done = process_time()
    yield Figure(f"reading {len(table):,} ballots", read - began, "s")
    yield Figure(f"looking at {len(table):,} ballots", done - read, "s", target=45)


def _real(folder: Path, curve: Path | None) -> Iterator[Figure]:
    """Picks of real ballots at the moments of a real curve; all of them are honest."""
    arrivals = read_curve(curve)[: 3 * 24 * 60] if curve else ()
    for path in sorted(folder.glob("*.pb")):
        file = pabulib.read(path.read_text(encoding="utf-8"))
        places = {project.id: place for place, project in enumerate(file.projects)}
        ballots = [
            bytes(sorted({places[item] for item in vote.items})) for vote in file.votes
        ]
        taken = 0
        for seed in SEEDS[:4]:
            chance = Random(seed)
            chance.shuffle(ballots)
            town = Town(chance, entries=len(places), ballots=ballots, arrivals=arrivals)
            taken += len(_found(traffic(town, [], ballots=len(ballots))))
        yield _false_alarm(path.stem[:24], taken, 4 * len(ballots))
