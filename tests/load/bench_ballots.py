"""What a ballot costs, how fast a recount is, how fast ballots are cast: on PostgreSQL.

Run by ``python -m tests.load``. Casting is compared with a bare committed INSERT of the
same bytes, measured in the same run on the same durable cluster.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from uuid import UUID

from tests.load.figures import Figure, rates
from tests.services.postgresql import postgresql

ENTRIES = 20
BALLOTS = 50_000
RECOUNTS = 5

ROOT = Path(__file__).resolve().parents[2]


def figures() -> list[Figure]:
    """Measure in a process of its own, whose settings name a throw-away cluster."""
    with postgresql() as address:
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.bench_ballots"],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "site_cms.settings.test",
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    measured = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure(
            f"a ballot of {ENTRIES} entries with all indexes",
            measured["bytes"],
            "B",
            target=200,
        ),
        Figure(
            "full recount of 1,000,000 ballots",
            measured["recount"] / BALLOTS * 1_000_000,
            "s",
            target=1.5,
        ),
        Figure("bare committed INSERT (baseline)", measured["bare"], "/s"),
        Figure(
            "casting a ballot",
            measured["cast"],
            "/s",
            ratio=measured["cast"] / measured["bare"],
        ),
    ]


def main() -> None:
    # Django must be set up before models are imported, and only in this process.
    import django  # noqa: PLC0415

    django.setup()
    sys.stdout.write(json.dumps(_measure()) + "\n")


def _measure() -> dict[str, float]:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from showcase.contests.services import set_times  # noqa: PLC0415
    from tests.factories import HOUR, make_contest, open_poll  # noqa: PLC0415
    from voting.polls.casting import insert_ballot, insert_practice_ballots  # noqa: PLC0415
    from voting.polls.models import Poll  # noqa: PLC0415
    from voting.polls.queries import totals  # noqa: PLC0415
    from voting.polls.rules import day_in_shanghai  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    now = timezone.now()
    today = day_in_shanghai(now)
    rng = random.Random(2026)

    def key() -> UUID:
        return UUID(int=rng.getrandbits(128))

    def choices() -> bytes:
        return bytes(rng.random() < 0.3 for _ in range(ENTRIES))

    def size() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_total_relation_size('voting_ballot')")
            return cursor.fetchone()[0]

    contest = make_contest(
        practice=True,
        practice_note="测速",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )
    open_poll(contest=contest, entries=ENTRIES)
    poll = Poll.objects.get(contest=contest)
    empty = size()
    for _ in range(BALLOTS // 5_000):
        insert_practice_ballots(
            poll_id=poll.pk,
            ballots=[(now, key(), key(), choices()) for _ in range(5_000)],
        )
    measured = {"bytes": (size() - empty) / BALLOTS}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,"
            " first uuid, second uuid, choices bytea)"
        )
        measured |= rates(
            bare=lambda: cursor.execute(
                "INSERT INTO bare (first, second, choices) VALUES (%s, %s, %s)",
                [key(), key(), choices()],
            ),
            cast=lambda: insert_ballot(
                poll_id=poll.pk,
                request_key=key(),
                voter_key=key(),
                choices=choices(),
                day=today,
            ),
        )
    set_times(by=None, contest=contest, now=now, poll_closes_at=timezone.now())
    poll = Poll.objects.get(contest=contest)
    times = []
    for _ in range(RECOUNTS):
        start = perf_counter()
        totals(poll, now=timezone.now())
        times.append(perf_counter() - start)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM voting_ballot")
        measured["recount"] = min(times) / cursor.fetchone()[0] * BALLOTS
    return measured


if __name__ == "__main__":
    main()
