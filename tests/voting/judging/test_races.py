"""Requests that meet: on real PostgreSQL, through HTTP, at a barrier."""

import json
import threading
import time
import uuid
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests.factories import (
    lock_turn,
    make_night_today,
    make_open_turn,
    make_sheet,
    make_user,
    seated,
)
from tests.parallel import together
from voting.judging import services
from voting.judging.errors import JudgingError
from voting.judging.late_models import LateSheet
from voting.judging.models import Device, Night, ScoreSheet, TurnLock

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

AT_ONCE = 8


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def turn(night):
    return make_open_turn(night, now=timezone.now())


def post(client, address, sheet_id, turn, version=1, results="50"):
    body = {
        "id": str(sheet_id),
        "turn": turn.pk,
        "version": version,
        "marks": {"results": results, "presentation": "30"},
    }
    clone = Client()
    clone.cookies = client.cookies
    return clone.post(
        f"{address}sheets/", json.dumps(body), content_type="application/json"
    )


def test_one_id_sent_eight_times_at_once_is_one_row_and_one_answer(night, turn):
    client, address = seated(night.seats.get(code="A01"))
    sheet_id = uuid.uuid4()

    answers = together([lambda: post(client, address, sheet_id, turn)] * AT_ONCE)

    assert {answer.status_code for answer in answers} == {200}
    assert len({json.dumps(answer.json()["sheet"]) for answer in answers}) == 1
    assert ScoreSheet.objects.count() == 1


def test_one_id_with_eight_contents_at_once_keeps_one(night, turn):
    client, address = seated(night.seats.get(code="A01"))
    sheet_id = uuid.uuid4()

    answers = together(
        [
            lambda mark=mark: post(client, address, sheet_id, turn, results=str(mark))
            for mark in range(AT_ONCE)
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    kept = next(a.json()["sheet"] for a in answers if a.status_code == 200)
    assert ScoreSheet.objects.get().marks == kept["marks"]


def test_eight_ids_for_one_version_at_once_leave_the_first(night, turn):
    client, address = seated(night.seats.get(code="A01"))

    answers = together([lambda: post(client, address, uuid.uuid4(), turn)] * AT_ONCE)

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 7}
    refusals = {a.json()["error"] for a in answers if a.status_code == 409}
    assert refusals == {"version_taken"}
    assert ScoreSheet.objects.count() == 1


def test_a_sheet_that_meets_the_lock_counts_or_is_late_but_is_never_lost(night, turn):
    client, address = seated(night.seats.get(code="A01"))
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now(), device=_device(seat))
    proposal = services.request_lock(by=make_user(), turn=turn, now=timezone.now())
    supervisor = make_user()

    def confirm():
        services.confirm_lock(by=supervisor, proposal=proposal, now=timezone.now())

    answers = together(
        [
            confirm,
            *(
                lambda version=version: post(
                    client, address, uuid.uuid4(), turn, version=version
                )
                for version in range(2, AT_ONCE + 1)
            ),
        ]
    )

    lock = TurnLock.objects.get()
    sheets = ScoreSheet.objects.filter(seat__code="A01")
    assert {answer.status_code for answer in answers[1:]} == {200}
    taken = [answer.json()["sheet"]["aside"] for answer in answers[1:]]
    assert set(taken) <= {"", "late"}
    assert LateSheet.objects.count() == taken.count("late")
    assert sheets.count() == AT_ONCE - taken.count("late")
    assert lock.turn == turn


def test_a_sheet_that_waited_for_the_lock_sees_it(night, turn):
    client, address = seated(night.seats.get(code="A01"))
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now(), device=_device(seat))
    proposal = services.request_lock(by=make_user(), turn=turn, now=timezone.now())
    supervisor, has_locked = make_user(), threading.Event()

    def confirm_slowly():
        with transaction.atomic():
            services.confirm_lock(by=supervisor, proposal=proposal, now=timezone.now())
            has_locked.set()
            time.sleep(1)

    def submit():
        assert has_locked.wait(timeout=60)
        return post(client, address, uuid.uuid4(), turn, version=2)

    _, answer = together([confirm_slowly, submit])

    assert answer.json()["sheet"]["aside"] == "late"


