import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from site_cms.trail.errors import AlreadyDecided, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import (
    HOUR,
    NOW,
    RULES,
    SECOND,
    SEED,
    draw_order,
    lock_turn,
    make_contest,
    make_device,
    make_entry,
    make_night,
    make_open_turn,
    make_seat,
    make_sheet,
    make_user,
    open_night,
)
from voting.judging import services
from voting.judging.cards import Card
from voting.judging.errors import (
    AlreadyLocked,
    DeviceNotSeated,
    JudgingError,
    MarksRefused,
    NightNotReady,
    NotComplete,
    PinBlocked,
    SeatInUse,
    SeatIsRecused,
    SheetChanged,
    SheetUnreadable,
    TurnNotOpen,
    VersionTaken,
    WrongPin,
)
from voting.judging.late_models import Late, LateSheet
from voting.judging.models import (
    Absence,
    Night,
    ScoreSheet,
    SeatKind,
    Turn,
    TurnLock,
)
from voting.judging.queries import (
    SeatAway,
    SheetMarks,
    devices_waiting,
    marks,
    night_of,
    seat_lines,
)
from voting.judging.rules import SeatState
from voting.rules import draw

pytestmark = pytest.mark.django_db

FULL = {"results": "50", "presentation": "30"}


def seats_of(night):
    return {seat.code: seat for seat in night.seats.all()}


def mark_everything(turn):
    for seat in turn.round.night.seats.all():
        make_sheet(seat=seat, turn=turn)


# Setting up


def test_a_night_is_made_from_the_rule_sheet_alone():
    night = services.set_up_night(
        by=make_user(),
        contest=make_contest(),
        document=RULES,
        hints={"results": "办成多少"},
        now=NOW,
    )

    round_ = night.rounds.get()
    assert [(p.code, p.name) for p in round_.panels.all()] == [
        ("leaders", "领导与部门代表"),
        ("residents", "群众代表"),
    ]
    assert [
        (c.code, c.hint, c.range.maximum, c.range.step) for c in round_.criteria.all()
    ] == [
        ("results", "办成多少", Decimal(60), Decimal("0.5")),
        ("presentation", "", Decimal(40), Decimal("0.5")),
    ]


def test_a_night_follows_a_changed_rule_sheet_until_the_draw():
    night = make_night(opened=False, entries=0)
    changed = RULES | {
        "rounds": [
            {
                "code": "answers",
                "name": "答问",
                "weight": "1",
                "panels": ["leaders"],
                "criteria": [{"code": "all", "name": "总评", "maximum": "100"}],
            }
        ]
    }

    services.set_up_night(by=None, contest=night.contest, document=changed, now=NOW)

    round_ = night.rounds.get()
    assert (round_.name, [p.code for p in round_.panels.all()]) == ("答问", ["leaders"])
    assert [c.name for c in round_.criteria.all()] == ["总评"]


def test_a_drawn_night_keeps_its_criteria():
    night = make_night(opened=False)

    with pytest.raises(JudgingError, match="出场顺序已经抽出"):
        services.set_up_night(by=None, contest=night.contest, document=RULES, now=NOW)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        pytest.param({}, "读不懂", id="not a rule sheet"),
        pytest.param(RULES | {"rounds": []}, "没有评委组或轮次", id="no rounds"),
    ],
)
def test_a_night_is_not_made_from_what_is_no_rule_sheet(document, sentence):
    with pytest.raises(JudgingError, match=sentence):
        services.set_up_night(
            by=None, contest=make_contest(), document=document, now=NOW
        )

    assert not Night.objects.exists()


def test_a_card_is_handed_out_once_and_only_hashes_stay():
    night = make_night(opened=False)

    seat, card = services.add_seat(
        by=None, night=night, panel="leaders", code="A09", name="何某某", now=NOW
    )

    stored = {seat.card_hash, seat.pin_hash}
    assert len(card.pin) == 6
    assert not {card.token, card.pin} & stored
    assert services.sign_in(seat=seat, pin=card.pin, label="手机", now=NOW).has_the_seat


def test_a_seat_code_is_used_once_in_a_night():
    night = make_night(opened=False)

    with pytest.raises(ValidationError, match="这个席位号已经用过"):
        make_seat(night=night, code="A01", panel="residents")


