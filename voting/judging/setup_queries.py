"""How far the preparation of a night has come. Nothing here tells a mark."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Q

from showcase.contests.gates import gate_report
from showcase.contests.models import Contest
from showcase.contests.rules import Stage
from site_cms.accounts.models import User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role
from voting.judging.models import Draw, Night, Panel, Round, Seat
from voting.judging.queries import night_of
from voting.judging.setup_models import NightSupervisor
from voting.judging.setup_rules import CriterionShape, RoundShape, Shape, shape_of
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.queries import rule_sheet_of


def night_shape(night: Night) -> Shape:
    """What the night has of the rule sheet, to be compared with it."""
    return Shape(
        panels=tuple(night.panels.order_by("order").values_list("code", "name")),
        rounds=tuple(
            RoundShape(
                each.code,
                each.name,
                tuple(panel.code for panel in each.panels.all()),
                tuple(
                    CriterionShape(
                        c.code,
                        c.name,
                        Fraction(c.minimum),
                        Fraction(c.maximum),
                        Fraction(c.step),
                    )
                    for c in each.criteria.all()
                ),
            )
            for each in night.rounds.order_by("order").prefetch_related(
                "panels", "criteria"
            )
        ),
    )


def follows_the_rules(night: Night, rule_sheet: RuleSheet) -> bool:
    """Whether panels, rounds and criteria are those of the rule sheet as it is now."""
    return night_shape(night) == shape_of(rule_sheet.rules)


def named_supervisors(night: Night) -> list[User]:
    """Those who can still confirm: an account that was shut or lost its role does not count."""
    named = NightSupervisor.objects.filter(night=night).select_related("user")
    return [each.user for each in named if Role.SUPERVISOR in roles_of(each.user)]


def who_may_supervise() -> list[User]:
    users = User.objects.filter(is_active=True, groups__name=Role.SUPERVISOR.label)
    return list(users.distinct().order_by("last_name", "username"))


@dataclass(frozen=True, slots=True)
class PanelLine:
    """A panel as the preparation shows it; ``weight`` is the rule sheet's."""

    panel: Panel
    weight: Fraction | None
    official: int
    practice: int
    observers: int


@dataclass(frozen=True, slots=True)
class Preparation:
    """All that stands ready before the night, and what its gate still asks for."""

    contest: Contest
    rule_sheet: RuleSheet | None
    night: Night | None
    is_opened: bool
    is_drawn: bool
    is_stale: bool
    panels: list[PanelLine]
    rounds: list[tuple[Round, Fraction | None]]
    seats: list[Seat]
    supervisors: list[User]
    still_open: list[str]

    @property
    def uncarded(self) -> int:
        return sum(seat.carded_at is None for seat in self.seats)

    @property
    def recusals(self) -> int:
        return sum(seat.number_of_recusals for seat in self.seats)

    @property
    def may_set_up(self) -> bool:
        """The night can be made, or made anew, from the rule sheet."""
        if self.rule_sheet is None or self.is_opened or self.is_drawn:
            return False
        return self.night is None or self.is_stale


def preparation_of(contest: Contest, *, now: datetime) -> Preparation:
    night, rule_sheet = night_of(contest), rule_sheet_of(contest)
    rules = rule_sheet.rules if rule_sheet else None
    is_opened = Stage.NIGHT in contest.openings.stages()
    return Preparation(
        contest=contest,
        rule_sheet=rule_sheet,
        night=night,
        is_opened=is_opened,
        is_drawn=night is not None and Draw.objects.filter(round__night=night).exists(),
        is_stale=bool(night and rule_sheet)
        and not follows_the_rules(night, rule_sheet),
        panels=_panels(
            night, {p.code: p.weight for p in rules.panels} if rules else {}
        ),
        rounds=_rounds(
            night, {r.code: r.weight for r in rules.rounds} if rules else {}
        ),
        seats=seats_of(night) if night else [],
        supervisors=named_supervisors(night) if night else [],
        still_open=[]
        if is_opened
        else gate_report(contest, Stage.NIGHT, now=now).still_open,
    )


def _panels(night: Night | None, weights: dict[str, Fraction]) -> list[PanelLine]:
    if night is None:
        return []
    counted = {
        kind: Count("seats", filter=Q(seats__kind=kind))
        for kind in ("official", "practice", "observer")
    }
    return [
        PanelLine(
            panel,
            weights.get(panel.code),
            panel.official,
            panel.practice,
            panel.observer,
        )
        for panel in night.panels.order_by("order").annotate(**counted)
    ]


def _rounds(
    night: Night | None, weights: dict[str, Fraction]
) -> list[tuple[Round, Fraction | None]]:
    if night is None:
        return []
    rounds = night.rounds.order_by("order").prefetch_related("panels", "criteria")
    return [(each, weights.get(each.code)) for each in rounds]


def seats_of(night: Night) -> list[Seat]:
    """Every seat in its order, with how often it is recused."""
    return list(
        Seat.objects.of_night(night)
        .select_related("panel", "night")
        .annotate(number_of_recusals=Count("recusals"))
        .in_order()
    )
