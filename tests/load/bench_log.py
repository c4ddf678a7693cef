"""What the public log costs: 200,000 ballots of some ten picks, on PostgreSQL.

Run by ``python -m tests.load``. Leaf hashes are stored with their entries. Beside that
stands what it would cost to store none and derive them from the ballots whenever a proof
needs them: a batch is ordered by leaf hash, so one leaf needs the whole of its batch.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.load.figures import Figure
from tests.services.site import PRODUCTION, ROOT, county


def figures(*, ballots: int) -> Iterator[Figure]:
    """Measured by a process of its own, which has the settings of a county."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench_log", str(ballots)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    yield from _kept(found, ballots)
    yield from _proofs(found)
    yield from _derived(found)


def _kept(found: dict[str, Any], ballots: int) -> Iterator[Figure]:
    yield Figure(f"log: {ballots:,} ballots make so many leaves", found["leaves"], "")
    yield Figure("  sealing all of them", found["sealing"], "s")
    yield Figure("  sealing a batch of 1,000 ballots", found["batch"] * 1000, "ms")
    yield Figure(
        "  signing a head over all, each leaf read again", found["signing"], "s"
    )
    yield Figure("  signing a head a minute later", found["again"] * 1000, "ms")
    yield Figure("  stored for a ballot, with all indexes", found["bytes"], "B")


def _proofs(found: dict[str, Any]) -> Iterator[Figure]:
    yield Figure("  inclusion proof, a fresh process", found["cold"] * 1000, "ms")
    yield Figure("  inclusion proof", found["inclusion"] * 1000, "ms", target=10)
    yield Figure("  consistency proof", found["consistency"] * 1000, "ms", target=10)
    yield Figure("  finding a leaf without its entry", found["search"] * 1000, "ms")


def _derived(found: dict[str, Any]) -> Iterator[Figure]:
    yield Figure("  derived instead: stored for a ballot", found["bare_bytes"], "B")
    yield Figure(
        "  derived instead: inclusion proof",
        found["derived"] * 1000,
        "ms",
        ratio=found["derived"] / found["inclusion"],
    )
    yield Figure("  derived instead: all leaves once", found["derived_all"], "s")


def main(ballots: int) -> None:
    with county(PRODUCTION) as here:
        here.manage("migrate", "--run-syncdb", "--verbosity", "0")
        here.manage("createcachetable")
        os.environ.update(here.environment)
        # Django is set up before models are imported, and only in this process.
        import django  # noqa: PLC0415

        django.setup()
        from tests.load import sealed  # noqa: PLC0415

        found = sealed.measured(ballots)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
