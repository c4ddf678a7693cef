"""受理号, receipt and archive say how a ballot stands, why, and what its voter can do."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import HOUR, open_poll
from tests.factories.standing import make_standing
from tests.voting.polls.test_archive import archive
from tests.voting.polls.test_mine import Phone, numbers_of
from voting.polls.models import Ballot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept_above(settings):
    settings.AGAINST_ARCHIVING = "tests.voting.polls.gates_for_tests.nothing_against"


STATES = [
    pytest.param([], "已计入", [], id="counted"),
    pytest.param(["hold"], "隔离待查", ["现在不计票，也没有作废"], id="held"),
    pytest.param(["void"], "已作废", ["已作废，因为：同一程序提交", "异议"], id="void"),
    pytest.param(["hold", "release"], "已计入", ["查清解除"], id="released"),
    pytest.param(["void", "restore"], "已计入", ["撤销作废"], id="restored"),
]


def acted(kinds: list[str]) -> int:
    """The number in the log of the last act about every ballot there is."""
    entry = 0
    for kind in kinds:
        act = make_standing(kind, Ballot.objects.all(), reason="同一程序提交")
        entry = act.log_entry.number
    return entry


def main_of(page) -> str:
    return page.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize(("acts", "state", "told"), STATES)
def test_every_page_of_a_ballot_says_how_it_stands(acts, state, told):
    poll = open_poll()
    phone = Phone(poll)
    receipt = phone.vote("01").url
    (number,) = numbers_of(poll)
    entry = acted(acts)

    for page in (
        phone.client.get(receipt),
        phone.client.get(phone.at("lookup"), {"number": number}),
        phone.mine(),
        phone.client.get(phone.at("ballot")),
    ):
        said = main_of(page)
        assert state in said
        assert all(words in said for words in told)
        assert (f"公开日志第 {entry} 条" in said) == bool(acts)
        assert said.count("已计入") == (state == "已计入")


@pytest.mark.parametrize(("acts", "state", "told"), STATES[:1] + STATES[2:])
def test_the_secret_says_it_after_the_archive_too(acts, state, told):
    poll = open_poll()
    receipt = Phone(poll).vote("01").url
    acted(acts)
    archive(poll)

    said = main_of(Client().get(receipt))

    is_void = state == "已作废"
    assert state in said
    assert ("已作废，因为：同一程序提交" in said) == is_void


@pytest.mark.parametrize(
    ("age", "may"),
    [
        pytest.param(timedelta(hours=72) - HOUR / 60, True, id="just in time"),
        pytest.param(timedelta(hours=72), False, id="too late"),
    ],
)
def test_a_voter_may_object_for_seventy_two_hours(age, may):
    poll = open_poll()
    receipt = Phone(poll).vote("01").url
    make_standing("void", Ballot.objects.all(), at=timezone.now() - age)

    said = main_of(Client().get(receipt))

    assert ("以前提出异议" in said) == may
    assert ("现在已经过了" in said) != may


def test_the_short_number_tells_nothing_but_the_state():
    poll = open_poll()
    phone = Phone(poll)
    phone.vote("02")
    acted(["void"])
    (number,) = numbers_of(poll)

    page = Client().get(reverse("voting:lookup", args=[phone.slug]), {"number": number})

    assert [row["term"] for row in page.context["rows"]] == ["状态"]
    assert poll.entries[1].unit not in page.content.decode()
    assert "收到时间" not in page.content.decode()


def test_my_votes_are_read_at_once(django_assert_max_num_queries):
    poll = open_poll(quota=6)
    phone = Phone(poll)
    for _ in range(6):
        phone.vote("01")
    acted(["void"])
    phone.mine()

    with django_assert_max_num_queries(9):
        assert len(phone.mine().context["receipts"]) == 6