def test_only_a_practice_contest_brings_its_own_cards():
    card = Card("LH7K29QF", "123456")

    with pytest.raises(JudgingError, match="只能由系统生成"):
        make_seat(night=make_night(opened=False), code="A09", card=card)

    practice = make_night(opened=False, practice=True, practice_note="演练")
    assert make_seat(night=practice, code="A09", card=card).card == card


def test_the_order_is_the_one_that_anybody_can_draw_again():
    night = make_night(entries=5, opened=False)
    drawn = night.rounds.get().draw

    entries = [(entry.plate, entry.unit.name) for entry in night.contest.entries.all()]
    assert [turn.entry.plate for turn in Turn.objects.in_order()] == [
        lot.number for lot in draw.draw(drawn.title, entries, SEED)
    ]
    assert drawn.list_hash == draw.list_hash(drawn.listed)


def test_an_order_is_drawn_once():
    night = make_night(opened=False)

    with pytest.raises(JudgingError, match="已经抽过签"):
        draw_order(night.rounds.get(), seed="anotherseed")


def test_a_recusal_is_refused_after_the_draw():
    night = make_night(opened=False)
    entry = night.contest.entries.first()

    with pytest.raises(JudgingError, match="抽签之前"):
        services.record_recusal(
            by=None, seat=seats_of(night)["A01"], entry=entry, reason="亲属", now=NOW
        )


def test_what_was_frozen_cannot_be_changed_after_the_opening():
    night = make_night(opened=True)

    with pytest.raises(JudgingError, match="已经开放"):
        make_seat(night=night, code="A09")


# Devices


def test_five_wrong_pins_block_the_card_until_the_host_allows_it_again():
    seat = make_seat(night=make_night(opened=False), code="A09")
    sign_in = {"seat": seat, "label": "手机", "now": NOW}
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin, match=f"还可以试 {left} 次"):
            services.sign_in(pin="x", **sign_in)
    with pytest.raises(PinBlocked):
        services.sign_in(pin="x", **sign_in)

    with pytest.raises(PinBlocked):
        services.sign_in(pin=seat.card.pin, **sign_in)

    services.allow_pin_again(by=make_user(), seat=seat, now=NOW)
    assert services.sign_in(pin=seat.card.pin, **sign_in).has_the_seat


def test_a_right_pin_forgets_the_wrong_ones():
    seat = make_seat(night=make_night(opened=False), code="A09")
    with pytest.raises(WrongPin):
        services.sign_in(seat=seat, pin="x", label="手机", now=NOW)

    services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)

    seat.refresh_from_db()
    assert seat.pin_failures == 0


def test_a_second_device_is_not_seated_by_the_pin_alone():
    seat = make_seat(night=make_night(opened=False), code="A09")
    first = services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)

    with pytest.raises(SeatInUse, match="正在另一台设备上"):
        services.sign_in(seat=seat, pin=seat.card.pin, label="平板", now=NOW)

    assert list(seat.devices.all()) == [first]
    seat.refresh_from_db()
    assert seat.pin_failures == 0


def test_a_second_device_waits_for_the_host_and_then_replaces_the_first():
    seat = make_seat(night=make_night(opened=False), code="A09")
    first = services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)
    second = services.ask_for_seat(seat=seat, label="平板", now=NOW)
    assert (first.has_the_seat, second.has_the_seat) == (True, False)

    admitted = services.admit_device(by=make_user(), device=second, now=NOW)

    first.seat.refresh_from_db()
    assert (first.has_the_seat, admitted.has_the_seat) == (False, True)
    assert [entry.sentence for entry in TrailEntry.objects.order_by("pk")][-3:] == [
        "A09 周某某 在手机上就座",
        "A09 周某某 请求换到平板",
        "同意 A09 周某某 换到平板，原设备停用",
    ]


def test_a_seat_that_became_free_is_taken_without_the_host():
    seat = make_seat(night=make_night(opened=False), code="A09")
    first = services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)
    services.leave_seat(device=first, now=NOW)

    assert services.ask_for_seat(seat=seat, label="平板", now=NOW).has_the_seat


