"""A web process of its own on the test's database and Redis: reads addresses, writes what it sees.

Started by test_shared.py with both addresses in its environment.
"""

import json
import os
import sys


def main() -> None:
    # Django must be set up before anything that needs it, and only in this process.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
    settings.CACHES["pages"] = json.loads(os.environ["TEST_PAGES"])
    settings.PAGE_CACHE_BYTES = 8 * 1024 * 1024
    settings.ALLOWED_HOSTS = ["*"]
    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    client = Client()
    for line in sys.stdin:
        with CaptureQueriesContext(connection) as queries:
            response = client.get(line.strip())
        seen = {"text": response.text, "queries": len(queries)}
        sys.stdout.write(json.dumps(seen) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
