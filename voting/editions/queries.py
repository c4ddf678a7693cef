"""What there is to take over from a contest, and when its next edition might be."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest
from showcase.reviews.models import ReviewRound
from showcase.units.models import Unit
from site_cms.calendar.queries import calendar_of, is_arranged
from voting.editions.rules import COPIED, Proposed, next_name, proposed_times
from voting.judging.models import Night
from voting.polls.models import Poll
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import rule_sheet_of

# A proposal may fall into the year after the next one.
_YEARS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What a copy of ``source`` would hold. ``years`` later it would take place."""

    source: Contest
    times: dict[str, Proposed]
    years: int
    units: list[Unit]
    review_rounds: list[ReviewRound]
    rule_sheet: RuleSheet | None
    poll: Poll | None
    night: Night | None
    days_off_are_known: bool

    @property
    def name(self) -> str:
        name = next_name(self.source.name, years=self.years)
        return name if name != self.source.name else f"{name[:55]}（下一届）"

    @property
    def slug(self) -> str:
        slug = next_name(self.source.slug, years=self.years)
        return slug if slug != self.source.slug else f"{slug[:35]}-next"

    @property
    def told_times(self) -> list[tuple[str, Proposed]]:
        field = Contest._meta.get_field
        return [(field(name).verbose_name, each) for name, each in self.times.items()]


def plan_of(source: Contest, *, now: datetime) -> Plan:
    today = timezone.localdate(now)
    calendar = calendar_of(today.year - 5, today.year + _YEARS_AHEAD)
    times = proposed_times(
        {name: getattr(source, name) for name in COPIED},
        is_working=calendar.is_working,
        now=now,
    )
    first = next(iter(times.values()), None)
    return Plan(
        source=source,
        times=times,
        years=first.after.year - first.before.year if first else 1,
        units=list(Unit.objects.filter(entries__contest=source).order_by("code")),
        review_rounds=list(source.review_rounds.all()),
        rule_sheet=rule_sheet_of(source),
        poll=Poll.objects.filter(contest=source).first(),
        night=Night.objects.filter(contest=source).first(),
        days_off_are_known=all(
            is_arranged(year) for year in {each.after.year for each in times.values()}
        ),
    )
