"""The judge's page over HTTP: what gets in, what gets out, and what never does."""

import json
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import (
    lock_turn,
    make_device,
    make_night_today,
    make_open_turn,
    make_sheet,
    make_user,
    seated,
)
from voting.judging import services
from voting.judging.models import Device, ScoreSheet

pytestmark = pytest.mark.django_db

FULL = {"results": "50", "presentation": "30"}


def seat_of(night, code="A01"):
    return night.seats.get(code=code)


def open_turn(night):
    return make_open_turn(night, now=timezone.now())


def sheet_for(turn, **fields):
    return {"id": str(uuid.uuid4()), "turn": turn.pk, "version": 1, "marks": FULL} | (
        fields
    )


def post(client, address, body):
    return client.post(
        f"{address}sheets/", json.dumps(body), content_type="application/json"
    )


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


# Card and PIN


def test_an_unknown_card_gets_a_sentence():
    response = Client().get("/judge/nothing/")

    assert response.status_code == 404
    assert "这张席卡没有用" in text(response)


def test_the_right_pin_greets_by_name_and_seat():
    night = make_night_today()
    card = services.reissue_card(
        by=make_user(), seat=seat_of(night), now=timezone.now()
    )
    client = Client()

    response = client.post(
        f"/judge/{card.token}/sign-in/", {"pin": card.pin}, follow=True
    )

    assert response.status_code == 200
    assert 'data-section="greet"' in response.content.decode()
    assert "您好 周某某 领导与部门代表A01 席 今晚 2 个单位" in text(response)


@pytest.mark.parametrize(
    ("pin", "sentence"),
    [
        pytest.param("", "请输入 6 位密码。", id="empty"),
        pytest.param("nonsense", "密码不对，还可以试 4 次。", id="wrong"),
        pytest.param("9" * 500, "密码只有 6 位数字", id="far too long"),
    ],
)
def test_a_wrong_pin_is_told_at_the_field(pin, sentence):
    night = make_night_today()
    card = services.reissue_card(
        by=make_user(), seat=seat_of(night), now=timezone.now()
    )

    response = Client().post(f"/judge/{card.token}/sign-in/", {"pin": pin})

    assert response.status_code == 200
    assert sentence in text(response)
    assert not Device.objects.exists()


def test_without_the_pin_nothing_is_told_and_nothing_is_taken():
    night = make_night_today()
    turn = open_turn(night)
    card = services.reissue_card(
        by=make_user(), seat=seat_of(night), now=timezone.now()
    )
    client, address = Client(), f"/judge/{card.token}/"

    assert client.get(f"{address}state/").status_code == 403
    assert post(client, address, sheet_for(turn)).status_code == 403
    assert not ScoreSheet.objects.exists()


def test_the_cookie_of_one_card_is_worth_nothing_at_another():
    night = make_night_today()
    client, _ = seated(seat_of(night, "A01"))
    other = services.reissue_card(
        by=make_user(), seat=seat_of(night, "A02"), now=timezone.now()
    )
    cookie = client.cookies["seat"].value
    thief = Client()
    thief.cookies["seat"] = cookie

    assert thief.get(f"/judge/{other.token}/state/").status_code == 403


def test_a_forged_cookie_is_no_seat():
    night = make_night_today()
    _, address = seated(seat_of(night))
    forger = Client()
    forger.cookies["seat"] = "1:forged:signature"

    assert forger.get(f"{address}state/").status_code == 403


def test_whoever_is_not_meant_gives_the_seat_back():
    night = make_night_today()
    client, address = seated(seat_of(night))

    client.post(f"{address}leave/")

    assert "请输入密码" in text(client.get(address))
    card_client = Client()
    token = address.split("/")[2]
    assert card_client.get(f"/judge/{token}/state/").status_code == 403


# Waiting and marking


