"""What the run sheet of a night says: who must be there, when which entry comes, who is recused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils.timezone import localtime

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from voting.judging.models import Night, Panel, Recusal, Round, Seat, Turn
from voting.judging.queries import turns_of
from voting.judging.rehearsal_queries import rehearsal_of
from voting.judging.setup_queries import named_supervisors
from voting.judging.setup_rules import SUPERVISORS_NEEDED
from voting.rules.exact import percent
from voting.rulesheets.queries import rule_sheet_of

# Between two entries: supervisor's confirmation, scores on the wall, one walks off and one comes.
BETWEEN = timedelta(seconds=90)
# Minutes before the night: the lines of the second chapter.
_BEFORE = (90, 75, 60, 30, 15, 5, 0)
_ON_DUTY = (Role.HOST, Role.TABULATOR, Role.SUPERVISOR, Role.ADMINISTRATOR)


class Duty(NamedTuple):
    role: Role
    names: list[str]
    needed: int

    @property
    def short_by(self) -> int:
        return max(0, self.needed - len(self.names))


class PanelLine(NamedTuple):
    panel: Panel
    weight: str
    official: int
    others: int


class Slot(NamedTuple):
    """One line of the order. ``recused`` are seat codes; ``is_gone``: it does not come."""

    at: datetime | None
    turn: Turn
    recused: list[str]
    is_gone: bool


class RoundLine(NamedTuple):
    round: Round
    planned: str
    slots: list[Slot]
    full_marks: str
    criteria: list[str]


@dataclass(frozen=True, slots=True)
class RunSheet:
    night: Night
    rehearses: str
    rules_hash: str
    starts_at: datetime | None
    ends_at: datetime | None
    duties: list[Duty]
    panels: list[PanelLine]
    rounds: list[RoundLine]
    undrawn: list[Round]

    @property
    def contest(self) -> Contest:
        return self.night.contest

    @property
    def before(self) -> list[datetime | None]:
        """When each line of what comes before the night is due."""
        at = self.starts_at
        return [at and at - timedelta(minutes=minutes) for minutes in _BEFORE]

    @property
    def ends_next_day(self) -> bool:
        return bool(
            self.ends_at
            and localtime(self.ends_at).date() != localtime(self.starts_at).date()
        )

    @property
    def seats(self) -> int:
        return sum(line.official for line in self.panels)

    @property
    def entries(self) -> int:
        return sum(not slot.is_gone for line in self.rounds for slot in line.slots)


def run_sheet_of(night: Night, *, now: datetime) -> RunSheet:
    starts_at = night.contest.night_opens_at
    slots = list(_slots(night, turns_of(night), starts_at, now))
    by_round = {
        pk: list(found) for pk, found in groupby(slots, lambda s: s.turn.round_id)
    }
    rounds = list(night.rounds.order_by("order").prefetch_related("criteria"))
    rehearsal = rehearsal_of(night.contest)
    sheet = rule_sheet_of(night.contest)
    return RunSheet(
        night=night,
        rehearses=str(rehearsal.source) if rehearsal else "",
        rules_hash=sheet.rules_hash if sheet else "",
        starts_at=starts_at,
        ends_at=_end(slots),
        duties=[_duty(night, role) for role in _ON_DUTY],
        panels=_panels(night),
        rounds=[
            _round(round_, by_round[round_.pk])
            for round_ in rounds
            if round_.pk in by_round
        ],
        undrawn=[round_ for round_ in rounds if round_.pk not in by_round],
    )


def length_of(round_: Round) -> timedelta:
    """What one entry takes as planned."""
    seconds = round_.presenting_seconds + round_.marking_seconds
    return timedelta(seconds=seconds) + BETWEEN


def _slots(
    night: Night, turns: Iterable[Turn], starts_at: datetime | None, now: datetime
) -> Iterator[Slot]:
    """Who has left keeps its place in the order and takes no time."""
    recused: dict[int, list[str]] = {}
    for entry, seat in (
        Recusal.objects.filter(seat__night=night)
        .order_by("seat__code")
        .values_list("entry_id", "seat__code")
    ):
        recused.setdefault(entry, []).append(seat)
    at = starts_at
    for turn in turns:
        is_gone = turn.entry.is_gone(now)
        yield Slot(
            None if is_gone else at, turn, recused.get(turn.entry_id, []), is_gone
        )
        if at and not is_gone:
            at += length_of(turn.round)


def _end(slots: list[Slot]) -> datetime | None:
    last = next((slot for slot in reversed(slots) if slot.at), None)
    return last and last.at + length_of(last.turn.round)


def _round(round_: Round, slots: list[Slot]) -> RoundLine:
    criteria = list(round_.criteria.all())
    return RoundLine(
        round_,
        f"每个单位汇报 {_minutes(round_.presenting_seconds)}，"
        f"打分 {_minutes(round_.marking_seconds)}，"
        f"签认、亮分和换人 {_minutes(int(BETWEEN.total_seconds()))}",
        slots,
        f"{sum(criterion.range.maximum for criterion in criteria):f}",
        [f"{each.name} {each.range.maximum:f}" for each in criteria],
    )


def _minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    if not whole:
        return f"{rest} 秒"
    return f"{whole} 分 {rest} 秒" if rest else f"{whole} 分钟"


def _duty(night: Night, role: Role) -> Duty:
    """Of supervisors those who were named for this night; of the others everybody."""
    if role == Role.SUPERVISOR:
        names = [str(user) for user in named_supervisors(night)]
        return Duty(role, names, SUPERVISORS_NEEDED)
    people = User.objects.filter(groups__name=role.label, is_active=True)
    return Duty(role, [str(u) for u in people.order_by("username").distinct()], 1)


def _panels(night: Night) -> list[PanelLine]:
    sheet = rule_sheet_of(night.contest)
    weights = {p.code: p.weight for p in sheet.rules.panels} if sheet else {}
    seats = list(Seat.objects.of_night(night))
    return [
        PanelLine(
            panel,
            percent(weights[panel.code]) if panel.code in weights else "",
            sum(s.panel_id == panel.pk and s.is_official for s in seats),
            sum(s.panel_id == panel.pk and not s.is_official for s in seats),
        )
        for panel in night.panels.all()
    ]
