"""Plays arrivals against a served site. Imported when Django has the settings of that site."""

import sys
from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from tests.load.figures import seconds_of, tell
from tests.load.phones import phones
from tests.load.poll import prepared_poll
from tests.load.sender import Sender, Sent
from tests.load.stored import store_ballots
from tests.services.site import WORKERS, Site
from voting.polls.models import Ballot
from voting.polls.tally import running_total

CONNECTIONS = 256
TAKEN = 303


def play(here: Site, moments: list[float], *, voters: int) -> bool:
    """Whether every ballot was taken and stored."""
    poll, slug = prepared_poll()
    tell(f"storing {max(0, voters - len(moments)):,} ballots")
    store_ballots(poll, max(0, voters - len(moments)))
    stored = Ballot.objects.of_poll(poll.id).count()
    tell(f"making {len(moments):,} ballots with their work")
    now = timezone.now()
    newcomers = phones(poll, after=0, number=len(moments), now=now)
    ballots = [
        (second, phone.ballot(slug, now=now))
        for second, phone in zip(moments, newcomers, strict=True)
    ]
    running_total(poll)
    with here.served(**WORKERS) as (web, port):
        servers = {"web": web, "PostgreSQL": here.postgresql.server}
        before = {name: each.processor_seconds() for name, each in servers.items()}
        sender = Sender(port, connections=CONNECTIONS)
        sent = sender.send_at(_told(ballots))
        sender.close()
        used = {
            name: each.processor_seconds() - before[name]
            for name, each in servers.items()
        }
    new = Ballot.objects.of_poll(poll.id).count() - stored
    _say(sent, moments, used)
    sys.stdout.write(
        f"stored before {stored:,}, after {stored + new:,}; running total after "
        f"{new:,} new ones in {seconds_of(lambda: running_total(poll)):.2f} s\n"
    )
    return sent.statuses == {TAKEN: len(moments)} and new == len(moments)


def _told(ballots: list[tuple[float, bytes]]) -> Iterator[tuple[float, bytes]]:
    """The same; says when each minute begins to be sent."""
    minutes = Counter(int(second // 60) for second, _ in ballots)
    minute = -1
    for second, ballot in ballots:
        if int(second // 60) > minute:
            minute = int(second // 60)
            tell(
                f"minute {minute + 1} of {max(minutes) + 1}: {minutes[minute]:,} ballots"
            )
        yield second, ballot


def _say(sent: Sent, moments: list[float], used: dict[str, float]) -> None:
    a_minute = Counter(int(moment // 60) for moment in moments)
    sys.stdout.write(
        f"{len(moments):,} ballots in {sent.seconds:,.0f} s, the busiest minute "
        f"{max(a_minute.values()):,}: {len(moments) / sent.seconds:,.0f} a second\n"
        f"answers {dict(sent.statuses)}; half within {sent.wait(0.5) * 1000:,.0f} ms, "
        f"99 of 100 within {sent.wait(0.99) * 1000:,.0f} ms, "
        f"all within {max(sent.waits) * 1000:,.0f} ms\n"
        + "".join(
            f"{name} used {seconds / sent.seconds:.0%} of one core\n"
            for name, seconds in used.items()
        )
    )
