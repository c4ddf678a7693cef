"""Every change to a nomination happens here.

Whoever changes one holds its entry; what depends on the contest's times holds the contest
first, so that a deadline cannot move between the look at it and the act.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from showcase.contests.services import canonical_json
from showcase.nominations.errors import (
    AlreadySubmitted,
    Archived,
    Closed,
    DraftIsNewer,
    ListIsFixed,
    NotOfTheUnit,
    NotOpenYet,
    NotSubmitted,
    OwnUnit,
    ReasonMissing,
    RemarkMissing,
    SeenIsOld,
    StillMissing,
    TooMuchEvidence,
    WrongExtension,
)
from showcase.nominations.models import Evidence, Nomination, NominationVersion
from showcase.nominations.queries import Standing, content_of, standing_of
from showcase.nominations.rules import (
    EVIDENCE_LIMIT,
    EXTENSION_DAYS,
    Draft,
    missing,
)
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.media.models import SiteDocument, SiteImage
from site_cms.trail import services as trail


def _held(entry: Entry, *, now: datetime) -> Standing:
    """Where an entry's nomination stands, held until the end of the transaction."""
    Entry.objects.select_for_update(no_key=True).get(pk=entry.pk)
    entries = Entry.objects.select_related("contest", "unit", "nomination")
    return standing_of(entries.get(pk=entry.pk), now=now)


def _held_with_contest(entry: Entry, *, now: datetime) -> Standing:
    Contest.objects.select_for_update(no_key=True).get(pk=entry.contest_id)
    return _held(entry, now=now)


def _begun(standing: Standing) -> Nomination:
    """The nomination, made on the spot for a unit that has none yet."""
    if standing.nomination is not None:
        return standing.nomination
    unit = standing.unit
    return Nomination.objects.create(
        entry=standing.entry,
        contact_name=unit.contact_name,
        contact_phone=unit.contact_phone,
    )


def _refuse_if_not_writable(standing: Standing) -> None:
    if standing.is_submitted:
        raise AlreadySubmitted
    if standing.contest.archived_at is not None:
        raise Archived
    if not standing.has_opened:
        raise NotOpenYet


def _touch(nomination: Nomination, *, by: User | None, now: datetime) -> None:
    """Note who changed the content and when. The first change is written in the trail:
    hundreds of saved keystrokes would bury what matters, and a submission keeps every word.
    """
    if nomination.saved_at is None:
        trail.record(
            by=by,
            action="nomination.begun",
            subject=nomination,
            sentence=f"{nomination.entry.unit}开始填写自荐",
            now=now,
        )
    nomination.revision += 1
    nomination.saved_at, nomination.saved_by = now, by
    nomination.save()


@transaction.atomic
def save_draft(
    *, by: User | None, entry: Entry, draft: Draft, revision: int, now: datetime
) -> Nomination:
    """Keep what a unit typed. ``revision`` is the one that its window showed.

    It is refused, and nothing is changed, once the nomination was submitted, or when
    another window has saved since.
    """
    standing = _held(entry, now=now)
    _refuse_if_not_writable(standing)
    shown = standing.nomination.revision if standing.nomination else 0
    if shown != revision:
        raise DraftIsNewer
    nomination = _begun(standing)
    nomination.statement = draft.statement
    nomination.figures = draft.figures
    nomination.contact_name = draft.contact_name
    nomination.contact_phone = draft.contact_phone
    for each in nomination.evidence.filter(pk__in=draft.captions):
        if each.caption != draft.captions[each.pk]:
            each.caption = draft.captions[each.pk]
            each.save(update_fields=["caption"])
    _touch(nomination, by=by, now=now)
    return nomination


@transaction.atomic
def add_evidence(
    *,
    by: User | None,
    entry: Entry,
    now: datetime,
    image: SiteImage | None = None,
    document: SiteDocument | None = None,
    caption: str = "",
) -> Evidence:
    """Add a picture or a file of the unit's own collection. One that is there stays once."""
    standing = _held(entry, now=now)
    _refuse_if_not_writable(standing)
    file = image or document
    if file is None or file.collection_id != standing.unit.collection_id:
        raise NotOfTheUnit
    nomination = _begun(standing)
    existing = nomination.evidence.filter(image=image, document=document).first()
    if existing:
        return existing
    if nomination.evidence.count() >= EVIDENCE_LIMIT:
        raise TooMuchEvidence
    evidence = Evidence(
        nomination=nomination, image=image, document=document, caption=caption
    )
    evidence.full_clean()
    evidence.save()
    _touch(nomination, by=by, now=now)
    return evidence


@transaction.atomic
def remove_evidence(
    *, by: User | None, entry: Entry, evidence_id: int, now: datetime
) -> None:
    """Take a piece of evidence out of the draft; the file stays in the unit's collection."""
    standing = _held(entry, now=now)
    _refuse_if_not_writable(standing)
    nomination = standing.nomination
    if nomination is None:
        return
    removed, _ = nomination.evidence.filter(pk=evidence_id).delete()
    if removed:
        _touch(nomination, by=by, now=now)


def version_hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


