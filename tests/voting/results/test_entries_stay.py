"""Between the agreement of two people and the reveal nobody can leave the contest."""

import pytest

from showcase.contests.errors import NotWithdrawable
from showcase.contests.models import Gone
from showcase.contests.withdrawing import propose_withdrawal
from tests.factories import (
    NOW,
    make_decided_contest,
    make_standing_result,
    make_user,
)

pytestmark = pytest.mark.django_db


def withdraw_the_first(contest):
    return propose_withdrawal(
        by=make_user(),
        entry=contest.entries.get(number=1),
        kind=Gone.WITHDRAWN,
        words="该单位来函，退出本次评议。",
        reason="来函第 12 号",
        now=NOW,
    )


def test_an_entry_can_leave_until_two_people_have_agreed_on_the_result():
    contest = make_decided_contest()

    assert withdraw_the_first(contest).sentence.endswith("退出评议")


def test_an_entry_cannot_leave_while_the_result_waits_for_its_reveal():
    contest = make_standing_result().contest

    with pytest.raises(NotWithdrawable) as refused:
        withdraw_the_first(contest)

    assert "正等揭晓" in str(refused.value)
    assert contest.provisional_at is None
