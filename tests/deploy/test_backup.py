"""A backup is worth what its restore gave: the scripts as their units start them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.county import DATABASE, County, make_certificate, psql
from tests.services.processes import find_program

pytestmark = [pytest.mark.nginx, pytest.mark.postgresql, pytest.mark.redis]

DRILL = "hongqi_drill"


def back_up(
    county: County, *, unit: str, **changes: str
) -> subprocess.CompletedProcess:
    """What the unit starts. Scripts stand where the README installs them."""
    described = county.unit(unit)
    script = Path(described.commands[0][0])
    return subprocess.run(
        [county.folder / "out" / "scripts" / script.name],
        env={"PATH": os.environ["PATH"]} | described.environment | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def backups(county: County) -> list[Path]:
    return sorted((county.folder / "backups").glob("2*Z"))


@pytest.fixture
def drill(county):
    yield DRILL
    psql(county.cluster, "-c", f"DROP DATABASE IF EXISTS {DRILL}")


def test_what_was_backed_up_can_be_restored(county, drill):
    media = Path(county.values["DATA"]) / "media" / "images"
    media.mkdir(parents=True, exist_ok=True)
    (media / "kept.webp").write_bytes(b"kept")
    (media / "gone.webp").write_bytes(b"gone")
    county.sql("INSERT INTO django_session VALUES ('key', 'data', now()) ON CONFLICT DO NOTHING")  # fmt: skip

    first = back_up(county, unit="hongqi-backup.service")
    assert first.returncode == 0, first.stderr
    whole = backups(county)[-1]
    psql(county.cluster, "-c", f"CREATE DATABASE {drill} OWNER hongqi_owner")
    environment = county.unit("hongqi-backup.service").environment
    restored = subprocess.run(
        [find_program("pg_restore"), "--no-owner", "--exit-on-error", f"--dbname={drill}", whole / "database.dump"],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert (restored.returncode, restored.stderr) == (0, "")
    counts = "SELECT (SELECT count(*) FROM voting_poll), (SELECT count(*) FROM showcase_entry)"  # fmt: skip
    assert county.sql(counts, database=drill) == county.sql(counts)
    assert county.sql("SELECT count(*) FROM django_session", database=drill) == "0"
    assert county.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'voting_ballot'", database=drill) == "hongqi_owner"  # fmt: skip
    assert (whole / "media/images/kept.webp").read_bytes() == b"kept"
    assert oct(whole.stat().st_mode & 0o077) == "0o0"
    assert county.sql("SELECT 1", database=DATABASE) == "1"


def test_old_backups_go_and_unchanged_media_are_shared(county):
    media = Path(county.values["DATA"]) / "media" / "images"
    media.mkdir(parents=True, exist_ok=True)
    (media / "shared.webp").write_bytes(b"shared")
    (media / "gone.webp").write_bytes(b"gone")
    assert back_up(county, unit="hongqi-backup.service").returncode == 0
    earlier = backups(county)[-1].rename(county.folder / "backups/20991231T000000Z")
    outdated = county.folder / "backups" / "20200101T000000Z"
    (outdated / "media").mkdir(parents=True)
    (media / "gone.webp").unlink()

    assert back_up(county, unit="hongqi-backup.service").returncode == 0

    latest = [each for each in backups(county) if each != earlier][-1]
    shared = [each / "media/images/shared.webp" for each in (earlier, latest)]
    assert shared[0].samefile(shared[1])
    assert not (latest / "media/images/gone.webp").exists()
    assert (earlier / "media/images/gone.webp").read_bytes() == b"gone"
    assert not outdated.exists()
    shutil.rmtree(earlier)


def test_a_backup_that_fails_leaves_nothing_that_looks_whole(county):
    before = backups(county)

    done = back_up(county, unit="hongqi-backup.service", PGDATABASE="missing")

    assert done.returncode != 0
    assert backups(county) == before
    assert list((county.folder / "backups").glob(".unfinished*")) == []


def test_keys_are_kept_apart_and_only_their_keeper_can_open_them(county):
    keeper = county.folder / "keeper.key"
    recipient = county.folder / "out/etc/keys-recipient.pem"
    make_certificate(recipient, keeper)

    done = back_up(county, unit="hongqi-backup-keys.service")

    assert done.returncode == 0, done.stderr
    (kept,) = (county.folder / "key-backups").glob("2*Z.keys")
    opened = subprocess.run(
        [
            find_program("openssl"), "cms", "-decrypt", "-inform", "DER",
            "-inkey", keeper, "-in", kept,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    names = subprocess.run(
        ["tar", "-t"], input=opened.stdout, check=True, capture_output=True
    ).stdout.decode()
    keys = [path.name for path in (county.folder / "data/keys").iterdir()]
    assert keys
    assert all(name in names for name in keys)
    assert b"BEGIN" not in kept.read_bytes()


def test_keys_beside_the_database_are_refused(county):
    inside = str(county.folder / "backups" / "keys")

    done = back_up(county, unit="hongqi-backup-keys.service", KEY_BACKUPS=inside)

    assert done.returncode == 1
    assert "must be kept apart" in done.stderr
