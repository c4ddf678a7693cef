import hashlib
import json
import logging

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from showcase.contests.errors import (
    ClosingIsSettled,
    ContestError,
    TimeIsPast,
    TimesOutOfOrder,
)
from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.queries import acts_open, current_contest
from showcase.contests.rules import Act, Stage
from showcase.contests.services import (
    SAY_AGAIN_AFTER,
    create_contest,
    enter_unit,
    open_due_stages,
    open_stage,
    set_times,
    shortlist,
)
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    SECOND,
    make_contest,
    make_entry,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

MET = "tests.showcase.contests.gates_for_tests.met"
NOT_MET = "tests.showcase.contests.gates_for_tests.not_met"


@pytest.fixture
def gate_met(settings):
    settings.STAGE_GATES = {"poll": MET, "night": MET}
    # What these gates freeze is no ballot.
    settings.PUBLIC_LOG_FACTS = {}


@pytest.fixture
def gate_not_met(settings):
    settings.STAGE_GATES = {"poll": NOT_MET, "night": NOT_MET}


def test_practice_contest_needs_a_band():
    with pytest.raises(ValidationError, match="横幅"):
        create_contest(
            by=None, now=NOW, slug="drill", name="演练", county="临河县", practice=True
        )


def test_setting_a_time_is_recorded_with_who_and_what():
    contest, administrator = make_contest(), make_user()

    set_times(by=administrator, contest=contest, now=NOW, night_opens_at=NOW + DAY)

    entry = TrailEntry.objects.about(contest).get(action="contest.times_set")
    assert (entry.by, entry.details["night_opens_at"]) == (
        administrator,
        ["", str(NOW + DAY)],
    )


def test_reversed_times_are_refused_and_nothing_is_saved():
    contest = make_contest(poll_opens_at=NOW, poll_closes_at=NOW + HOUR)

    with pytest.raises(TimesOutOfOrder, match=r"民意测评截止.*现场评比会开始"):
        set_times(by=make_user(), contest=contest, now=NOW, night_opens_at=NOW)

    contest.refresh_from_db()
    assert contest.night_opens_at is None


def test_opened_poll_keeps_its_opening_time(gate_met):
    contest = make_contest(poll_opens_at=NOW - HOUR)
    open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    with pytest.raises(TimeIsPast):
        set_times(by=make_user(), contest=contest, now=NOW, poll_opens_at=NOW)


def test_opened_poll_may_be_extended(gate_met):
    contest = make_contest()
    open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    set_times(
        by=make_user(),
        contest=contest,
        now=NOW,
        extends_poll=True,
        poll_closes_at=NOW + DAY,
    )

    contest.refresh_from_db()
    assert contest.poll_closes_at == NOW + DAY


@pytest.mark.parametrize(
    ("closes_at", "extends_poll"),
    [
        pytest.param(NOW + HOUR / 2, True, id="earlier"),
        pytest.param(NOW + HOUR / 2, False, id="earlier, as any other time"),
        pytest.param(NOW + DAY, False, id="later, as any other time"),
        pytest.param(None, True, id="never"),
    ],
)
def test_opened_poll_closes_as_announced(gate_met, closes_at, extends_poll):
    contest = make_contest(poll_closes_at=NOW + HOUR)
    open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    with pytest.raises(ClosingIsSettled):
        set_times(
            by=make_user(),
            contest=contest,
            now=NOW,
            extends_poll=extends_poll,
            poll_closes_at=closes_at,
        )

    contest.refresh_from_db()
    assert contest.poll_closes_at == NOW + HOUR


def test_a_rehearsal_may_be_cut_short(gate_met):
    contest = make_contest(practice=True, practice_note="演练")
    open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    set_times(by=make_user(), contest=contest, now=NOW, poll_closes_at=NOW)

    contest.refresh_from_db()
    assert contest.poll_closes_at == NOW


def test_opening_freezes_what_the_gate_gives_under_a_hash_anybody_can_make(gate_met):
    contest = make_contest(name="红旗争夺赛")

    opening = open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    text = '{"entries":[1,2],"名称":"红旗争夺赛"}'
    assert opening.frozen == json.loads(text)
    assert opening.frozen_hash == hashlib.sha256(text.encode()).hexdigest()


