"""Sheets that came too late: kept, not counted. Two people may count one; one may file it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import ReasonMissing
from site_cms.trail.models import Decision, Proposal
from voting.judging.errors import JudgingError, LateClosed
from voting.judging.late_models import LateSheet
from voting.judging.late_outcome_models import LateOutcome
from voting.judging.late_queries import late_asked
from voting.judging.models import ScoreSheet, Turn
from voting.judging.queries import LATE
from voting.judging.services.correcting import must_be_correctable, put_in_place
from voting.judging.services.marking import locked_turn, turn_after_its_night


@transaction.atomic
def propose_late(*, by: User, late: LateSheet, reason: str, now: datetime) -> Proposal:
    """Ask a second person to count a late sheet in the place of what stands."""
    turn, late = _undecided(late)
    must_be_correctable(turn, late.seat, now=now)
    standing = ScoreSheet.objects.latest().filter(turn=turn, seat=late.seat).first()
    if standing and standing.marks == late.marks:
        raise JudgingError("这份和现在计分的一版一样，不用计入。请选“不计入，留档”。")
    return trail.propose(
        by=by,
        kind=LATE,
        subject=turn,
        sentence=f"把 {late.seat} 给 {turn.entry} 的迟到分数计入",
        reason=reason[:300],
        now=now,
        payload={
            "late": str(late.pk),
            "seat": late.seat_id,
            "version": standing.version + 1 if standing else 1,
        },
    )


@transaction.atomic
def confirm_late(*, by: User, proposal: Proposal, now: datetime) -> ScoreSheet:
    """The second person agrees: the marks count, in a version of their own."""
    turn = turn_after_its_night(int(proposal.subject_id))
    late = _late_of(proposal)
    trail.decide(by=by, proposal=proposal, subject=turn, confirmed=True, now=now)
    if LateOutcome.objects.filter(late=late).exists():
        raise LateClosed
    sheet = put_in_place(turn, proposal, marks=late.marks, by=by, now=now)
    _close(
        late,
        sheet=sheet,
        proposal=proposal,
        proposed_by=proposal.proposed_by,
        decided_by=by,
        decided_at=now,
        reason=proposal.reason,
    )
    return sheet


@transaction.atomic
def reject_late(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person does not agree: the sheet stays kept and uncounted."""
    turn = turn_after_its_night(int(proposal.subject_id))
    _late_of(proposal)
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=turn,
        confirmed=False,
        remark=remark,
        now=now,
    )


@transaction.atomic
def file_late(*, by: User, late: LateSheet, reason: str, now: datetime) -> LateOutcome:
    """Leave a late sheet uncounted for good. It stays readable."""
    turn, late = _undecided(late)
    if not reason.strip():
        raise ReasonMissing
    outcome = _close(late, decided_by=by, decided_at=now, reason=reason.strip()[:300])
    trail.record(
        by=by,
        action=f"{LATE}.filed",
        subject=turn,
        sentence=f"{late.seat} 给 {turn.entry} 的迟到分数不计入，留档",
        now=now,
        details={"late": str(late.pk), "reason": outcome.reason},
    )
    return outcome


def _undecided(late: LateSheet) -> tuple[Turn, LateSheet]:
    """Turn, held, and late sheet, of which nothing has become yet."""
    turn = locked_turn(late.turn_id)
    late = LateSheet.objects.select_related("seat").get(pk=late.pk)
    if LateOutcome.objects.filter(late=late).exists():
        raise LateClosed
    asked = late_asked(late)
    if asked:
        raise JudgingError(
            f"{asked.proposed_by}已经提议计入这一份，正等监督员。什么都没有改变。"
        )
    return turn, late


def _late_of(proposal: Proposal) -> LateSheet:
    if proposal.kind != LATE:
        raise JudgingError("这不是一份计入迟到分数的请求。")
    return LateSheet.objects.select_related("seat").get(pk=proposal.payload["late"])


def _close(late: LateSheet, **outcome) -> LateOutcome:
    try:
        with transaction.atomic():
            return LateOutcome.objects.create(late=late, **outcome)
    except IntegrityError as error:
        raise LateClosed from error
