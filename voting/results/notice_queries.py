"""Reads about the public notice of a result: its days, and what it still holds back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.calendar.queries import calendar_of, is_arranged
from site_cms.calendar.rules import Calendar, weekday
from voting.results import notice_rules
from voting.results.notice_models import NoticeTerm
from voting.results.notice_rules import FEWEST_DAYS, counted
from voting.results.objection_models import Objection
from voting.results.objection_queries import objections_open
from voting.results.objection_rules import Outcome


@dataclass(frozen=True, slots=True)
class Notice:
    """The public notice of a result as it stands at a moment."""

    terms: tuple[NoticeTerm, ...]
    count: notice_rules.Count
    objections: int
    unanswered: int

    @property
    def term(self) -> NoticeTerm:
        return self.terms[-1]

    @property
    def closes_at(self) -> datetime:
        return self.term.closes_at

    @property
    def closes_on(self) -> str:
        """12 月 11 日（周五）18:00"""
        return told(self.closes_at)

    @property
    def is_running(self) -> bool:
        return not self.count.is_over

    @property
    def extensions(self) -> tuple[NoticeTerm, ...]:
        return self.terms[1:]


def told(value: datetime) -> str:
    """12 月 11 日（周五）18:00"""
    local = timezone.localtime(value)
    return f"{local.month} 月 {local.day} 日（{weekday(local.date())}）{local:%H:%M}"


def calendar_from(day: date) -> Calendar:
    """The days that a notice which begins on ``day`` can need."""
    return calendar_of(day.year, day.year + 1)


def notice_of(contest: Contest, *, now: datetime) -> Notice | None:
    """The notice of a result that everybody may read; None: it has not begun."""
    terms = tuple(contest.notice_terms.order_by("number"))
    if not terms or now < terms[0].begins_at:
        return None
    first, last = terms[0], terms[-1]
    begins_at = timezone.localtime(first.begins_at)
    counts = Objection.objects.of_contest(contest).aggregate(
        made=Count("pk"), unanswered=Count("pk", filter=Q(reply=None))
    )
    return Notice(
        terms=terms,
        count=counted(
            calendar_from(begins_at.date()),
            begins_at=begins_at,
            closes_at=timezone.localtime(last.closes_at),
            now=timezone.localtime(now),
        ),
        objections=counts["made"],
        unanswered=counts["unanswered"],
    )


def against_final(contest: Contest, *, now: datetime) -> list[str]:
    """What the notice and what was objected hold against a final result."""
    notice = notice_of(contest, now=now)
    if notice is None:
        return ["结果还没有公示。"]
    still_open = []
    if notice.is_running:
        still_open.append(f"公示到 {notice.closes_on} 截止，还没有结束。")
    if notice.count.total < FEWEST_DAYS:
        still_open.append(
            f"公示期里只有 {notice.count.total} 个工作日，不到 {FEWEST_DAYS} 个，请延长公示。"
        )
    return still_open + objections_open(contest)


def notice_summary(contest: Contest, *, now: datetime) -> dict[str, Any]:
    """What a final result keeps of its notice."""
    notice = notice_of(contest, now=now)
    if notice is None:
        return {}
    outcomes = list(
        Objection.objects.of_contest(contest)
        .exclude(reply=None)
        .values_list("reply__outcome", flat=True)
    )
    return {
        "begins_at": notice.terms[0].begins_at.isoformat(),
        "closes_at": notice.closes_at.isoformat(),
        "working_days": notice.count.total,
        "extensions": len(notice.extensions),
        "objections": notice.objections,
        "outcomes": {each.value: outcomes.count(each.value) for each in Outcome},
    }


def years_not_arranged(notice: Notice) -> list[int]:
    """Years in the notice whose days off the State Council has not published, as far as known."""
    return sorted(
        year
        for year in {day.day.year for day in notice.count.days}
        if not is_arranged(year)
    )
