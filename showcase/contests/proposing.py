"""What two people do to one entry in public: propose, then decide and tell.

The acts themselves are of the subjects that use this: who leaves, what is said of whom.
They take turns, because each holds the contest first.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from showcase.contests.errors import (
    AlreadyProposed,
    ContestError,
    OwnContest,
    WordsMissing,
)
from showcase.contests.models import Contest, Entry
from showcase.contests.notices import Notice, publish_about
from showcase.contests.proposal_queries import proposal_about, works_at_an_entry
from showcase.contests.public_log import say_in_public
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal


def locked_entry(entry_id: int) -> Entry:
    """The entry as it is once its contest is held: two acts on one contest take turns."""
    contest_id = Entry.objects.values_list("contest_id", flat=True).get(pk=entry_id)
    Contest.objects.select_for_update().get(pk=contest_id)
    return Entry.objects.select_related("contest", "unit").get(pk=entry_id)


def propose_about(
    *,
    by: User,
    entry: Entry,
    kinds: Collection[str],
    kind: str,
    sentence: str,
    words: str,
    reason: str,
    now: datetime,
    payload: dict[str, str] | None = None,
) -> Proposal:
    """Ask a second person. ``words`` are for the public, ``reason`` is not.

    ``entry`` is locked. Of ``kinds`` only one may wait at a time.
    """
    _refuse_own(by, entry.contest)
    if not words.strip():
        raise WordsMissing
    if proposal_about(entry, kinds):
        raise AlreadyProposed
    return trail.propose(
        by=by,
        kind=kind,
        subject=entry,
        sentence=sentence,
        reason=reason,
        now=now,
        payload=(payload or {}) | {"words": words.strip()},
    )


def agree_about(*, by: User, proposal: Proposal, kind: str, now: datetime) -> Entry:
    """The second person's yes to a proposal of this kind. Returns the entry, locked."""
    if proposal.kind != kind:
        raise NothingProposed
    entry = locked_entry(int(proposal.subject_id))
    _refuse_own(by, entry.contest)
    trail.decide(by=by, proposal=proposal, subject=entry, confirmed=True, now=now)
    return entry


@transaction.atomic
def reject_about(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. Nothing changes, nobody is told."""
    entry = locked_entry(int(proposal.subject_id))
    _refuse_own(by, entry.contest)
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=entry,
        confirmed=False,
        remark=remark,
        now=now,
    )


def tell_about(
    *,
    by: User,
    proposal: Proposal,
    entry: Entry,
    notice: Notice,
    act: str,
    kind: str,
    now: datetime,
) -> None:
    """Notice page, trail and public log, in the transaction of the act and last in it."""
    page = publish_about(
        by=by, contest=entry.contest, notice=notice, word=f"entry-{act}", now=now
    )
    if page is None and not entry.contest.hidden:
        raise ContestError(
            "网站还没有公告栏目，这件事没有地方公布，所以没有办成。什么都没有改变。"
        )
    trail.record(
        by=by,
        action=f"entry.{act}",
        subject=entry,
        sentence=notice.intro,
        now=now,
        details={"proposal": proposal.pk, "notice": page.pk if page else None},
    )
    say_in_public(
        contest=entry.contest,
        kind=kind,
        statement={
            "act": act,
            "number": entry.number,
            "unit": entry.unit.name,
            "words": proposal.payload["words"],
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )


def _refuse_own(by: User, contest: Contest) -> None:
    if works_at_an_entry(by, contest):
        raise OwnContest
