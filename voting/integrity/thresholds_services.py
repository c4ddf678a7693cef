"""The one way in which the thresholds of a contest are set, while its poll is shut."""

import secrets
from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.integrity.detection.limits import BOUNDS, Limits
from voting.integrity.detection_models import Thresholds
from voting.integrity.errors import (
    NoThresholdsFromAParticipatingUnit,
    ThresholdOutOfBounds,
    ThresholdsFrozen,
)
from voting.integrity.queries import is_of_a_participating_unit
from voting.integrity.thresholds_queries import sha256_of, text_for, thresholds_of

_SALT_BYTES = 16


@transaction.atomic
def set_thresholds(
    *, by: User | None, contest: Contest, limits: Limits, now: datetime
) -> Thresholds:
    """Set from what on detection speaks up. What was set before stays readable.

    The trail holds the hash alone: whoever may read it must not learn how to stay below.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if Stage.POLL in contest.openings.stages():
        raise ThresholdsFrozen
    if by and is_of_a_participating_unit(by, contest):
        raise NoThresholdsFromAParticipatingUnit
    for name, value in limits.to_json().items():
        least, most = BOUNDS[name]
        if not least <= value <= most:
            raise ThresholdOutOfBounds
    before = thresholds_of(contest)
    text = text_for(limits, salt=secrets.token_hex(_SALT_BYTES))
    thresholds = Thresholds.objects.create(
        contest=contest,
        version=before.version + 1 if before else 1,
        text=text,
        sha256=sha256_of(text),
        set_at=now,
        set_by=by,
    )
    trail.record(
        by=by,
        action="thresholds.set",
        subject=thresholds,
        sentence=f"设定“{contest}”的识别阈值，第 {thresholds.version} 版",
        now=now,
        details={"sha256": thresholds.sha256},
    )
    return thresholds
