"""Two consoles that press at the same moment: on real PostgreSQL, through HTTP, at a barrier."""

from collections import Counter

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
from tests.parallel import together
from voting.judging import services as judging
from voting.judging.outlier_models import OutlierPrompt
from voting.judging.queries import night_of
from voting.stage.desk_models import Hosting

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

AT_ONCE = 6


@pytest.fixture
def night():
    return make_night_today(seats=1)


def make_hosts():
    hosts = [Client() for _ in range(AT_ONCE)]
    for host in hosts:
        sign_in(host, make_operator(Role.HOST))
    return hosts


def test_of_six_first_acts_at_once_one_makes_the_host(night):
    hosts = make_hosts()
    address = f"/host/{night.contest.slug}/act/"
    first = night.rounds.get().turns.get(order=1)

    answers = together(
        [
            lambda host=host: host.post(address, {"act": "call", "turn": first.pk})
            for host in hosts
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 5}
    assert Hosting.objects.get().left_at is None
    assert night_of(night.contest).current_turn == first


def test_of_six_take_overs_at_once_one_console_is_left_and_all_are_written(night):
    hosts = make_hosts()
    address = f"/host/{night.contest.slug}/take-over/"

    answers = together([lambda host=host: host.post(address) for host in hosts])

    assert {answer.status_code for answer in answers} == {302}
    assert Hosting.objects.count() == AT_ONCE
    assert Hosting.objects.now().count() == 1


def test_a_press_that_meets_a_take_over_is_done_before_it_or_refused(night):
    one, other = make_hosts()[:2]
    first = night.rounds.get().turns.get(order=1)
    base = f"/host/{night.contest.slug}/"
    one.post(f"{base}act/", {"act": "call", "turn": first.pk})

    pressed, _ = together(
        [
            lambda: one.post(f"{base}act/", {"act": "open", "turn": first.pk}),
            lambda: other.post(f"{base}take-over/"),
        ]
    )

    first.refresh_from_db()
    assert pressed.status_code == (302 if first.opened_at else 409)
    assert Hosting.objects.now().get().host_id == int(other.session["_auth_user_id"])


def test_outliers_are_asked_about_once_however_many_ask(night):
    night = make_night_today(
        seats=3, document=RULES | {"outliers": {"distance": "20", "dixon": False}}
    )
    turn = make_open_turn(night, now=timezone.now())
    for seat in night.seats.all():
        results = "10" if seat.code == "A02" else "50"
        marks = {"results": results, "presentation": "30"}
        make_sheet(seat=seat, turn=turn, marks=marks, now=timezone.now())
    people = [make_user() for _ in range(AT_ONCE)]

    found = together(
        [
            lambda by=by: len(
                judging.ask_outliers(by=by, turn=turn, now=timezone.now())
            )
            for by in people
        ]
    )

    assert found == [1] * AT_ONCE
    assert OutlierPrompt.objects.count() == 1
