"""A contest becomes the template of the next: its plan and rules, never what happened in it."""

from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from showcase.contests.services import create_contest, enter_unit
from showcase.reviews.models import ReviewRound
from showcase.reviews.services import set_up_round
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from voting.editions.errors import AddressTaken
from voting.editions.queries import Plan, plan_of
from voting.judging.models import Night, Round
from voting.judging.services import change_round, set_up_night
from voting.polls.models import Poll
from voting.polls.services import create_poll
from voting.rulesheets.services import draft_rule_sheet_from

_REVIEW_RULES = (
    "reviewers_per_entry",
    "trim_from",
    "normalised",
    "goes_on",
    "shows_others",
    "publishes_scores",
    "shares_remarks",
)
_POLL_RULES = (
    "form",
    "picks_min",
    "picks_max",
    "quota",
    "quota_period",
    "adapters",
    "counts",
)


@transaction.atomic
def copy_contest(
    *,
    by: User,
    source: Contest,
    name: str,
    slug: str,
    shifts_times: bool,
    invites_units: bool,
    now: datetime,
) -> Contest:
    """Begin the next edition, hidden until somebody has looked it through.

    Taken over: quotas, times (shifted, or left open), review rounds, the rule sheet as a
    draft whose online weight is to be chosen again, the poll's form, panels, rounds and
    criteria, the units. Nothing of ballots, marks, cards or people, and no approval: each
    edition needs its own.
    """
    if Contest.objects.filter(slug=slug).exists():
        raise AddressTaken
    plan = plan_of(source, now=now)
    contest = create_contest(
        by=by,
        now=now,
        name=name,
        slug=slug,
        county=source.county,
        practice=source.practice,
        practice_note=source.practice_note,
        hidden=True,
        finalists=source.finalists,
        flags=source.flags,
        **_times(plan) if shifts_times else {},
    )
    for round_ in plan.review_rounds:
        _copy_review_round(by, round_, contest, now)
    if plan.rule_sheet is not None:
        draft = draft_rule_sheet_from(
            by=by, rule_sheet=plan.rule_sheet, contest=contest, now=now
        )
        if plan.night is not None and draft.rules.panels:
            _copy_night(by, plan.night, draft.document, contest, now)
    if invites_units:
        for unit in plan.units:
            enter_unit(by=by, contest=contest, unit=unit, now=now)
    trail.record(
        by=by,
        action="contest.copied",
        subject=contest,
        sentence=f"照“{source}”建立下一届“{contest}”",
        now=now,
        details={
            "source": source.slug,
            "shifts_times": shifts_times,
            "units": len(plan.units) if invites_units else 0,
        },
    )
    # Last: what is refused before leaves no key behind.
    if plan.poll is not None:
        _copy_poll(by, plan.poll, contest, now)
    return contest


def _times(plan: Plan) -> dict[str, datetime]:
    return {name: proposed.after for name, proposed in plan.times.items()}


def _copy_review_round(
    by: User, round_: ReviewRound, contest: Contest, now: datetime
) -> None:
    set_up_round(
        by=by,
        contest=contest,
        step=round_.step,
        criteria=round_.criteria,
        now=now,
        **{name: getattr(round_, name) for name in _REVIEW_RULES},
    )


def _copy_night(
    by: User, night: Night, document: dict, contest: Contest, now: datetime
) -> None:
    """Panels, rounds and criteria follow from the rules; hints and minutes from the night."""
    made = set_up_night(
        by=by,
        contest=contest,
        document=document,
        shows_scores=night.shows_scores,
        now=now,
    )
    earlier = {round_.code: round_ for round_ in night.rounds.all()}
    for round_ in made.rounds.all():
        if round_.code in earlier:
            _copy_round(by, earlier[round_.code], round_, now)


def _copy_round(by: User, earlier: Round, round_: Round, now: datetime) -> None:
    change_round(
        by=by,
        round_=round_,
        hints=dict(earlier.criteria.values_list("code", "hint")),
        presenting_seconds=earlier.presenting_seconds,
        marking_seconds=earlier.marking_seconds,
        now=now,
    )


def _copy_poll(by: User, poll: Poll, contest: Contest, now: datetime) -> None:
    fields = {name: getattr(poll, name) for name in _POLL_RULES}
    create_poll(by=by, contest=contest, now=now, **fields)
