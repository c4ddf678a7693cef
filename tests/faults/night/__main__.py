"""``python -m tests.faults.night``: judge a night while the site breaks, then count what came of it.

Each build is served by Granian in the profile of production, on a PostgreSQL and a Redis of
its own. The build as it is must come out clean; each sabotaged one must be found out.
"""

import sys

from tests.faults.command import parser_of, run
from tests.faults.night.builds import BUILDS
from tests.services.site import Site


def main() -> int:
    parser = parser_of("tests.faults.night", __doc__, builds=BUILDS, faults=12)
    parser.add_argument("--seats", type=int, default=40, help="judges (40)")
    parser.add_argument("--entries", type=int, default=20, help="entries (20)")
    asked = parser.parse_args()

    def trial(here: Site) -> bool:
        # Imports models, so Django must be set up by then.
        from tests.faults.night.trial import try_builds  # noqa: PLC0415

        return try_builds(
            here,
            [BUILDS[name] for name in asked.builds],
            seats=asked.seats,
            entries=asked.entries,
            faults=asked.faults,
        )

    return run(trial, tables_of=asked.tables_of)


if __name__ == "__main__":
    sys.exit(main())
