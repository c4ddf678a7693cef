"""A zip whose bytes follow from its files alone: nothing in it says when or where it was made.

Files are stored as they are. Compressed bytes differ from one library to the next, and salts
do not compress: so the same log gives the same zip anywhere, and not a byte of it is idle.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SUMS = "SHA256SUMS"

_PLAIN_FILE = 0o644 << 16
_CHUNK = 1 << 16


class BundleZip:
    """Files go in one after the other, in the order of their names; their hashes come last."""

    def __init__(self, path: Path) -> None:
        self._zip = ZipFile(path, "w", ZIP_STORED)
        self._sums: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._close()
        finally:
            self._zip.close()

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        """Write one file from its parts, of which none need be kept."""
        digest = sha256()
        with self._zip.open(_plain(name), "w") as file:
            for chunk in _in_chunks(parts):
                digest.update(chunk)
                file.write(chunk)
        self._sums[name] = digest.hexdigest()

    def _close(self) -> None:
        lines = [f"{self._sums[name]}  {name}\n" for name in sorted(self._sums)]
        self._zip.writestr(_plain(SUMS), "".join(lines))


def _plain(name: str) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = _PLAIN_FILE
    return info


def _in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    kept: list[bytes] = []
    size = 0
    for part in parts:
        kept.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(kept)
            kept, size = [], 0
    yield b"".join(kept)


@contextmanager
def lines_in(path: Path, name: str) -> Iterator[Iterator[bytes]]:
    """The lines of one file of a zip, read as they are asked for."""
    with ZipFile(path) as archive, archive.open(name) as file:
        yield iter(file)
