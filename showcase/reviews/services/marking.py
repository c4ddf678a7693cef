"""What a reviewer does: keep a draft, hand in, declare an interest."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from showcase.reviews.errors import (
    MarksRefused,
    NotYours,
    OwnUnit,
    ReviewError,
    RoundNotOpen,
)
from showcase.reviews.models import EndedAs, Review, ReviewRound, ReviewVersion
from showcase.reviews.queries import candidates, is_open, latest_version
from showcase.reviews.rules import mark_problem, plain, read_number
from showcase.reviews.services.ending import end_review
from showcase.reviews.services.locks import lock_round, refuse_if_settled
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.trail import services as trail

LONGEST_TYPED = 20
LONGEST_REMARK = 1000


def own_standing(review: Review, by: User) -> Review:
    """The locked review, if it is this person's and still theirs."""
    locked = Review.objects.select_for_update().get(pk=review.pk)
    if locked.reviewer_id != by.pk or locked.ended_at is not None:
        raise NotYours
    return locked


@transaction.atomic
def recuse(*, by: User, review: Review, reason: str, now: datetime) -> Review:
    """A reviewer declares an interest. What was handed in stays on record and leaves the ranking."""
    round_ = lock_round(review.round)
    refuse_if_settled(round_)
    review = own_standing(review, by)
    return end_review(
        review, round_, EndedAs.RECUSED, by=by, reason=reason, now=now, verb="申请回避"
    )


def _typed(text: str, longest: int) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n")[:longest]


@transaction.atomic
def save_draft(
    *, by: User, review: Review, marks: Mapping[str, str], remark: str, now: datetime
) -> Review:
    """Keep what was typed so far. Only its reviewer ever sees it."""
    review = own_standing(review, by)
    codes = [row["code"] for row in review.round.criteria]
    review.marks = {
        code: _typed(marks[code], LONGEST_TYPED) for code in codes if code in marks
    }
    review.remark = _typed(remark, LONGEST_REMARK)
    review.saved_at = now
    review.save(update_fields=["marks", "remark", "saved_at"])
    return review


@transaction.atomic
def submit_review(
    *, by: User, review: Review, marks: Mapping[str, str], remark: str, now: datetime
) -> ReviewVersion:
    """Hand in a complete review; each change of it is a version of its own.

    The same content again leaves the version that is there: a double tap is one review.
    """
    round_ = lock_round(review.round)
    review = own_standing(review, by)
    refuse_if_settled(round_)
    if not is_open(round_, now=now):
        raise RoundNotOpen
    if review.entry.unit_id in own_units(by):
        raise OwnUnit
    if not candidates(round_).filter(pk=review.entry_id).exists():
        raise ReviewError("这个单位已经不在这一轮里，不用再评审。")
    content = _checked(round_, marks, remark)
    latest = latest_version(review)
    if latest is None or (latest.marks, latest.remark) != content:
        latest = ReviewVersion.objects.create(
            review=review,
            version=latest.version + 1 if latest else 1,
            marks=content[0],
            remark=content[1],
            submitted_at=now,
        )
        _record_version(by, round_, review, latest, now=now)
    review.marks, review.remark = content
    review.saved_at = review.submitted_at = now
    review.save(update_fields=["marks", "remark", "saved_at", "submitted_at"])
    if not round_.is_frozen:
        round_.frozen_at = now
        round_.save(update_fields=["frozen_at"])
    return latest


def _checked(
    round_: ReviewRound, marks: Mapping[str, str], remark: str
) -> tuple[dict[str, str], str]:
    typed = {row["code"]: marks.get(row["code"], "") for row in round_.criteria}
    problems = {
        row["code"]: problem
        for row in round_.criteria
        if (problem := mark_problem(typed[row["code"]], row))
    }
    remark = _typed(remark, LONGEST_REMARK + 1).strip()
    if not remark:
        problems["remark"] = "请写意见：好在哪里，还差什么。"
    elif len(remark) > LONGEST_REMARK:
        problems["remark"] = f"意见最多 {LONGEST_REMARK} 字。"
    if problems:
        raise MarksRefused(problems)
    return {code: plain(read_number(text)) for code, text in typed.items()}, remark


def _record_version(
    by: User,
    round_: ReviewRound,
    review: Review,
    version: ReviewVersion,
    *,
    now: datetime,
) -> None:
    """That it was handed in. What was marked stands in the version, not in the trail."""
    verb = "提交" if version.version == 1 else f"第 {version.version} 次提交"
    trail.record(
        by=by,
        action="review.submitted",
        subject=round_,
        sentence=f"{round_}：{verb}对{review.entry.unit}的评审",
        now=now,
        details={"review": review.pk, "version": version.version},
    )