def test_opening_twice_leaves_one_record(gate_met):
    contest = make_contest()

    first = open_stage(contest=contest, stage=Stage.POLL, now=NOW)
    second = open_stage(contest=contest, stage=Stage.POLL, now=NOW + SECOND)

    assert first == second
    assert Opening.objects.count() == 1


def test_unmet_gate_leaves_the_stage_shut_and_alarms(gate_not_met, caplog):
    contest = make_contest()

    with caplog.at_level(logging.ERROR):
        assert open_stage(contest=contest, stage=Stage.POLL, now=NOW) is None

    assert acts_open(contest, now=NOW) == frozenset()
    assert caplog.records[0].still_open == ["计分规则还没有冻结。"]


def test_stage_that_stays_shut_says_so_once_in_a_while(gate_not_met, caplog):
    contest = make_contest(poll_closes_at=NOW + DAY)

    for now in (NOW, NOW + SECOND, NOW + SAY_AGAIN_AFTER):
        open_due_stages(now=now)
    open_stage(contest=make_contest(), stage=Stage.POLL, now=NOW)

    said = [
        record.contest
        for record in caplog.records
        if record.name.startswith("showcase")
    ]
    assert said.count(contest.slug) == 2
    assert len(said) == 3


@pytest.mark.parametrize(
    ("opens_at", "count"),
    [
        pytest.param(NOW, 1, id="its instant has come"),
        pytest.param(NOW + SECOND, 0, id="a second early"),
    ],
)
def test_worker_opens_what_is_due(gate_met, opens_at, count):
    contest = make_contest(poll_opens_at=opens_at, poll_closes_at=opens_at + HOUR)

    opened = open_due_stages(now=NOW)

    assert len(opened) == count
    assert (Act.VOTE in acts_open(contest, now=NOW)) is bool(count)


def test_worker_run_again_opens_nothing_twice(gate_met):
    make_contest(poll_opens_at=NOW)
    open_due_stages(now=NOW)

    assert open_due_stages(now=NOW) == []


def test_unit_enters_once():
    contest, unit = make_contest(), make_unit()
    enter_unit(by=None, contest=contest, unit=unit, now=NOW)

    with pytest.raises(ValidationError, match="已经参评"):
        enter_unit(by=None, contest=contest, unit=unit, now=NOW)


def test_shortlist_gives_numbers_and_is_recorded():
    contest = make_contest()
    entries = [
        make_entry(contest=contest, number=None, shortlisted_at=None) for _ in range(2)
    ]

    shortlist(
        by=make_user(),
        contest=contest,
        numbers={entries[0].pk: 2, entries[1].pk: 1},
        now=NOW,
    )

    assert [(entry.plate, entry.pk) for entry in Entry.objects.in_number_order()] == [
        ("01", entries[1].pk),
        ("02", entries[0].pk),
    ]
    assert (
        TrailEntry.objects.about(contest).filter(action="contest.shortlisted").exists()
    )


def test_shortlist_is_closed_once_the_poll_has_opened(gate_met):
    contest = make_contest()
    entry = make_entry(contest=contest)
    open_stage(contest=contest, stage=Stage.POLL, now=NOW)

    with pytest.raises(ContestError, match="不能再改"):
        shortlist(by=make_user(), contest=contest, numbers={entry.pk: 9}, now=NOW)


def test_database_refuses_a_number_twice_in_one_contest():
    entry = make_entry(number=7)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_entry(contest=entry.contest, number=7)


def test_the_same_number_may_stand_in_another_contest():
    make_entry(number=7)

    assert make_entry(number=7).plate == "07"


@pytest.mark.parametrize(
    ("number", "plate"), [(7, "07"), (20, "20"), (100, "100"), (None, "")]
)
def test_plate_has_two_digits_and_three_only_above_99(number, plate):
    assert Entry(number=number).plate == plate


def test_withdrawn_entry_stands_until_its_moment():
    entry = make_entry(withdrawn_at=NOW, withdrawal_notice="该单位申请退出。")

    assert list(Entry.objects.standing(NOW - SECOND)) == [entry]
    assert list(Entry.objects.standing(NOW)) == []


def test_hidden_contest_is_never_the_current_one():
    shown = make_contest()
    Contest.objects.filter(pk=shown.pk).update(poll_opens_at=NOW - DAY)
    make_contest(hidden=True, practice=True, practice_note="演练", poll_opens_at=NOW)

    assert current_contest() == shown
