"""The sample's poll has campaigns in it: one new, one held, one void by two people."""

from datetime import datetime, timedelta

import pytest

from site_cms.accounts.roles import Role
from tests.factories import HOUR, make_contest, make_entry, make_operator, open_poll
from voting.integrity.decision_rules import State
from voting.integrity.models import VoterObjection
from voting.integrity.queries import group_lines
from voting.polls.models import BallotSignal, Poll
from voting.polls.services import import_practice_ballots
from voting.polls.standing_queries import standing_of_poll
from voting.sample.campaigns import CAMPAIGNS, add_campaigns, add_signals
from voting.sample.timetable import SHANGHAI

pytestmark = pytest.mark.django_db

FIRST_DAY = datetime(2026, 11, 14, tzinfo=SHANGHAI)
NOW = FIRST_DAY + timedelta(days=8, hours=15)


@pytest.fixture
def poll() -> Poll:
    contest = make_contest(
        practice=True,
        practice_note="样例",
        poll_opens_at=FIRST_DAY + 9 * HOUR,
        poll_closes_at=FIRST_DAY + timedelta(days=12),
    )
    for _ in range(8):
        make_entry(contest=contest)
    frozen = open_poll(contest=contest)
    poll = Poll.objects.select_related("contest").get(pk=frozen.id)
    ballots = [(bytes([1] + [0] * 7), FIRST_DAY + 10 * HOUR)] * 30
    import_practice_ballots(by=None, poll=poll, ballots=ballots, now=NOW)
    add_signals(poll, seed=1)
    return poll


def test_each_campaign_stands_where_the_sample_wants_it(poll):
    people = {
        "fangshua": make_operator(Role.INTEGRITY),
        "jiandu": make_operator(Role.SUPERVISOR),
    }

    added = add_campaigns(poll, people=people, first_day=FIRST_DAY, now=NOW, seed=1)

    assert added == sum(campaign.ballots for campaign in CAMPAIGNS)
    states = [(line.standings.ballots, line.state) for line in group_lines(poll)]
    assert states == [(1110, State.VOID), (460, State.HELD), (126, State.NEW)]
    numbers = standing_of_poll(poll.pk)
    assert (numbers.held, numbers.void) == (460, 1110)
    assert BallotSignal.objects.count() == numbers.cast == 30 + added
    assert VoterObjection.objects.unanswered().count() == 1
