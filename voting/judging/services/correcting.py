"""After the lock: a new version, with its reason, by two people. The old version stays."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.models import Decision, Proposal
from voting.judging.errors import (
    JudgingError,
    ResultIsFinal,
    SeatIsRecused,
    VersionTaken,
)
from voting.judging.models import (
    Absence,
    Night,
    Recusal,
    ScoreSheet,
    Seat,
    Source,
    Turn,
)
from voting.judging.queries import CORRECTION
from voting.judging.rules import sheet_total
from voting.judging.services.marking import (
    locked_turn,
    spell_marks,
    turn_after_its_night,
)
from voting.judging.services.public import say_corrected


@transaction.atomic
def propose_correction(
    *,
    by: User,
    turn: Turn,
    seat: Seat,
    marks: Mapping[str, object],
    reason: str,
    now: datetime,
) -> Proposal:
    """Ask a second person to put these marks in the place of a seat's locked sheet."""
    turn = locked_turn(turn.pk)
    must_be_correctable(turn, seat, now=now)
    spelled = spell_marks(turn.round.criteria.all(), marks)
    standing = ScoreSheet.objects.latest().filter(turn=turn, seat=seat).first()
    if standing and standing.marks == spelled:
        raise JudgingError("填的和现在的一版一样，没有提出更正。")
    return trail.propose(
        by=by,
        kind=CORRECTION,
        subject=turn,
        sentence=f"更正 {seat} 给 {turn.entry} 的分数",
        reason=reason,
        now=now,
        payload={
            "seat": seat.pk,
            "version": standing.version + 1 if standing else 1,
            "marks": spelled,
        },
    )


def must_be_correctable(turn: Turn, seat: Seat, *, now: datetime) -> None:
    """Whether a new version may be proposed for this seat at all."""
    if not turn.is_locked:
        raise JudgingError("还没有锁定，评委可以自己改，不用更正。")
    if not turn.round.panels.filter(pk=seat.panel_id).exists():
        raise JudgingError(f"{seat} 不评这一轮，没有提出更正。")
    if Recusal.objects.filter(seat=seat, entry=turn.entry).exists():
        raise SeatIsRecused(f"{seat} 已登记回避 {turn.entry}，没有提出更正。")
    _must_not_be_final(turn, now=now)


def _must_not_be_final(turn: Turn, *, now: datetime) -> None:
    final = turn.round.night.contest.finalised_at
    if final and final <= now:
        raise ResultIsFinal


@transaction.atomic
def confirm_correction(*, by: User, proposal: Proposal, now: datetime) -> ScoreSheet:
    """The second person agrees: the new version stands, the old one stays readable."""
    turn = _turn_of(proposal)
    trail.decide(by=by, proposal=proposal, subject=turn, confirmed=True, now=now)
    return put_in_place(turn, proposal, marks=proposal.payload["marks"], by=by, now=now)


def put_in_place(
    turn: Turn,
    proposal: Proposal,
    *,
    marks: Mapping[str, str],
    by: User,
    now: datetime,
) -> ScoreSheet:
    """The version that was decided. Call it last: the log is locked from here on."""
    _must_not_be_final(turn, now=now)
    try:
        with transaction.atomic():
            sheet = ScoreSheet.objects.create(
                id=uuid.uuid4(),
                seat_id=proposal.payload["seat"],
                turn=turn,
                version=proposal.payload["version"],
                marks=marks,
                total=sheet_total(marks.values()),
                received_at=now,
                source=Source.CORRECTION,
                proposal=proposal,
            )
    except IntegrityError as error:
        raise VersionTaken(
            "这份评分表在提出之后又更正过，这一次没有生效。请按现在的版本重新提出。"
        ) from error
    Absence.objects.standing().filter(turn=turn, seat=sheet.seat_id).update(
        withdrawn_at=now
    )
    Night.objects.raise_revision(turn.round.night_id)
    say_corrected(turn, sheet, by=[proposal.proposed_by, by], now=now)
    return sheet


@transaction.atomic
def reject_correction(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_turn_of(proposal),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _turn_of(proposal: Proposal) -> Turn:
    if proposal.kind != CORRECTION:
        raise JudgingError("这不是一份更正的请求。")
    return turn_after_its_night(int(proposal.subject_id))
