"""Setting a round up and giving its entries to reviewers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from showcase.contests.models import Contest, Entry
from showcase.reviews.errors import (
    AssignmentRefused,
    PlanChanged,
    ReviewError,
    RoundFrozen,
)
from showcase.reviews.models import EndedAs, Review, ReviewRound
from showcase.reviews.queries import (
    assignment_draft,
    candidates,
    eligible_reviewers,
)
from showcase.reviews.services.ending import end_review
from showcase.reviews.services.locks import lock_round, refuse_if_settled
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.trail import services as trail


@transaction.atomic
def set_up_round(
    *,
    by: User | None,
    contest: Contest,
    step: str,
    criteria: Sequence[Mapping[str, str]],
    now: datetime,
    **rules: Any,
) -> ReviewRound:
    """Say what a round is marked and ranked by, as often as needed before its first mark."""
    round_ = (
        ReviewRound.objects.select_for_update()
        .filter(contest=contest, step=step)
        .first()
    )
    if round_ is None:
        round_ = ReviewRound(contest=contest, step=step)
    if round_.is_frozen:
        raise RoundFrozen
    if not criteria:
        raise ReviewError("至少要有一个评分项。没有保存。")
    round_.criteria = [dict(row) for row in criteria]
    for name, value in rules.items():
        setattr(round_, name, value)
    round_.full_clean(validate_constraints=True)
    round_.save()
    trail.record(
        by=by,
        action="review.set_up",
        subject=round_,
        sentence=f"设定{round_}的评分项和规则",
        now=now,
        details={"criteria": round_.criteria}
        | {name: str(value) for name, value in rules.items()},
    )
    return round_


@transaction.atomic
def assign_automatically(
    *, by: User, round_: ReviewRound, seed: str, fingerprint: str, now: datetime
) -> int:
    """Carry out the draft that was looked at; returns how many reviews were added."""
    round_ = lock_round(round_)
    refuse_if_settled(round_)
    draft = assignment_draft(round_, seed=seed)
    if draft.fingerprint != fingerprint:
        raise PlanChanged
    added = [
        Review(round=round_, entry=entry, reviewer=reviewer, assigned_at=now)
        for entry, reviewers in draft.added
        for reviewer in reviewers
    ]
    Review.objects.bulk_create(added)
    trail.record(
        by=by,
        action="review.assigned",
        subject=round_,
        sentence=f"{round_}：按种子“{seed}”分配 {len(added)} 份评审",
        now=now,
        details={
            "seed": seed,
            "assigned": {
                entry.unit.code: [str(person.pk) for person in reviewers]
                for entry, reviewers in draft.added
            },
        },
    )
    return len(added)


@transaction.atomic
def assign_by_hand(
    *, by: User, round_: ReviewRound, entry: Entry, reviewer: User, now: datetime
) -> Review:
    round_ = lock_round(round_)
    refuse_if_settled(round_)
    if not eligible_reviewers(round_).filter(pk=reviewer.pk).exists():
        raise AssignmentRefused(f"{reviewer}不是{round_.kind.role.label}，没有分配。")
    if not candidates(round_).filter(pk=entry.pk).exists():
        raise AssignmentRefused(f"{entry.unit}不在这一轮里，没有分配。")
    if entry.unit_id in own_units(reviewer):
        raise AssignmentRefused(
            f"{entry.unit}是{reviewer}所在的单位，不能由本人评审，没有分配。"
        )
    review = round_.reviews.filter(entry=entry, reviewer=reviewer).first()
    if review is None:
        review = Review(round=round_, entry=entry, reviewer=reviewer)
    elif review.ended_at is None:
        raise AssignmentRefused(f"{reviewer}已经分到{entry.unit}。")
    elif review.ended_as == EndedAs.RECUSED:
        raise AssignmentRefused(f"{reviewer}对{entry.unit}申请过回避，没有分配。")
    review.assigned_at = now
    review.ended_at, review.ended_as, review.ended_reason = None, "", ""
    review.save()
    trail.record(
        by=by,
        action="review.assigned",
        subject=round_,
        sentence=f"{round_}：把{entry.unit}分给{reviewer}",
        now=now,
    )
    return review


@transaction.atomic
def take_back(*, by: User, review: Review, reason: str, now: datetime) -> Review:
    """Take an entry from a reviewer who has not handed in anything for it."""
    round_ = lock_round(review.round)
    refuse_if_settled(round_)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.ended_at is not None:
        raise ReviewError("这一份已经不在这位评审员手里。")
    if review.submitted_at is not None:
        raise ReviewError("这一份已经提交，不能改派。提交的评审谁也不能拿掉。")
    return end_review(
        review, round_, EndedAs.TAKEN_BACK, by=by, reason=reason, now=now, verb="收回"
    )
