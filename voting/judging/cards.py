"""Seat cards: an address that cannot be guessed and a PIN that cannot be tried out."""

import base64
import hashlib
import re
import secrets
import unicodedata
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac

from voting.judging.models import Seat

PIN_DIGITS = 6
# No 0 and O, no 1 and I: a code is read off paper and typed by hand. 32 letters, 5 bits each.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_LOOKS_LIKE_L = str.maketrans("1I", "LL")


class Card(NamedTuple):
    """What is printed once and kept nowhere: only hashes are stored.

    ``code`` is for whoever cannot scan; the address in the QR code follows from it and from
    the site's secret, so that it is as hard to guess as a random one.
    """

    code: str
    pin: str

    @property
    def token(self) -> str:
        return token_of(self.code)

    @property
    def printed_code(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"


def new_card() -> Card:
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    return Card(code, pin)


def token_of(code: str) -> str:
    digest = salted_hmac("voting.judging.card", code, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:18]).decode()


def typed_code(text: str) -> str:
    """A short code as it was meant: blanks and dashes go, 1 and I are L. Empty: it is none."""
    plain = re.sub(r"[\s—–-]", "", unicodedata.normalize("NFKC", text)).upper()
    code = plain.translate(_LOOKS_LIKE_L)
    return code if re.fullmatch(f"[{_LETTERS}]{{{_CODE_LENGTH}}}", code) else ""


def token_hash(token: str) -> str:
    """Without the site's secret nobody can try tokens out: no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def pin_hash(card_hash: str, pin: str) -> str:
    """Keyed with the site's secret: a copy of the database alone cannot try PINs out."""
    return salted_hmac(
        "voting.judging.pin", f"{card_hash}:{pin}", algorithm="sha256"
    ).hexdigest()


def pin_fits(seat: Seat, pin: str) -> bool:
    return constant_time_compare(seat.pin_hash, pin_hash(seat.card_hash, pin))
