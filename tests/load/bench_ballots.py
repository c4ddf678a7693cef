"""What a ballot costs, from its POST to its receipt, on PostgreSQL and on SQLite.

Run by ``python -m tests.load``. The site is served by Granian behind its own middleware;
the baselines are served by the same processes. All are asked in turns, so that all meet the
same weather, and the middle of the rounds is taken.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from tests.load.figures import Figure
from tests.services.site import ROOT, Site, county, village

ENTRIES = 20
FEW = 10_000
NEW = 1_000


def figures(*, stored: int, rounds: int) -> Iterator[Figure]:
    """Each server is measured by a process of its own, which has its settings."""
    yield from _of_county(_measured("county", stored, rounds), stored)
    yield from _of_village(_measured("village", stored, rounds))


def _measured(place: str, stored: int, rounds: int) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.load.bench_ballots",
            place,
            str(stored),
            str(rounds),
        ],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _of_county(found: dict[str, Any], stored: int) -> Iterator[Figure]:
    yield from _paths("PostgreSQL", found, least=0.4)
    yield Figure(
        f"ballot, {stored:,} stored, against {FEW:,}",
        found["rates"]["crowded"],
        "/s",
        ratio=found["ratios"]["crowded"],
        least=0.9,
    )
    yield Figure(
        f"a ballot of {ENTRIES} entries with all indexes",
        found["bytes"],
        "B",
        target=200,
    )
    yield Figure("what is noted beside it, with all indexes", found["noted"], "B")
    yield Figure(
        f"full recount of {stored:,} ballots",
        found["recount"],
        "s",
        target=round(3 * stored / 2_000_000, 2),
    )
    yield Figure(
        f"running total, {NEW:,} new after {FEW:,}", found["total"]["few"] * 1000, "ms"
    )
    yield Figure(
        f"running total, {NEW:,} new after {stored:,}",
        found["total"]["many"] * 1000,
        "ms",
        ratio=found["total"]["few"] / found["total"]["many"],
        least=0.5,
    )


def _of_village(found: dict[str, Any]) -> Iterator[Figure]:
    yield from _paths("SQLite", found)


def _paths(database: str, found: dict[str, Any], **target: float) -> Iterator[Figure]:
    rates, ratios, work = found["rates"], found["ratios"], found["processor"]

    def against(name: str, words: str, **target: float) -> Figure:
        return Figure(f"  {words}", rates["ballot"], "/s", ratio=ratios[name], **target)

    yield Figure(f"{database}: form that stores nothing", rates["nothing"], "/s")
    yield Figure(f"{database}: votes + 1 for each pick", rates["tutorial"], "/s")
    yield Figure(f"{database}: a row for each choice", rates["rows"], "/s")
    yield Figure(
        f"{database}: ballot, whole path, to its receipt", rates["ballot"], "/s"
    )
    yield against("nothing", "against a form that stores nothing", **target)
    tutorial = {"least": 8} if target else {}
    yield against("tutorial", "against votes + 1 for each pick", **tutorial)
    yield against("rows", "against a row for each choice")
    yield Figure("  99 of 100 ballots are answered within", found["slow"] * 1000, "ms")
    for name in ("nothing", "ballot"):
        yield Figure(
            f"  processor time of {'the form' if name == 'nothing' else 'the ballot'}",
            work[name] * 1_000_000,
            "us",
            ratio=work["nothing"] / work[name],
        )


def main(place: str, stored: int, rounds: int) -> None:
    with {"county": _county, "village": _village}[place]() as here:
        here.prepare()
        os.environ.update(here.environment)
        # Django is set up before models are imported, and only in this process.
        import django  # noqa: PLC0415

        django.setup()
        from tests.load import casting  # noqa: PLC0415

        measure = {"county": casting.in_a_county, "village": casting.in_a_village}
        found = measure[place](here, stored=stored, rounds=rounds)
    sys.stdout.write(json.dumps(found) + "\n")


def _county() -> AbstractContextManager[Site]:
    return county("tests.load.settings_county")


def _village() -> AbstractContextManager[Site]:
    return village("tests.load.settings_village")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
