from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from site_cms.accounts.errors import NoSecondFactor, SecondFactorExists, TooManyFailures
from site_cms.accounts.models import FailedSignIns
from site_cms.accounts.queries import current_code, has_second_factor
from site_cms.accounts.roles import Role
from site_cms.accounts.services import (
    count_attempt,
    enrol_operator,
    forget_failures,
    forget_old_failures,
    reset_second_factor,
    set_password,
)
from site_cms.trail.errors import ReasonMissing
from site_cms.trail.models import TrailEntry
from tests.factories import DAY, NOW, SECOND, make_operator, make_user

pytestmark = pytest.mark.django_db

HOME, OFFICE = "203.0.113.7", "198.51.100.2"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def fail(times, *, username="host", network=HOME, now=NOW):
    for _ in range(times):
        count_attempt(username=username, network=network, now=now)


def trail_of(user):
    return list(TrailEntry.objects.about(user).values_list("action", "by", "sentence"))


def test_sixth_try_waits_and_is_told_until_when():
    fail(5)

    with pytest.raises(TooManyFailures, match="请在 20:00:30 以后再试"):
        count_attempt(username="host", network=HOME, now=NOW + 29 * SECOND)

    count_attempt(username="host", network=HOME, now=NOW + 30 * SECOND)


def test_try_while_waiting_does_not_make_the_wait_longer():
    fail(5)
    for second in range(29):
        with pytest.raises(TooManyFailures):
            count_attempt(username="host", network=HOME, now=NOW + second * SECOND)

    assert FailedSignIns.objects.get().count == 5


@pytest.mark.parametrize(
    ("username", "network"),
    [
        pytest.param("host", OFFICE, id="the same name from elsewhere"),
        pytest.param("clerk", HOME, id="another name from the same network"),
    ],
)
def test_nobody_else_is_locked_out(username, network):
    fail(5)

    count_attempt(username=username, network=network, now=NOW)


@pytest.mark.parametrize("username", ["HOST", " host ", "ｈｏｓｔ"])
def test_spelling_of_the_name_is_no_way_around(username):
    fail(5)

    with pytest.raises(TooManyFailures):
        count_attempt(username=username, network=HOME, now=NOW)


def test_right_password_forgets_the_failures():
    fail(5)

    forget_failures(username="host", network=HOME)

    fail(4)


def test_failures_of_yesterday_do_not_count():
    fail(5)

    count_attempt(username="host", network=HOME, now=NOW + DAY)

    assert FailedSignIns.objects.get().count == 1


def test_what_was_typed_is_not_stored():
    fail(1, username="my-password-1")

    row = FailedSignIns.objects.get()
    assert "my-password-1" not in row.key
    assert HOME not in row.key


def test_worker_drops_old_counts_only():
    fail(1, username="old", now=NOW - DAY)
    fail(1, username="new", now=NOW - DAY + SECOND)

    assert forget_old_failures(now=NOW) == 1
    assert FailedSignIns.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_tries_at_once_at_most_five_are_looked_at():
    barrier = Barrier(8)

    def attempt(_):
        try:
            barrier.wait()
            count_attempt(username="host", network=HOME, now=NOW)
        except TooManyFailures:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [False] * 3 + [True] * 5


def test_enrolled_operator_has_the_code_of_the_known_secret():
    host = make_operator(Role.HOST)

    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)

    code, seconds = current_code(host)
    assert len(code) == 6
    assert code.isdecimal()
    assert 0 < seconds <= 30
    assert trail_of(host) == [
        ("second_factor.added", None, "王某设置了第二步验证"),
    ]


def test_secrets_are_not_in_the_clear_in_the_database():
    host = make_operator(Role.HOST)
    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in stored
    assert {
        len(row.data.get("secret", row.data.get("seed")).split(":"))
        for row in Authenticator.objects.all()
    } == {2}


def test_second_factor_is_never_replaced_by_enrolling_again():
    host = make_operator(Role.HOST)
    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)

    with pytest.raises(SecondFactorExists, match="已经有第二步验证"):
        enrol_operator(by=None, user=host, secret="A" * 32, now=NOW)


def test_no_code_without_a_second_factor():
    with pytest.raises(NoSecondFactor):
        current_code(make_operator(Role.HOST))


def test_reset_takes_everything_away_and_keeps_the_reason():
    administrator, host = make_operator(Role.ADMINISTRATOR), make_operator(Role.HOST)
    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)

    reset_second_factor(by=administrator, user=host, reason="手机丢失", now=NOW)

    assert not has_second_factor(host)
    entry = TrailEntry.objects.about(host).last()
    assert (entry.by, entry.action, entry.details) == (
        administrator,
        "second_factor.reset",
        {"reason": "手机丢失"},
    )


def test_reset_without_a_reason_changes_nothing():
    administrator, host = make_operator(Role.ADMINISTRATOR), make_operator(Role.HOST)
    enrol_operator(by=None, user=host, secret=SECRET, now=NOW)

    with pytest.raises(ReasonMissing):
        reset_second_factor(by=administrator, user=host, reason=" ", now=NOW)

    assert has_second_factor(host)


@pytest.mark.parametrize(
    "by_the_user", [pytest.param(True, id="own"), pytest.param(False, id="by another")]
)
def test_password_that_another_chose_must_be_changed(by_the_user):
    user = make_user(must_change_password=True)
    by = user if by_the_user else make_operator(Role.ADMINISTRATOR)

    set_password(by=by, user=user, password="green-river-42", now=NOW)

    user.refresh_from_db()
    assert user.check_password("green-river-42")
    assert user.must_change_password == (not by_the_user)
    assert trail_of(user) == [("password.changed", by.pk, "修改了王某的密码")]
