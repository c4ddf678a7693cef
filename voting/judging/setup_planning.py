"""What a spreadsheet about a night would do: found out before anything is done."""

from dataclasses import dataclass
from functools import cached_property

from showcase.contests.models import Contest
from site_cms.spreadsheets.books import Book
from voting.judging.models import Draw
from voting.judging.queries import night_of
from voting.judging.setup_errors import NoRulesYet
from voting.judging.setup_plans import Section, fingerprint_of
from voting.judging.setup_rule_planning import RulesPlan, plan_rules
from voting.judging.setup_seat_planning import (
    RecusalRow,
    SeatRow,
    plan_recusals,
    plan_seats,
)
from voting.judging.setup_sheets import RECUSALS, SEATS
from voting.rules.rule_sheet import RuleSheet
from voting.rules.validation import validate
from voting.rulesheets.queries import rule_sheet_of

_FROZEN = "计分规则已经冻结，不能再改。"
_DRAWN = "出场顺序已经抽出，不能再改。"


@dataclass(frozen=True)
class Plan:
    """``gaps``: what the draft of the rule sheet would still lack before it can be frozen."""

    rules: RulesPlan
    seats: tuple[SeatRow, ...]
    recusals: tuple[RecusalRow, ...]
    sections: tuple[Section, ...]
    left_out: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def number_of_problems(self) -> int:
        return sum(section.number_of_problems for section in self.sections)

    @property
    def changes_something(self) -> bool:
        return any(section.changes_something for section in self.sections)

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint_of(self.sections)


def plan_setup(book: Book, contest: Contest) -> Plan:
    """Raises :class:`NoRulesYet` where there is no rule sheet to write panels into."""
    rule_sheet = rule_sheet_of(contest)
    if rule_sheet is None:
        raise NoRulesYet
    night = night_of(contest)
    is_drawn = night is not None and Draw.objects.filter(round__night=night).exists()
    fixed = _FROZEN if rule_sheet.is_frozen else _DRAWN if is_drawn else ""
    rules = plan_rules(book, rule_sheet.rules, night, fixed=fixed)
    sections = list(rules.sections)
    seats: list[SeatRow] = []
    recusals: list[RecusalRow] = []
    if table := book.tables.get(SEATS.title):
        seats, section = plan_seats(table, rules.rules, night)
        sections.append(section)
    if table := book.tables.get(RECUSALS.title):
        recusals, section = plan_recusals(
            table,
            contest,
            night,
            book.tables.get(SEATS.title),
            is_drawn=is_drawn,
        )
        sections.append(section)
    return Plan(
        rules,
        tuple(seats),
        tuple(recusals),
        tuple(sections),
        book.left_out,
        _gaps(rules.rules) if not fixed else (),
    )


def _gaps(rules: RuleSheet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(problem.sentence for problem in validate(rules)))
