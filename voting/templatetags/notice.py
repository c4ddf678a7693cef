"""What pages show of a result's public notice and of what was objected."""

from datetime import date

from django import template
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.calendar import rules
from voting.results.notice_queries import notice_of, told
from voting.results.objection_queries import is_open_to_objection, replied

register = template.Library()


@register.inclusion_tag("voting/results/_notice.html")
def result_notice(contest: Contest, *, in_full: bool = False) -> dict[str, object]:
    """The counter of working days, with the way to object; nothing before the release.

    ``in_full``: on the page that tells all about the notice.
    """
    now = timezone.now()
    return {
        "contest": contest,
        "notice": notice_of(contest, now=now),
        "in_full": in_full,
        "may_object": is_open_to_objection(contest, now=now),
    }


@register.inclusion_tag("voting/results/_objections.html")
def result_objections(contest: Contest) -> dict[str, object]:
    """What was objected and answered, without anybody's name; nothing while there is none."""
    told = replied(contest)
    return {
        "contest": contest,
        "answered": [each for each in told if each.reply.question],
        "withheld": sum(not each.reply.question for each in told),
    }


@register.filter
def weekday(day: date) -> str:
    return rules.weekday(day)


@register.filter
def with_weekday(value) -> str:
    """12 月 11 日（周五）18:00"""
    return told(value)
