"""Limits that cost money when they fail stand in the database, not in Redis."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F

from site_cms.messaging.errors import AllowanceUsedUp, MessageNotSent
from site_cms.messaging.models import Allowance
from site_cms.messaging.senders import sender
from site_cms.privacy.hashing import keyed_hash

log = logging.getLogger(__name__)

SHANGHAI_OFFSET = timedelta(hours=8)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` within each window of ``window``. ``sentence`` is what is said then."""

    name: str
    most: int
    window: timedelta
    sentence: str
    amount: int = 1


@transaction.atomic
def use_up(*, key: bytes, uses: Iterable[tuple[Limit, str]], now: datetime) -> None:
    """Take one's share of all these limits, or of none: each use is a limit and its owner.

    The windows have fixed edges, days those of the county. Each count is one UPDATE that
    the row's lock makes wait its turn, so no number of parallel requests passes a limit.

    Errors
        :class:`AllowanceUsedUp` with the sentence of the first limit that is reached.
    """
    for limit, owner in uses:
        began, ends_at = _window(limit.window, now)
        row = keyed_hash(key, "allowance", limit.name, owner, began.isoformat()).hex()
        Allowance.objects.bulk_create(
            [Allowance(key=row, most=limit.most, ends_at=ends_at)],
            ignore_conflicts=True,
        )
        taken = Allowance.objects.filter(
            key=row, used__lte=limit.most - limit.amount
        ).update(used=F("used") + limit.amount, most=limit.most)
        if not taken:
            raise AllowanceUsedUp(limit.sentence)


def _window(length: timedelta, now: datetime) -> tuple[datetime, datetime]:
    epoch = datetime(2000, 1, 1, tzinfo=UTC) - SHANGHAI_OFFSET
    began = epoch + (now - epoch) // length * length
    return began, began + length


def money(sentence: str) -> Limit:
    """What all messages of a day may cost together, in thousandths of a yuan."""
    return Limit(
        name="sms money",
        most=int(Decimal(settings.SMS_DAILY_CAP) * 1000),
        amount=int(Decimal(settings.SMS_PRICE) * 1000),
        window=DAY,
        sentence=sentence,
    )


def send(*, phone: str, values: Mapping[str, str], now: datetime) -> None:
    """Hand a message to the provider. Its share of the limits stays used if that fails."""
    try:
        sender().send(phone=phone, values=values, now=now)
    except MessageNotSent as error:
        log.error("message not sent", extra={"cause": error.cause})
        raise


def forget_old_allowances(*, now: datetime) -> int:
    """For the worker."""
    return Allowance.objects.over(now).delete()[0]