def test_the_newest_request_for_a_seat_stands():
    seat = make_seat(night=make_night(opened=False), code="A09")
    services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)
    services.ask_for_seat(seat=seat, label="平板", now=NOW)

    newest = services.ask_for_seat(seat=seat, label="电脑", now=NOW)

    assert devices_waiting(seat.night) == [newest]
    services.reissue_card(by=make_user(), seat=seat, now=NOW)
    assert devices_waiting(seat.night) == []


def test_whoever_asked_may_ask_no_longer():
    seat = make_seat(night=make_night(opened=False), code="A09")
    first = services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)
    second = services.ask_for_seat(seat=seat, label="平板", now=NOW)

    services.leave_seat(device=second, now=NOW)

    assert devices_waiting(seat.night) == []
    seat.refresh_from_db()
    assert first.generation == seat.generation


def test_a_device_is_admitted_once():
    seat = make_seat(night=make_night(opened=False), code="A09")
    make_device(seat=seat)
    second = make_device(seat=seat, generation=None, allowed_at=None)
    services.refuse_device(by=make_user(), device=second, now=NOW)

    with pytest.raises(JudgingError, match="已经处理过"):
        services.admit_device(by=make_user(), device=second, now=NOW)


def test_a_new_card_makes_the_old_one_and_its_devices_worthless():
    seat = make_seat(night=make_night(opened=False), code="A09")
    device = services.sign_in(seat=seat, pin=seat.card.pin, label="手机", now=NOW)

    card = services.reissue_card(by=make_user(), seat=seat, now=NOW)

    device.seat.refresh_from_db()
    seat.refresh_from_db()
    assert not device.has_the_seat
    with pytest.raises(WrongPin):
        services.sign_in(seat=seat, pin=seat.card.pin + "x", label="手机", now=NOW)
    assert services.sign_in(seat=seat, pin=card.pin, label="手机", now=NOW).has_the_seat


# Sheets


def test_a_sheet_is_kept_as_it_was_marked():
    night = make_night()
    turn = make_open_turn(night)

    sheet = make_sheet(seat=seats_of(night)["A01"], turn=turn, marks=FULL)

    sheet.refresh_from_db()
    assert (sheet.marks, sheet.total, sheet.received_at) == (
        {"results": "50.0", "presentation": "30.0"},
        Decimal(80),
        NOW,
    )


def test_the_same_id_with_the_same_content_is_taken_once():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    first = make_sheet(seat=seat, turn=turn, sheet_id=uuid.UUID(int=1), now=NOW)

    again = make_sheet(
        seat=seat,
        turn=turn,
        sheet_id=uuid.UUID(int=1),
        marks={"results": "50.0", "presentation": "３０"},
        now=NOW + HOUR,
    )

    assert (again.received_at, again.receipt) == (first.received_at, first.receipt)
    assert ScoreSheet.objects.count() == 1


def test_the_same_sheet_sent_again_after_the_lock_gets_the_same_answer():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    seats = seats_of(night)
    first = make_sheet(seat=seats["A01"], turn=turn, sheet_id=uuid.UUID(int=1))
    make_sheet(seat=seats["C01"], turn=turn)
    lock_turn(turn)

    again = make_sheet(seat=seats["A01"], turn=turn, sheet_id=uuid.UUID(int=1))

    assert again == first
    assert not LateSheet.objects.exists()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"marks": {"results": "51", "presentation": "30"}}, id="marks"),
        pytest.param({"version": 2}, id="version"),
    ],
)
def test_the_same_id_with_other_content_is_refused(other):
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    make_sheet(seat=seat, turn=turn, sheet_id=uuid.UUID(int=1))

    with pytest.raises(SheetChanged):
        make_sheet(seat=seat, turn=turn, sheet_id=uuid.UUID(int=1), **other)

    assert ScoreSheet.objects.count() == 1


def test_an_id_of_another_seat_is_refused():
    night = make_night()
    turn = make_open_turn(night)
    seats = seats_of(night)
    make_sheet(seat=seats["A01"], turn=turn, sheet_id=uuid.UUID(int=1))

    with pytest.raises(SheetChanged):
        make_sheet(seat=seats["A02"], turn=turn, sheet_id=uuid.UUID(int=1))