def test_the_page_waits_and_then_opens_by_itself():
    night = make_night_today()
    client, address = seated(seat_of(night))
    first = client.get(f"{address}state/")
    assert first.json()["state"] == "wait"
    unchanged = client.get(f"{address}state/", headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")

    open_turn(night)

    opened = client.get(f"{address}state/", headers={"If-None-Match": first["ETag"]})
    assert opened.json()["state"] == "open"
    assert [c["code"] for c in opened.json()["turn"]["criteria"]] == [
        "results",
        "presentation",
    ]


def test_a_sheet_is_answered_with_its_receipt_and_taken_once():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    body = sheet_for(turn)

    first, again = (post(client, address, body) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["sheet"] == again.json()["sheet"]
    assert first.json()["sheet"]["total"] == "80.0"
    assert first.json()["view"]["state"] == "received"
    assert ScoreSheet.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        pytest.param(
            {"marks": FULL | {"results": "61"}}, 422, "marks_refused", id="range"
        ),
        pytest.param({"marks": {"results": "50"}}, 422, "marks_refused", id="half"),
        pytest.param({"marks": []}, 400, "unreadable", id="marks are a list"),
        pytest.param({"marks": FULL | {"x": "1"}}, 400, "unreadable", id="stranger"),
        pytest.param({"id": "7"}, 400, "unreadable", id="id is no uuid"),
        pytest.param({"id": None}, 400, "unreadable", id="no id"),
        pytest.param({"version": 0}, 400, "unreadable", id="version 0"),
        pytest.param({"version": 10**30}, 400, "unreadable", id="huge version"),
        pytest.param({"version": True}, 400, "unreadable", id="version true"),
        pytest.param({"version": "x"}, 400, "unreadable", id="version is a word"),
        pytest.param({"turn": 10**9}, 409, "not_open", id="unknown turn"),
        pytest.param({"turn": {"a": 1}}, 400, "unreadable", id="turn is an object"),
        pytest.param({"generation": 9}, 400, "unreadable", id="generation to come"),
    ],
)
def test_a_bad_sheet_gets_a_sentence_and_leaves_nothing(change, status, error):
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))

    response = post(client, address, sheet_for(turn) | change)

    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response.json()["message"]
    assert not ScoreSheet.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1,2]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b'{"marks":{"results":NaN}}',
        b"[" * 50_000,
        b'{"id":' + b"9" * 6000 + b"}",
    ],
)
def test_rubbish_is_never_an_error_of_ours(body):
    night = make_night_today()
    open_turn(night)
    client, address = seated(seat_of(night))

    response = client.post(f"{address}sheets/", body, content_type="application/json")

    assert (response.status_code, response.json()["error"]) == (400, "unreadable")


def test_the_same_id_with_other_marks_is_409():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    body = sheet_for(turn)
    post(client, address, body)

    changed = post(client, address, body | {"marks": FULL | {"results": "1"}})

    assert (changed.status_code, changed.json()["error"]) == (409, "sheet_changed")


def test_a_second_id_for_one_version_is_409_and_the_first_stands():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    first = post(client, address, sheet_for(turn)).json()["sheet"]

    second = post(client, address, sheet_for(turn))

    assert (second.status_code, second.json()["error"]) == (409, "version_taken")
    assert client.get(f"{address}state/").json()["sheet"]["id"] == first["id"]


def test_a_later_version_stands_until_the_lock_and_is_late_after_it():
    night = make_night_today(seats=1)
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    make_sheet(seat=seat_of(night, "C01"), turn=turn, now=timezone.now())
    post(client, address, sheet_for(turn))
    changed = post(
        client, address, sheet_for(turn, version=2, marks=FULL | {"results": "60"})
    )
    assert changed.json()["view"]["sheet"]["total"] == "90.0"
    lock_turn(turn, now=timezone.now())

    late = post(client, address, sheet_for(turn, version=3))

    assert late.json()["sheet"]["aside"] == "late"
    state = client.get(f"{address}state/").json()
    assert (state["state"], state["sheet"]["total"]) == ("locked", "90.0")


def test_a_draft_is_seen_by_the_host_as_a_draft_and_nothing_more():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))

    client.get(f"{address}state/?draft={turn.pk}")

    assert Device.objects.get().drafting == turn


@pytest.mark.parametrize("draft", ["", "x", "-1", "9" * 40])
def test_rubbish_about_a_draft_is_no_draft(draft):
    night = make_night_today()
    open_turn(night)
    client, address = seated(seat_of(night))

    response = client.get(f"{address}state/", {"draft": draft})

    assert response.status_code == 200
    assert Device.objects.get().drafting is None


# Another device


def test_a_second_device_waits_and_the_first_is_told_when_it_is_replaced():
    night = make_night_today()
    seat = seat_of(night)
    first, address = seated(seat)
    seat.refresh_from_db()
    second = make_device(seat=seat, generation=None, allowed_at=None)

    services.admit_device(by=make_user(), device=second, now=timezone.now())

    assert first.get(f"{address}state/").json() == {"state": "taken", "sent": 0}
    assert "已换到另一台设备" in text(first.get(address))


