"""An entry leaves a contest that is under way, or comes back: two people, in public.

Its number stays in the frozen order and its picks count no more; all other picks on the
same ballots do. No ballot is touched: what counts is read from the entry's own row.
"""

from datetime import datetime

from django.db import transaction

from showcase.contests.errors import NotWithdrawable
from showcase.contests.models import Entry, Gone
from showcase.contests.notices import Notice
from showcase.contests.proposing import (
    agree_about,
    locked_entry,
    propose_about,
    tell_about,
)
from showcase.contests.withdrawal_notices import (
    reinstatement_notice,
    withdrawal_notice,
)
from showcase.contests.withdrawal_queries import (
    KINDS,
    REINSTATEMENT,
    WITHDRAWAL,
    against_reinstatement,
    against_withdrawal,
    has_voted,
    left_without,
)
from site_cms.accounts.models import User
from site_cms.trail.models import Proposal

_VERBS = {Gone.WITHDRAWN: "退出评议", Gone.DISQUALIFIED: "取消参评资格"}


@transaction.atomic
def propose_withdrawal(
    *, by: User, entry: Entry, kind: Gone, words: str, reason: str, now: datetime
) -> Proposal:
    """Ask a second person to take an entry out. ``words`` are for the public, ``reason`` not."""
    entry = locked_entry(entry.pk)
    _refuse(against_withdrawal(entry, now=now))
    return propose_about(
        by=by,
        entry=entry,
        kinds=KINDS,
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
    entry = locked_entry(entry.pk)
    _refuse(against_reinstatement(entry, now=now))
    return propose_about(
        by=by,
        entry=entry,
        kinds=KINDS,
        kind=REINSTATEMENT,
        sentence=f"{entry}恢复参评",
        words=words,
        reason=reason,
        now=now,
    )


@transaction.atomic
def confirm_withdrawal(*, by: User, proposal: Proposal, now: datetime) -> Entry:
    """The second person agrees: the entry is out from here on, and everybody is told."""
    entry = agree_about(by=by, proposal=proposal, kind=WITHDRAWAL, now=now)
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
    _change(by, proposal, entry, notice, act=kind.value, now=now)
    return entry


@transaction.atomic
def confirm_reinstatement(*, by: User, proposal: Proposal, now: datetime) -> Entry:
    """The second person agrees: the entry takes part again, and everybody is told."""
    entry = agree_about(by=by, proposal=proposal, kind=REINSTATEMENT, now=now)
    _refuse(against_reinstatement(entry, now=now))
    notice = reinstatement_notice(
        entry,
        words=proposal.payload["words"],
        at=now,
        voted=has_voted(entry.contest),
    )
    entry.withdrawn_at, entry.withdrawal_kind = None, Gone.WITHDRAWN
    entry.withdrawal_notice = ""
    _change(by, proposal, entry, notice, act="reinstated", now=now)
    return entry


def _refuse(against: str) -> None:
    if against:
        raise NotWithdrawable(against)


def _change(
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
    tell_about(
        by=by,
        proposal=proposal,
        entry=entry,
        notice=notice,
        act=act,
        kind="withdrawn",
        now=now,
    )
