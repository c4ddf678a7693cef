"""Objections of voters by 受理号, and their answers."""

from datetime import datetime

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.privacy.encryption import encrypt
from site_cms.trail import services as trail
from voting.integrity.decision_rules import objection_deadline
from voting.integrity.errors import (
    AlreadyAnswered,
    AlreadyObjected,
    AnswerMissing,
    BallotNotVoid,
    FromAParticipatingUnit,
    OwnVoid,
    TooLateToObject,
)
from voting.integrity.models import ObjectionAnswer, VoterObjection
from voting.integrity.queries import (
    CONTACT_PURPOSE,
    is_of_a_participating_unit,
    objection_key,
    void_of_ballot,
)
from voting.polls.models import Ballot
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll


@transaction.atomic
def make_objection(
    *, poll: FrozenPoll, ballot: Ballot, text: str, contact: str, now: datetime
) -> VoterObjection:
    """Keep what a voter says against the voiding of this ballot: once, within 72 hours."""
    act = void_of_ballot(ballot.id)
    if act is None:
        raise BallotNotVoid
    deadline = objection_deadline(act.made_at)
    if now >= deadline:
        raise TooLateToObject(deadline)
    objection = VoterObjection(
        act=act,
        ballot=objection_key(poll_key(poll), ballot.id),
        text=text,
        contact=encrypt(contact, purpose=CONTACT_PURPOSE) if contact else "",
        made_at=now,
    )
    try:
        with transaction.atomic():
            objection.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyObjected from error
    return objection


@transaction.atomic
def answer_objection(
    *, by: User, objection: VoterObjection, is_upheld: bool, text: str, now: datetime
) -> ObjectionAnswer:
    """Answer a voter: somebody else than who proposed the void. Two people restore then."""
    act = objection.act
    contest = Contest.objects.select_for_update(no_key=True).get(pk=act.poll.contest_id)
    if is_of_a_participating_unit(by, contest):
        raise FromAParticipatingUnit
    if by.pk == act.proposed_by_id:
        raise OwnVoid
    if not text.strip():
        raise AnswerMissing
    try:
        with transaction.atomic():
            answer = ObjectionAnswer.objects.create(
                objection=objection,
                is_upheld=is_upheld,
                text=text.strip(),
                answered_by=by,
                void_proposed_by_id=act.proposed_by_id,
                answered_at=now,
            )
    except IntegrityError as error:
        raise AlreadyAnswered from error
    trail.record(
        by=by,
        action="objection.answered",
        subject=objection,
        sentence=f"答复{objection}：{'成立' if is_upheld else '不成立'}",
        now=now,
    )
    return answer
