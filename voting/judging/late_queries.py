"""Reads of the sheets that came too late."""

from site_cms.trail.models import Proposal
from voting.judging.late_models import LateSheet
from voting.judging.models import Night, Turn
from voting.judging.queries import LATE


def late_sheets(night: Night) -> list[LateSheet]:
    """Those that somebody has still to look at, oldest first."""
    return list(
        LateSheet.objects.of_night(night)
        .undecided()
        .select_related("seat__panel", "turn__entry__unit", "turn__round", "turn__lock")
    )


def late_asked(late: LateSheet) -> Proposal | None:
    """The request to count it that waits for the supervisor."""
    return (
        _proposals(late).undecided().select_related("proposed_by").order_by("pk").last()
    )


def late_refused(late: LateSheet) -> Proposal | None:
    """The latest request to count it that a supervisor did not agree to."""
    return (
        _proposals(late)
        .filter(decision__confirmed=False)
        .select_related("proposed_by", "decision__decided_by")
        .order_by("pk")
        .last()
    )


def _proposals(late: LateSheet):
    return Proposal.objects.filter(
        kind=LATE,
        subject_type=Turn._meta.label,
        subject_id=str(late.turn_id),
        payload__late=str(late.pk),
    )
