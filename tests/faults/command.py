"""What the trials of this package have in common: their options, their site, their short form."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Collection
from urllib.parse import quote

from django.db import connection

from tests.services.postgresql import copy_of
from tests.services.processes import ServiceMissing
from tests.services.site import ROOT, Site, county


def parser_of(
    module: str, words: str, *, builds: Collection[str], faults: int
) -> argparse.ArgumentParser:
    """``faults`` is how many there are unless asked otherwise."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=words)
    parser.add_argument(
        "--faults",
        type=int,
        default=faults,
        help=f"how often something breaks ({faults})",
    )
    parser.add_argument(
        "--builds", nargs="+", choices=builds, default=list(builds), metavar="BUILD",
        help=f"which of {', '.join(builds)}; all unless named",
    )  # fmt: skip
    parser.add_argument(
        "--tables-of", default="", help="a PostgreSQL database that is migrated already"
    )
    return parser


def run(trial: Callable[[Site], bool], *, tables_of: str) -> int:
    """Start a county's services and try. The exit code: 0 if all came out as it should."""
    try:
        with county() as here:
            if tables_of:
                copy_of(tables_of, into=here.postgresql)
                here.collect_static()
            else:
                here.prepare()
            os.environ.update(here.environment)
            # Django is set up before models are imported, and needs the environment.
            import django  # noqa: PLC0415

            django.setup()
            return int(not trial(here))
    except ServiceMissing as missing:
        sys.stdout.write(f"Not run, because {missing}.\n")
        return int(os.environ.get("CI_REQUIRE_SERVICES") == "1")


def short_trial(module: str, *options: str) -> tuple[int, str]:
    """Exit code and table of the honest build and one sabotaged, on this test's tables."""
    here = connection.settings_dict
    migrated = (
        f"postgres://{quote(here['USER'])}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", module, "--tables-of", migrated, *options),
            *("--builds", "honest", "no-constraint"),
        ],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout
