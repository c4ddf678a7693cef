"""Keys on disk, one file each, apart from the database and from its backups.

Whoever has the database alone can then neither link ballots to voters nor guess
telephone numbers. Destroying the file makes that final.
"""

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from pathlib import Path

from django.conf import settings

from site_cms.privacy.errors import KeyExists, KeyIsWrong, KeyMissing, KeyNotWritten

KEY_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")

# By name: the state of the file when it was read, the fingerprint that it had, the key.
_kept: dict[str, tuple[tuple[int, ...], str, bytes]] = {}


def create_key(name: str) -> bytes:
    """Make a new key and its file, or raise :class:`KeyExists`.

    The file appears under its name only when it is complete and on the disk: a crash
    leaves no half key, and of two creators at once one is refused.
    """
    path = _path(name)
    key = secrets.token_bytes(KEY_BYTES)
    try:
        _write_new(path, key)
    except OSError as error:
        raise (KeyExists if path.exists() else KeyNotWritten)(name) from error
    return key


def read_key(name: str, fingerprint: str) -> bytes:
    """The key of this name, if it is the one that was registered.

    Ballots ask all the time, so a key is kept in the process for as long as its file is
    there and was not touched: looking at that costs a tenth of reading it.
    """
    path = _path(name)
    try:
        state = _state_of(path)
        kept = _kept.get(name)
        if kept and kept[:2] == (state, fingerprint):
            return kept[2]
        key = path.read_bytes()
    except OSError as error:
        _kept.pop(name, None)
        raise KeyMissing(name) from error
    if not hmac.compare_digest(_digest(key), fingerprint):
        raise KeyIsWrong(name)
    _kept[name] = state, fingerprint, key
    return key


def destroy_key(name: str) -> None:
    """Overwrite the file and remove it. A key that is already gone is no error.

    On a journaling disk or an SSD old blocks may survive; so may copies in backups.
    The runbook says how these expire.
    """
    path = _path(name)
    _kept.pop(name, None)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    _sync_directory(path.parent)


def fingerprint(key: bytes) -> str:
    """What the database holds of a key: it names the key and gives nothing away."""
    return _digest(key)


def _digest(key: bytes) -> str:
    return hashlib.sha256(b"hongqi key fingerprint\0" + key).hexdigest()


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of a key: {name!r}")
    return settings.KEYS_DIR / f"{name}.key"


def _state_of(path: Path) -> tuple[int, ...]:
    found = os.stat(path)
    return (
        found.st_dev,
        found.st_ino,
        found.st_size,
        found.st_mtime_ns,
        found.st_ctime_ns,
    )


def _write_new(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        os.unlink(draft)
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
