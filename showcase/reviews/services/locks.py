"""The lock that handing in and settling share, and what both refuse.

Who hands in a review and who settles the round hold the round's row, so a review is either
among the inputs of the ranking or refused.
"""

from showcase.contests.models import Contest
from showcase.reviews.errors import RoundClosed
from showcase.reviews.models import ReviewRound
from site_cms.trail.errors import ReasonMissing

LONGEST_REASON = 200


def lock_round(round_: ReviewRound) -> ReviewRound:
    locked = ReviewRound.objects.select_for_update().get(pk=round_.pk)
    locked.contest = Contest.objects.get(pk=locked.contest_id)
    return locked


def reason_in(text: str) -> str:
    text = text.replace("\x00", "").strip()[:LONGEST_REASON]
    if not text:
        raise ReasonMissing
    return text


def refuse_if_settled(round_: ReviewRound) -> None:
    if round_.selections.standing().exists():
        raise RoundClosed
