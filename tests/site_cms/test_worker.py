import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.site_cms import jobs_for_tests

ROOT = Path(__file__).resolve().parents[2]
JOBS = [
    f"tests.site_cms.jobs_for_tests.{name}" for name in ("first", "failing", "last")
]


@pytest.fixture(autouse=True)
def jobs(settings):
    settings.WORKER_JOBS = JOBS
    jobs_for_tests.DONE.clear()


def test_a_failing_job_is_logged_and_stops_no_other(caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(CommandError, match="1 项"):
        call_command("worker", once=True)

    assert jobs_for_tests.DONE == ["first", "last"]
    assert [record.job for record in caplog.records] == [JOBS[1]]


def test_every_named_job_exists(settings):
    settings.WORKER_JOBS = JOBS[::2]

    call_command("worker", once=True)

    assert jobs_for_tests.DONE == ["first", "last"]


def test_worker_stops_at_sigterm_even_while_its_jobs_fail(tmp_path):
    """Without a database every job fails; the loop goes on, and ends when it is told to."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "site_cms.settings.embedded",
        "DATA_DIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", "worker", "--seconds", "60"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "工作循环已开始。\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(60) == 0
