"""The import of a night's preparation: all of it, or nothing."""

from datetime import datetime

from django.db import transaction

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.spreadsheets.books import Book
from voting.judging.models import Night, Round, Seat, Turn
from voting.judging.queries import night_of
from voting.judging.services.preparing import (
    add_seat,
    change_round,
    record_recusal,
    set_up_night,
    take_back_recusal,
    unopened_night,
)
from voting.judging.services.seating import change_seat
from voting.judging.setup_errors import SetupHasErrors, SetupIsStale
from voting.judging.setup_planning import Plan, plan_setup
from voting.judging.setup_queries import follows_the_rules
from voting.judging.setup_rule_planning import RulesPlan
from voting.judging.setup_seat_planning import RecusalRow, SeatRow
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.services import update_rule_sheet


@transaction.atomic
def import_setup(
    *, by: User | None, contest: Contest, book: Book, fingerprint: str, now: datetime
) -> Plan:
    """Do what was previewed.

    The contest is held and the plan is made again: when it has another effect than the one
    that was confirmed, nothing is done. The same file a second time changes nothing.
    """
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if (night := night_of(contest)) is not None:
        unopened_night(night)
    plan = plan_setup(book, contest)
    if plan.number_of_problems:
        raise SetupHasErrors
    if plan.fingerprint != fingerprint:
        raise SetupIsStale
    if not plan.changes_something:
        return plan
    night = _follow_the_rules(plan.rules, contest, by=by, now=now)
    _set_rounds(plan.rules, night, by=by, now=now)
    for row in plan.seats:
        _seat(row, night, by=by, now=now)
    for recusal in plan.recusals:
        _recuse(recusal, night, by=by, now=now)
    return plan


def _follow_the_rules(
    planned: RulesPlan, contest: Contest, *, by: User | None, now: datetime
) -> Night:
    """The rule sheet first, the night after it. What is the same is left alone."""
    rule_sheet = RuleSheet.objects.get(contest=contest)
    if planned.rules != rule_sheet.rules:
        rule_sheet = update_rule_sheet(
            by=by, rule_sheet=rule_sheet, document=planned.rules.to_json(), now=now
        )
    night = night_of(contest)
    if night is not None and (
        follows_the_rules(night, rule_sheet) or Turn.objects.of_night(night).exists()
    ):
        return night
    return set_up_night(by=by, contest=contest, document=rule_sheet.document, now=now)


def _set_rounds(
    planned: RulesPlan, night: Night, *, by: User | None, now: datetime
) -> None:
    for round_ in Round.objects.filter(night=night).select_related("night"):
        change_round(
            by=by,
            round_=round_,
            hints=planned.hints.get(round_.code),
            now=now,
            **planned.times.get(round_.code, {}),
        )


def _seat(row: SeatRow, night: Night, *, by: User | None, now: datetime) -> None:
    if row.seat is None:
        add_seat(
            by=by, night=night, panel=row.panel, code=row.code, now=now, **row.fields
        )
        return
    panel = night.panels.get(code=row.panel)
    change_seat(by=by, seat=row.seat, now=now, **row.fields | {"panel": panel})


def _recuse(row: RecusalRow, night: Night, *, by: User | None, now: datetime) -> None:
    if row.before is not None:
        take_back_recusal(
            by=by, recusal=row.before, reason=f"导入时改写理由为：{row.reason}", now=now
        )
    seat = Seat.objects.select_related("night").get(night=night, code=row.seat)
    record_recusal(by=by, seat=seat, entry=row.entry, reason=row.reason, now=now)