def _device(seat) -> Device:
    seat.refresh_from_db()
    return seat.devices.last() or Device.objects.create(
        seat=seat,
        generation=seat.generation,
        label="手机",
        asked_at=timezone.now(),
        allowed_at=timezone.now(),
        seen_at=timezone.now(),
    )


def test_eight_confirmations_at_once_lock_once(night, turn):
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    proposal = services.request_lock(by=make_user(), turn=turn, now=timezone.now())
    people = [make_user() for _ in range(AT_ONCE)]

    def confirm(by):
        try:
            services.confirm_lock(by=by, proposal=proposal, now=timezone.now())
        except JudgingError as error:
            return error.code
        return "locked once"

    results = together([lambda by=by: confirm(by) for by in people])

    assert Counter(results) == {"locked once": 1, "locked": 7}


def test_two_hosts_who_call_at_once_bring_one_entry_on_stage(night, turn):
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())
    hosts = [make_user() for _ in range(AT_ONCE)]

    def call(by):
        try:
            return services.call_turn(by=by, night=night, now=timezone.now()).order
        except JudgingError as error:
            return error.code

    results = together([lambda by=by: call(by) for by in hosts])

    assert Counter(results) == {2: 1, "refused": 7}


def test_wrong_pins_at_once_get_no_more_tries_than_allowed(night):
    seat = night.seats.get(code="A01")
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    address = f"/judge/{card.token}/sign-in/"

    pages = together([lambda: Client().post(address, {"pin": "x"})] * 12)

    seat.refresh_from_db()
    assert seat.pin_failures == 5
    assert sum("还可以试" in page.content.decode() for page in pages) <= 4
    right = Client().post(address, {"pin": card.pin})
    assert "席卡已停用" in right.content.decode()
    assert not Device.objects.exists()


def test_of_four_first_devices_at_once_one_has_the_seat_and_the_others_are_told(night):
    seat = night.seats.get(code="A01")
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    address = f"/judge/{card.token}/sign-in/"

    pages = together(
        [lambda: Client().post(address, {"pin": card.pin}, follow=True)] * 4
    )

    assert [device.generation for device in Device.objects.all()] == [2]
    told = ["正在另一台设备上" in page.content.decode() for page in pages]
    assert Counter(told) == {True: 3, False: 1}


def test_of_four_who_take_over_at_once_one_waits_for_the_host(night):
    seat = night.seats.get(code="A01")
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    seat.refresh_from_db()
    services.sign_in(seat=seat, pin=card.pin, label="手机", now=timezone.now())

    together(
        [lambda: services.ask_for_seat(seat=seat, label="平板", now=timezone.now()).pk]
        * 4
    )

    assert Device.objects.waiting().count() == 1
    assert Device.objects.filter(generation=2).count() == 1


def test_a_late_sheet_sent_eight_times_at_once_is_kept_once(night, turn):
    client, address = seated(night.seats.get(code="A01"))
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now(), device=_device(seat))
    lock_turn(turn, now=timezone.now())
    sheet_id = uuid.uuid4()

    answers = together(
        [lambda: post(client, address, sheet_id, turn, version=2)] * AT_ONCE
    )

    assert {answer.json()["sheet"]["aside"] for answer in answers} == {"late"}
    assert [late.pk for late in LateSheet.objects.all()] == [sheet_id]


def test_supervisor_and_host_do_not_wait_for_each_other_for_ever(night, turn):
    """Both hold the night and the turn: whoever holds them the other way round is in the way."""
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    proposal = services.request_lock(by=make_user(), turn=turn, now=timezone.now())
    host, supervisor = make_user(), make_user()
    held, answered = threading.Event(), []

    def confirm():
        held.wait(timeout=60)
        answered.append(
            services.confirm_lock(by=supervisor, proposal=proposal, now=timezone.now())
        )

    def ask_again():
        with transaction.atomic():
            Night.objects.held(night.pk)
            held.set()
            time.sleep(0.5)
            services.request_lock(by=host, turn=turn, now=timezone.now())
            answered.append("asked")

    together([confirm, ask_again])

    assert answered == ["asked", TurnLock.objects.get()]
