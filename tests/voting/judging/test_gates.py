import pytest

from showcase.contests.gates import gate_report
from showcase.contests.models import Opening
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage
from tests.factories import (
    NOW,
    SEED,
    draw_order,
    make_contest,
    make_entry,
    make_night,
    make_seat,
    make_user,
)
from voting.judging import services
from voting.judging.errors import JudgingError
from voting.judging.models import Draw
from voting.rulesheets.models import RuleSheet

pytestmark = pytest.mark.django_db


def still_open(contest):
    return gate_report(contest, Stage.NIGHT, now=NOW).still_open


def test_a_contest_without_rules_and_night_stays_shut():
    assert still_open(make_contest()) == [
        "计分规则还没有冻结。",
        "还没有按计分规则建立现场评比会。",
    ]


def test_every_panel_needs_a_seat_and_every_round_its_order():
    night = make_night(seats=0, entries=0, opened=False)

    assert still_open(night.contest) == [
        "“领导与部门代表”还没有正式席位。",
        "“群众代表”还没有正式席位。",
        "“现场评比”还没有抽签定出场顺序。",
    ]


def test_an_observer_does_not_make_a_panel():
    night = make_night(seats=0, entries=1, opened=False)
    make_seat(night=night, code="A01", kind="observer")
    make_seat(night=night, code="C01", panel="residents")

    assert still_open(night.contest) == ["“领导与部门代表”还没有正式席位。"]


def test_opening_freezes_seats_recusals_order_and_rules():
    night = make_night(seats=1, entries=0, opened=False)
    entry = make_entry(contest=night.contest)
    seat = night.seats.get(code="A01")
    services.record_recusal(by=None, seat=seat, entry=entry, reason="亲属", now=NOW)
    draw_order(night.rounds.get())

    opening = open_stage(contest=night.contest, stage=Stage.NIGHT, now=NOW)

    assert Opening.objects.get() == opening
    assert opening.frozen == {
        "rules_hash": RuleSheet.objects.get().rules_hash,
        "supervisors": ["王某", "王某"],
        "seats": [
            {"code": "A01", "panel": "leaders", "kind": "official"},
            {"code": "C01", "panel": "residents", "kind": "official"},
        ],
        "recusals": [{"seat": "A01", "number": 1}],
        "draws": [
            {
                "round": "final",
                "list_hash": Draw.objects.get().list_hash,
                "seed": SEED,
            }
        ],
        "order": [{"round": "final", "order": 1, "number": 1, "unit": entry.unit.name}],
    }


def test_two_supervisors_are_named_and_a_rehearsal_goes_without():
    real = make_night(opened=False, entries=1)
    users = [named.user for named in real.supervisors.all()]
    assert still_open(real.contest) == []

    services.name_supervisors(by=None, night=real, users=users[:1], now=NOW)
    assert still_open(real.contest) == ["现场监督员要指定至少 2 位，现在是 1 位。"]

    practice = make_night(opened=False, entries=1, practice=True, practice_note="演练")
    services.name_supervisors(by=None, night=practice, users=[], now=NOW)
    assert still_open(practice.contest) == []


def test_a_night_that_does_not_follow_the_frozen_rules_stays_shut():
    night = make_night(opened=False, entries=1)
    night.rounds.get().criteria.filter(code="results").update(maximum=50)

    assert still_open(night.contest) == [
        "评委组、轮次或评分项和冻结的计分规则不一样。请在“现场评比会筹备”里按规则重建。"
    ]


def test_only_supervisors_are_named_and_only_until_the_night_opens():
    night = make_night(opened=False)
    with pytest.raises(JudgingError, match="不是监督员，没有指定"):
        services.name_supervisors(by=None, night=night, users=[make_user()], now=NOW)

    with pytest.raises(JudgingError, match="已经开放"):
        services.name_supervisors(by=None, night=make_night(), users=[], now=NOW)

    assert night.supervisors.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_can_be_read_outside_of_a_transaction():
    """The page of the night's preparation does; other tests are inside one."""
    assert still_open(make_night(seats=0, entries=0, opened=False).contest) != []
