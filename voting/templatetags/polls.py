"""What pages of a poll show of its published totals."""

from django import template
from django.utils import timezone

from showcase.contests.models import Contest
from voting.polls.daily_queries import latest_total
from voting.polls.queries import frozen_poll
from voting.polls.standing_queries import Stand, told_in_public

register = template.Library()


@register.inclusion_tag("voting/polls/_daily_total.html")
def daily_total(contest: Contest) -> dict[str, object]:
    """The latest total that was published; nothing where the poll publishes none."""
    return {"contest": contest, "day": latest_total(contest)}


@register.inclusion_tag("voting/polls/_numbers.html")
def ballot_numbers(contest: Contest) -> dict[str, object]:
    """How many ballots are held, and after the close how many count, are void, and why."""
    poll = frozen_poll(contest.slug)
    told = poll and told_in_public(
        poll.id, closes_at=contest.poll_closes_at, now=timezone.now()
    )
    return {"told": told, "contest": contest}


@register.inclusion_tag("voting/polls/_stand.html", takes_context=True)
def stand_told(
    context, stand: Stand, contest: Contest, number: str = ""
) -> dict[str, object]:
    """Why a ballot does not count, and what its voter can do; nothing where it was never doubted."""
    until = stand.objections_until
    return {
        "stand": stand,
        "contest": contest,
        "number": number,
        "may_object": until is not None and timezone.now() < until,
        "government": context.get("government"),
    }
