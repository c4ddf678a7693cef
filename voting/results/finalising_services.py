"""A result becomes final, and is opened again where it proves wrong: two people for each."""

from datetime import datetime

from django.db import IntegrityError, transaction

from showcase.contests.models import Contest
from showcase.contests.services import set_times
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal
from voting.log.models import Kind
from voting.log.services import append
from voting.results.errors import (
    AlreadyFinal,
    NotFinal,
    ReasonTooShort,
    ResultChanged,
    ResultNotReady,
)
from voting.results.finalising_models import Reopening
from voting.results.finalising_queries import (
    FINALISE,
    REOPEN,
    against_finalising,
    final_of,
)
from voting.results.models import Finalisation, Publication
from voting.results.notice_queries import notice_summary
from voting.results.queries import has_changed, is_final, standing_result
from voting.results.revising_rules import LEAST_REASON


@transaction.atomic
def propose_finalisation(
    *, by: User, publication: Publication, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to make the result that stands final."""
    contest = _unfinished(publication, now)
    return trail.propose(
        by=by,
        kind=FINALISE,
        subject=publication,
        sentence=f"最终确定“{contest}”的结果",
        reason=reason,
        now=now,
        payload={"outcome_hash": publication.computation.outcome_hash},
    )


@transaction.atomic
def confirm_finalisation(
    *, by: User, proposal: Proposal, now: datetime
) -> Finalisation:
    """The second person agrees: from here on nothing changes.

    However often and by whoever this is called at once: one final result remains.
    """
    publication = _publication(proposal)
    contest = _unfinished(publication, now)
    trail.decide(by=by, proposal=proposal, subject=publication, confirmed=True, now=now)
    try:
        with transaction.atomic():
            finalisation = Finalisation.objects.create(
                publication=publication,
                finalised_at=now,
                proposed_by=proposal.proposed_by,
                confirmed_by=by,
                notice=notice_summary(contest, now=now),
            )
    except IntegrityError as error:
        raise AlreadyFinal from error
    set_times(by=by, contest=contest, now=now, finalised_at=now)
    _say("final", publication, people=[proposal.proposed_by, by], now=now)
    return finalisation


@transaction.atomic
def reject_finalisation(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The result stays as it is."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_publication(proposal),
        confirmed=False,
        remark=remark,
        now=now,
    )


@transaction.atomic
def propose_reopening(
    *, by: User, contest: Contest, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to open a final result again, for a reason that is published."""
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    final = final_of(contest, now=now)
    if final is None:
        raise NotFinal
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonTooShort
    return trail.propose(
        by=by,
        kind=REOPEN,
        subject=final,
        sentence=f"重新打开“{contest}”的最终结果，以便更正",
        reason=reason,
        now=now,
    )


@transaction.atomic
def confirm_reopening(*, by: User, proposal: Proposal, now: datetime) -> Reopening:
    """The second person agrees: corrections can be made, and then the result is revised.

    What was final stays readable with its people and its time.
    """
    finalisation = _finalisation(proposal)
    publication = finalisation.publication
    contest = Contest.objects.select_for_update().get(pk=publication.contest_id)
    if final_of(contest, now=now) != finalisation:
        raise NotFinal
    trail.decide(
        by=by, proposal=proposal, subject=finalisation, confirmed=True, now=now
    )
    reopening = Reopening.objects.create(
        finalisation=finalisation,
        reason=proposal.reason,
        reopened_at=now,
        proposed_by=proposal.proposed_by,
        confirmed_by=by,
    )
    set_times(by=by, contest=contest, now=now, finalised_at=None)
    _say(
        "reopened",
        publication,
        people=[proposal.proposed_by, by],
        now=now,
        more={"reason": reopening.reason},
    )
    return reopening


@transaction.atomic
def reject_reopening(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The result stays final."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=_finalisation(proposal),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _unfinished(publication: Publication, now: datetime) -> Contest:
    """The contest, locked; refused while anything is open, or where it is final."""
    contest = Contest.objects.select_for_update().get(pk=publication.contest_id)
    if is_final(contest, now=now):
        raise AlreadyFinal
    standing = standing_result(contest)
    if (
        standing != publication
        or Finalisation.objects.filter(publication=publication).exists()
    ):
        raise ResultChanged
    if still_open := against_finalising(standing, now=now):
        raise ResultNotReady(still_open)
    if has_changed(standing.computation, now=now):
        raise ResultChanged
    return contest


def _publication(proposal: Proposal) -> Publication:
    if proposal.kind != FINALISE:
        raise NothingProposed
    return Publication.objects.select_related("contest", "computation__rule_sheet").get(
        pk=proposal.subject_id
    )


def _finalisation(proposal: Proposal) -> Finalisation:
    if proposal.kind != REOPEN:
        raise NothingProposed
    return Finalisation.objects.select_related("publication__computation").get(
        pk=proposal.subject_id
    )


def _say(
    act: str,
    publication: Publication,
    *,
    people: list[User],
    now: datetime,
    more: dict[str, str] | None = None,
) -> None:
    append(
        contest=publication.contest,
        kind=Kind.FINAL,
        statement={
            "act": act,
            "revision": publication.revision,
            "outcome_hash": publication.computation.outcome_hash,
            "by": [str(person) for person in people],
        }
        | (more or {}),
        now=now,
    )
