import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import (
    lock_turn,
    make_device,
    make_night_today,
    make_open_turn,
    make_operator,
    make_sheet,
    sign_in,
)
from voting.judging.models import Absence, Device, ScoreSheet, TurnLock
from voting.judging.queries import night_of
from voting.stage import urls as stage_urls
from voting.stage.models import Show

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    return make_night_today(seats=2)


@pytest.fixture
def host():
    client = Client()
    client.user = sign_in(client, make_operator(Role.HOST))
    return client


def at(night, path=""):
    return f"/host/{night.contest.slug}/{path}"


def page(host, night):
    return host.get(at(night)).content.decode()


def press(host, night, act, turn=None):
    return host.post(at(night, "act/"), {"act": act, "turn": turn.pk if turn else ""})


def next_in(host, night):
    """The turn beside the host's button."""
    return host.get(at(night)).context["act"].turn_id


def test_one_entry_from_stage_to_scores_by_the_one_next_act(host, night):
    supervisor = Client()
    sign_in(supervisor, make_operator(Role.SUPERVISOR))
    assert "请下一个单位上台" in page(host, night)

    host.post(at(night, "act/"), {"act": "call", "turn": next_in(host, night)})
    turn = night_of(night.contest).current_turn
    assert "开放打分" in page(host, night)

    press(host, night, "open", turn)
    assert "等 4 席交分" in page(host, night)

    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    assert "送监督员签认" in page(host, night)

    press(host, night, "ask_lock", turn)
    assert "等监督员签认" in page(host, night)

    asked = host.get(at(night)).context["desk"].asked[0]
    supervisor.post(f"/supervise/{night.contest.slug}/{asked.pk}/confirm/")
    assert "大屏亮分" in page(host, night)

    press(host, night, "show_scores", turn)
    assert "请下一个单位上台" in page(host, night)
    assert Show.objects.get().scene == "scores"


def test_pressing_twice_does_not_reach_the_next_entry(host, night):
    turn_id = next_in(host, night)
    for _ in range(2):
        host.post(at(night, "act/"), {"act": "call", "turn": turn_id})

    assert night_of(night.contest).current_turn.order == 1


def test_an_old_picture_cannot_call_another_entry(host, night):
    last = night.rounds.get().turns.order_by("order").last()

    response = press(host, night, "call", last)

    assert response.status_code == 409
    assert "下一个应是" in response.content.decode()
    assert night_of(night.contest).current_turn is None


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"act": "wait_for_seats"},
        {"act": "nothing"},
        {"act": "rubbish", "turn": "1"},
        {"act": "open", "turn": "x"},
        {"act": "open", "turn": "999999"},
        {"act": "show_scores"},
        {"act": "close_night"},
    ],
)
def test_rubbish_gets_a_sentence_and_changes_nothing(host, night, posted):
    response = host.post(at(night, "act/"), posted)

    assert response.status_code == 409
    assert 'class="dnote" role="alert"' in response.content.decode()
    assert night_of(night.contest).current_turn is None


