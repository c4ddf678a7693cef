"""The judge's page over HTTP: what gets in, what gets out, and what never does."""

import json
import re
import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import (
    NOW,
    RULES,
    lock_turn,
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


def sign_in_again(seat, card):
    """Another browser that knows card and PIN, and where the answer leads."""
    browser, address = Client(headers={"User-Agent": "iPad"}), f"/judge/{card.token}/"
    page = browser.post(f"{address}sign-in/", {"pin": card.pin}, follow=True)
    return browser, address, page


@pytest.fixture
def contested():
    """A seat with a device that holds a draft, and a second browser that knew the PIN."""
    night = make_night_today()
    turn = open_turn(night)
    seat = seat_of(night)
    card = services.reissue_card(by=make_user(), seat=seat, now=timezone.now())
    first, address = Client(), f"/judge/{card.token}/"
    first.post(f"{address}sign-in/", {"pin": card.pin})
    first.get(f"{address}state/?draft={turn.pk}")
    second, _, page = sign_in_again(seat, card)
    return SimpleNamespace(
        turn=turn, seat=seat, first=first, second=second, address=address, page=page
    )


def take_over(contested, answer="take"):
    return contested.second.post(
        f"{contested.address}take-over/", {"answer": answer}, follow=True
    )


def admit(contested):
    device = Device.objects.waiting().get()
    services.admit_device(by=make_user(), device=device, now=timezone.now())


def test_before_taking_over_a_judge_reads_what_it_means(contested):
    told = text(contested.page)

    assert "这个席位正在另一台设备上" in told
    assert re.search(r"原设备电脑 · [\d:]{8} 还在线", told)
    assert "有没交的分数，不会自动带过来" in told
    assert "已交0 份，原样保留" in told
    assert not Device.objects.waiting().exists()
    assert "rival" not in contested.first.get(f"{contested.address}state/").json()


def test_both_devices_are_told_of_a_change(contested):
    waiting = take_over(contested)
    state = contested.first.get(f"{contested.address}state/").json()

    assert "等主持人同意" in text(waiting)
    assert state["rival"]["label"] == "平板"
    assert "有人要换走这个席位" in text(contested.first.get(contested.address))

    admit(contested)
    taken = contested.first.get(f"{contested.address}state/").json()
    assert (taken["state"], taken["successor"]["label"]) == ("taken", "平板")
    assert "已换到另一台设备" in text(contested.first.get(contested.address))
    assert contested.second.get(f"{contested.address}state/").json()["state"] == "open"


def test_a_judge_who_does_not_want_to_change_leaves_nothing_behind(contested):
    page = take_over(contested, answer="leave")

    assert "请输入密码" in text(page)
    assert not Device.objects.waiting().exists()


@pytest.mark.parametrize("knock", ["", "1:forged:signature"])
def test_without_the_pin_nobody_asks_for_a_seat(contested, knock):
    stranger = Client()
    stranger.cookies["knock"] = knock

    stranger.post(f"{contested.address}take-over/", {"answer": "take"})

    assert Device.objects.count() == 1


def test_a_knock_at_one_card_is_worth_nothing_at_another(contested):
    other = services.reissue_card(
        by=make_user(), seat=contested.seat.night.seats.get(code="A02"), now=NOW
    )
    thief = Client()
    thief.cookies["knock"] = contested.second.cookies["knock"].value

    thief.post(f"/judge/{other.token}/take-over/", {"answer": "take"})

    assert Device.objects.count() == 1


def test_marks_of_a_replaced_device_are_kept_aside_and_shown_to_it(contested):
    take_over(contested)
    admit(contested)

    answer = post(contested.first, contested.address, sheet_for(contested.turn)).json()

    assert answer["sheet"]["aside"] == "old_device"
    assert answer["view"]["state"] == "taken"
    entry = contested.turn.entry
    late = {
        "plate": entry.plate,
        "unit": entry.unit.short_name,
        "total": "80.0",
        "at": answer["sheet"]["received_at"],
        "why": "旧设备",
    }
    assert answer["view"]["late"] == [late]
    assert contested.second.get(f"{contested.address}state/").json()["late"] == [late]
    assert not ScoreSheet.objects.exists()


# Two units marked together


@pytest.fixture
def together():
    """The first two entries, heard one after the other and opened at once."""
    night, host = make_night_today(seats=1), make_user()
    first = services.call_turn(by=host, night=night, now=timezone.now())
    services.mark_with_next(by=host, turn=first, now=timezone.now())
    second = services.call_turn(by=host, night=night, now=timezone.now())
    services.open_turn(by=host, turn=second, now=timezone.now())
    return night, first, second


def test_two_units_are_open_together_and_either_can_be_looked_at(together):
    night, first, second = together
    client, address = seated(seat_of(night))

    state = client.get(f"{address}state/").json()

    assert state["turn"]["id"] == first.pk
    assert [other["turn"]["id"] for other in state["others"]] == [second.pk]
    page = client.get(f"{address}?turn={second.pk}").content.decode()
    assert f'name="turn" value="{second.pk}"' in page


def test_the_second_of_two_is_marked_without_a_script_too(together):
    night, first, second = together
    client, address = seated(seat_of(night))

    client.post(f"{address}send/", form_for(second))
    left = client.get(f"{address}state/").json()
    client.post(f"{address}send/", form_for(first))

    assert (left["state"], left["turn"]["id"]) == ("open", first.pk)
    assert {sheet.turn_id for sheet in ScoreSheet.objects.all()} == {
        first.pk,
        second.pk,
    }


@pytest.mark.parametrize("turn", ["", "x", "-1", "²", "9" * 5000])
def test_rubbish_in_the_address_is_no_turn(together, turn):
    night, first, _ = together
    client, address = seated(seat_of(night))

    page = client.get(address, {"turn": turn})

    assert f'name="turn" value="{first.pk}"' in page.content.decode()


# The question about a total far from the panel


@pytest.fixture
def asked():
    """A01 gave 31 where the others gave 90, and was asked about it."""
    night = make_night_today(
        seats=4, document=RULES | {"outliers": {"distance": "15", "dixon": False}}
    )
    turn = open_turn(night)
    client, address = seated(seat_of(night))
    post(client, address, sheet_for(turn, marks={"results": "1", "presentation": "30"}))
    for seat in night.seats.exclude(code="A01"):
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": "60", "presentation": "30"},
            now=timezone.now(),
        )
    services.ask_outliers(by=make_user(), turn=turn, now=timezone.now())
    return turn, client, address


def test_a_total_far_off_is_asked_about_without_a_script(asked):
    _, client, address = asked

    page = client.get(address)

    assert 'data-section="outlier"' in page.content.decode()
    assert "请再看一眼。这份合计与本组多数相差较大" in text(page)
    keep = re.search(r'action="([^"]+/keep/\d+/)"', page.content.decode()).group(1)
    kept = client.post(keep, follow=True)
    assert 'data-section="received"' in kept.content.decode()
    assert ScoreSheet.objects.latest().get(seat__code="A01").marks["results"] == "1.0"


def test_another_version_answers_the_question_as_well(asked):
    turn, client, address = asked
    changing = client.get(f"{address}?change&turn={turn.pk}")
    assert 'data-section="open"' in changing.content.decode()

    answer = post(client, address, sheet_for(turn, version=2))

    assert "outlier" not in answer.json()["view"]
    assert answer.json()["view"]["state"] == "received"


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
