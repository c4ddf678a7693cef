"""Encryption of what must be readable again: telephone numbers, second-factor secrets.

A stored text is ``<key id>:<Fernet token>``. The key of a purpose is derived from
``SECRET_KEY``; texts made before a change of it stay readable while the old one is
listed in ``SECRET_KEY_FALLBACKS``.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from site_cms.privacy.errors import CannotDecrypt

_ID_LENGTH = 8


def encrypt(text: str, *, purpose: str) -> str:
    key = _derived_key(settings.SECRET_KEY, purpose)
    return f"{_key_id(key)}:{Fernet(key).encrypt(text.encode()).decode('ascii')}"


def decrypt(stored: str, *, purpose: str) -> str:
    """The text again, or :class:`CannotDecrypt`."""
    key_id, _, token = stored.partition(":")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        key = _derived_key(secret, purpose)
        if _key_id(key) == key_id:
            try:
                return Fernet(key).decrypt(token.encode()).decode()
            except InvalidToken as error:
                raise CannotDecrypt from error
    raise CannotDecrypt


def _derived_key(secret: str, purpose: str) -> bytes:
    derivation = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=f"hongqi {purpose}".encode()
    )
    return base64.urlsafe_b64encode(derivation.derive(secret.encode()))


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"hongqi key id\0" + key).hexdigest()[:_ID_LENGTH]
