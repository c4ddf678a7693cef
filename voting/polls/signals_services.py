"""What is known of requests is kept for the poll and its appeals, and then destroyed."""

from datetime import datetime

from django.db import transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.polls.errors import SignalsStillNeeded
from voting.polls.models import BallotSignal, Poll


def check_signals_may_go(poll: Poll, *, now: datetime, forced: str = "") -> None:
    """A final result has no appeal left: it is refused while an objection is unanswered."""
    final = poll.contest.finalised_at
    if not forced.strip() and (final is None or now < final):
        raise SignalsStillNeeded


@transaction.atomic
def destroy_signals(
    *, by: User | None, poll: Poll, now: datetime, forced: str = ""
) -> int:
    """Delete what was noted beside the ballots of a poll. Returns of how many.

    ``forced`` is the reason for doing so before the final result; it stays in the trail.
    """
    check_signals_may_go(poll, now=now, forced=forced)
    destroyed, _ = BallotSignal.objects.filter(poll=poll).delete()
    trail.record(
        by=by,
        action="poll.signals_destroyed",
        subject=poll,
        sentence=f"销毁“{poll}”的 {destroyed} 条选票旁证",
        now=now,
        details={"destroyed": destroyed, "forced": forced.strip()},
    )
    return destroyed
