"""``python -m tests.load.arrivals CURVE``: the busiest minutes of a real vote, played again.

CURVE is a CSV of ``timestamp,count`` with about one line a minute, such as the counts of a
petition. Its busiest minutes are scaled to ``--rate`` ballots a second on average and sent to
the site as a county's server runs it, after as many ballots were stored as leave ``--voters``
at the end. Each ballot is due at its moment, whatever became of the ones before: a wait
counts from then.
"""

import argparse
import csv
import os
import sys
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

from tests.services.site import county

_GAP = timedelta(minutes=5)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.load.arrivals", description=__doc__
    )
    parser.add_argument("curve", type=Path)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--rate", type=int, default=100)
    parser.add_argument("--voters", type=int, default=200_000)
    asked = parser.parse_args()
    shape = busiest(read_curve(asked.curve), minutes=asked.minutes)
    moments = schedule(shape, total=asked.rate * 60 * asked.minutes)
    with county() as here:
        here.prepare()
        os.environ.update(here.environment)
        # Django is set up before models are imported, and needs the environment.
        import django  # noqa: PLC0415

        django.setup()
        from tests.load.playing import play  # noqa: PLC0415

        return int(not play(here, moments, voters=asked.voters))


def read_curve(path: Path) -> list[float]:
    """How many came in each minute. Where the curve was not looked at for long, nobody knows."""
    with path.open(encoding="utf-8", newline="") as lines:
        points = [
            (datetime.fromisoformat(row["timestamp"]), int(row["count"]))
            for row in csv.DictReader(lines)
        ]
    return [
        (count - before) / ((at - earlier) / timedelta(minutes=1))
        for (earlier, before), (at, count) in pairwise(points)
        if timedelta(0) < at - earlier < _GAP
    ]


def busiest(arrivals: list[float], *, minutes: int) -> list[float]:
    """The run of so many minutes in which most came.

    >>> busiest([1, 5, 2, 6, 1], minutes=3)
    [5, 2, 6]
    """
    runs = (
        arrivals[start : start + minutes]
        for start in range(len(arrivals) - minutes + 1)
    )
    return max(runs, key=sum)


def schedule(shape: list[float], *, total: int) -> list[float]:
    """The second of each of ``total`` arrivals: as many in a minute as its share of the shape."""
    scatter = Random(2026)
    return sorted(
        60 * minute + scatter.uniform(0, 60)
        for minute, share in enumerate(shape)
        for _ in range(round(total * share / sum(shape)))
    )


if __name__ == "__main__":
    sys.exit(main())
