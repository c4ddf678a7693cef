"""What holds and voids cost a count, and what a receipt costs that is looked up in the log.

Run by ``python -m tests.load``. Both databases, each by a process of its own; no server:
what is measured are the reads that pages and commands make.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.load.figures import Figure, seconds_of
from tests.services.site import ROOT, county, village

SETTINGS = {
    "county": (county, "tests.load.settings_county"),
    "village": (village, "tests.load.settings_village"),
}
DATABASES = {"county": "PostgreSQL", "village": "SQLite"}
TIMES = 3

# One ballot in so many does not count, and a batch of the log holds so many picks.
NOT_COUNTED = 40
BATCH = 10_000


def figures(*, stored: int) -> Iterator[Figure]:
    for place, database in DATABASES.items():
        found = _measured(place, stored)
        void = f"{stored // NOT_COUNTED:,} of {stored:,}"
        yield Figure(f"{database}: recount of {stored:,}", found["raw"], "s")
        yield Figure(
            f"  without those that are void, {void}",
            found["recount"],
            "s",
            ratio=found["raw"] / found["recount"],
            target=round(3 * stored / 2_000_000, 2) if place == "county" else None,
        )
        yield Figure("  running total without them", found["running"], "s")
        yield Figure("  cast, held and void in one read", found["numbers"], "s")
        yield Figure("  how one ballot stands", found["one"] * 1000, "ms")
        yield Figure(
            f"  leaf among {stored:,}, by its secret alone", found["leaf"] * 1000, "ms"
        )
        yield Figure(
            "  the same while its ballot is stored", found["batch"] * 1000, "ms"
        )


def _measured(place: str, stored: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench_standing", place, str(stored)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def main(place: str, stored: int) -> None:
    begin, settings = SETTINGS[place]
    with begin(settings) as here:
        here.prepare()
        os.environ.update(here.environment)
        # Django is set up before models are imported, and only in this process.
        import django  # noqa: PLC0415

        django.setup()
        sys.stdout.write(json.dumps(_found(stored)) + "\n")


def _found(stored: int) -> dict[str, float]:
    from tests.load.poll import prepared_poll  # noqa: PLC0415
    from tests.load.stored import store_ballots  # noqa: PLC0415
    from voting.polls.queries import recount, recount_cast  # noqa: PLC0415
    from voting.polls.receipt_proofs import Opened, place_of  # noqa: PLC0415
    from voting.polls.standing_queries import (  # noqa: PLC0415
        stand_of,
        standing_of_poll,
    )
    from voting.polls.tally import running_total  # noqa: PLC0415

    poll, _ = prepared_poll()
    store_ballots(poll, stored)
    _strike_out(poll)
    ballot, secret, choices = _sealed(poll, stored)
    running_total(poll)
    acts = {
        "raw": lambda: recount_cast(poll),
        "recount": lambda: recount(poll),
        "running": lambda: running_total(poll),
        "numbers": lambda: standing_of_poll(poll.id),
        "one": lambda: stand_of(ballot),
        "leaf": lambda: place_of(poll, Opened(secret, choices)),
        "batch": lambda: place_of(poll, Opened(secret, choices, ballot)),
    }
    return {
        name: median(seconds_of(act) for _ in range(TIMES))
        for name, act in acts.items()
    }


def _strike_out(poll) -> None:
    """Ballots all over the poll, in one act."""
    from tests.factories.standing import make_standing  # noqa: PLC0415
    from voting.polls.models import Ballot  # noqa: PLC0415

    ids = Ballot.objects.of_poll(poll.id).order_by("id").values_list("id", flat=True)
    make_standing("void", list(ids)[::NOT_COUNTED])


def _sealed(poll, leaves: int) -> tuple[int, bytes, bytes]:
    """So many leaves in batches. One ballot of the last has its own picks there."""
    from django.utils import timezone  # noqa: PLC0415

    from showcase.contests.models import Contest  # noqa: PLC0415
    from voting.log.services import append  # noqa: PLC0415
    from voting.polls.models import Ballot  # noqa: PLC0415
    from voting.polls.queries import poll_key  # noqa: PLC0415
    from voting.polls.receipts import receipt_secret  # noqa: PLC0415
    from voting.polls.sealing import commitments_of  # noqa: PLC0415
    from voting.polls.standing_models import SealedBatch  # noqa: PLC0415

    contest = Contest.objects.get(pk=poll.contest_id)
    key, now = poll_key(poll), timezone.now()
    ballot = (
        Ballot.objects.of_poll(poll.id)
        .filter(choices__gt=bytes(20))
        .order_by("id")
        .last()
    )
    choices = bytes(ballot.choices)
    own = commitments_of(poll, key, ballot.id, choices)
    for done in range(0, leaves, BATCH):
        is_last = done + BATCH >= leaves
        rest = [secrets.token_bytes(32) for _ in range(min(BATCH, leaves - done))]
        entry = append(
            contest=contest,
            kind="ballots",
            statement={"ballots": 1_000, "picks": len(rest)},
            now=now,
            commitments=[*rest, *(own if is_last else [])],
        )
    SealedBatch.objects.create(
        poll_id=poll.id, log_entry=entry, number=1, upto_id=ballot.id, ballots=1_000
    )
    return ballot.id, receipt_secret(key, ballot.id), choices


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
