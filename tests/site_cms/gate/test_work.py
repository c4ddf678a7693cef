import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import altcha
import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from site_cms.gate.errors import (
    WorkExpired,
    WorkInvalid,
    WorkMissing,
    WorkRefused,
    WorkSpent,
)
from site_cms.gate.models import SpentWork
from site_cms.gate.work import LIFETIME, Work, forget_spent_work, issue, spend, verify
from tests.factories.work import solved

DIFFICULTY = 8
TRIES = 16


def some_work(*, purpose="ballot", bound_to="page 1") -> str:
    challenge = issue(
        purpose=purpose, bound_to=bound_to, difficulty=DIFFICULTY, now=timezone.now()
    )
    return solved(challenge.text)


def check(
    payload, *, act=verify, purpose="ballot", bound_to="page 1", now=None
) -> Work:
    now = now or timezone.now()
    return act(payload=payload, purpose=purpose, bound_to=bound_to, now=now)


def changed(payload: str, change) -> str:
    content = json.loads(base64.b64decode(payload))
    change(content)
    return base64.b64encode(json.dumps(content).encode()).decode()


def parameter(name, value):
    return lambda content: content["challenge"]["parameters"].update({name: value})


def test_solved_work_tells_how_hard_it_was():
    assert check(some_work()).difficulty == DIFFICULTY


def test_no_browser_needs_more_tries_than_the_difficulty():
    payloads = [some_work() for _ in range(40)]
    counters = [
        json.loads(base64.b64decode(each))["solution"]["counter"] for each in payloads
    ]

    assert max(counters) < DIFFICULTY
    assert len(set(counters)) > 1


def test_work_is_good_until_it_expires():
    now = timezone.now()
    payload = some_work()

    check(payload, now=now + LIFETIME - timedelta(minutes=1))
    with pytest.raises(WorkExpired):
        check(payload, now=now + LIFETIME + timedelta(minutes=1))


def test_work_that_expired_by_the_clock_of_this_machine_is_refused_too():
    challenge = issue(
        purpose="ballot",
        bound_to="page 1",
        difficulty=DIFFICULTY,
        now=timezone.now() - LIFETIME - timedelta(minutes=1),
    )

    with pytest.raises(WorkExpired):
        check(solved(challenge.text))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"bound_to": "page 2"}, id="another page"),
        pytest.param({"purpose": "sms"}, id="another purpose"),
        pytest.param({"bound_to": ""}, id="no page"),
    ],
)
def test_work_is_good_for_its_own_page_and_purpose_alone(other):
    with pytest.raises(WorkInvalid):
        check(some_work(), **other)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(parameter("expiresAt", 4_000_000_000), id="later expiry"),
        pytest.param(parameter("expiresAt", None), id="no expiry"),
        pytest.param(parameter("keyPrefix", ""), id="easier prefix"),
        pytest.param(parameter("cost", 1), id="cheaper tries"),
        pytest.param(parameter("cost", 10**9), id="dear for the server"),
        pytest.param(parameter("algorithm", "SCRYPT"), id="other algorithm"),
        pytest.param(
            parameter("data", {"for": "x", "difficulty": 1000}), id="other data"
        ),
        pytest.param(parameter("data", {"__proto__": 1}), id="data no one may sign"),
        pytest.param(parameter("keySignature", None), id="no key signature"),
        pytest.param(
            lambda content: content["solution"].update(derivedKey="00" * 32),
            id="other key",
        ),
        pytest.param(
            lambda content: content["solution"].update(derivedKey=7), id="number as key"
        ),
        pytest.param(
            lambda content: content["challenge"].update(signature=None), id="unsigned"
        ),
        pytest.param(lambda content: content.pop("solution"), id="no solution"),
        pytest.param(lambda content: content.update(challenge=[]), id="a list"),
    ],
)
def test_changed_work_is_refused(change):
    with pytest.raises(WorkInvalid):
        check(changed(some_work(), change))


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("x", id="no base64"),
        pytest.param("密", id="Chinese"),
        pytest.param("\x00", id="zero byte"),
        pytest.param("NQ==", id="a number"),
        pytest.param(base64.b64encode(b"[" * 3000).decode(), id="deep"),
        pytest.param("A" * 5000, id="long"),
        pytest.param(
            base64.b64encode(b'{"challenge":{"parameters":{}}}').decode(), id="empty"
        ),
    ],
)
def test_rubbish_is_refused_and_never_an_error(payload):
    with pytest.raises(WorkInvalid):
        check(payload)


