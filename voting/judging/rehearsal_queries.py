"""Reads about rehearsals: what may be rehearsed, how far each has come."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from showcase.contests.models import Contest, Entry
from showcase.contests.queries import opened_stages
from showcase.contests.rules import Stage
from voting.judging.models import Night, Seat, Turn
from voting.judging.queries import marking_is_open, night_of
from voting.judging.rehearsal_models import Rehearsal
from voting.rules.validation import validate
from voting.rulesheets.queries import rule_sheet_of


def rehearsal_of(contest: Contest) -> Rehearsal | None:
    """What this contest is a rehearsal of; None: it is none."""
    return Rehearsal.objects.filter(contest=contest).select_related("source").first()


def entry_to_show(entry: Entry) -> Entry:
    """Whose page has the photo and the figures: in a rehearsal the entry it was copied from."""
    originals = Entry.objects.filter(contest__rehearsals__contest=entry.contest_id)
    return originals.filter(unit=entry.unit_id).first() or entry


def contests_to_work_on() -> QuerySet[Contest]:
    """Not archived, and no rehearsal that was put away: nobody shall open the wrong one."""
    put_away = Q(hidden=True, rehearsal__isnull=False)
    return Contest.objects.not_archived().exclude(put_away)


def next_number(source: Contest) -> int:
    last = Rehearsal.objects.of_contest(source).newest_first().first()
    return last.number + 1 if last else 1


def is_drawn(night: Night) -> bool:
    """Every round has its order."""
    return night.rounds.exists() and not night.rounds.filter(draw=None).exists()


def against_rehearsing(source: Contest) -> list[str]:
    """What keeps a contest from being rehearsed, in sentences."""
    if rehearsal_of(source):
        return ["这本身就是一次演练，请从正式的活动再建一次。"]
    still_open = []
    sheet, night = rule_sheet_of(source), night_of(source)
    if sheet is None:
        still_open.append("还没有写计分规则。")
    elif problems := validate(sheet.rules):
        still_open.append(f"计分规则还有 {len(problems)} 处没有写好。")
    if not source.entries.shortlisted().exists():
        still_open.append("还没有入围的单位。")
    if night is None:
        still_open.append("还没有建现场评比会。")
    elif not Seat.objects.of_night(night).exists():
        still_open.append("还没有评委席位。")
    return still_open


@dataclass(frozen=True, slots=True)
class RehearsalLine:
    """One rehearsal as its list shows it."""

    rehearsal: Rehearsal
    state: str
    turns: int
    locked: int
    seats: int
    is_drawn: bool
    is_open: bool

    @property
    def contest(self) -> Contest:
        return self.rehearsal.contest


def rehearsal_lines(source: Contest, *, now: datetime) -> list[RehearsalLine]:
    return [
        _line(rehearsal, now)
        for rehearsal in Rehearsal.objects.of_contest(source).newest_first()
    ]


def _line(rehearsal: Rehearsal, now: datetime) -> RehearsalLine:
    night = night_of(rehearsal.contest)
    turns = Turn.objects.of_night(night)
    return RehearsalLine(
        rehearsal=rehearsal,
        state=_state(rehearsal.contest, night, now),
        turns=turns.count(),
        locked=turns.locked().count(),
        seats=Seat.objects.of_night(night).count(),
        is_drawn=is_drawn(night),
        is_open=marking_is_open(night, now=now),
    )


def _state(contest: Contest, night: Night, now: datetime) -> str:
    if contest.hidden:
        return "已收起，记录都在"
    if contest.night_closed_at:
        return "评分已经结束"
    if Stage.NIGHT in opened_stages(contest):
        return "正在演练"
    if not is_drawn(night):
        return "等抽签，抽完自动开放"
    return "等开始时间" if now < contest.night_opens_at else "马上开放"
