import re

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import (
    RULES,
    make_night_today,
    make_open_turn,
    make_operator,
    make_sheet,
    make_user,
    sign_in,
)
from voting.judging import services
from voting.judging.models import TurnLock

pytestmark = pytest.mark.django_db


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def turn(night):
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        make_sheet(seat=seat, turn=turn, now=timezone.now())
    return turn


@pytest.fixture
def supervisor():
    client = Client()
    client.user = sign_in(client, make_operator(Role.SUPERVISOR))
    return client


def ask(turn, by=None):
    return services.request_lock(by=by or make_user(), turn=turn, now=timezone.now())


def address(night, proposal, act=""):
    return f"/supervise/{night.contest.slug}/{proposal.pk}/{act}"


def test_the_supervisor_sees_what_waits_and_confirms_it(night, turn, supervisor):
    proposal = ask(turn)
    queue = supervisor.get(f"/supervise/{night.contest.slug}/").content.decode()
    assert address(night, proposal) in queue

    response = supervisor.post(address(night, proposal, "confirm/"), follow=True)

    assert "已签认锁定" in response.content.decode()
    lock = TurnLock.objects.get()
    assert (lock.turn, lock.confirmed_by) == (turn, supervisor.user)


def test_the_supervisor_sees_counts_and_exceptions_but_no_mark(night, turn, supervisor):
    page = supervisor.get(address(night, ask(turn))).content.decode()

    assert '<b class="num">2</b> 席：已收 2，缺席 0，回避 0' in page
    assert "50.0" not in page
    # A total by itself; random tokens of the page may hold any two digits.
    assert not re.search(r"(?<![A-Za-z0-9:])80(?![A-Za-z0-9])", page)


def test_whoever_asked_is_told_that_somebody_else_must_confirm(night, turn, supervisor):
    proposal = ask(turn, by=supervisor.user)

    response = supervisor.post(address(night, proposal, "confirm/"))

    assert response.status_code == 409
    assert "您是提出人，不能复核自己提出的事项" in response.content.decode()
    assert not TurnLock.objects.exists()


def test_confirming_twice_is_told_and_locks_once(night, turn, supervisor):
    proposal = ask(turn)
    supervisor.post(address(night, proposal, "confirm/"))

    again = supervisor.post(address(night, proposal, "confirm/"))

    assert again.status_code == 409
    assert TurnLock.objects.count() == 1


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(night, turn, supervisor):
    proposal = ask(turn)

    short = supervisor.post(address(night, proposal, "reject/"), {"remark": "少一席"})
    assert short.status_code == 422
    assert "至少 8 个字" in short.content.decode()
    assert "少一席" in short.content.decode()

    supervisor.post(
        address(night, proposal, "reject/"), {"remark": "C01 已经回到座位了"}
    )
    page = supervisor.get(address(night, proposal)).content.decode()
    assert "已退回" in page
    assert not TurnLock.objects.exists()


def test_a_tapped_reason_goes_before_the_words(night, turn, supervisor):
    proposal = ask(turn)

    supervisor.post(
        address(night, proposal, "reject/"),
        {"why": "缺席或回避记错", "remark": "C01 已经回到座位了"},
    )

    page = supervisor.get(address(night, proposal)).content.decode()
    assert "缺席或回避记错：C01 已经回到座位了" in page


def test_the_supervisor_sees_who_was_asked_about_an_outlier(supervisor):
    rules = RULES | {"outliers": {"distance": "20", "dixon": False}}
    night = make_night_today(seats=3, document=rules)
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        results = "10" if seat.code == "A02" else "50"
        make_sheet(
            seat=seat,
            turn=turn,
            marks={"results": results, "presentation": "30"},
            now=timezone.now(),
        )
    prompt = services.ask_outliers(by=make_user(), turn=turn, now=timezone.now())[0]
    device = prompt.seat.devices.get()
    services.keep_marks(device=device, prompt=prompt, now=timezone.now())

    page = supervisor.get(address(night, ask(turn))).content.decode()

    assert "提示过一次，保持原分" in page
    assert "10.0" not in page


@pytest.mark.parametrize("role", [Role.HOST, Role.ADMINISTRATOR, Role.TABULATOR])
def test_nobody_else_confirms(night, turn, role):
    proposal = ask(turn)
    client = Client()
    sign_in(client, make_operator(role))

    assert client.post(address(night, proposal, "confirm/")).status_code == 403
    assert client.get(f"/supervise/{night.contest.slug}/").status_code == 403
    assert not TurnLock.objects.exists()


def test_a_request_of_another_night_is_not_found(night, turn, supervisor):
    proposal = ask(turn)
    other = make_night_today()

    assert supervisor.get(address(other, proposal)).status_code == 404
