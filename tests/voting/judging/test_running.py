"""The clock, two entries marked together, and the question about totals far off."""

from datetime import timedelta

import pytest

from showcase.contests.models import Entry
from tests.factories import (
    NOW,
    RULES,
    lock_turn,
    make_device,
    make_night,
    make_open_turn,
    make_sheet,
    make_user,
)
from voting.judging import services
from voting.judging.errors import DeviceNotSeated, JudgingError, NotComplete
from voting.judging.judge_queries import judge_payload, judge_view
from voting.judging.models import Turn
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.queries import night_of, proposals_for_supervisor

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
WITH_OUTLIERS = RULES | {"outliers": {"distance": "15", "dixon": False}}


def call(night, now=NOW):
    return services.call_turn(by=make_user(), night=night_of(night.contest), now=now)


def fresh(turn) -> Turn:
    return Turn.objects.select_related("round__night", "entry__unit", "lock").get(
        pk=turn.pk
    )


def do(service, turn, now=NOW):
    return service(by=make_user(), turn=fresh(turn), now=now)


def withdraw(turn):
    Entry.objects.filter(pk=turn.entry_id).update(
        withdrawn_at=NOW, withdrawal_notice="退出。"
    )


def mark_all(turn, *, far="", now=NOW):
    """Everybody gives 50 + 30, the seat named ``far`` only 20 + 30."""
    for seat in turn.round.night.seats.order_by("code"):
        results = "20" if seat.code == far else "50"
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": results, "presentation": "30"},
            now=now,
        )


# The clock


def test_a_held_clock_stands_still_and_goes_on_from_there():
    turn = call(make_night())

    do(services.hold_clock, turn, NOW + 100 * SECOND)
    assert fresh(turn).clock.left == 200
    do(services.run_clock, turn, NOW + 160 * SECOND)

    assert fresh(turn).clock.left is None
    assert fresh(turn).clock.ends_at == NOW + 360 * SECOND


def test_holding_a_held_clock_and_running_a_running_one_change_nothing():
    turn = call(make_night())

    do(services.run_clock, turn, NOW + 5 * SECOND)
    do(services.hold_clock, turn, NOW + 10 * SECOND)
    do(services.hold_clock, turn, NOW + 20 * SECOND)

    assert fresh(turn).clock.left == 290


def test_overtime_is_held_as_overtime():
    turn = call(make_night())

    do(services.hold_clock, turn, NOW + 324 * SECOND)

    assert fresh(turn).clock.left == -24


def test_more_time_is_given_for_this_entry_alone_and_opening_begins_anew():
    night = make_night()
    turn = call(night)

    do(services.give_more_time, turn)
    assert fresh(turn).clock.ends_at == NOW + 330 * SECOND

    do(services.hold_clock, turn)
    do(services.open_turn, turn, NOW + SECOND)
    assert fresh(turn).clock.ends_at == NOW + 181 * SECOND


def test_time_is_not_given_without_end():
    turn = call(make_night())
    Turn.objects.filter(pk=turn.pk).update(clock_added=3600)

    with pytest.raises(JudgingError, match="不能再加"):
        do(services.give_more_time, turn)


def test_a_locked_turn_has_no_clock():
    turn = make_open_turn(make_night())
    mark_all(turn)
    lock_turn(turn)

    with pytest.raises(JudgingError, match="已经锁定"):
        do(services.hold_clock, turn)
    assert fresh(turn).clock is None


def test_a_judge_sees_no_deadline_while_the_clock_is_held():
    night = make_night()
    turn = make_open_turn(night)
    device = make_device(seat=night.seats.get(code="A01"))

    do(services.hold_clock, turn, NOW + 10 * SECOND)

    payload = judge_payload(judge_view(device, now=NOW))
    assert payload["turn"]["ends_at"] == ""


# Taking back


def test_a_call_is_taken_back_before_marking_opens():
    night = make_night()
    first = make_open_turn(night)
    mark_all(first)
    lock_turn(first)
    second = call(night, NOW + SECOND)

    do(services.take_back_call, second)

    assert night_of(night.contest).current_turn == first
    assert fresh(second).called_at is None
    assert call(night, NOW + 2 * SECOND) == second


def test_a_call_is_not_taken_back_once_marking_is_open():
    turn = make_open_turn(make_night())

    with pytest.raises(JudgingError, match="先收回开放"):
        do(services.take_back_call, turn)


def test_a_request_is_taken_back_until_the_supervisor_answers():
    night = make_night()
    turn = make_open_turn(night)
    mark_all(turn)
    proposal = do(services.request_lock, turn)
    assert proposals_for_supervisor(night) == [(proposal, turn)]

    do(services.take_back_request, turn)

    assert proposals_for_supervisor(night) == []
    with pytest.raises(JudgingError, match="已经撤回"):
        services.confirm_lock(by=make_user(), proposal=proposal, now=NOW)
    lock_turn(fresh(turn))
    with pytest.raises(JudgingError, match="没有什么可撤回"):
        do(services.take_back_request, turn)


# Two together


def test_two_entries_are_heard_then_marked_together_and_locked_one_by_one():
    night = make_night(entries=3)
    first = call(night)

    do(services.mark_with_next, first)
    with pytest.raises(JudgingError, match="请先请下一个上台"):
        do(services.open_turn, first)
    second = call(night)
    do(services.open_turn, second)

    assert fresh(first).opened_at == fresh(second).opened_at == NOW
    mark_all(first)
    lock_turn(fresh(first))
    with pytest.raises(JudgingError, match="还没有锁定"):
        call(night)
    mark_all(second)
    lock_turn(fresh(second))
    assert call(night).order == 3


