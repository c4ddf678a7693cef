"""The only doors to the trail. Callers wrap them in the transaction of their act."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction

from site_cms.accounts.models import User
from site_cms.freshness.services import site_changed
from site_cms.trail.errors import AlreadyDecided, ReasonMissing, SamePerson
from site_cms.trail.models import Decision, Proposal, TrailEntry


def record(
    *,
    by: User | None,
    action: str,
    subject: models.Model,
    sentence: str,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> TrailEntry:
    """Write down one act. ``by`` is None when the worker acted at its time.

    Public pages are made anew after it, unless the settings say that acts of its kind
    leave no trace in them.
    """
    if not action.startswith(settings.ACTS_WITHOUT_PUBLIC_TRACE):
        site_changed()
    return TrailEntry.objects.create(
        at=now,
        by=by,
        action=action,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        sentence=sentence,
        details=details or {},
    )


def save_changes(
    *,
    by: User | None,
    action: str,
    subject: models.Model,
    noun: str,
    fields: dict[str, Any],
    now: datetime,
) -> None:
    """Give a locked row these values, and write down what each was before.

    A value that is the same as before is neither saved nor written down.
    """
    before = {name: getattr(subject, name) for name in fields}
    changed = {name: value for name, value in fields.items() if before[name] != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(subject, name, value)
    subject.full_clean()
    subject.save(update_fields=list(changed))
    labels = [subject._meta.get_field(name).verbose_name for name in changed]
    record(
        by=by,
        action=action,
        subject=subject,
        sentence=f"修改{noun}“{subject}”的" + "、".join(labels),
        now=now,
        details={
            name: [str(before[name]), str(value)] for name, value in changed.items()
        },
    )


@transaction.atomic
def propose(
    *,
    by: User,
    kind: str,
    subject: models.Model,
    sentence: str,
    reason: str,
    now: datetime,
    payload: dict[str, Any] | None = None,
) -> Proposal:
    """Ask a second person to confirm an act. Nothing else changes yet."""
    if not reason.strip():
        raise ReasonMissing
    proposal = Proposal.objects.create(
        kind=kind,
        subject_type=subject._meta.label,
        subject_id=str(subject.pk),
        sentence=sentence,
        reason=reason.strip(),
        payload=payload or {},
        proposed_by=by,
        proposed_at=now,
    )
    record(
        by=by,
        action=f"{kind}.proposed",
        subject=subject,
        sentence=f"提出：{sentence}",
        now=now,
        details={"proposal": proposal.pk, "reason": proposal.reason},
    )
    return proposal


@transaction.atomic
def decide(
    *,
    by: User,
    proposal: Proposal,
    subject: models.Model,
    confirmed: bool,
    now: datetime,
    remark: str = "",
) -> Decision:
    """Answer a proposal as its second person. The caller then carries out the act.

    Two answers at once leave one: the database holds a single decision for each
    proposal, and refuses the proposer's own.
    """
    if by.pk == proposal.proposed_by_id:
        raise SamePerson
    if not confirmed and not remark.strip():
        raise ReasonMissing
    try:
        with transaction.atomic():
            decision = Decision.objects.create(
                proposal=proposal,
                confirmed=confirmed,
                remark=remark.strip(),
                proposed_by_id=proposal.proposed_by_id,
                decided_by=by,
                decided_at=now,
            )
    except IntegrityError as error:
        raise AlreadyDecided from error
    record(
        by=by,
        action=f"{proposal.kind}.{'confirmed' if confirmed else 'rejected'}",
        subject=subject,
        sentence=f"{'同意' if confirmed else '不同意'}：{proposal.sentence}",
        now=now,
        details={"proposal": proposal.pk, "remark": decision.remark},
    )
    return decision
