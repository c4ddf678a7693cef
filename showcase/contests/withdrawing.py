"""An entry leaves a contest that is under way, or comes back: two people, in public.

Its number stays in the frozen order and its picks count no more; all other picks on the
same ballots do. No ballot is touched: what counts is read from the entry's own row.
"""

from datetime import datetime

from django.db import transaction

from showcase.contests.errors import (
    AlreadyProposed,
    ContestError,
    NotWithdrawable,
    OwnContest,
)
from showcase.contests.models import Contest, Entry, Gone
from showcase.contests.notices import Notice, publish_about
from showcase.contests.public_log import say_in_public
from showcase.contests.withdrawal_notices import (
    reinstatement_notice,
    withdrawal_notice,
)
from showcase.contests.withdrawal_queries import (
    REINSTATEMENT,
    WITHDRAWAL,
    against_reinstatement,
    against_withdrawal,
    has_voted,
    left_without,
    proposal_about,
    works_at_an_entry,
)
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed
from site_cms.trail.models import Decision, Proposal

_VERBS = {Gone.WITHDRAWN: "退出评议", Gone.DISQUALIFIED: "取消参评资格"}


@transaction.atomic
def propose_withdrawal(
    *, by: User, entry: Entry, kind: Gone, words: str, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to take an entry out. ``words`` are for the public, ``reason`` not."""
    entry = _locked(entry.pk)
    _refuse(against_withdrawal(entry, now=now))
    return _propose(
        by,
        entry,
        kind=WITHDRAWAL,
        sentence=f"{entry}{_VERBS[Gone(kind)]}",
        words=words,
        reason=reason,
        now=now,
        payload={"kind": Gone(kind).value},
    )


@transaction.atomic
def propose_reinstatement(
    *, by: User, entry: Entry, words: str, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to let an entry take part again."""
    entry = _locked(entry.pk)
    _refuse(against_reinstatement(entry, now=now))
    return _propose(
        by,
        entry,
        kind=REINSTATEMENT,
        sentence=f"{entry}恢复参评",
        words=words,
        reason=reason,
        now=now,
    )


@transaction.atomic
def confirm_withdrawal(*, by: User, proposal: Proposal, now: datetime) -> Entry:
    """The second person agrees: the entry is out from here on, and everybody is told."""
    entry = _decided(by, proposal, WITHDRAWAL, now=now)
    _refuse(against_withdrawal(entry, now=now))
    kind, words = Gone(proposal.payload["kind"]), proposal.payload["words"]
    notice = withdrawal_notice(
        entry,
        kind=kind,
        words=words,
        at=now,
        voted=has_voted(entry.contest),
        left=left_without(entry, now=now),
    )
    entry.withdrawn_at, entry.withdrawal_kind = now, kind
    entry.withdrawal_notice = words
    _say(by, proposal, entry, notice, act=kind.value, now=now)
    return entry


@transaction.atomic
def confirm_reinstatement(*, by: User, proposal: Proposal, now: datetime) -> Entry:
    """The second person agrees: the entry takes part again, and everybody is told."""
    entry = _decided(by, proposal, REINSTATEMENT, now=now)
    _refuse(against_reinstatement(entry, now=now))
    notice = reinstatement_notice(
        entry,
        words=proposal.payload["words"],
        at=now,
        voted=has_voted(entry.contest),
    )
    entry.withdrawn_at, entry.withdrawal_kind = None, Gone.WITHDRAWN
    entry.withdrawal_notice = ""
    _say(by, proposal, entry, notice, act="reinstated", now=now)
    return entry


@transaction.atomic
def reject_proposal(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. Nothing changes, nobody is told."""
    entry = _locked(int(proposal.subject_id))
    _refuse_own(by, entry.contest)
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=entry,
        confirmed=False,
        remark=remark,
        now=now,
    )


def _locked(entry_id: int) -> Entry:
    """The entry as it is once its contest is held: two acts on one contest take turns."""
    contest_id = Entry.objects.values_list("contest_id", flat=True).get(pk=entry_id)
    Contest.objects.select_for_update().get(pk=contest_id)
    return Entry.objects.select_related("contest", "unit").get(pk=entry_id)


def _refuse(against: str) -> None:
    if against:
        raise NotWithdrawable(against)


def _refuse_own(by: User, contest: Contest) -> None:
    if works_at_an_entry(by, contest):
        raise OwnContest


def _propose(
    by: User,
    entry: Entry,
    *,
    kind: str,
    sentence: str,
    words: str,
    reason: str,
    now: datetime,
    payload: dict[str, str] | None = None,
) -> Proposal:
    _refuse_own(by, entry.contest)
    if not words.strip():
        raise ContestError("请写明原因，公众会看到。什么都没有改变。")
    if proposal_about(entry):
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


def _decided(by: User, proposal: Proposal, kind: str, *, now: datetime) -> Entry:
    if proposal.kind != kind:
        raise NothingProposed
    entry = _locked(int(proposal.subject_id))
    _refuse_own(by, entry.contest)
    trail.decide(by=by, proposal=proposal, subject=entry, confirmed=True, now=now)
    return entry


def _say(
    by: User,
    proposal: Proposal,
    entry: Entry,
    notice: Notice,
    *,
    act: str,
    now: datetime,
) -> None:
    entry.full_clean()
    entry.save(update_fields=["withdrawn_at", "withdrawal_kind", "withdrawal_notice"])
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
        details={
            "proposal": proposal.pk,
            "notice": page.pk if page else None,
        },
    )
    say_in_public(
        contest=entry.contest,
        kind="withdrawn",
        statement={
            "act": act,
            "number": entry.number,
            "unit": entry.unit.name,
            "words": proposal.payload["words"],
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )
