import pytest
from django.urls import reverse

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    make_contest,
    make_operator,
    make_poll,
    open_poll,
    sign_in,
)
from voting.polls.models import Poll

pytestmark = pytest.mark.django_db

FORM = {
    "form": "approval",
    "picks_min": "1",
    "picks_max": "5",
    "adapters": ["device"],
    "quota": "1",
    "quota_period": "poll",
    "counts": "hidden",
}


@pytest.fixture
def administrator(client):
    sync_groups()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    return client


def test_an_administrator_makes_the_poll_of_a_contest(administrator):
    contest = make_contest()

    answer = administrator.post(reverse("polls:add"), FORM | {"contest": contest.pk})

    assert answer.status_code == 302
    poll = Poll.objects.get()
    assert (poll.contest, poll.picks_max, poll.adapters) == (contest, 5, ["device"])
    assert TrailEntry.objects.about(poll).get().by is not None


def test_impossible_limits_are_explained_and_nothing_is_lost(administrator):
    poll = make_poll(picks_max=5)

    answer = administrator.post(
        reverse("polls:edit", args=[poll.pk]),
        FORM | {"picks_min": "7", "quota_period": "day"},
    )

    assert answer.status_code == 200
    assert "最少至少为 1 个，且不多于最多" in answer.content.decode()
    assert answer.context["form"]["picks_min"].value() == "7"
    assert Poll.objects.get().picks_max == 5


def test_a_poll_without_a_way_of_telling_voters_is_refused(administrator):
    poll = make_poll()

    answer = administrator.post(
        reverse("polls:edit", args=[poll.pk]), FORM | {"adapters": []}
    )

    assert "adapters" in answer.context["form"].errors


def test_an_opened_poll_can_be_read_and_not_changed(administrator):
    poll = open_poll(picks_max=3)
    address = reverse("polls:edit", args=[poll.id])

    page = administrator.get(address)
    administrator.post(address, FORM)

    assert "规则已经冻结，不能再改" in page.content.decode()
    assert Poll.objects.get().picks_max == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_polls_shows_no_counts(administrator, rows):
    for _ in range(rows):
        open_poll()

    page = administrator.get(reverse("polls:index"))

    assert page.status_code == 200
    assert page.content.decode().count("1 到 10 个") == rows
