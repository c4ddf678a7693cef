"""How a review leaves its reviewer: by recusal or by being given to somebody else."""

from datetime import datetime

from showcase.reviews.models import EndedAs, Review, ReviewRound
from showcase.reviews.services.locks import reason_in
from site_cms.accounts.models import User
from site_cms.trail import services as trail


def end_review(
    review: Review,
    round_: ReviewRound,
    ended_as: EndedAs,
    *,
    by: User,
    reason: str,
    now: datetime,
    verb: str,
) -> Review:
    review.ended_at, review.ended_as = now, ended_as
    review.ended_reason = reason_in(reason)
    review.save(update_fields=["ended_at", "ended_as", "ended_reason"])
    trail.record(
        by=by,
        action=f"review.{ended_as}",
        subject=round_,
        sentence=f"{round_}：{verb}，{review.entry.unit}，评审员{review.reviewer}",
        now=now,
        details={"review": review.pk, "reason": review.ended_reason},
    )
    return review