def test_the_desk_is_unchanged_until_something_happens(host, night):
    first = host.get(at(night, "desk/"))
    again = host.get(at(night, "desk/"), headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304

    turn = make_open_turn(night, now=timezone.now())
    make_sheet(seat=night.seats.get(code="A01"), turn=turn, now=timezone.now())

    changed = host.get(at(night, "desk/"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert 'class="seat seat--in"><b class="num">A01</b>' in changed.content.decode()


def test_missing_seats_are_named(host, night):
    turn = make_open_turn(night, now=timezone.now())
    seat = night.seats.get(code="C02")
    make_device(seat=seat, drafting=turn, seen_at=timezone.now())
    for code in ("A01", "A02"):
        make_sheet(seat=night.seats.get(code=code), turn=turn, now=timezone.now())

    missing = host.get(at(night)).context["desk"].missing

    assert [(line.seat.code, line.state.words) for _, line in missing] == [
        ("C01", "未打开"),
        ("C02", "草稿在设备上"),
    ]


def test_absence_says_what_it_does_and_needs_the_code_typed(host, night):
    turn = make_open_turn(night, now=timezone.now())
    seat = night.seats.get(code="C02")
    address = at(night, f"absent/{turn.pk}/{seat.pk}/")
    assert "缺席不是零分" in host.get(address).content.decode()

    wrong = host.post(address, {"reason": "未到场", "code": "C01"})
    assert "键入的是“C01”，要记的是 C02" in wrong.content.decode()
    assert 'value="C01"' in wrong.content.decode()
    assert not Absence.objects.exists()

    host.post(address, {"reason": "未到场", "code": "c02"})
    assert Absence.objects.get().seat == seat
    host.post(at(night, f"present/{turn.pk}/{seat.pk}/"))
    assert not Absence.objects.standing().exists()


def test_the_host_nods_to_a_second_device(host, night):
    seat = night.seats.get(code="A01")
    make_device(seat=seat)
    second = make_device(seat=seat, generation=None, allowed_at=None, label="平板")
    assert "要换设备" in page(host, night)

    host.post(at(night, f"device/{second.pk}/"), {"answer": "admit"})

    assert Device.objects.get(pk=second.pk).decided_by == host.user
    again = host.post(at(night, f"device/{second.pk}/"), {"answer": "admit"})
    assert again.status_code == 409


def test_an_opening_by_mistake_is_taken_back(host, night):
    turn = make_open_turn(night, now=timezone.now())
    assert "收回开放" in page(host, night)

    host.post(at(night, "take-back/"), {"undo": "opening", "turn": turn.pk})

    assert night_of(night.contest).current_turn.opened_at is None


def test_no_address_of_the_host_changes_a_mark(host, night):
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    before = list(ScoreSheet.objects.values().order_by("pk"))
    seat, device = night.seats.first(), Device.objects.first()
    posted = {
        "results": "1",
        "mark-results": "1",
        "marks": '{"results": "1"}',
        "seat": seat.pk,
        "turn": turn.pk,
        "version": 2,
    }
    arguments = {
        "slug": night.contest.slug,
        "token": "x",
        "seat_id": seat.pk,
        "turn_id": turn.pk,
        "device_id": device.pk,
    }

    for pattern in stage_urls.urlpatterns:
        wanted = {name: arguments[name] for name in pattern.pattern.converters}
        address = "/" + str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            kind = {"SlugConverter": "slug", "IntConverter": "int"}.get(
                type(converter).__name__, "str"
            )
            address = address.replace(f"<{kind}:{name}>", str(wanted[name]))
        host.post(address, posted)

    assert list(ScoreSheet.objects.values().order_by("pk")) == before


def test_the_host_cannot_confirm_the_lock(host, night):
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    press(host, night, "ask_lock", turn)
    asked = host.get(at(night)).context["desk"].asked[0]

    response = host.post(f"/supervise/{night.contest.slug}/{asked.pk}/confirm/")

    assert response.status_code == 403
    assert not TurnLock.objects.exists()


def test_the_night_is_closed_by_the_last_act(host):
    night = make_night_today(seats=1, entries=1)
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())
    press(host, night, "show_scores", turn)
    assert "按住 2 秒，结束评分" in page(host, night)

    press(host, night, "close_night")

    assert "评分已经结束" in page(host, night)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TABULATOR, Role.ADMINISTRATOR])
def test_only_a_host_has_the_console(night, role):
    client = Client()
    sign_in(client, make_operator(role))

    assert client.get(at(night)).status_code == 403
    assert client.get(at(night, "desk/")).status_code == 403
    assert press(client, night, "call").status_code == 403


def test_a_stranger_is_sent_to_the_sign_in(night):
    assert Client().get(at(night)).status_code == 302


def test_a_contest_without_a_night_has_no_console(host):
    assert host.get("/host/nothing/").status_code == 404
