"""A notice on an entry, and its lifting: proposed with evidence, confirmed by a second person.

No machine proposes one, and none changes a count: only words are added, in public.
"""

from datetime import datetime

from django.db import transaction

from showcase.contests.errors import ContestError
from showcase.contests.models import Entry
from showcase.contests.notices import Notice
from showcase.contests.proposing import (
    agree_about,
    locked_entry,
    propose_about,
    tell_about,
)
from site_cms.accounts.models import User
from site_cms.trail.models import Proposal
from voting.integrity.entry_notice_models import EntryNotice
from voting.integrity.entry_notice_queries import (
    KINDS,
    LIFTING,
    NOTICE,
    against_notice,
    standing_notice,
)
from voting.integrity.entry_notice_wording import lifting_text, notice_text


class NoticeRefused(ContestError):
    """``message`` says why a notice cannot be published or lifted at this moment."""


@transaction.atomic
def propose_notice(
    *, by: User, entry: Entry, words: str, evidence: str, now: datetime
) -> Proposal:
    """Ask a second person to publish these words about an entry."""
    entry = _locked(entry, now)
    if standing_notice(entry):
        raise NoticeRefused("这个单位已经有一份通报，先撤销再发新的。什么都没有改变。")
    return propose_about(
        by=by,
        entry=entry,
        kinds=KINDS,
        kind=NOTICE,
        sentence=f"通报{entry}",
        words=words,
        reason=evidence,
        now=now,
    )


@transaction.atomic
def propose_lifting(
    *, by: User, entry: Entry, words: str, evidence: str, now: datetime
) -> Proposal:
    """Ask a second person to lift the notice that stands."""
    entry = _locked(entry, now)
    _standing(entry)
    return propose_about(
        by=by,
        entry=entry,
        kinds=KINDS,
        kind=LIFTING,
        sentence=f"撤销对{entry}的通报",
        words=words,
        reason=evidence,
        now=now,
    )


@transaction.atomic
def confirm_notice(*, by: User, proposal: Proposal, now: datetime) -> EntryNotice:
    """The second person agrees: the unit's page says it, and so does the log."""
    entry = _agreed(by, proposal, NOTICE, now)
    words = proposal.payload["words"]
    published = EntryNotice(
        entry=entry,
        words=words,
        evidence=proposal.reason,
        proposal=proposal,
        proposed_by=proposal.proposed_by,
        confirmed_by=by,
        published_at=now,
    )
    published.full_clean()
    published.save()
    text = notice_text(entry, words=words, at=now)
    _tell(by, proposal, entry, text, "noticed", now)
    return published


@transaction.atomic
def confirm_lifting(*, by: User, proposal: Proposal, now: datetime) -> EntryNotice:
    """The second person agrees: the page says that the notice was lifted, and why."""
    entry = _agreed(by, proposal, LIFTING, now)
    published = _standing(entry)
    published.lifted_at, published.lifting = now, proposal
    published.lifted_words = proposal.payload["words"]
    published.full_clean()
    published.save(update_fields=["lifted_at", "lifted_words", "lifting"])
    text = lifting_text(
        entry,
        words=published.lifted_words,
        at=now,
        published_at=published.published_at,
    )
    _tell(by, proposal, entry, text, "lifted", now)
    return published


def _locked(entry: Entry, now: datetime) -> Entry:
    entry = locked_entry(entry.pk)
    _refuse(entry, now)
    return entry


def _refuse(entry: Entry, now: datetime) -> None:
    if against := against_notice(entry, now=now):
        raise NoticeRefused(against)


def _standing(entry: Entry) -> EntryNotice:
    standing = standing_notice(entry)
    if standing is None:
        raise NoticeRefused("这个单位现在没有通报，不用撤销。什么都没有改变。")
    return standing


def _agreed(by: User, proposal: Proposal, kind: str, now: datetime) -> Entry:
    entry = agree_about(by=by, proposal=proposal, kind=kind, now=now)
    _refuse(entry, now)
    return entry


def _tell(
    by: User, proposal: Proposal, entry: Entry, text: Notice, act: str, now: datetime
) -> None:
    tell_about(
        by=by,
        proposal=proposal,
        entry=entry,
        notice=text,
        act=act,
        kind="notice",
        now=now,
    )
