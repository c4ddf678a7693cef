"""Every change to an objection happens here: made, taken up, answered by two, forgotten."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction

from showcase.contests.models import Contest, Entry
from showcase.contests.proposal_queries import works_at_an_entry
from site_cms.accounts.models import User
from site_cms.privacy.encryption import decrypt, encrypt
from site_cms.trail import services as trail
from site_cms.trail.append_only import rewriting_allowed
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.results.objection_errors import (
    AlreadyReplied,
    AnswerIsMissing,
    FromAUnitOfTheContest,
    NotArchivedYet,
    NotOpenToObjection,
    ObjectionIsClosed,
    PersonIsForgotten,
    QuestionMissing,
    ReplyIsWaiting,
    StepIsTaken,
    TooManyFiles,
)
from voting.results.objection_models import (
    Objection,
    ObjectionFile,
    ObjectionPerson,
    ObjectionReply,
    ObjectionStep,
)
from voting.results.objection_queries import (
    PERSON_PURPOSE,
    REPLY,
    count_objectors,
    may_object,
    person_of,
    reply_proposal,
)
from voting.results.objection_rules import MOST_FILES, Outcome, Step, new_code
from voting.results.objection_uploads import CleanFile


@dataclass(frozen=True, slots=True)
class Person:
    """Who objects, as they wrote it."""

    name: str
    phone: str
    address: str = ""


@transaction.atomic
def make_objection(
    *,
    contest: Contest,
    request_key: UUID,
    entry: Entry | None,
    text: str,
    person: Person,
    files: Sequence[CleanFile],
    now: datetime,
) -> Objection:
    """Keep what somebody says against the result. A form that is sent twice is one objection.

    A final result waits for the contest as this does: no objection slips in beside it.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    again = Objection.objects.filter(request_key=request_key).first()
    if again and again.contest_id == contest.pk:
        return again
    if not may_object(contest, now=now):
        raise NotOpenToObjection
    objection = Objection.objects.create(
        contest=contest,
        number=Objection.objects.of_contest(contest).count() + 1,
        entry=entry,
        text=text,
        code=new_code(secrets.randbelow),
        request_key=uuid4() if again else request_key,
        made_at=now,
    )
    ObjectionPerson.objects.create(
        objection=objection,
        name=encrypt(person.name, purpose=PERSON_PURPOSE),
        phone=encrypt(person.phone, purpose=PERSON_PURPOSE),
        address=encrypt(person.address, purpose=PERSON_PURPOSE)
        if person.address
        else "",
    )
    _keep(objection, files, now)
    trail.record(
        by=None,
        action="objection_to_result.made",
        subject=objection,
        sentence=f"收到对“{contest}”结果的{objection}：{objection.about}",
        now=now,
    )
    return objection


@transaction.atomic
def add_files(
    *, objection: Objection, files: Sequence[CleanFile], now: datetime
) -> None:
    """More material, while the objection is not closed."""
    objection = _locked(objection)
    if not objection.is_open:
        raise ObjectionIsClosed
    if objection.files.count() + len(files) > MOST_FILES:
        raise TooManyFiles
    _keep(objection, files, now)


def _keep(objection: Objection, files: Sequence[CleanFile], now: datetime) -> None:
    ObjectionFile.objects.bulk_create(
        ObjectionFile(
            objection=objection,
            kind=file.kind,
            name=file.name,
            content_type=file.content_type,
            content=file.content,
            size=len(file.content),
            added_at=now,
        )
        for file in files
    )


@transaction.atomic
def take_step(
    *, by: User, objection: Objection, step: Step, note: str, now: datetime
) -> ObjectionStep:
    """Accept an objection, or say that it is being checked. Who made it reads the note."""
    objection = _locked(objection)
    _refuse_own(by, objection.contest)
    if not objection.is_open:
        raise AlreadyReplied
    try:
        with transaction.atomic():
            taken = ObjectionStep.objects.create(
                objection=objection,
                step=step,
                note=note.strip(),
                made_at=now,
                made_by=by,
            )
    except IntegrityError as error:
        raise StepIsTaken from error
    trail.record(
        by=by,
        action=f"objection_to_result.{step}",
        subject=objection,
        sentence=f"“{objection.contest}”结果的{objection}：{step.label}",
        now=now,
    )
    return taken


