"""A short trial of a night as it is, and of one that was sabotaged. The long one: `make faults`."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.db import connection

from tests.services.site import ROOT

pytestmark = [pytest.mark.postgresql, pytest.mark.redis, pytest.mark.django_db]


def test_no_mark_is_lost_or_doubled_while_the_night_breaks():
    here = connection.settings_dict
    migrated = (
        f"postgres://{quote(here['USER'])}@{here['HOST']}:{here['PORT']}/{here['NAME']}"
    )

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.night", "--tables-of", migrated),
            *("--seats", "10", "--entries", "2", "--faults", "2"),
            *("--builds", "honest", "no-constraint"),
        ],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "clean, as it must be" in done.stdout
    assert "found out, as it must be" in done.stdout
