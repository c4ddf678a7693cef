"""Rounds of reviews, from nominated entries to a ranking."""

from datetime import datetime

from showcase.contests.models import Contest, Entry
from showcase.nominations.models import Nomination
from showcase.reviews.models import Review, ReviewRound, ReviewVersion, Selection, Step
from showcase.reviews.queries import assignment_draft, ranking_of
from showcase.reviews.services import (
    assign_automatically,
    select_entries,
    set_up_round,
    submit_review,
)
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories.moments import DAY, HOUR, NOW
from tests.factories.people import make_operator, make_user
from tests.factories.showcase import make_contest, make_entry

CRITERIA = [
    {"code": "effect", "name": "实效", "maximum": "50", "step": "0.5", "weight": "60"},
    {"code": "voice", "name": "群众评价", "maximum": "10", "step": "1", "weight": "40"},
]


def make_reviewed_contest(*, now: datetime = NOW, **fields) -> Contest:
    """A contest whose 初审 is open at ``now``, with everything after it still to come."""
    defaults = {
        "nomination_opens_at": now - 20 * DAY,
        "nomination_closes_at": now - DAY,
        "first_review_closes_at": now + 3 * DAY,
        "second_review_closes_at": now + 6 * DAY,
        "poll_opens_at": now + 10 * DAY,
        "poll_closes_at": now + 14 * DAY,
    }
    return make_contest(**defaults | fields)


def make_nominated_entry(*, submitted_at: datetime | None = NOW - 2 * DAY, **fields):
    """An entry without a number whose nomination is in, or a draft."""
    entry = make_entry(**{"number": None, "shortlisted_at": None} | fields)
    Nomination.objects.create(
        entry=entry,
        statement="九个村街修通了柏油路。",
        figures=[
            {
                "value": "17.8",
                "unit": "公里",
                "label": "修好的路",
                "period": "2026 年",
                "source": "交通局台账",
            }
        ],
        saved_at=NOW - 3 * DAY,
        submitted_at=submitted_at,
    )
    return entry


def make_reviewer(step: Step = Step.FIRST, **fields) -> User:
    return make_operator(step.role, **fields)


def make_review_round(
    *, contest: Contest | None = None, entries: int = 3, **fields
) -> ReviewRound:
    """A 初审 that is open at ``NOW``, with submitted nominations and nobody assigned."""
    contest = contest or make_reviewed_contest()
    for _ in range(entries):
        make_nominated_entry(contest=contest)
    defaults = {
        "step": Step.FIRST,
        "criteria": CRITERIA,
        "reviewers_per_entry": 2,
        "goes_on": 2,
        "trim_from": None,
    }
    return set_up_round(
        by=make_user(), contest=contest, now=NOW - 2 * DAY, **defaults | fields
    )


def make_second_round(*, contest: Contest, **fields) -> ReviewRound:
    """A 复审, without any entry until a first round sends some on."""
    return make_review_round(
        contest=contest, entries=0, **{"step": Step.SECOND} | fields
    )


def make_review(*, round_: ReviewRound, **fields) -> Review:
    """An entry on somebody's desk."""
    if "reviewer" not in fields:
        fields["reviewer"] = make_reviewer(round_.kind)
    if "entry" not in fields:
        fields["entry"] = make_nominated_entry(contest=round_.contest)
    return Review.objects.create(round=round_, assigned_at=NOW - DAY, **fields)


def make_version(
    review: Review, *, effect: str = "45", voice: str = "8", now: datetime = NOW
) -> ReviewVersion:
    return submit_review(
        by=review.reviewer,
        review=review,
        marks={"effect": effect, "voice": voice},
        remark="路修得实，群众满意。",
        now=now,
    )


def assign_all(round_: ReviewRound, *, reviewers: int = 3) -> list[Review]:
    """Everybody's desk, filled by a seed."""
    for _ in range(reviewers):
        make_reviewer(round_.kind)
    draft = assignment_draft(round_, seed="2026")
    assign_automatically(
        by=make_operator(Role.ADMINISTRATOR),
        round_=round_,
        seed="2026",
        fingerprint=draft.fingerprint,
        now=NOW - DAY,
    )
    return list(round_.reviews.order_by("entry__unit__code", "reviewer"))


def make_marked_round(
    *effects: str, round_: ReviewRound | None = None, **fields
) -> ReviewRound:
    """A round whose every review is in: each entry got this mark for 实效 and 8 for 群众评价."""
    round_ = round_ or make_review_round(entries=len(effects), **fields)
    by_entry: dict[int, str] = {}
    marks = iter(effects)
    for review in assign_all(round_, reviewers=round_.reviewers_per_entry):
        if review.entry_id not in by_entry:
            by_entry[review.entry_id] = next(marks)
        make_version(
            review, effect=by_entry[review.entry_id], now=closing_of(round_) - HOUR
        )
    return round_


def closing_of(round_: ReviewRound) -> datetime:
    """The instant at which nobody marks any more and the round can be settled."""
    return round_.closes_at


def settle(round_: ReviewRound, *, by: User | None = None, **fields) -> Selection:
    """Send on who is above the cut; numbers by the unit's code where there are any."""
    ranking = ranking_of(round_)
    defaults = {
        "by": by or make_operator(Role.ADMINISTRATOR),
        "inputs_hash": ranking.inputs_hash,
        "numbers": {
            code: number
            for number, code in enumerate(sorted(ranking.chosen or []), start=1)
        }
        if round_.kind == Step.SECOND
        else {},
        "now": closing_of(round_),
    }
    return select_entries(round_=round_, **defaults | fields)


def make_marked_second_round(
    *effects: str, finalists: int = 20, **fields
) -> ReviewRound:
    """A 复审 of a contest whose 初审 sent everybody on; all its reviews are in."""
    contest = make_reviewed_contest(finalists=finalists, flags=1)
    first = make_marked_round(
        *["40"] * len(effects), contest=contest, goes_on=len(effects)
    )
    settle(first)
    second = make_second_round(contest=contest, **fields)
    return make_marked_round(*effects, round_=second)


def entry_of(round_: ReviewRound, place: int) -> Entry:
    """The entry at this place among the codes, from 0."""
    return round_.contest.entries.order_by("unit__code")[place]
