"""Seat cards: an address that cannot be guessed and a PIN that cannot be tried out."""

import hashlib
import secrets
from typing import NamedTuple

from django.utils.crypto import constant_time_compare, salted_hmac

from voting.judging.models import Seat

PIN_DIGITS = 6


class Card(NamedTuple):
    """What is printed once and kept nowhere: only hashes are stored."""

    token: str
    pin: str


def new_card() -> Card:
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
    return Card(secrets.token_urlsafe(18), pin)


def token_hash(token: str) -> str:
    """A random token of 144 bits needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def pin_hash(card_hash: str, pin: str) -> str:
    """Keyed with the site's secret: a copy of the database alone cannot try PINs out."""
    return salted_hmac(
        "voting.judging.pin", f"{card_hash}:{pin}", algorithm="sha256"
    ).hexdigest()


def pin_fits(seat: Seat, pin: str) -> bool:
    return constant_time_compare(seat.pin_hash, pin_hash(seat.card_hash, pin))
