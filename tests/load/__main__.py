"""``python -m tests.load``: run the benchmarks and print one table."""

import argparse
import sys
from pathlib import Path

from tests.load import (
    bench_ballots,
    bench_detection,
    bench_log,
    bench_nginx,
    bench_night,
    bench_pages,
    bench_ranking,
    bench_standing,
    bench_verify,
    bench_work,
)
from tests.services.processes import ServiceMissing

HEAD = f"{'':<50}{'figure':>10}     {'ratio':>8}  {'target':<12}verdict\n"
BENCHES = {
    "ranking": bench_ranking,
    "pages": bench_pages,
    "nginx": bench_nginx,
    "ballots": bench_ballots,
    "work": bench_work,
    "detection": bench_detection,
    "log": bench_log,
    "verify": bench_verify,
    "standing": bench_standing,
    "night": bench_night,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument(
        "benches", nargs="*", choices=[[], *BENCHES], default=[], metavar="bench",
        help=f"which of {', '.join(BENCHES)}; all unless named",
    )  # fmt: skip
    parser.add_argument(
        "--stored", type=int, default=500_000,
        help="ballots in the full database (the target is for 2,000,000)",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--real", type=Path, help="a folder of .pb files for detection to look at"
    )
    parser.add_argument(
        "--curve", type=Path, help="a CSV of timestamp,count for the moments of these"
    )
    asked = parser.parse_args()
    options = {
        "ballots": {"stored": asked.stored, "rounds": asked.rounds},
        "detection": {"asked": asked},
        "log": {"ballots": min(asked.stored, 200_000)},
        "standing": {"stored": asked.stored},
    }
    missed = False
    sys.stdout.write(HEAD)
    for name in asked.benches or BENCHES:
        try:
            for figure in BENCHES[name].figures(**options.get(name, {})):
                sys.stdout.write(figure.line() + "\n")
                sys.stdout.flush()
                missed = missed or figure.is_missed
        except ServiceMissing as missing:
            sys.stdout.write(f"{name}: not run, because {missing}\n")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
