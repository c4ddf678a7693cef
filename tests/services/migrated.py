"""A migrated SQLite database that is kept from one run to the next.

Migrating takes longer than most runs of a few tests. The name of the kept file says from
which migrations it came, so that another set never meets it.
"""

import hashlib
import shutil
import sqlite3
from pathlib import Path

from tests.services.site import ROOT

# What migrations are made of: they themselves, what they import, the packages' own.
_SOURCES = (
    "*/migrations/*.py",
    "site_cms/trail/append_only.py",
    "requirements.txt",
)


def kept_database(folder: Path) -> Path:
    """Where the database of today's migrations is kept, whether it exists or not."""
    digest = hashlib.sha256(sqlite3.sqlite_version.encode())
    for pattern in _SOURCES:
        for source in sorted(ROOT.glob(pattern)):
            digest.update(source.read_bytes())
    return folder / f"{digest.hexdigest()[:16]}.sqlite3"


def take(kept: Path, *, into: Path) -> bool:
    """Begin with the kept database. Whether there was one."""
    if not kept.exists():
        return False
    shutil.copyfile(kept, into)
    return True


def keep(database: Path, *, as_: Path) -> None:
    """Keep a copy of a database for later runs, in place of older ones."""
    for old in as_.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    half = as_.with_suffix(".part")
    half.unlink(missing_ok=True)
    source, copy = sqlite3.connect(database), sqlite3.connect(half)
    source.backup(copy)
    source.close()
    copy.close()
    half.rename(as_)
