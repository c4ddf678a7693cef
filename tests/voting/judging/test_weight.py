from fractions import Fraction

import pytest
from django.db import connection

from site_cms.trail.append_only import rewriting_allowed
from tests.factories import (
    NOW,
    lock_turn,
    make_contest,
    make_night,
    make_open_turn,
    make_sheet,
)
from tests.factories.rehearsals import make_rehearsal
from tests.factories.rulesheets import RULES
from voting.judging.queries import night_of
from voting.judging.rehearsal_rules import Spread, completed
from voting.judging.weight_queries import weight_of
from voting.rules.inputs import Entry, Inputs, Recusal, Seat
from voting.rules.rule_sheet import RuleSheet as Rules
from voting.rulesheets.models import RuleSheet

SHEET = Rules.from_json(RULES)
ENTRIES = tuple(Entry(f"{n:02d}", n, f"单位 {n}") for n in range(1, 5))
SEATS = (Seat("A01", "leaders"), Seat("A02", "leaders"), Seat("C01", "residents"))


def test_invented_marks_are_whole_and_on_the_steps_of_their_criteria():
    found = completed(
        SHEET, Inputs(entries=ENTRIES, seats=SEATS), marked=(), spread=Spread.USUAL
    )

    given = [
        (mark, criterion)
        for by_seat in found.marks["final"].values()
        for sheet in by_seat.values()
        for criterion in SHEET.rounds[0].criteria
        for mark in [sheet[criterion.code]]
    ]
    assert len(given) == len(ENTRIES) * len(SEATS) * 2
    assert all(
        c.minimum <= mark <= c.maximum and not (mark - c.minimum) % c.step
        for mark, c in given
    )


def test_what_was_marked_is_left_alone_and_recused_seats_mark_nothing():
    marked = {"A01": {"results": Fraction(1), "presentation": Fraction(2)}}
    inputs = Inputs(
        entries=ENTRIES,
        seats=SEATS,
        marks={"final": {"01": marked}},
        recusals=(Recusal("A02", "02"),),
    )

    found = completed(
        SHEET, inputs, marked={("final", "01")}, spread=Spread.USUAL
    ).marks["final"]

    assert found["01"] == marked
    assert set(found["02"]) == {"A01", "C01"}


@pytest.mark.parametrize("spread", list(Spread), ids=str)
def test_invented_votes_are_the_same_every_time(spread):
    inputs = Inputs(entries=ENTRIES, seats=SEATS)

    first, second = (
        completed(SHEET, inputs, marked=(), spread=spread) for _ in range(2)
    )

    assert first == second
    assert len(set(first.votes.values())) == len(ENTRIES)


def rehearse(night):
    return night_of(make_rehearsal(night.contest).contest)


def mark(night, *, results, presentation="30"):
    turn = make_open_turn(night)
    for seat in night.seats.all():
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": results, "presentation": presentation},
        )
    lock_turn(turn)


@pytest.mark.django_db
def test_before_anybody_marked_the_marks_are_invented_and_it_is_said():
    night = rehearse(make_night(seats=3, entries=3, opened=False))

    found = weight_of(night.contest, Spread.USUAL, now=NOW)

    assert (found.entries, found.marked) == (3, 0)
    assert found.about.startswith("还没有人打分：3 个单位的评委分都是编造的")
    assert "票数都是编造的" in found.about


@pytest.mark.django_db
def test_marks_of_the_rehearsal_take_the_place_of_invented_ones():
    night = rehearse(make_night(seats=3, entries=2, opened=False))
    mark(night, results="1", presentation="0")
    half = weight_of(night.contest, Spread.USUAL, now=NOW)
    mark(night, results="60", presentation="40")

    whole = weight_of(night.contest, Spread.USUAL, now=NOW)

    assert (half.marked, whole.marked) == (1, 2)
    assert "其余 1 个的评委分是编造的" in half.about
    assert whole.about.startswith("评委分是演练时 2 个单位实打的")
    assert "现场得分在 1.00 到 100.00 之间" in whole.weighed.advice


@pytest.mark.django_db
def test_the_further_apart_the_votes_the_more_they_decide():
    night = rehearse(make_night(seats=3, entries=4, opened=False))

    cases = weight_of(night.contest, Spread.EVEN, now=NOW).cases

    assert {case.nominal for case in cases} == {"30%"}
    even, usual, wide = (int(case.votes.rstrip("%")) for case in cases)
    assert even < usual < wide


@pytest.mark.django_db
def test_it_says_whose_flag_hangs_on_the_method():
    night = rehearse(make_night(seats=3, entries=4, opened=False))

    told = weight_of(night.contest, Spread.WIDE, now=NOW).weighed.whatif

    assert len(told.sentences) == len(told.columns) - 1
    assert told.changes[0] == 0
    changed = [change > 0 for change in told.changes[1:]]
    assert changed == ["红旗不变" not in sentence for sentence in told.sentences]
    assert any(changed)


@pytest.mark.django_db
def test_it_warns_when_the_real_rules_were_changed_since():
    night = rehearse(make_night(seats=3, entries=2, opened=False))
    assert not weight_of(night.contest, Spread.USUAL, now=NOW).rules_changed

    source = night.contest.rehearsal.source
    changed = Rules.from_json(RULES | {"online_weight": "0.1"})
    with rewriting_allowed(connection):
        RuleSheet.objects.filter(contest=source).update(document=changed.to_json())

    assert weight_of(night.contest, Spread.USUAL, now=NOW).rules_changed


@pytest.mark.django_db
def test_without_rules_there_is_nothing_to_weigh():
    assert weight_of(make_contest(), Spread.USUAL, now=NOW) is None


@pytest.mark.django_db
def test_panels_too_small_for_their_rule_are_named():
    night = rehearse(make_night(seats=2, entries=1, opened=False))

    (problem,) = weight_of(night.contest, Spread.USUAL, now=NOW).problems

    assert "没有综合得分" in problem
