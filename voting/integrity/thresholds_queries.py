"""Which thresholds a contest goes by, and what the public log says of them."""

import hashlib
import json
from datetime import datetime
from typing import Any

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Stage
from showcase.contests.services import canonical_json
from voting.integrity.detection.limits import Limits
from voting.integrity.detection_models import Thresholds
from voting.log.models import Kind, LogEntry

_HASH = "thresholds_sha256"


def thresholds_of(contest: Contest) -> Thresholds | None:
    """What the officer set last; None while nobody has. Opening shuts them."""
    return Thresholds.objects.of_contest(contest.pk).first()


def text_of(contest: Contest) -> str:
    """The thresholds as they are hashed. A practice contest may go by the defaults."""
    thresholds = thresholds_of(contest)
    return thresholds.text if thresholds else text_for(Limits(), salt="")


def text_for(limits: Limits, *, salt: str) -> str:
    return canonical_json({"limits": limits.to_json(), "salt": salt})


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def limits_of(contest: Contest) -> Limits:
    return Limits.from_json(json.loads(text_of(contest))["limits"])


def hash_for_opening(contest: Contest) -> dict[str, str]:
    """What the opening freezes: from then on nobody can change the thresholds."""
    return {_HASH: sha256_of(text_of(contest))}


def hash_for_log(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """Said once, when the poll opens; nobody can guess the thresholds from it."""
    opening = Opening.objects.filter(contest=contest, stage=Stage.POLL).first()
    said = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.OPENED).light()
    if opening is None or _HASH not in opening.frozen:
        return {}
    if any(_HASH in entry.statement for entry in said):
        return {}
    return {_HASH: opening.frozen[_HASH]}


def text_for_log(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What the close says: everybody can look, and hash it again."""
    return {"thresholds": text_of(contest)}
