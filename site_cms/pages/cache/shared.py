"""The tier between processes: the cache alias ``pages``. It may be empty, gone or full of rubbish.

A page whose cache does not answer is drawn; after a failure nobody asks for a while.
"""

import gzip
import hashlib
import json
import logging
import time
import zlib

from django.core.cache import caches

from site_cms.pages.cache.kept import KeptPage

log = logging.getLogger(__name__)

SECONDS_WITHOUT_ASKING = 1.0
_SECONDS_QUERIES_ARE_KNOWN = 600


class _Pause:
    until = float("-inf")


def page(key: tuple) -> KeptPage | None:
    """The page under a key; whatever else lies there is none."""
    match _get(_name("page", key)):
        case (bytes(gzipped), tuple(headers), str(etag), float(expires_at)):
            try:
                text = gzip.decompress(gzipped)
            except (OSError, EOFError, zlib.error):
                return None
            return KeptPage(text, gzipped, headers, etag, expires_at)
    return None


def keep(key: tuple, kept: KeptPage, *, now: float) -> None:
    value = (kept.gzipped, kept.headers, kept.etag, kept.expires_at)
    _set(_name("page", key), value, seconds=max(1, round(kept.expires_at - now)))


def queries(place: tuple) -> tuple[str, ...] | None:
    found = _get(_name("queries", place))
    return found if isinstance(found, tuple) else None


def keep_queries(place: tuple, names: tuple[str, ...]) -> None:
    _set(_name("queries", place), names, seconds=_SECONDS_QUERIES_ARE_KNOWN)


def ask_again() -> None:
    """For a process that knows that the cache is back."""
    _Pause.until = float("-inf")


def _name(kind: str, key: tuple) -> str:
    text = json.dumps(key, ensure_ascii=True)
    return f"{kind}:{hashlib.sha256(text.encode()).hexdigest()}"


def _get(name: str) -> object | None:
    if time.monotonic() < _Pause.until:
        return None
    try:
        return caches["pages"].get(name)
    # Whatever a cache throws, down to bytes that nobody can read: the page can be drawn.
    except Exception:
        _pause()
        return None


def _set(name: str, value: object, *, seconds: int) -> None:
    if time.monotonic() < _Pause.until:
        return
    try:
        caches["pages"].set(name, value, timeout=seconds)
    except Exception:  # as above
        _pause()


def _pause() -> None:
    _Pause.until = time.monotonic() + SECONDS_WITHOUT_ASKING
    log.warning("cache of pages does not answer", exc_info=True)