def test_marks_of_a_replaced_device_are_kept_aside():
    night = make_night_today()
    turn = open_turn(night)
    seat = seat_of(night)
    first, address = seated(seat)
    seat.refresh_from_db()
    second = make_device(seat=seat, generation=None, allowed_at=None)
    services.admit_device(by=make_user(), device=second, now=timezone.now())

    answer = post(first, address, sheet_for(turn)).json()

    assert answer["sheet"]["aside"] == "old_device"
    assert not ScoreSheet.objects.exists()


# What never reaches a device


def test_no_mark_of_another_seat_and_no_total_ever_reaches_a_device():
    night = make_night_today(seats=2)
    turn = open_turn(night)
    for code, mark in (("A02", "41.5"), ("C01", "42.5"), ("C02", "43.5")):
        make_sheet(
            seat=seat_of(night, code),
            turn=turn,
            marks={"results": mark, "presentation": "33.5"},
            now=timezone.now(),
        )
    client, address = seated(seat_of(night))
    seen = [client.get(address), client.get(f"{address}state/")]
    seen.append(post(client, address, sheet_for(turn)))
    seen += [client.get(address), client.get(f"{address}state/")]
    lock_turn(turn, now=timezone.now())
    seen += [client.get(address), client.get(f"{address}state/")]

    texts = " ".join(response.content.decode() for response in seen)
    strangers = ["41.5", "42.5", "43.5", "33.5", "75.0", "76.0", "77.0", "A02", "C01"]
    assert [stranger for stranger in strangers if stranger in texts] == []


def test_the_payload_holds_only_what_a_judge_may_know():
    night = make_night_today(seats=1)
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    answer = post(client, address, sheet_for(turn)).json()

    assert set(answer) == {"sheet", "view"}
    assert set(answer["view"]) == {"state", "sent", "turn", "sheet"}
    assert set(answer["view"]["turn"]) == {
        "id",
        "order",
        "plate",
        "unit",
        "category",
        "ends_at",
        "criteria",
    }
    assert set(answer["sheet"]) == {
        "id",
        "turn",
        "version",
        "marks",
        "total",
        "received_at",
        "receipt",
        "aside",
    }


# Without a script


def form_for(turn, **fields):
    return {
        "id": str(uuid.uuid4()),
        "turn": turn.pk,
        "version": 1,
        "mark-results": "50",
        "mark-presentation": "30",
    } | fields


def test_marks_are_read_back_with_number_and_name_before_they_are_sent():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    form = form_for(turn)

    checked = client.post(f"{address}check/", form)
    assert 'data-section="confirm"' in checked.content.decode()
    plate, unit = turn.entry.plate, turn.entry.unit.short_name
    assert f"交给 {plate} {unit}" in text(checked)
    assert not ScoreSheet.objects.exists()

    sent = client.post(f"{address}send/", form, follow=True)
    assert "已收到" in text(sent)
    assert ScoreSheet.objects.get().marks == {
        "results": "50.0",
        "presentation": "30.0",
    }


def test_a_wrong_mark_is_told_at_its_line_and_what_was_typed_stays():
    night = make_night_today()
    turn = open_turn(night)
    client, address = seated(seat_of(night))

    response = client.post(
        f"{address}check/", form_for(turn, **{"mark-results": "99<b>"})
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert "实事成效：0 到 60，每档 0.5。您填的是“99&lt;b&gt;”，请只填数字。" in page
    assert 'value="99&lt;b&gt;"' in page
    assert 'value="30' in page


def test_a_sheet_for_the_entry_before_is_refused_with_the_marks_kept():
    night = make_night_today(seats=1)
    before = open_turn(night)
    client, address = seated(seat_of(night))
    make_sheet(seat=seat_of(night, "C01"), turn=before, now=timezone.now())
    client.post(f"{address}send/", form_for(before))
    lock_turn(before, now=timezone.now())
    open_turn(night)

    response = client.post(f"{address}send/", form_for(before))

    assert response.status_code == 422
    assert "台上已经换了单位" in text(response)
    assert 'value="50"' in response.content.decode()


@pytest.mark.parametrize("form", [{}, {"id": "x", "turn": "y"}, {"turn": "9" * 99}])
def test_a_broken_form_is_answered_with_a_sentence(form):
    night = make_night_today()
    open_turn(night)
    client, address = seated(seat_of(night))

    for act in ("check", "send"):
        response = client.post(f"{address}{act}/", form)
        assert response.status_code == 422
        assert "没有读懂" in text(response)
