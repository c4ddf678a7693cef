"""A notice on an entry, and its lifting: proposed with evidence, confirmed by a second person.

No machine proposes one, and none changes a count: only words are added, in public.
"""

from datetime import datetime

from django.db import transaction

from showcase.contests.errors import AlreadyProposed, ContestError, OwnContest
from showcase.contests.models import Contest, Entry
from showcase.contests.notices import Notice, publish_about
from showcase.contests.public_log import say_in_public
from showcase.contests.withdrawal_queries import works_at_an_entry
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed, ReasonMissing
from site_cms.trail.models import Decision, Proposal
from voting.integrity.entry_notice_models import EntryNotice
from voting.integrity.entry_notice_queries import (
    LIFTING,
    NOTICE,
    against_notice,
    notice_proposal,
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
    entry = _locked(entry.pk, now)
    if standing_notice(entry):
        raise NoticeRefused("这个单位已经有一份通报，先撤销再发新的。什么都没有改变。")
    return _propose(
        by, entry, NOTICE, f"通报{entry}", words=words, reason=evidence, now=now
    )


@transaction.atomic
def propose_lifting(
    *, by: User, entry: Entry, words: str, evidence: str, now: datetime
) -> Proposal:
    """Ask a second person to lift the notice that stands."""
    entry = _locked(entry.pk, now)
    _standing(entry)
    return _propose(
        by,
        entry,
        LIFTING,
        f"撤销对{entry}的通报",
        words=words,
        reason=evidence,
        now=now,
    )


@transaction.atomic
def confirm_notice(*, by: User, proposal: Proposal, now: datetime) -> EntryNotice:
    """The second person agrees: the unit's page says it, and so does the log."""
    entry = _decided(by, proposal, NOTICE, now)
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
    _say(by, proposal, entry, text, "noticed", now)
    return published


@transaction.atomic
def confirm_lifting(*, by: User, proposal: Proposal, now: datetime) -> EntryNotice:
    """The second person agrees: the page says that the notice was lifted, and why."""
    entry = _decided(by, proposal, LIFTING, now)
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
    _say(by, proposal, entry, text, "lifted", now)
    return published


@transaction.atomic
def reject_notice(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. Nobody is told anything."""
    entry = _locked(int(proposal.subject_id), now)
    _refuse_own(by, entry)
    return trail.decide(
        by=by,
        proposal=proposal,
        subject=entry,
        confirmed=False,
        remark=remark,
        now=now,
    )


def _locked(entry_id: int, now: datetime) -> Entry:
    """The entry as it is once its contest is held: two acts on one contest take turns."""
    contest_id = Entry.objects.values_list("contest_id", flat=True).get(pk=entry_id)
    Contest.objects.select_for_update().get(pk=contest_id)
    entry = Entry.objects.select_related("contest", "unit").get(pk=entry_id)
    if against := against_notice(entry, now=now):
        raise NoticeRefused(against)
    return entry


def _refuse_own(by: User, entry: Entry) -> None:
    if works_at_an_entry(by, entry.contest):
        raise OwnContest


def _standing(entry: Entry) -> EntryNotice:
    standing = standing_notice(entry)
    if standing is None:
        raise NoticeRefused("这个单位现在没有通报，不用撤销。什么都没有改变。")
    return standing


def _propose(
    by: User,
    entry: Entry,
    kind: str,
    sentence: str,
    *,
    words: str,
    reason: str,
    now: datetime,
) -> Proposal:
    _refuse_own(by, entry)
    if not words.strip():
        raise ReasonMissing
    if notice_proposal(entry):
        raise AlreadyProposed
    return trail.propose(
        by=by,
        kind=kind,
        subject=entry,
        sentence=sentence,
        reason=reason,
        now=now,
        payload={"words": words.strip()},
    )


def _decided(by: User, proposal: Proposal, kind: str, now: datetime) -> Entry:
    if proposal.kind != kind:
        raise NothingProposed
    entry = _locked(int(proposal.subject_id), now)
    _refuse_own(by, entry)
    trail.decide(by=by, proposal=proposal, subject=entry, confirmed=True, now=now)
    return entry


def _say(
    by: User, proposal: Proposal, entry: Entry, text: Notice, act: str, now: datetime
) -> None:
    page = publish_about(
        by=by, contest=entry.contest, notice=text, word=f"entry-{act}", now=now
    )
    trail.record(
        by=by,
        action=f"entry.{act}",
        subject=entry,
        sentence=text.intro,
        now=now,
        details={"proposal": proposal.pk, "notice": page.pk if page else None},
    )
    say_in_public(
        contest=entry.contest,
        kind="notice",
        statement={
            "act": act,
            "number": entry.number,
            "unit": entry.unit.name,
            "words": proposal.payload["words"],
            "by": [str(proposal.proposed_by), str(by)],
        },
        now=now,
    )
