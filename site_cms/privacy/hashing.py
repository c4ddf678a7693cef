"""Keyed hashes: the same value gives the same hash, and only to who has the key."""

import hashlib
import hmac


def keyed_hash(key: bytes, purpose: str, *parts: str | bytes) -> bytes:
    """HMAC-SHA256 over a purpose and its parts, 32 bytes.

    Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ;
    two purposes never give the same hash, so that one cannot be looked up as another.
    """
    message = bytearray()
    for part in (purpose, *parts):
        raw = part.encode() if isinstance(part, str) else part
        message += len(raw).to_bytes(8) + raw
    return hmac.digest(key, bytes(message), hashlib.sha256)
