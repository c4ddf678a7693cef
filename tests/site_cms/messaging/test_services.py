from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from site_cms.messaging.errors import AllowanceUsedUp
from site_cms.messaging.models import Allowance
from site_cms.messaging.services import (
    Limit,
    forget_old_allowances,
    money,
    use_up,
)
from tests.factories.moments import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
TWICE = Limit("twice", 2, MINUTE, "两次已满。")
KEY = b"k" * 32


def take(*owners: str, limit=TWICE, now=NOW) -> None:
    use_up(key=KEY, uses=[(limit, owner) for owner in owners], now=now)


def test_limit_lets_through_what_it_says_and_then_says_its_sentence():
    take("a")
    take("a")
    with pytest.raises(AllowanceUsedUp, match="两次已满"):
        take("a")
    take("b")
    take("a", now=NOW + MINUTE)


def test_of_several_limits_all_are_taken_or_none():
    take("a")
    take("a")
    with pytest.raises(AllowanceUsedUp):
        take("b", "a")
    take("b", "b")


def test_database_itself_refuses_more():
    take("a")
    with pytest.raises(IntegrityError), transaction.atomic():
        Allowance.objects.update(used=3)


def test_neither_owner_nor_name_stands_in_the_table():
    take("13800138000")
    row = Allowance.objects.get()
    assert (len(row.key), "1380" in row.key) == (64, False)


def test_money_is_counted_in_thousandths_of_a_yuan(settings):
    settings.SMS_PRICE, settings.SMS_DAILY_CAP = "0.045", "0.1"
    assert (money("x").amount, money("x").most) == (45, 100)
    take("", limit=money("今天的钱用完了。"))
    take("", limit=money("今天的钱用完了。"))
    with pytest.raises(AllowanceUsedUp, match="今天的钱用完了"):
        take("", limit=money("今天的钱用完了。"))


def test_lower_cap_holds_from_the_next_message_on(settings):
    settings.SMS_PRICE, settings.SMS_DAILY_CAP = "1", "100"
    take("", limit=money("x"))
    settings.SMS_DAILY_CAP = "1"
    with pytest.raises(AllowanceUsedUp):
        take("", limit=money("x"))


def test_day_begins_at_midnight_in_the_county(settings):
    settings.SMS_PRICE, settings.SMS_DAILY_CAP = "1", "1"
    late = NOW.replace(hour=15, minute=59)
    take("", limit=money("x"), now=late)
    with pytest.raises(AllowanceUsedUp):
        take("", limit=money("x"), now=late + timedelta(seconds=59))
    take("", limit=money("x"), now=late + MINUTE)


def test_windows_that_are_over_are_forgotten():
    take("a")
    take("a", now=NOW + MINUTE)
    assert forget_old_allowances(now=NOW + MINUTE) == 1
    assert Allowance.objects.count() == 1