def test_of_two_sheets_for_one_version_the_first_counts():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    first = make_sheet(seat=seat, turn=turn)

    with pytest.raises(VersionTaken):
        make_sheet(seat=seat, turn=turn, marks={"results": "1", "presentation": "1"})

    assert list(ScoreSheet.objects.latest()) == [first]


def test_the_highest_version_stands_even_when_it_arrives_first():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)

    second = make_sheet(seat=seat, turn=turn, version=2)
    make_sheet(
        seat=seat, turn=turn, version=1, marks={"results": "1", "presentation": "1"}
    )

    assert list(ScoreSheet.objects.latest()) == [second]


def test_a_partial_sheet_is_refused_with_a_sentence_for_each_gap():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)

    with pytest.raises(MarksRefused) as refusal:
        make_sheet(seat=seat, turn=turn, marks={"results": "99"})

    assert refusal.value.problems == {
        "results": "实事成效：0 到 60，每档 0.5。您填的是 99，超过了 60。",
        "presentation": "现场展示：0 到 40，每档 0.5。这一项还没有打分。",
    }
    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"marks": FULL | {"ghost": "1"}}, id="unknown criterion"),
        pytest.param({"version": 0}, id="version 0"),
        pytest.param({"version": 1000}, id="version too high"),
    ],
)
def test_what_cannot_be_a_sheet_is_refused(fields):
    night = make_night()

    with pytest.raises(SheetUnreadable):
        make_sheet(seat=seats_of(night)["A01"], turn=make_open_turn(night), **fields)


def test_a_turn_that_is_not_open_takes_no_sheet():
    night = make_night()
    turn = services.call_turn(by=make_user(), night=night, now=NOW)

    with pytest.raises(TurnNotOpen):
        make_sheet(seat=seats_of(night)["A01"], turn=turn)


def test_a_turn_of_another_night_takes_no_sheet():
    night, other = make_night(), make_night()

    with pytest.raises(TurnNotOpen):
        make_sheet(seat=seats_of(night)["A01"], turn=make_open_turn(other))


def test_a_recused_seat_is_not_asked():
    night = make_night(opened=False, entries=0)
    make_entry(contest=night.contest)
    seat = seats_of(night)["A01"]
    services.record_recusal(
        by=None,
        seat=seat,
        entry=night.contest.entries.get(),
        reason="曾在该单位工作",
        now=NOW - HOUR,
    )
    draw_order(night.rounds.get(), now=NOW - HOUR)
    open_night(night)
    turn = make_open_turn(night)

    with pytest.raises(SeatIsRecused):
        make_sheet(seat=seat, turn=turn)
    for code in ("A02", "C01", "C02"):
        make_sheet(seat=seats_of(night)[code], turn=turn)
    lock_turn(turn)

    assert marks(night.contest).recusals == [SeatAway("A01", 1, "", "曾在该单位工作")]


def test_a_late_sheet_is_kept_aside():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)

    late = make_sheet(seat=seats_of(night)["A01"], turn=turn, version=2)

    assert LateSheet.objects.get() == late
    assert (late.why, late.marks, late.generation) == (
        Late.AFTER_LOCK,
        {"results": "50.0", "presentation": "30.0"},
        1,
    )
    assert [sheet.version for sheet in ScoreSheet.objects.latest()] == [1, 1]
    assert TrailEntry.objects.get(action="late_sheet.kept").sentence == (
        f"A01 周某某 给 {turn.entry} 的评分表留存，没有计入（锁定后到达）"
    )


def test_a_late_sheet_sent_again_is_kept_once_and_with_other_marks_refused():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)
    late = {"seat": seats_of(night)["A01"], "turn": turn, "version": 2}
    first = make_sheet(sheet_id=uuid.UUID(int=7), **late)

    again = make_sheet(sheet_id=uuid.UUID(int=7), now=NOW + HOUR, **late)

    assert (again, again.received_at) == (first, first.received_at)
    assert TrailEntry.objects.filter(action="late_sheet.kept").count() == 1
    with pytest.raises(SheetChanged):
        make_sheet(
            sheet_id=uuid.UUID(int=7),
            marks={"results": "1", "presentation": "1"},
            **late,
        )