def test_a_judge_marks_the_first_of_two_and_then_the_second():
    night = make_night()
    first = call(night)
    do(services.mark_with_next, first)
    second = call(night)
    do(services.open_turn, second)
    seat = night.seats.get(code="A01")
    device = make_device(seat=seat)
    assert judge_view(device, now=NOW).turn == first

    make_sheet(seat=seat, turn=first, device=device)

    assert judge_view(device, now=NOW).turn == second


def test_together_is_taken_back_until_the_second_is_on_stage():
    night = make_night()
    first = call(night)
    do(services.mark_with_next, first)

    do(services.mark_alone, first)
    do(services.open_turn, first)

    assert fresh(first).opened_at == NOW


def test_only_the_first_two_of_a_round_are_marked_together():
    night = make_night(entries=3)
    first = make_open_turn(night)
    mark_all(first)
    lock_turn(first)

    with pytest.raises(JudgingError, match="最先的两个"):
        do(services.mark_with_next, call(night))


def test_when_the_second_withdraws_the_first_waits_for_the_third():
    night = make_night(entries=3)
    first = call(night)
    do(services.mark_with_next, first)
    second = call(night)
    withdraw(second)

    third = call(night)
    do(services.open_turn, third)

    assert third.order == 3
    assert fresh(first).opened_at == NOW


def test_when_nobody_is_left_to_wait_for_the_first_is_marked_alone():
    night = make_night(entries=2)
    first = call(night)
    do(services.mark_with_next, first)
    withdraw(night.rounds.get().turns.exclude(pk=first.pk).get())

    do(services.open_turn, first)

    assert fresh(first).opened_at == NOW


def test_an_opening_of_two_is_taken_back_for_both_or_not_at_all():
    night = make_night()
    first = call(night)
    do(services.mark_with_next, first)
    second = call(night)
    do(services.open_turn, second)
    make_sheet(seat=night.seats.get(code="A01"), turn=first)

    with pytest.raises(JudgingError, match="不能再收回"):
        do(services.take_back_opening, second)

    assert fresh(first).opened_at == fresh(second).opened_at == NOW


# Outliers


@pytest.fixture
def far_off():
    """Three seats a panel, one of them thirty points below; asked about it."""
    night = make_night(seats=3, document=WITH_OUTLIERS)
    turn = make_open_turn(night)
    mark_all(turn, far="A02")
    return turn


def asked(turn):
    prompts = do(services.ask_outliers, turn)
    return [prompt.seat.code for prompt in prompts]


def device_of(turn, code):
    seat = turn.round.night.seats.get(code=code)
    device = seat.devices.last()
    device.seat = seat
    return device


def test_who_is_far_from_the_panel_is_asked_and_holds_up_the_request(far_off):
    with pytest.raises(NotComplete, match="离群"):
        do(services.request_lock, far_off)

    assert asked(far_off) == ["A02"]
    with pytest.raises(NotComplete, match="离群"):
        do(services.request_lock, far_off)


def test_the_payload_asks_the_judge_concerned_and_tells_no_mark(far_off):
    do(services.ask_outliers, far_off)
    prompt = OutlierPrompt.objects.get()

    concerned = judge_payload(judge_view(device_of(far_off, "A02"), now=NOW))
    other = judge_payload(judge_view(device_of(far_off, "A01"), now=NOW))

    assert concerned["outlier"] == {"id": prompt.pk}
    assert "outlier" not in other


def test_a_kept_mark_is_not_asked_about_again(far_off):
    do(services.ask_outliers, far_off)
    prompt = OutlierPrompt.objects.get()

    for _ in range(2):
        services.keep_marks(device=device_of(far_off, "A02"), prompt=prompt, now=NOW)

    assert asked(far_off) == []
    assert do(services.request_lock, far_off)
    assert OutlierPrompt.objects.count() == 1


def test_a_changed_mark_answers_the_question_even_if_it_is_still_far_off(far_off):
    do(services.ask_outliers, far_off)
    device = device_of(far_off, "A02")
    make_sheet(
        seat=device.seat,
        turn=far_off,
        device=device,
        version=2,
        marks={"results": "21", "presentation": "30"},
    )

    assert asked(far_off) == []
    assert do(services.request_lock, far_off)


def test_the_host_waits_no_longer_by_name(far_off):
    do(services.ask_outliers, far_off)

    do(services.waive_outliers, far_off)

    prompt = OutlierPrompt.objects.get()
    assert (prompt.answer, prompt.waived_by is None) == ("waived", False)
    assert do(services.request_lock, far_off)
    with pytest.raises(JudgingError, match="不用再等"):
        do(services.waive_outliers, far_off)


def test_only_the_device_that_has_the_seat_answers(far_off):
    do(services.ask_outliers, far_off)
    prompt = OutlierPrompt.objects.get()

    with pytest.raises(DeviceNotSeated):
        services.keep_marks(device=device_of(far_off, "A01"), prompt=prompt, now=NOW)

    assert asked(far_off) == ["A02"]


def test_without_a_rule_nobody_is_asked():
    turn = make_open_turn(make_night(seats=3))
    mark_all(turn, far="A02")

    assert asked(turn) == []
    assert do(services.request_lock, turn)
