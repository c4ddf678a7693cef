"""Which thresholds a contest goes by, and what the public log says of them."""

import hashlib
import json
from datetime import datetime
from typing import Any

from showcase.contests.models import Contest
from showcase.contests.services import canonical_json
from voting.integrity.detection.limits import Limits
from voting.integrity.detection_models import Thresholds


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


def hash_for_log(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What the opening says: nobody can guess the thresholds, or change them any more."""
    return {"thresholds_sha256": sha256_of(text_of(contest))}


def text_for_log(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What the close says: everybody can look, and hash it again."""
    return {"thresholds": text_of(contest)}
