"""Measures ways of voting in turns. Imported when Django has the settings of the served site."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from tests.load.baselines.models import Choice
from tests.load.bench_ballots import FEW, NEW
from tests.load.databases import copy_database, database
from tests.load.figures import seconds_of, tell
from tests.load.phones import Phone, phones
from tests.load.poll import ENTRIES, prepared_poll
from tests.load.sender import Sender, Sent
from tests.load.stored import store_ballots
from tests.services.restartable import Restartable
from tests.services.site import WORKERS, Site
from voting.polls.queries import recount
from voting.polls.rules import FrozenPoll
from voting.polls.tally import running_total

CONNECTIONS = 32
SECONDS = 1.5
WARMING_UP = 150
RECOUNTS = 3

Makers = dict[str, Callable[[int], list[bytes]]]


def in_a_county(here: Site, *, stored: int, rounds: int) -> dict[str, Any]:
    """Granian as deploy/ starts it, on PostgreSQL; a second one on a database that is full."""
    poll, slug = _poll_and_choices()
    copy_database("many")
    store_ballots(poll, FEW)
    tell(f"storing {stored:,} ballots")
    with database("many"):
        store_ballots(poll, stored)
        tell(f"counting {stored:,} ballots {RECOUNTS} times")
        found: dict[str, Any] = {
            "bytes": _bytes_a_row("voting_ballot"),
            "noted": _bytes_a_row("voting_ballotsignal"),
            "recount": min(seconds_of(lambda: recount(poll)) for _ in range(RECOUNTS)),
        }
    disk = here.postgresql.server
    with ExitStack() as servers:
        few, port = servers.enter_context(here.served(**WORKERS))
        many, other_port = servers.enter_context(
            here.served(**WORKERS, DATABASE_URL=here.postgresql.address("many"))
        )
        make = makers(poll, slug)
        paths = {name: Path(make[name], port, [few, disk]) for name in make}
        paths["crowded"] = Path(make["ballot"], other_port, [many, disk])
        found |= in_turns(paths, rounds)
        found["total"] = {"few": _seconds_of_a_total(poll, paths["ballot"])}
        with database("many"):
            found["total"]["many"] = _seconds_of_a_total(poll, paths["crowded"])
    return found


def in_a_village(here: Site, *, stored: int, rounds: int) -> dict[str, Any]:
    """One process with threads on SQLite, as `manage.py serve` starts it."""
    poll, slug = _poll_and_choices()
    with here.served(workers=1, threads=16) as (web, port):
        make = makers(poll, slug)
        return in_turns({name: Path(make[name], port, [web]) for name in make}, rounds)


def _poll_and_choices() -> tuple[FrozenPoll, str]:
    """The poll, and what the baselines need."""
    Choice.objects.bulk_create(Choice(pk=place + 1) for place in range(ENTRIES))
    return prepared_poll()


def makers(poll: FrozenPoll, slug: str) -> Makers:
    """For each way of voting, what makes so many requests of voters who are new."""
    places = count()

    def several(make: Callable[[Phone], bytes]) -> Callable[[int], list[bytes]]:
        def made(number: int) -> list[bytes]:
            now = timezone.now()
            first = next(places) * 1_000_000
            return [
                make(each) for each in phones(poll, after=first, number=number, now=now)
            ]

        return made

    return {
        "nothing": several(lambda phone: phone.form("/baseline/nothing/")),
        "ballot": several(lambda phone: phone.ballot(slug, now=timezone.now())),
        "tutorial": several(lambda phone: phone.form("/baseline/tutorial/")),
        "rows": several(lambda phone: phone.form("/baseline/rows/")),
    }


@dataclass(slots=True)
class Path:
    """One way of voting: how its requests are made, where they go, how it went."""

    make: Callable[[int], list[bytes]]
    port: int
    servers: list[Restartable]
    batch: int = 0
    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Also finds how many requests fill a turn."""
        self.send(self.make(WARMING_UP))
        self.batch = int(self.send(self.make(WARMING_UP)).rate * SECONDS) + CONNECTIONS

    def measure(self) -> None:
        requests = self.make(self.batch)
        before = self._processor_seconds()
        sent = self.send(requests)
        self.processor.append((self._processor_seconds() - before) / len(requests))
        self.rates.append(sent.rate)
        self.waits.append(sent.wait(0.99))

    def send(self, requests: list[bytes]) -> Sent:
        sender = Sender(self.port, connections=CONNECTIONS)
        sent = sender.send(requests)
        sender.close()
        if set(sent.statuses) - {302, 303}:
            raise RuntimeError(
                f"not everything was taken: {dict(sent.statuses)}\n"
                + self.servers[0].log.read_text()[-4000:]
            )
        return sent

    def _processor_seconds(self) -> float:
        return sum(server.processor_seconds() for server in self.servers)


def in_turns(paths: dict[str, Path], rounds: int) -> dict[str, Any]:
    tell("warming up: " + ", ".join(paths))
    for path in paths.values():
        path.warm_up()
    for number in range(1, rounds + 1):
        for path in paths.values():
            path.measure()
        tell(
            f"round {number} of {rounds}: "
            + ", ".join(
                f"{name} {path.rates[-1]:,.0f}/s" for name, path in paths.items()
            )
        )
    ballot = paths["ballot"].rates
    return {
        "rates": {name: median(path.rates) for name, path in paths.items()},
        # Of the ballot against each, round by round: both met the same weather.
        "ratios": {
            name: median(a / b for a, b in zip(ballot, path.rates, strict=True))
            for name, path in paths.items()
        },
        "processor": {name: median(path.processor) for name, path in paths.items()},
        "slow": median(paths["ballot"].waits),
    }


def _seconds_of_a_total(poll: FrozenPoll, path: Path) -> float:
    """Of the running total, after some ballots more than when it last looked."""
    running_total(poll)
    path.send(path.make(NEW))
    return seconds_of(lambda: running_total(poll))


def _bytes_a_row(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_total_relation_size('{table}')::float / count(*) FROM {table}"
        )
        return cursor.fetchone()[0]
