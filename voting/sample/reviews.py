"""The sample's 初审 and 复审: criteria, assignments, marks, and who goes on."""

from datetime import datetime, timedelta
from typing import Any

from showcase.contests.models import Contest, Entry
from showcase.reviews.models import Review, ReviewRound, Step
from showcase.reviews.queries import assignment_draft, ranking_of
from showcase.reviews.services.marking import submit_review
from showcase.reviews.services.preparing import assign_automatically, set_up_round
from showcase.reviews.services.settling import select_entries
from site_cms.accounts.models import User
from voting.sample.chance import share
from voting.sample.timetable import DemoStage, moment

CRITERIA = (
    {"code": "done", "name": "办成的事", "maximum": "100", "step": "1", "weight": "40"},
    {"code": "gain", "name": "群众受益", "maximum": "100", "step": "1", "weight": "35"},
    {"code": "true", "name": "数字可信", "maximum": "100", "step": "1", "weight": "25"},
)
# Of the units without a page of their own so many come to 复审; they and the others lie
# far enough apart that nobody ties at a cut, however reviews are given out.
_COME_TO_SECOND = 16
_SEED = "20260909"
_REMARKS = (
    "事办得实，数字有台账可查。还没办完的几件写得也清楚。",
    "群众最急的先办了，做法可以学。建议补充回访的情况。",
    "覆盖面大。请把统计时间写得再细一些。",
    "起步晚，做得扎实。照片是同一个地方拍的，对比清楚。",
    "数字好看，受益的人说了什么还写得少。",
)


def add_first_review(
    sample: dict[str, Any],
    contest: Contest,
    *,
    by: User,
    first_day: datetime,
) -> None:
    """Marked in full; the best go on."""
    goes_on = len(sample["units"]) + min(
        _COME_TO_SECOND, len(sample["candidates"]) // 2
    )
    round_ = set_up_round(
        by=by,
        contest=contest,
        step=Step.FIRST,
        criteria=CRITERIA,
        reviewers_per_entry=3,
        goes_on=goes_on,
        now=moment(first_day, -57, "19:00"),
    )
    _assign(round_, by=by, now=moment(first_day, -57, "19:30"))
    closes_at = contest.first_review_closes_at
    begun = contest.nomination_closes_at + timedelta(hours=14)
    for review in _reviews(round_):
        _mark(sample, review, at=_sometime(review, begun, closes_at))
    _select(round_, {}, by=by, now=closes_at + timedelta(hours=2))


def add_second_review(
    sample: dict[str, Any],
    contest: Contest,
    *,
    by: User,
    stage: DemoStage,
    first_day: datetime,
    now: datetime,
) -> None:
    """Under way while the demo stands in it, else marked in full and the shortlist published."""
    round_ = set_up_round(
        by=by,
        contest=contest,
        step=Step.SECOND,
        criteria=CRITERIA,
        reviewers_per_entry=3,
        trim_from=None,
        shows_others=True,
        goes_on=len(sample["units"]),
        now=moment(first_day, -37, "16:00"),
    )
    _assign(round_, by=by, now=moment(first_day, -37, "16:30"))
    begun = moment(first_day, -36, "09:00")
    closes_at = contest.second_review_closes_at
    for review in _reviews(round_):
        at = _sometime(review, begun, closes_at)
        if at < now:
            _mark(sample, review, at=at)
    if stage.has_reached(DemoStage.POLL):
        written = {f"d{unit['code']}": int(unit["code"]) for unit in sample["units"]}
        _select(round_, written, by=by, now=contest.shortlisted_at)


def _assign(round_: ReviewRound, *, by: User, now: datetime) -> None:
    draft = assignment_draft(round_, seed=_SEED)
    assign_automatically(
        by=by, round_=round_, seed=_SEED, fingerprint=draft.fingerprint, now=now
    )


def _reviews(round_: ReviewRound) -> list[Review]:
    return list(
        round_.reviews.standing()
        .select_related("entry__unit", "entry__contest", "reviewer", "round__contest")
        .order_by("entry__unit__code", "reviewer__username")
    )


def _sometime(review: Review, begun: datetime, closes_at: datetime) -> datetime:
    chance = share(review.entry.unit.code, review.reviewer.username, review.round.step)
    return begun + (closes_at - begun) * 0.97 * chance


def _mark(sample: dict[str, Any], review: Review, *, at: datetime) -> None:
    code, who = review.entry.unit.code, review.reviewer.username
    quality = _quality(sample, review.entry)
    marks = {
        criterion["code"]: str(
            round(quality + 4 * share(code, who, criterion["code"]) - 2)
        )
        for criterion in CRITERIA
    }
    remark = _REMARKS[int(share(code, who, "remark") * len(_REMARKS))]
    submit_review(by=review.reviewer, review=review, marks=marks, remark=remark, now=at)


def _quality(sample: dict[str, Any], entry: Entry) -> int:
    """In the reviewers' eyes, of 100: those with a page 76 or more, the others below 72."""
    code = entry.unit.code.removeprefix("d")
    known = sample["simulation"]["entries"].get(code)
    if known:
        return max(76, known["quality"])
    order = sorted(
        (each["code"] for each in sample["candidates"]),
        key=lambda each: share(each, "quality"),
    )
    place = order.index(code)
    comes = min(_COME_TO_SECOND, len(order) // 2)
    return 70 - place // 6 if place < comes else 60 - place % 9


def _select(
    round_: ReviewRound, numbers: dict[str, int], *, by: User, now: datetime
) -> None:
    select_entries(
        by=by,
        round_=round_,
        inputs_hash=ranking_of(round_).inputs_hash,
        numbers=numbers,
        now=now,
    )