def test_database_refuses_to_change_or_delete_a_late_sheet():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)
    late = make_sheet(seat=seats_of(night)["A01"], turn=turn, version=2)

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        LateSheet.objects.filter(pk=late.pk).update(total=99)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        LateSheet.objects.filter(pk=late.pk).delete()


def test_a_sheet_of_a_replaced_device_is_kept_aside():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    old = make_device(seat=seat)
    new = make_device(seat=seat, generation=None, allowed_at=None)
    services.admit_device(by=make_user(), device=new, now=NOW)

    sheet = make_sheet(seat=seat, turn=turn, device=old)

    assert LateSheet.objects.get() == sheet
    assert (sheet.why, sheet.generation) == (Late.OLD_DEVICE, 1)
    assert not ScoreSheet.objects.exists()


def test_a_device_that_waits_for_the_host_has_no_sheet():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    make_device(seat=seat)
    waiting = make_device(seat=seat, generation=None, allowed_at=None)

    with pytest.raises(DeviceNotSeated):
        make_sheet(seat=seat, turn=turn, device=waiting)


def test_database_refuses_to_change_or_delete_a_sheet():
    night = make_night()
    sheet = make_sheet(seat=seats_of(night)["A01"], turn=make_open_turn(night))

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).update(total=99)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).delete()


def test_database_refuses_a_changed_running_order():
    make_night()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        Turn.objects.update(order=9)


# Absence


def test_an_absent_seat_does_not_hold_up_the_lock_and_is_not_zero():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    seats = seats_of(night)
    make_sheet(seat=seats["A01"], turn=turn)
    services.mark_absent(
        by=make_user(), turn=turn, seat=seats["C01"], reason="未到场", now=NOW
    )

    lock_turn(turn)

    found = marks(night.contest)
    assert [sheet.seat for sheet in found.sheets] == ["A01"]
    assert found.absences == [SeatAway("C01", turn.entry.number, "final", "未到场")]


def test_a_sheet_that_comes_after_all_takes_the_absence_back():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    services.mark_absent(by=make_user(), turn=turn, seat=seat, reason="离席", now=NOW)

    make_sheet(seat=seat, turn=turn)

    states = {line.seat.code: line.state for line in seat_lines(turn, now=NOW)}
    assert states["A01"] == SeatState.RECEIVED
    assert TrailEntry.objects.filter(action="absence.withdrawn", by=None).count() == 1


def test_a_seat_whose_sheet_is_in_is_not_absent():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    make_sheet(seat=seat, turn=turn)

    with pytest.raises(JudgingError, match="已经收到"):
        services.mark_absent(
            by=make_user(), turn=turn, seat=seat, reason="离席", now=NOW
        )


def test_an_absence_is_recorded_once_and_can_be_taken_back_before_the_lock():
    night = make_night()
    seat, turn = seats_of(night)["A01"], make_open_turn(night)
    absence = {"by": make_user(), "turn": turn, "seat": seat, "now": NOW}
    services.mark_absent(reason="离席", **absence)
    with pytest.raises(JudgingError, match="已经记为缺席"):
        services.mark_absent(reason="离席", **absence)

    services.withdraw_absence(**absence)

    assert not Absence.objects.standing().exists()


# Running the night


def test_a_turn_is_locked_by_two_people_and_then_counts():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    assert marks(night.contest).sheets == []

    lock_turn(turn)

    given = {"results": Decimal(50), "presentation": Decimal(30)}
    number = turn.entry.number
    assert marks(night.contest).sheets == [
        SheetMarks("A01", "leaders", "official", number, "final", given),
        SheetMarks("C01", "residents", "official", number, "final", given),
    ]


def test_a_lock_is_refused_while_a_seat_is_missing_and_names_it():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    make_sheet(seat=seats_of(night)["A01"], turn=turn)

    with pytest.raises(NotComplete, match="还差 C01 周某某，不能锁定"):
        services.request_lock(by=make_user(), turn=turn, now=NOW)


