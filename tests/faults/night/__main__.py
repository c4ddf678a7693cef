"""``python -m tests.faults.night``: judge a night while the site breaks, then count what came of it.

Each build is served by Granian in the profile of production, on a PostgreSQL and a Redis of
its own. The build as it is must come out clean; each sabotaged one must be found out.
"""

import argparse
import os
import sys

from tests.faults.night.builds import BUILDS
from tests.services.postgresql import copy_of
from tests.services.processes import ServiceMissing
from tests.services.site import county


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.night", description=__doc__
    )
    parser.add_argument("--seats", type=int, default=40, help="judges (40)")
    parser.add_argument("--entries", type=int, default=20, help="entries (20)")
    parser.add_argument(
        "--faults", type=int, default=12, help="how often something breaks (12)"
    )
    parser.add_argument(
        "--builds", nargs="+", choices=BUILDS, default=list(BUILDS), metavar="BUILD",
        help=f"which of {', '.join(BUILDS)}; all unless named",
    )  # fmt: skip
    parser.add_argument(
        "--tables-of", default="", help="a PostgreSQL database that is migrated already"
    )
    asked = parser.parse_args()
    try:
        with county() as here:
            if asked.tables_of:
                copy_of(asked.tables_of, into=here.postgresql)
                here.collect_static()
            else:
                here.prepare()
            os.environ.update(here.environment)
            # Django is set up before models are imported, and needs the environment.
            import django  # noqa: PLC0415

            django.setup()
            from tests.faults.night.trial import try_builds  # noqa: PLC0415

            as_expected = try_builds(
                here,
                [BUILDS[name] for name in asked.builds],
                seats=asked.seats,
                entries=asked.entries,
                faults=asked.faults,
            )
    except ServiceMissing as missing:
        sys.stdout.write(f"Not run, because {missing}.\n")
        return int(os.environ.get("CI_REQUIRE_SERVICES") == "1")
    return int(not as_expected)


if __name__ == "__main__":
    sys.exit(main())
