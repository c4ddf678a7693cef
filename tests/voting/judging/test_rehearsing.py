from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from showcase.contests.models import Contest
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    draw_order,
    lock_turn,
    make_contest,
    make_device,
    make_night,
    make_open_turn,
    make_rule_sheet,
    make_seat,
    make_sheet,
    make_user,
)
from tests.factories.rehearsals import (
    make_drawn_night,
    make_rehearsal,
    make_undrawn_night,
)
from tests.factories.rulesheets import RULES
from voting.judging import services
from voting.judging.errors import JudgingError
from voting.judging.models import Draw, ScoreSheet, Turn
from voting.judging.queries import marking_is_open, night_of
from voting.judging.rehearsal_models import Rehearsal
from voting.judging.rehearsal_queries import rehearsal_lines
from voting.log.models import LogEntry
from voting.rulesheets.errors import RuleSheetError
from voting.rulesheets.models import RuleSheet
from voting.rulesheets.services import copy_rule_sheet

pytestmark = pytest.mark.django_db


def copied(night):
    """What a rehearsal must have in common with its night."""
    return {
        "shows_scores": night.shows_scores,
        "entries": list(
            night.contest.entries.order_by("number").values_list(
                "number", "unit", "withdrawn_at"
            )
        ),
        "panels": list(night.panels.values_list("code", "name", "order")),
        "rounds": list(
            night.rounds.values_list(
                "code", "name", "order", "presenting_seconds", "marking_seconds"
            )
        ),
        "judging": list(night.rounds.values_list("code", "panels__code")),
        "criteria": list(
            night.rounds.values_list(
                "criteria__code",
                "criteria__name",
                "criteria__hint",
                "criteria__minimum",
                "criteria__maximum",
                "criteria__step",
            )
        ),
        "seats": list(
            night.seats.values_list(
                "code", "panel__code", "name", "organisation", "place", "kind"
            )
        ),
        "recusals": list(
            night.seats.values_list(
                "code", "recusals__entry__number", "recusals__reason"
            )
        ),
        "order": list(
            Turn.objects.of_night(night)
            .in_order()
            .values_list("round__code", "order", "entry__number")
        ),
        "draw": list(
            Draw.objects.filter(round__night=night).values_list(
                "title", "listed", "list_hash", "seed"
            )
        ),
        "rules": RuleSheet.objects.get(contest=night.contest).rules.hash(),
    }


def test_a_rehearsal_has_everything_of_the_night_but_marks_and_cards():
    night = make_drawn_night()

    rehearsal = make_rehearsal(night.contest)

    made = night_of(rehearsal.contest)
    assert copied(made) == copied(night)
    assert not set(made.seats.values_list("card_hash")) & set(
        night.seats.values_list("card_hash")
    )
    assert (ScoreSheet.objects.count(), made.current_turn) == (0, None)


def test_it_is_a_practice_contest_with_a_band_and_open_at_once():
    night = make_drawn_night()

    contest = make_rehearsal(night.contest).contest

    assert (contest.practice, contest.practice_note, contest.hidden) == (
        True,
        "第 1 次演练，不计入任何成绩",
        False,
    )
    assert marking_is_open(night_of(contest), now=NOW)


def test_the_draw_can_be_rehearsed_too():
    night = make_drawn_night()

    contest = make_rehearsal(night.contest, keeps_order=False).contest

    made = night_of(contest)
    assert not Turn.objects.of_night(made).exists()
    assert not marking_is_open(made, now=NOW)
    draw_order(made.rounds.get(), now=NOW)
    assert Turn.objects.of_night(made).count() == 3


def test_an_order_that_is_not_drawn_cannot_be_kept():
    night = make_undrawn_night()

    with pytest.raises(JudgingError, match="还没有抽出"):
        make_rehearsal(night.contest, keeps_order=True)

    assert Contest.objects.get() == night.contest


def test_pressed_twice_one_rehearsal_is_made():
    night = make_drawn_night()
    make_rehearsal(night.contest)

    with pytest.raises(JudgingError, match="第 1 次演练已经建好"):
        make_rehearsal(night.contest)

    assert Rehearsal.objects.count() == 1


def test_a_second_rehearsal_has_the_next_number():
    night = make_drawn_night()
    make_rehearsal(night.contest)

    second = make_rehearsal(night.contest, number=2)

    assert second.contest.name == f"{night.contest}（第 2 次演练）"
    assert [
        line.rehearsal.number for line in rehearsal_lines(night.contest, now=NOW)
    ] == [2, 1]


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        pytest.param(lambda: make_contest(), "还没有写计分规则", id="nothing there"),
        pytest.param(
            lambda: make_rule_sheet(document={**RULES, "online_weight": None}).contest,
            "计分规则还有 1 处没有写好",
            id="rules with a gap",
        ),
        pytest.param(
            lambda: make_night(seats=0, entries=0, opened=False).contest,
            "还没有入围的单位。还没有评委席位。",
            id="nobody sits, nobody comes",
        ),
    ],
)
def test_what_is_missing_is_said(prepare, sentence):
    with pytest.raises(JudgingError, match=sentence):
        make_rehearsal(prepare())


