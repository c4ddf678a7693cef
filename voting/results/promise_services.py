"""A statement that promises what may not be told yet: a digest now, salt and text later."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from showcase.contests.models import Contest
from voting.log.services import append
from voting.results.promise_models import Promise
from voting.rules import exact


def promise(
    *,
    contest: Contest,
    kind: str,
    statement: dict[str, Any],
    document: Any,
    now: datetime,
) -> Promise:
    """Say in the log that ``document`` stands, without a word of it. Callers call it last."""
    text, salt = exact.canonical(document), secrets.token_bytes(32)
    digest = sha256(salt + text.encode()).hexdigest()
    entry = append(
        contest=contest,
        kind=kind,
        statement=statement | {"digest": digest},
        now=now,
    )
    return Promise.objects.create(log_entry=entry, salt=salt.hex(), document=text)
