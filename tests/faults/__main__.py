"""``python -m tests.faults``: cast ballots while the site breaks, then count what came of it.

Each build is served by Granian in the profile of production, on a PostgreSQL and a Redis of
its own. The build as it is must come out clean; each sabotaged one must be found out.
"""

import sys

from tests.faults.builds import BUILDS
from tests.faults.command import parser_of, run
from tests.services.site import Site


def main() -> int:
    parser = parser_of("tests.faults", __doc__, builds=BUILDS, faults=12)
    parser.add_argument(
        "--ballots", type=int, default=2_000, help="voters of each build (2,000)"
    )
    asked = parser.parse_args()

    def trial(here: Site) -> bool:
        # Imports models, so Django must be set up by then.
        from tests.faults.trial import try_builds  # noqa: PLC0415

        builds = [BUILDS[name] for name in asked.builds]
        return try_builds(here, builds, ballots=asked.ballots, faults=asked.faults)

    return run(trial, tables_of=asked.tables_of)


if __name__ == "__main__":
    sys.exit(main())
