"""What pages of a poll show of its published totals."""

from django import template

from showcase.contests.models import Contest
from voting.polls.daily_queries import latest_total

register = template.Library()


@register.inclusion_tag("voting/polls/_daily_total.html")
def daily_total(contest: Contest) -> dict[str, object]:
    """The latest total that was published; nothing where the poll publishes none."""
    return {"contest": contest, "day": latest_total(contest)}