@transaction.atomic
def submit_nomination(
    *, by: User | None, entry: Entry, revision: int, now: datetime
) -> NominationVersion:
    """Hand in what the check page showed (``revision``), and keep it word for word."""
    standing = _held_with_contest(entry, now=now)
    _refuse_if_not_writable(standing)
    if not standing.in_time:
        raise Closed
    nomination = standing.nomination
    if nomination is None or nomination.saved_at is None:
        raise StillMissing
    if nomination.revision != revision:
        raise SeenIsOld("草稿刚才又改过，没有提交。下面是最新的内容，请看过再提交。")
    content = content_of(nomination, standing.unit)
    if missing(content):
        raise StillMissing
    number = nomination.versions.count() + 1
    content |= {
        "contest": standing.contest.name,
        "unit": standing.unit.name,
        "code": standing.unit.code,
        "number": number,
        "submitted_at": now.isoformat(),
    }
    version = NominationVersion.objects.create(
        nomination=nomination,
        number=number,
        content=content,
        content_hash=version_hash(content),
        submitted_at=now,
        submitted_by=by,
    )
    nomination.submitted_at = now
    nomination.returned_at, nomination.returned_by = None, None
    nomination.remark = ""
    nomination.save()
    trail.record(
        by=by,
        action="nomination.submitted",
        subject=nomination,
        sentence=f"{standing.unit}提交自荐（第 {number} 版）"
        + ("，在延期内" if standing.is_extended else ""),
        now=now,
        details={"version": number, "hash": version.content_hash},
    )
    return version


@transaction.atomic
def withdraw_nomination(*, by: User | None, entry: Entry, now: datetime) -> Nomination:
    """Take it back to change it. What was handed in stays readable as a version."""
    standing = _held_with_contest(entry, now=now)
    if not standing.is_submitted:
        raise NotSubmitted
    if not standing.in_time:
        raise Closed("自荐已经截止，不能再撤回，已提交的照旧有效。")
    nomination = standing.nomination
    nomination.submitted_at = None
    nomination.save(update_fields=["submitted_at"])
    trail.record(
        by=by,
        action="nomination.withdrawn",
        subject=nomination,
        sentence=f"{standing.unit}撤回自荐",
        now=now,
    )
    return nomination


@transaction.atomic
def return_nomination(
    *,
    by: User,
    entry: Entry,
    version: int,
    remark: str,
    now: datetime,
    extended_until: datetime | None = None,
) -> Nomination:
    """Send it back to the unit with a remark. ``version`` is the one that was read.

    After the deadline it needs a date until which the unit may hand it in again.
    """
    standing = _held_with_contest(entry, now=now)
    if entry.unit_id in own_units(by):
        raise OwnUnit
    if not standing.is_submitted:
        raise NotSubmitted
    _refuse_once_shortlisted(standing.contest, now=now)
    nomination = standing.nomination
    if nomination.versions.count() != version:
        raise SeenIsOld
    remark = remark.strip()
    if not remark:
        raise RemarkMissing
    if extended_until is not None:
        _extend(standing, nomination, until=extended_until, reason="退回修改", now=now)
    elif not standing.in_time:
        raise WrongExtension(
            "自荐已经截止：退回时要同时写明延期到什么时候，否则单位改好了也交不上来。"
        )
    nomination.submitted_at = None
    nomination.returned_at, nomination.returned_by = now, by
    nomination.remark = remark
    nomination.full_clean()
    nomination.save()
    trail.record(
        by=by,
        action="nomination.returned",
        subject=nomination,
        sentence=f"退回{standing.unit}的自荐：{remark}",
        now=now,
        details={
            "version": version,
            "extended_until": extended_until.isoformat() if extended_until else "",
        },
    )
    return nomination


@transaction.atomic
def extend_deadline(
    *, by: User, entry: Entry, until: datetime, reason: str, now: datetime
) -> Nomination:
    """Let one unit hand in later than the others. The reason stays on record."""
    standing = _held_with_contest(entry, now=now)
    if not reason.strip():
        raise ReasonMissing
    if standing.is_submitted:
        raise AlreadySubmitted("这个单位已经提交，不用延期。")
    _refuse_once_shortlisted(standing.contest, now=now)
    nomination = _begun(standing)
    _extend(standing, nomination, until=until, reason=reason.strip(), now=now)
    nomination.full_clean()
    nomination.save()
    trail.record(
        by=by,
        action="nomination.extended",
        subject=nomination,
        sentence=f"{standing.unit}的自荐延期至"
        f"{timezone.localtime(until):%Y-%m-%d %H:%M}：{reason.strip()}",
        now=now,
        details={"until": until.isoformat()},
    )
    return nomination


def _refuse_once_shortlisted(contest: Contest, *, now: datetime) -> None:
    if contest.shortlisted_at is not None and contest.shortlisted_at <= now:
        raise ListIsFixed


def _extend(
    standing: Standing,
    nomination: Nomination,
    *,
    until: datetime,
    reason: str,
    now: datetime,
) -> None:
    contest = standing.contest
    if contest.nomination_closes_at is None:
        raise WrongExtension("这次活动还没有定自荐截止时间，不用延期。")
    if until <= now or until <= contest.nomination_closes_at:
        raise WrongExtension("延期的时间要晚于现在，也要晚于统一的截止时间。")
    if until > now + timedelta(days=EXTENSION_DAYS):
        raise WrongExtension(f"延期最多 {EXTENSION_DAYS} 天，请写近一点的时间。")
    limit = contest.first_review_closes_at
    if limit is not None and until > limit:
        raise WrongExtension(
            f"延期不能晚于初审截止（{timezone.localtime(limit):%Y-%m-%d %H:%M}），"
            "否则来不及审。"
        )
    nomination.extended_until, nomination.extension_reason = until, reason