@transaction.atomic
def propose_reply(
    *,
    by: User,
    objection: Objection,
    outcome: Outcome,
    question: str,
    answer: str,
    reason: str,
    now: datetime,
) -> Proposal:
    """Ask a second person to answer so. ``question`` and ``answer`` are what everybody reads."""
    objection = _locked(objection)
    _refuse_own(by, objection.contest)
    if not objection.is_open:
        raise AlreadyReplied
    if not answer.strip():
        raise AnswerIsMissing
    if outcome != Outcome.DECLINED and not question.strip():
        raise QuestionMissing
    if reply_proposal(objection):
        raise ReplyIsWaiting
    return trail.propose(
        by=by,
        kind=REPLY,
        subject=objection,
        sentence=f"答复“{objection.contest}”结果的{objection}：{outcome.label}",
        reason=reason,
        now=now,
        payload={
            "outcome": outcome.value,
            "question": question.strip(),
            "answer": answer.strip(),
        },
    )


@transaction.atomic
def confirm_reply(*, by: User, proposal: Proposal, now: datetime) -> ObjectionReply:
    """The second person agrees: who objected and everybody else can read the answer."""
    objection = _objection(proposal)
    _refuse_own(by, objection.contest)
    if not objection.is_open:
        raise AlreadyReplied
    trail.decide(by=by, proposal=proposal, subject=objection, confirmed=True, now=now)
    return ObjectionReply.objects.create(
        objection=objection,
        replied_at=now,
        proposed_by=proposal.proposed_by,
        confirmed_by=by,
        **proposal.payload,
    )


@transaction.atomic
def reject_reply(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. Nothing is answered."""
    objection = _objection(proposal)
    _refuse_own(by, objection.contest)
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=objection,
        confirmed=False,
        remark=remark,
        now=now,
    )


@transaction.atomic
def read_person(*, by: User, objection: Objection, now: datetime) -> Person:
    """Name and telephone of who objected: whoever reads them stands on the record."""
    kept = person_of(objection)
    if kept is None:
        raise PersonIsForgotten
    _refuse_own(by, objection.contest)
    trail.record(
        by=by,
        action="objection_to_result.person_read",
        subject=objection,
        sentence=f"查看“{objection.contest}”结果的{objection}的联系方式",
        now=now,
    )
    return Person(
        *(
            decrypt(text, purpose=PERSON_PURPOSE) if text else ""
            for text in (kept.name, kept.phone, kept.address)
        )
    )


def forget_objectors(*, by: User | None, contest: Contest, now: datetime) -> int:
    """Destroy names, telephones and files of an archived contest. How many objections had any.

    What was said and answered stays.
    """
    if contest.archived_at is None or now < contest.archived_at:
        raise NotArchivedYet
    persons = ObjectionPerson.objects.filter(objection__contest=contest)
    files = ObjectionFile.objects.filter(objection__contest=contest)
    with rewriting_allowed(connection), transaction.atomic():
        count = count_objectors(contest)
        files.delete()
        persons.delete()
        if count:
            trail.record(
                by=by,
                action="objection_to_result.forgotten",
                subject=contest,
                sentence=f"销毁“{contest}” {count} 件异议的姓名、电话和附件",
                now=now,
            )
    return count


def _locked(objection: Objection) -> Objection:
    """The objection as it is once its contest is held: acts on one contest take turns."""
    Contest.objects.select_for_update().get(pk=objection.contest_id)
    return Objection.objects.select_related("contest", "entry__unit").get(
        pk=objection.pk
    )


def _objection(proposal: Proposal) -> Objection:
    if proposal.kind != REPLY:
        raise NothingProposed
    return _locked(
        Objection(pk=int(proposal.subject_id), contest_id=_contest(proposal))
    )


def _contest(proposal: Proposal) -> int:
    return Objection.objects.values_list("contest_id", flat=True).get(
        pk=proposal.subject_id
    )


def _refuse_own(by: User, contest: Contest) -> None:
    if works_at_an_entry(by, contest):
        raise FromAUnitOfTheContest