def test_a_rehearsal_is_not_rehearsed():
    first = make_rehearsal(make_drawn_night().contest)

    with pytest.raises(JudgingError, match="这本身就是一次演练"):
        make_rehearsal(first.contest)


def test_marks_of_a_rehearsal_stay_in_it():
    night = make_drawn_night()
    made = night_of(make_rehearsal(night.contest).contest)
    turn = make_open_turn(made)
    for seat in made.seats.all():
        make_sheet(seat=seat, turn=turn)
    lock_turn(turn)

    assert set(ScoreSheet.objects.values_list("turn__round__night")) == {(made.pk,)}
    assert Turn.objects.of_night(night).locked().count() == 0


def test_hiding_ends_the_marking_and_keeps_every_row():
    made = night_of(make_rehearsal(make_drawn_night().contest).contest)
    turn = make_open_turn(made)
    seat = made.seats.get(code="A02")
    make_sheet(seat=seat, turn=turn)
    before = copied(made)

    services.hide_rehearsal(
        by=make_user(), rehearsal=made.contest.rehearsal, now=NOW + HOUR
    )

    made = night_of(made.contest)
    assert (made.contest.hidden, made.contest.night_closed_at) == (True, NOW + HOUR)
    assert copied(made) == before
    assert ScoreSheet.objects.filter(turn=turn).count() == 1
    assert not marking_is_open(made, now=NOW + 2 * HOUR)


def test_one_that_never_opened_can_be_hidden_and_does_not_open_later():
    contest = make_rehearsal(
        make_undrawn_night().contest, keeps_order=False, opens_at=NOW + DAY
    ).contest

    services.hide_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)

    contest = Contest.objects.get(pk=contest.pk)
    assert (contest.hidden, contest.night_opens_at) == (True, None)


def test_hidden_it_can_be_looked_at_again_but_not_marked():
    contest = make_rehearsal(make_drawn_night().contest).contest
    services.hide_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)

    services.show_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)

    night = night_of(Contest.objects.get(pk=contest.pk))
    assert not night.contest.hidden
    assert not marking_is_open(night, now=NOW + timedelta(seconds=1))


def test_hidden_twice_the_second_press_says_so():
    contest = make_rehearsal(make_drawn_night().contest).contest
    services.hide_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)

    with pytest.raises(JudgingError, match="已经收起"):
        services.hide_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)


def test_one_that_is_not_hidden_cannot_be_shown_again():
    contest = make_rehearsal(make_drawn_night().contest).contest

    with pytest.raises(JudgingError, match="没有收起"):
        services.show_rehearsal(by=make_user(), rehearsal=contest.rehearsal, now=NOW)


def test_a_rehearsal_is_never_emptied():
    rehearsal = make_rehearsal(make_drawn_night().contest)

    with pytest.raises(DatabaseError), transaction.atomic():
        rehearsal.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Rehearsal.objects.update(number=9)

    assert Rehearsal.objects.get().number == 1


def test_the_database_refuses_a_rehearsal_of_itself():
    contest = make_contest()

    with pytest.raises(IntegrityError), transaction.atomic():
        Rehearsal.objects.create(contest=contest, source=contest, number=1, made_at=NOW)


def test_rules_are_not_copied_into_a_real_contest():
    sheet = make_rule_sheet()

    with pytest.raises(RuleSheetError, match="不能从别处抄来"):
        copy_rule_sheet(by=None, rule_sheet=sheet, contest=make_contest(), now=NOW)

    assert RuleSheet.objects.count() == 1


def test_the_log_of_the_rehearsal_says_that_the_order_was_kept():
    night = make_drawn_night()

    contest = make_rehearsal(night.contest).contest

    kinds = LogEntry.objects.filter(log=contest.pk).values_list("kind", flat=True)
    assert list(kinds) == ["rule_sheet", "draw", "opened"]


def test_the_card_of_a_real_seat_opens_nothing_in_the_rehearsal():
    night = make_undrawn_night()
    seat = make_seat(night=night, code="C09")
    draw_order(night.rounds.get(), now=NOW)
    made = night_of(make_rehearsal(night.contest).contest)

    twin = made.seats.get(code="C09")
    make_device(seat=twin)

    assert twin.card_hash != seat.card_hash
    assert not seat.devices.exists()


def test_the_cards_of_an_open_rehearsal_are_printed_together_once():
    night = night_of(make_rehearsal().contest)

    def print_all():
        return services.issue_cards(
            by=make_user(),
            night=night,
            seats=list(night.seats.all()),
            replaces=True,
            now=NOW,
        )

    assert len(print_all()) == night.seats.count()
    with pytest.raises(JudgingError, match="只能一张一张换发"):
        print_all()
