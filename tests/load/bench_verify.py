"""How long it takes to seal, to pack and to check a contest of 200,000 ballots with 10 picks each.

Twenty entries are marked by forty seats. Run by ``python -m tests.load``. In a process of its
own, with SQLite on disk, in seconds of one core: what is measured is hashing and reading, and
the verifier is run as everybody runs it. The last figures are the memory that packing and
checking took.
"""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from random import Random
from time import process_time

from tests.load.figures import Figure

BALLOTS, ENTRIES, PICKS, SEATS = 200_000, 20, 10, 40
TARGET_SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]

# Runs a program as if it alone had been started, and says what memory it took at most.
WATCHED = """
import re, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    assert not end.code
finally:
    status = open("/proc/self/status").read()
    sys.stderr.write(re.search(r"VmHWM:\\s+([0-9]+)", status)[1])
"""


def figures(*, ballots: int = BALLOTS) -> list[Figure]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.bench_verify", str(ballots)],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "site_cms.settings.test"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure(f"sealing {ballots:,} ballots x {PICKS} picks", found["sealed"], "s"),
        Figure("computing its result", found["computed"], "s"),
        Figure("the verifier's word on it", found["checked"], "s"),
        Figure(
            "packing and checking its audit bundle",
            found["packed"],
            "s",
            target=TARGET_SECONDS,
        ),
        Figure(
            "verify.py, the same zip", found["verified"], "s", target=TARGET_SECONDS
        ),
        Figure("the zip", found["bytes"] / 1e6, "MB"),
        Figure("memory, packing and checking", found["packing"] / 1024, "MB"),
        Figure("memory, verify.py", found["verifying"] / 1024, "MB"),
    ]


def main(ballots: int) -> None:
    # Django must be set up before models are imported, and only in this process.
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415

    settings.DATABASES["default"]["NAME"] = settings.DATA_DIR / "bench.sqlite3"
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps(_measured(ballots)) + "\n")


def _measured(ballots: int) -> dict[str, float]:
    import tempfile  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from tests.factories.audits import (  # noqa: PLC0415
        look_a_last_time,
        make_audited_contest,
        make_audited_publication,
        sign_to_the_end,
    )
    from tests.factories.bundles import close_poll, open_in_log  # noqa: PLC0415
    from voting import verify  # noqa: PLC0415
    from voting.integrity.log_bundle import write_bundle  # noqa: PLC0415
    from voting.results.audit_bundle import check_result  # noqa: PLC0415
    from voting.results.services import compute_result  # noqa: PLC0415

    sealing = []

    def hold_poll(contest) -> None:
        poll = open_in_log(contest=contest, picks_max=PICKS)
        _store(poll, ballots)
        start = process_time()
        close_poll(poll)
        sealing.append(process_time() - start)
        look_a_last_time(poll)

    contest = make_audited_contest(
        seats=SEATS // 2, entries=ENTRIES, hold_poll=hold_poll
    )
    start = process_time()
    computation = compute_result(by=None, contest=contest, now=timezone.now())
    computed = process_time() - start
    sign_to_the_end(contest)
    start = process_time() + _of_children()
    check = check_result(computation=computation, now=timezone.now())
    checked = process_time() + _of_children() - start
    assert check.agrees, check.said
    contest = make_audited_publication(computation).contest
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.zip"
        before = process_time()
        write_bundle(contest=contest, path=path, now=timezone.now())
        packed = process_time()
        packing, children = _most_memory(), _of_children()
        done = subprocess.run(
            [
                *(sys.executable, "-I", "-S", "-c", WATCHED),
                *(verify.__file__, path, "--json", "--quiet"),
            ],
            capture_output=True,
            check=True,
        )
        verified = _of_children()
        found = json.loads(done.stdout)
        size = path.stat().st_size
    assert found["verdict"] == "equal"
    assert found["picks"] == ballots * PICKS
    return {
        "sealed": sum(sealing),
        "computed": computed,
        "checked": checked,
        "packed": packed - before,
        "verified": verified - children,
        "bytes": size,
        "packing": packing,
        "verifying": int(done.stderr),
    }


def _of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _most_memory() -> int:
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+([0-9]+)", status)[1])


def _store(poll, ballots: int) -> None:
    """In the rows themselves, ten entries of twenty each."""
    from uuid import UUID  # noqa: PLC0415

    from django.utils import timezone  # noqa: PLC0415

    from voting.polls.models import Ballot  # noqa: PLC0415

    chance, now = Random(20260601), timezone.now().replace(second=0, microsecond=0)
    numbers = range(ENTRIES)

    def row(ballot_id: int) -> Ballot:
        chosen = set(chance.sample(numbers, PICKS))
        return Ballot(
            id=ballot_id,
            cast_at=now,
            poll_id=poll.id,
            request_key=UUID(int=chance.getrandbits(128)),
            voter_key=UUID(int=chance.getrandbits(128)),
            choices=bytes(int(place in chosen) for place in numbers),
        )

    for start in range(0, ballots, 5_000):
        ids = range(start + 1, min(start + 5_000, ballots) + 1)
        Ballot.objects.bulk_create(map(row, ids))


if __name__ == "__main__":
    main(int(sys.argv[1]))
