"""``python -m tests.load``: run the benchmarks and print one table."""

import sys

from tests.load import bench_ballots, bench_pages, bench_ranking, bench_work
from tests.services.processes import ServiceMissing

HEAD = f"{'':<50}{'figure':>10}     {'ratio':>8}  {'target':<12}verdict\n"


def main() -> int:
    missed = False
    sys.stdout.write(HEAD)
    for bench in (bench_ranking, bench_pages, bench_ballots, bench_work):
        try:
            figures = bench.figures()
        except ServiceMissing as missing:
            sys.stdout.write(f"{bench.__name__}: not run, because {missing}\n")
            continue
        for figure in figures:
            sys.stdout.write(figure.line() + "\n")
            missed = missed or figure.is_missed
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
