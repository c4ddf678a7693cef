"""``python -m tests.services COMMAND …``: run a command beside PostgreSQL and Redis.

DATABASE_URL and REDIS_LIMITS_URL of the command name them. A machine without them
runs nothing and says so; with CI_REQUIRE_SERVICES=1 that is a failure.
"""

import os
import subprocess
import sys
from contextlib import ExitStack

from tests.services.postgresql import postgresql
from tests.services.processes import ServiceMissing
from tests.services.redis import redis


def main(command: list[str]) -> int:
    with ExitStack() as services:
        try:
            addresses = {
                "DATABASE_URL": services.enter_context(postgresql()),
                "REDIS_LIMITS_URL": services.enter_context(redis()),
            }
        except ServiceMissing as missing:
            required = os.environ.get("CI_REQUIRE_SERVICES") == "1"
            sys.stdout.write(
                f"\nNot run, because {missing}: {' '.join(command)}\n"
                + ("This machine must have it.\n" if required else "")
            )
            return int(required)
        return subprocess.run(
            command, env=os.environ | addresses, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
