"""A correction of a result that stands: a further revision, with its reason, by two people."""

from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.models import Decision, Proposal
from voting.results.errors import NothingToRevise, ReasonTooShort, ResultNotReady
from voting.results.models import Computation, Publication
from voting.results.notice_services import renew_notice
from voting.results.queries import (
    finalisation_of,
    release_of,
    reopening_of,
    standing_result,
)
from voting.results.revising_queries import REVISE, against_revising, is_same
from voting.results.revising_rules import LEAST_REASON
from voting.results.services import computation_proposed, let_stand, say_result


@transaction.atomic
def propose_revision(
    *, by: User, computation: Computation, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to put this computation in the place of the result that stands.

    ``reason`` is what everybody will read: what was wrong, and by what it is known.
    """
    contest = Contest.objects.select_for_update().get(pk=computation.contest_id)
    standing = _correctable(contest, computation, now)
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise ReasonTooShort
    return trail.propose(
        by=by,
        kind=REVISE,
        subject=computation,
        sentence=f"第 {standing.revision + 1} 次更正“{contest}”的结果",
        reason=reason,
        now=now,
        payload={
            "outcome_hash": computation.outcome_hash,
            "revision": standing.revision + 1,
        },
    )


@transaction.atomic
def confirm_revision(*, by: User, proposal: Proposal, now: datetime) -> Publication:
    """The second person agrees: the correction stands, what stood before stays readable.

    However often and by whoever this is called at once: each revision is there once.
    """
    computation = computation_proposed(proposal, REVISE)
    contest = Contest.objects.select_for_update().get(pk=computation.contest_id)
    _correctable(contest, computation, now)
    publication = let_stand(
        by=by,
        proposal=proposal,
        computation=computation,
        revision=proposal.payload["revision"],
        reason=proposal.reason,
        now=now,
    )
    more = {"revision": publication.revision}
    if release_of(contest, now=now):
        renew_notice(
            by=by,
            contest=contest,
            reason=f"结果更正第 {publication.revision} 版。{publication.reason}",
            now=now,
        )
        # Before the result is public its reason might tell whom the correction is about.
        more["reason"] = publication.reason
    say_result(publication, now=now, more=more)
    return publication


@transaction.atomic
def reject_revision(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The result stays as it is."""
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=computation_proposed(proposal, REVISE),
        confirmed=False,
        remark=remark,
        now=now,
    )


def _correctable(
    contest: Contest, computation: Computation, now: datetime
) -> Publication:
    """The result that stands, if this computation may take its place.

    After a final result was opened again the same computation may stand once more: it was
    looked into, and nothing was wrong.
    """
    computation.contest = contest
    if still_open := against_revising(computation, now=now):
        raise ResultNotReady(still_open)
    standing = standing_result(contest)
    is_reopened = reopening_of(finalisation_of(standing)) is not None
    if is_same(computation, standing) and not is_reopened:
        raise NothingToRevise
    return standing
