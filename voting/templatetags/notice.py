"""What pages show of a result's public notice and of what was objected."""

from datetime import date

from django import template
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.calendar import rules
from voting.results.notice_queries import notice_of, told
from voting.results.objection_queries import (
    answered_in_public,
    may_object,
    number_declined,
)

register = template.Library()


@register.inclusion_tag("voting/results/_notice.html")
def result_notice(contest: Contest) -> dict[str, object]:
    """The counter of working days, with the way to object; nothing before the release."""
    now = timezone.now()
    return {
        "contest": contest,
        "notice": notice_of(contest, now=now),
        "may_object": may_object(contest, now=now),
    }


@register.inclusion_tag("voting/results/_objections.html")
def result_objections(contest: Contest) -> dict[str, object]:
    """What was objected and answered, without anybody's name; nothing while there is none."""
    return {
        "contest": contest,
        "answered": answered_in_public(contest),
        "declined": number_declined(contest),
    }


@register.filter
def weekday(day: date) -> str:
    return rules.weekday(day)


@register.filter
def with_weekday(value) -> str:
    """12 月 11 日（周五）18:00"""
    return told(value)