def test_a_lock_is_refused_when_an_absence_was_taken_back_after_the_request():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    seats = seats_of(night)
    make_sheet(seat=seats["A01"], turn=turn)
    absence = {"by": make_user(), "turn": turn, "seat": seats["C01"], "now": NOW}
    services.mark_absent(reason="离席", **absence)
    proposal = services.request_lock(by=make_user(), turn=turn, now=NOW)
    services.withdraw_absence(**absence)

    with pytest.raises(NotComplete):
        services.confirm_lock(by=make_user(), proposal=proposal, now=NOW)

    assert not TurnLock.objects.exists()


@pytest.mark.parametrize("kind", [SeatKind.PRACTICE, SeatKind.OBSERVER])
def test_practice_and_observer_seats_do_not_hold_up_the_lock(kind):
    night = make_night(seats=1, opened=False)
    make_seat(night=night, code="A09", kind=kind)
    open_night(night)
    turn = make_open_turn(night)
    seats = seats_of(night)
    make_sheet(seat=seats["A01"], turn=turn)
    make_sheet(seat=seats["C01"], turn=turn)

    lock_turn(turn)

    assert [sheet.seat for sheet in marks(night.contest).sheets] == ["A01", "C01"]


def test_whoever_asked_for_the_lock_cannot_confirm_it():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    host = make_user()
    proposal = services.request_lock(by=host, turn=turn, now=NOW)

    with pytest.raises(SamePerson):
        services.confirm_lock(by=host, proposal=proposal, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        TurnLock.objects.create(
            turn=turn,
            proposal=proposal,
            asked_by=host,
            confirmed_by=host,
            locked_at=NOW,
        )


def test_asking_twice_leaves_one_request_and_one_answer():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    proposal = services.request_lock(by=make_user(), turn=turn, now=NOW)
    assert services.request_lock(by=make_user(), turn=turn, now=NOW) == proposal
    services.reject_lock(by=make_user(), proposal=proposal, remark="少一席", now=NOW)

    with pytest.raises(AlreadyDecided):
        services.confirm_lock(by=make_user(), proposal=proposal, now=NOW)


def test_judges_may_change_until_the_lock_even_while_it_is_asked_for():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    proposal = services.request_lock(by=make_user(), turn=turn, now=NOW)

    changed = make_sheet(
        seat=seats_of(night)["A01"],
        turn=turn,
        version=2,
        marks={"results": "60", "presentation": "40"},
    )
    services.confirm_lock(by=make_user(), proposal=proposal, now=NOW)

    assert marks(night.contest).sheets[0].marks["results"] == Decimal(60)
    assert ScoreSheet.objects.latest().get(seat=changed.seat) == changed


def test_the_next_entry_waits_until_the_one_on_stage_is_locked():
    night = make_night()
    make_open_turn(night)

    with pytest.raises(JudgingError, match="还没有锁定"):
        services.call_turn(by=make_user(), night=night, now=NOW)


def test_a_withdrawn_entry_is_not_called():
    night = make_night(entries=3)
    first = Turn.objects.in_order().first()
    entry = first.entry
    entry.withdrawn_at, entry.withdrawal_notice = NOW - SECOND, "自愿退出"
    entry.save()

    assert services.call_turn(by=make_user(), night=night, now=NOW).order == 2


def test_an_opening_by_mistake_is_taken_back_only_while_nothing_has_come_in():
    night = make_night()
    turn = make_open_turn(night)
    services.take_back_opening(by=make_user(), turn=turn, now=NOW)
    turn = services.open_turn(by=make_user(), turn=turn, now=NOW)
    make_sheet(seat=seats_of(night)["A01"], turn=turn)

    with pytest.raises(JudgingError, match="不能再收回"):
        services.take_back_opening(by=make_user(), turn=turn, now=NOW)


def test_nothing_runs_before_the_night_has_opened():
    night = make_night(opened=False)

    with pytest.raises(NightNotReady):
        services.call_turn(by=make_user(), night=night, now=NOW)


def test_the_night_closes_when_every_entry_is_locked():
    night = make_night(seats=1, entries=2)
    for left in (1, 0):
        turn = make_open_turn(night)
        mark_everything(turn)
        lock_turn(turn)
        if left:
            with pytest.raises(JudgingError, match="还有 1 个单位"):
                services.close_night(by=make_user(), night=night, now=NOW)

    closed = services.close_night(by=make_user(), night=night, now=NOW)

    assert closed.contest.night_closed_at == NOW
    with pytest.raises(NightNotReady):
        services.call_turn(by=make_user(), night=night, now=NOW + SECOND)


def test_a_locked_turn_cannot_be_locked_or_opened_again():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)

    with pytest.raises(AlreadyLocked):
        services.request_lock(by=make_user(), turn=turn, now=NOW)
    with pytest.raises(AlreadyLocked):
        services.open_turn(by=make_user(), turn=turn, now=NOW)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        TurnLock.objects.all().delete()


