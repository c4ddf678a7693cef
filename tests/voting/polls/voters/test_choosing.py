"""Which ways a poll accepts is chosen by an administrator, and asked by the gate."""

import pytest

from tests.factories import make_poll
from tests.factories.moments import HOUR, NOW
from tests.factories.showcase import make_contest, make_entry
from voting.polls.forms import PollForm
from voting.polls.gates import poll_gate

pytestmark = pytest.mark.django_db


def test_administrator_chooses_among_all_ways():
    assert PollForm.base_fields["adapters"].choices == [
        ("wechat", "微信（在微信里打开）"),
        ("sms", "手机号（短信验证码）"),
        ("code", "纸质投票码（发到村里，不需要自己的手机）"),
        ("device", "手机或电脑（打开就能投，要用 JavaScript）"),
    ]


@pytest.mark.parametrize(
    ("adapters", "lacks"),
    [
        pytest.param(["code"], [], id="paper needs nothing"),
        pytest.param(
            ["sms"],
            ["还没有设定短信服务商（SMS_PROVIDER），发不出短信验证码。"],
            id="text messages need a provider",
        ),
        pytest.param(
            ["wechat"],
            ["还没有设定微信服务号（WECHAT_APP_ID、WECHAT_APP_SECRET）。"],
            id="WeChat needs an account",
        ),
    ],
)
def test_gate_names_what_a_chosen_way_lacks(adapters, lacks):
    contest = make_contest(
        poll_opens_at=NOW - HOUR,
        poll_closes_at=NOW + HOUR,
        practice=True,
        practice_note="演练",
    )
    make_entry(contest=contest)
    make_poll(contest=contest, adapters=adapters)
    assert poll_gate(contest, now=NOW).still_open == lacks
