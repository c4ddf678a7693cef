"""Eight at the same instant, on real connections. Each claim has its negative control."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from site_cms.messaging.errors import AllowanceUsedUp
from site_cms.messaging.models import Allowance
from site_cms.refusals import Refusal
from tests.factories import make_operator, open_poll
from tests.factories.moments import NOW
from tests.voting.polls.test_parallel import Phone as Browser
from tests.voting.polls.test_parallel import send_together
from tests.voting.polls.voters.ways import address, way_of
from voting.polls.models import Ballot, Poll
from voting.polls.voter_models import PHONE_CODE_TRIES, CodeBatch, PhoneCode
from voting.polls.voter_services import (
    check_phone_code,
    create_code_batch,
    send_phone_code,
)

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


def together(act: Callable[[int], object], count: int = AT_ONCE) -> list[str]:
    """What became of each: the name of a refusal, or "done"."""
    barrier = Barrier(count)

    def one(place: int) -> str:
        try:
            barrier.wait()
            act(place)
        except Refusal as refusal:
            return type(refusal).__name__
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


@pytest.fixture
def way(settings):
    with way_of("sms", settings, NOW) as way:
        yield way


def send(poll, place: int = 0):
    return send_phone_code(
        poll=poll, typed=f"138{place:08}", address="192.0.2.1", now=NOW
    )


def spend(poll, identity: str, digits: str) -> Callable[[int], object]:
    return lambda place: check_phone_code(
        poll=poll, identity=identity, typed=digits, browser=str(place), now=NOW
    )


def test_one_text_message_is_spent_by_one_of_eight(way):
    poll = open_poll(adapters=["sms"])
    identity = send(poll).identity
    answers = together(spend(poll, identity, way.last_code()))
    assert Counter(answers) == {"done": 1, "PhoneCodeGone": AT_ONCE - 1}


def test_of_eight_wrong_guesses_five_are_looked_at(way):
    poll = open_poll(adapters=["sms"])
    identity = send(poll).identity
    wrong = f"{(int(way.last_code()) + 1) % 10**6:06}"
    together(spend(poll, identity, wrong))
    assert PhoneCode.objects.get().tries == PHONE_CODE_TRIES
    assert together(spend(poll, identity, way.last_code()), 1) == ["PhoneCodeGone"]


def test_of_eight_requests_for_one_number_one_message_is_sent(way):
    poll = open_poll(adapters=["sms"])
    answers = together(lambda place: send(poll))
    assert Counter(answers) == {"done": 1, "AllowanceUsedUp": AT_ONCE - 1}
    assert len(way.provider.sent) == 1


def test_money_of_a_day_is_never_passed(way, settings):
    settings.SMS_PRICE, settings.SMS_DAILY_CAP = "0.05", "0.15"
    poll = open_poll(adapters=["sms"])
    answers = together(lambda place: send(poll, place))
    assert Counter(answers) == {"done": 3, "AllowanceUsedUp": AT_ONCE - 3}
    assert len(way.provider.sent) == 3


@pytest.mark.postgresql
def test_control_money_that_is_read_before_it_is_taken_is_passed(settings):
    """The way that must not be taken: ask how much is left, then write what is new."""
    Allowance.objects.create(key="m", most=3, ends_at=NOW + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE site_cms_allowance DROP CONSTRAINT allowance_is_not_exceeded"
        )
    asked = Barrier(AT_ONCE)

    def take(place: int) -> None:
        row = Allowance.objects.get(key="m")
        asked.wait()
        if row.used >= row.most:
            raise AllowanceUsedUp
        Allowance.objects.filter(key="m").update(used=row.used + 1)

    assert Counter(together(take)) == {"done": AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE site_cms_allowance ADD CONSTRAINT allowance_is_not_exceeded "
            "CHECK (used <= most)"
        )


def batch(poll, *, key=None, label="第一批") -> list[str]:
    return create_code_batch(
        by=make_operator(),
        poll=Poll.objects.get(pk=poll.id),
        label=label,
        village="大营子村",
        count=1,
        request_key=key or uuid.uuid4(),
        now=timezone.now(),
    )


class Slip(Browser):
    """A browser of its own in which a code was entered."""

    def __init__(self, poll, code: str) -> None:
        super().__init__(poll)
        assert (
            self.client.post(address("code", poll), {"code": code}).status_code == 303
        )


def cast_together(live_server, slips: list[Slip]) -> list[tuple[int, str]]:
    """Each its own form with its own cookies, at one barrier."""
    forms, barrier = [slip.form("01") for slip in slips], Barrier(len(slips))

    def cast(place: int) -> tuple[int, str]:
        barrier.wait()
        return send_together(live_server, slips[place], [forms[place]])[0]

    with ThreadPoolExecutor(len(slips)) as threads:
        return list(threads.map(cast, range(len(slips))))


def test_one_printed_code_in_eight_browsers_is_one_ballot(live_server):
    poll = open_poll(adapters=["code"])
    code = batch(poll)[0]
    slips = [Slip(poll, code) for _ in range(AT_ONCE)]
    answers = cast_together(live_server, slips)
    assert Counter(status for status, _ in answers) == {303: 1, 409: AT_ONCE - 1}
    assert Ballot.objects.count() == 1


def test_control_eight_codes_are_eight_ballots(live_server):
    poll = open_poll(adapters=["code"])
    slips = [Slip(poll, batch(poll, label=str(n))[0]) for n in range(AT_ONCE)]
    answers = cast_together(live_server, slips)
    assert Counter(status for status, _ in answers) == {303: AT_ONCE}
    assert Ballot.objects.count() == AT_ONCE


def test_one_form_sent_eight_times_makes_one_batch():
    poll, key = open_poll(adapters=["code"]), uuid.uuid4()
    answers = together(lambda place: batch(poll, key=key, label=str(place)))
    assert Counter(answers) == {"done": 1, "BatchExists": AT_ONCE - 1}
    assert CodeBatch.objects.count() == 1