def test_a_deeply_nested_parameter_is_refused_and_never_an_error():
    deep = []
    for _ in range(600):
        deep = [deep]

    with pytest.raises(WorkInvalid):
        check(changed(some_work(), parameter("data", {"for": deep})))


def test_a_challenge_of_somebody_else_is_refused():
    own = altcha.create_challenge("PBKDF2/SHA-256", 1, counter=0, hmac_secret="mine")

    with pytest.raises(WorkInvalid):
        check(solved(json.dumps(own.to_dict())))


def test_nothing_is_refused_as_missing():
    with pytest.raises(WorkMissing):
        check("")


def test_each_refusal_says_that_nothing_was_sent():
    kinds = [WorkMissing, WorkExpired, WorkInvalid, WorkSpent]

    assert all("没有" in kind.message and "都还在" in kind.message for kind in kinds)
    assert len({kind.message for kind in kinds}) == len(kinds)


@pytest.mark.django_db
def test_work_is_spent_once():
    payload = some_work()

    assert check(payload, act=spend).difficulty == DIFFICULTY
    with pytest.raises(WorkSpent):
        check(payload, act=spend)
    assert SpentWork.objects.count() == 1


@pytest.mark.django_db
def test_the_same_solution_written_otherwise_is_spent_too():
    payload = some_work()
    check(payload, act=spend)

    def in_capitals(content):
        key = content["solution"]["derivedKey"]
        content["solution"] |= {"derivedKey": key.upper(), "counter": -1, "time": 5}

    with pytest.raises(WorkSpent):
        check(changed(payload, in_capitals), act=spend)


@pytest.mark.django_db
def test_work_stays_spent_when_every_counter_is_lost():
    payload = some_work()
    check(payload, act=spend)

    for alias in ("limits", "default", "pages"):
        caches[alias].clear()

    with pytest.raises(WorkSpent):
        check(payload, act=spend)


@pytest.mark.django_db
def test_work_for_another_page_is_not_spent():
    payload = some_work()
    with pytest.raises(WorkInvalid):
        check(payload, act=spend, bound_to="page 2")

    assert check(payload, act=spend).difficulty == DIFFICULTY


@pytest.mark.django_db
def test_spent_work_is_forgotten_when_it_would_be_refused_anyway():
    now = timezone.now()
    check(some_work(), act=spend, now=now)

    assert forget_spent_work(now=now + LIFETIME) == 0
    assert forget_spent_work(now=now + LIFETIME + timedelta(hours=2)) == 1


def spend_together(payload: str) -> int:
    """How many of many parallel tries of one work, each on its own connection, win."""
    barrier = Barrier(TRIES)

    def one(_) -> bool:
        barrier.wait(timeout=60)
        try:
            check(payload, act=spend)
        except WorkRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(TRIES) as threads:
        return sum(threads.map(one, range(TRIES)))


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_parallel_tries_of_one_work_one_wins():
    assert spend_together(some_work()) == 1


@pytest.fixture
def without_the_unique_row():
    """Rows of one challenge may repeat, as where somebody looks before writing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE site_cms_spentwork DROP CONSTRAINT site_cms_spentwork_pkey"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM site_cms_spentwork")
        cursor.execute(
            "ALTER TABLE site_cms_spentwork ADD CONSTRAINT site_cms_spentwork_pkey"
            " PRIMARY KEY (challenge)"
        )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_the_unique_row")
def test_control_without_the_unique_row_all_sixteen_win():
    assert spend_together(some_work()) == TRIES
