"""The contest in chapters, in the order of the README."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from playwright.sync_api import expect

from showcase.contests.models import Contest
from tests.journeys.county import night, office, result, reviews, rules, units, voting
from tests.journeys.county.clock import Clock
from tests.journeys.county.people import (
    County,
    change_given_password,
    set_up_second_factor,
    sign_in,
    sign_in_for_the_first_time,
)

FIRST_PASSWORD = "first-bridge-1949"
MINUTE = timedelta(minutes=1)


def the_administrator_prepares(county: County, clock: Clock) -> None:
    opens_at = clock.real().replace(second=0, microsecond=0) - MINUTE
    county.times = office.plan_of(opens_at)
    clock.go_to(county.times["nomination_opens_at"] - timedelta(days=2))
    administrator = county.of("chen")
    sign_in(administrator, "chen", FIRST_PASSWORD)
    set_up_second_factor(administrator)
    office.prepare_the_site(administrator)
    office.make_people(administrator)
    office.make_contest(administrator)
    office.import_units(administrator)
    office.set_times(administrator, **county.times)
    letters = office.open_desks(administrator)
    for username in office.STAFF:
        sign_in_for_the_first_time(county.of(username), username)
    for username, password in letters:
        change_given_password(county.of(username), username, password)


def units_nominate_themselves(county: County, clock: Clock) -> None:
    clock.go_to(county.times["nomination_opens_at"] + MINUTE)
    for username in office.DESKS:
        units.nominate(county.of(username))
    for username in office.DESKS[:3]:
        units.write_page(county.of(username))


def reviewers_choose_the_finalists(county: County, clock: Clock) -> None:
    administrator = county.of("chen")
    first, second = county.of("chushen"), county.of("fushen")
    reviews.pass_pages(first, "通过，转复审")
    reviews.pass_pages(second, "通过并发布")
    reviews.set_up_round(administrator, "初审", goes_on=3)
    reviews.set_up_round(administrator, "复审", goes_on=3)
    reviews.assign(administrator, "初审")
    clock.go_to(county.times["nomination_closes_at"] + MINUTE)
    marks = {name: 90 - place for place, (_, name, _) in enumerate(office.UNITS)}
    reviews.mark_all(first, "初审", marks)
    clock.go_to(county.times["first_review_closes_at"] + MINUTE)
    reviews.select(administrator, "初审")
    reviews.assign(administrator, "复审")
    reviews.mark_all(second, "复审", dict(list(marks.items())[:3]))
    clock.go_to(county.times["second_review_closes_at"] + MINUTE)
    reviews.select(administrator, "复审")


def the_office_settles_rules_and_evening(county: County, clock: Clock) -> None:
    administrator, supervisor = county.of("chen"), county.of("jiandu1")
    rules.write_rules(administrator)
    rules.propose_freeze(administrator)
    rules.agree(supervisor, "冻结计分规则")
    rules.make_the_poll(administrator)
    rules.confirm_thresholds(county.of("fangshua"))
    night.prepare(administrator)
    county.cards = night.print_cards(administrator)
    night.draw(county.of("zhuchi"), supervisor)


def citizens_vote(county: County, clock: Clock) -> None:
    clock.ahead = timedelta()
    call_command("worker", once=True)
    voting.everybody_votes(county)


def the_poll_closes(county: County, clock: Clock) -> None:
    """The database takes ballots by a clock of its own, which cannot be sent ahead.

    Nobody may close a real poll early, so here the announced time itself is moved.
    """
    closed_at = clock.real().replace(second=0, microsecond=0) - MINUTE
    Contest.objects.update(poll_closes_at=closed_at)
    clock.go_to(closed_at + timedelta(hours=1))
    the_worker_works(clock)


def the_worker_works(clock: Clock) -> None:
    """Twice: what one job finds the other may have to wait for."""
    for _ in range(2):
        clock.ahead += timedelta(minutes=6)
        call_command("worker", once=True)


def judges_mark_on_the_night(county: County, clock: Clock) -> None:
    clock.go_to(county.times["night_opens_at"] + MINUTE)
    call_command("worker", once=True)
    host, supervisor = county.of("zhuchi"), county.of("jiandu1")
    judges = {seat: county.open(phone=True) for seat in night.SEATS}
    for seat, tab in judges.items():
        night.sit_down(tab, county.cards[seat])
    host.goto("/admin/")
    host.get_by_role("link", name="主持现场评比会").click()
    for _ in range(3):
        night.run_a_turn(host, supervisor, judges)
    night.close(host)
    for tab in judges.values():
        tab.context.close()


def two_people_let_the_result_stand(county: County, clock: Clock) -> None:
    administrator, supervisor = county.of("chen"), county.of("jiandu2")
    result.compute(administrator)
    the_worker_works(clock)
    result.propose(administrator)
    result.agree(supervisor)


def the_result_is_revealed(county: County, clock: Clock) -> None:
    citizen = county.of("citizen")
    result.nothing_is_told(citizen)
    night.reveal(county.of("chen"), county.of("zhuchi"))
    result.everybody_reads(citizen)


def an_objection_is_answered(county: County, clock: Clock) -> None:
    citizen = county.of("citizen")
    clock.ahead += timedelta(days=1)
    tracked_at = result.object_to(citizen)
    result.answer(county.of("chen"))
    result.agree_to_answer(county.of("jiandu2"))
    citizen.goto(tracked_at)
    expect(citizen.locator("main")).to_contain_text("核对了九份评分表")


def two_people_make_it_final(county: County, clock: Clock) -> None:
    clock.ahead += timedelta(days=20)
    the_worker_works(clock)
    result.propose_final(county.of("chen"))
    result.agree(county.of("jiandu1"))
    citizen = county.of("citizen")
    citizen.goto(f"/results/{office.SLUG}/")
    expect(citizen.locator("main")).to_contain_text("最终结果")
    the_worker_works(clock)
    with TemporaryDirectory() as folder:
        assert "一致 equal" in result.check_the_bundle(citizen, Path(folder))


ALL = (
    the_administrator_prepares,
    units_nominate_themselves,
    reviewers_choose_the_finalists,
    the_office_settles_rules_and_evening,
    citizens_vote,
    the_poll_closes,
    judges_mark_on_the_night,
    two_people_let_the_result_stand,
    the_result_is_revealed,
    an_objection_is_answered,
    two_people_make_it_final,
)