def test_every_act_of_an_operator_raises_the_revision_and_is_in_the_trail():
    night = make_night(seats=1)
    before = night.revision
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)

    assert night_of(night.contest).revision == before + 4
    actions = TrailEntry.objects.about(turn).values_list("action", flat=True)
    assert list(actions) == [
        "turn.called",
        "turn.opened",
        "turn.lock.proposed",
        "turn.lock.confirmed",
    ]


# Corrections


def test_a_correction_is_a_new_version_by_two_people_and_the_old_one_stays():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)
    proposal = services.propose_correction(
        by=make_user(),
        turn=turn,
        seat=seats_of(night)["A01"],
        marks={"results": "22.5", "presentation": "30"},
        reason="把 22.5 按成 50",
        now=NOW,
    )
    assert marks(night.contest).sheets[0].marks["results"] == Decimal(50)

    services.confirm_correction(by=make_user(), proposal=proposal, now=NOW)

    assert marks(night.contest).sheets[0].marks["results"] == Decimal("22.5")
    assert ScoreSheet.objects.filter(seat=seats_of(night)["A01"]).count() == 2


def test_a_correction_before_the_lock_is_refused():
    night = make_night()

    with pytest.raises(JudgingError, match="不用更正"):
        services.propose_correction(
            by=make_user(),
            turn=make_open_turn(night),
            seat=seats_of(night)["A01"],
            marks=FULL,
            reason="按错",
            now=NOW,
        )


def test_of_two_corrections_from_one_version_the_second_is_refused():
    night = make_night(seats=1)
    turn = make_open_turn(night)
    mark_everything(turn)
    lock_turn(turn)
    correction = {
        "turn": turn,
        "seat": seats_of(night)["A01"],
        "marks": FULL,
        "reason": "按错",
        "now": NOW,
    }
    first = services.propose_correction(by=make_user(), **correction)
    second = services.propose_correction(by=make_user(), **correction)
    services.confirm_correction(by=make_user(), proposal=first, now=NOW)

    with pytest.raises(VersionTaken, match="又更正过"):
        services.confirm_correction(by=make_user(), proposal=second, now=NOW)


# Practice


def practice_night(**fields):
    return make_night(practice=True, practice_note="演练", **fields)


def test_a_practice_round_is_filled_in_at_once_and_its_rows_are_valid():
    night = practice_night(seats=2, entries=3)
    round_ = night.rounds.get()
    sheets = {
        (seat.code, turn.entry.number): FULL
        for seat in night.seats.all()
        for turn in round_.turns.all()
    }
    first = round_.turns.get(order=1).entry.number
    sheets["A01", first] = None
    last = round_.turns.get(order=3).entry.number
    del sheets["C02", last]

    services.import_practice_sheets(
        by=make_user(),
        confirmed_by=make_user(),
        round_=round_,
        sheets=sheets,
        began_at=NOW - HOUR,
        now=NOW,
    )

    found = marks(night.contest)
    assert len(found.sheets) == 3 + 4
    assert [away.seat for away in found.absences] == ["A01"]
    turns = Turn.objects.in_order()
    assert [turn.is_locked for turn in turns] == [True, True, False]
    assert night_of(night.contest).current_turn.order == 3
    make_sheet(seat=seats_of(night)["C02"], turn=turns[2])
    lock_turn(turns[2])


def test_a_real_contest_takes_no_imported_marks():
    night = make_night()

    with pytest.raises(JudgingError, match="只由评委来打"):
        services.import_practice_sheets(
            by=make_user(),
            confirmed_by=make_user(),
            round_=night.rounds.get(),
            sheets={("A01", 1): FULL},
            began_at=NOW,
            now=NOW,
        )

    assert not ScoreSheet.objects.exists()
