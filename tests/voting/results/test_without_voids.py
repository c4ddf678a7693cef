"""What the voids change, for those who decide on them, after the close, on the record."""

import pytest
from django.test import Client
from django.urls import reverse

from showcase.contests.models import Contest
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    NOW,
    make_decided_contest,
    make_operator,
    sign_in,
)
from tests.factories.integrity import make_group, void
from voting.polls.models import Poll
from voting.polls.queries import opened_poll
from voting.results.without_voids import Row, compare_without_voids

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """20 of the 24 ballots of the first entry are void; its marks are the lowest."""
    contest = make_decided_contest(votes=(24, 10, 5))
    poll = Poll.objects.get(contest=contest)
    ids = list(poll.ballots.order_by("id").values_list("id", flat=True)[:20])
    void(make_group(opened_poll(poll), ids=ids))
    return contest


def test_counts_and_ranks_stand_beside_each_other(contest):
    comparison = compare_without_voids(contest, now=NOW)

    assert comparison.basis == "按冻结的规则"
    assert [(row.cast, row.lost, row.counted) for row in comparison.rows] == [
        (24, 20, 4),
        (10, 0, 10),
        (5, 0, 5),
    ]
    first = comparison.rows[0]
    assert first.rank_with == 3
    assert first.rank_without is not None


def test_without_any_void_nothing_moves():
    contest = make_decided_contest(votes=(4, 3, 1))

    rows = compare_without_voids(contest, now=NOW).rows

    assert not any(row.moves or row.lost for row in rows)


def test_before_the_night_the_poll_alone_is_compared():
    contest = make_decided_contest(votes=(24, 10, 5), marked=0)

    comparison = compare_without_voids(contest, now=NOW)

    assert comparison.basis != "按冻结的规则"
    assert [type(row) for row in comparison.rows] == [Row] * 3


def get(contest, role) -> tuple[object, object]:
    client = Client()
    user = sign_in(client, make_operator(role))
    return client.get(reverse("voting:results_voids", args=[contest.slug])), user


def test_each_view_is_recorded(contest):
    page, user = get(contest, Role.INTEGRITY)

    assert "作废前票数" in page.content.decode()
    entry = TrailEntry.objects.get(action="whatif.viewed")
    assert (entry.by, entry.subject_id) == (user, str(contest.pk))


def test_before_the_close_nobody_sees_anything(contest):
    Contest.objects.filter(pk=contest.pk).update(
        poll_closes_at=NOW + 3650 * DAY, night_opens_at=None
    )

    page, _ = get(contest, Role.SUPERVISOR)

    told = page.content.decode()
    assert "截止以前谁也看不到票数" in told
    assert "24" not in told.split("<main")[1].split("</main>")[0]
    assert not TrailEntry.objects.filter(action="whatif.viewed").exists()


def test_others_are_kept_out(contest):
    page, _ = get(contest, Role.ADMINISTRATOR)

    assert page.status_code == 403
