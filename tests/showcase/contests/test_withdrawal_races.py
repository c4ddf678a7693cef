"""Two confirmations at the same instant, and a withdrawal while people vote."""

from collections import Counter

import pytest
from django.utils import timezone

from showcase.contests import withdrawing
from showcase.contests.errors import AlreadyProposed
from showcase.contests.models import Entry, Gone
from showcase.contests.proposing import reject_about
from showcase.contests.withdrawing import (
    confirm_withdrawal,
    propose_withdrawal,
)
from site_cms.pages.page_types import NoticePage
from site_cms.trail.errors import AlreadyDecided
from site_cms.trail.models import Decision, Proposal
from tests.factories import make_ballot, make_user, open_poll
from tests.parallel import outcomes
from tests.site_factories import make_site
from voting.log.models import LogEntry
from voting.polls.models import Ballot, Poll
from voting.polls.queries import by_entry, opened_poll, recount

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


def at_once(acts) -> Counter[str]:
    return outcomes(acts, AlreadyDecided, AlreadyProposed)


def propose(entry, by) -> Proposal:
    return propose_withdrawal(
        by=by,
        entry=entry,
        kind=Gone.WITHDRAWN,
        words="撤并。",
        reason="文件。",
        now=timezone.now(),
    )


@pytest.fixture
def poll(empty_site):
    make_site()
    return open_poll()


def entry_of(poll) -> Entry:
    return Entry.objects.get(contest=poll.contest_id, number=2)


def test_eight_proposals_at_once_are_one(poll):
    entry, by = entry_of(poll), make_user()

    outcome = at_once([lambda: propose(entry, by)] * AT_ONCE)

    assert outcome == {"done": 1, "AlreadyProposed": AT_ONCE - 1}
    assert Proposal.objects.count() == 1


def test_control_without_the_lock_of_the_contest_several_get_through(poll, monkeypatch):
    entries = Entry.objects.select_related("contest", "unit")
    monkeypatch.setattr(withdrawing, "locked_entry", lambda pk: entries.get(pk=pk))
    entry, by = entry_of(poll), make_user()

    assert at_once([lambda: propose(entry, by)] * AT_ONCE)["done"] > 1


def test_eight_confirmations_at_once_are_one(poll):
    proposal, second = propose(entry_of(poll), make_user()), make_user()

    outcome = at_once(
        [lambda: confirm_withdrawal(by=second, proposal=proposal, now=timezone.now())]
        * AT_ONCE
    )

    assert outcome == {"done": 1, "AlreadyDecided": AT_ONCE - 1}
    assert NoticePage.objects.count() == LogEntry.objects.count() == 1


def test_a_yes_and_a_no_at_once_leave_one_of_them(poll):
    proposal = propose(entry_of(poll), make_user())
    yes, no = make_user(), make_user()

    outcome = at_once(
        [
            lambda: confirm_withdrawal(by=yes, proposal=proposal, now=timezone.now()),
            lambda: reject_about(
                by=no, proposal=proposal, remark="不对", now=timezone.now()
            ),
        ]
    )

    confirmed = Decision.objects.get().confirmed
    assert outcome == {"done": 1, "AlreadyDecided": 1}
    assert (entry_of(poll).withdrawn_at is not None) == confirmed
    assert LogEntry.objects.count() == int(confirmed)


def test_whoever_votes_at_that_instant_keeps_every_other_pick(poll):
    proposal, second = propose(entry_of(poll), make_user()), make_user()

    def vote():
        make_ballot(poll=poll, picks=(1, 2, 3))

    outcome = at_once(
        [vote] * (AT_ONCE - 1)
        + [lambda: confirm_withdrawal(by=second, proposal=proposal, now=timezone.now())]
    )

    row = Poll.objects.get(pk=poll.id)
    counts = by_entry(recount(opened_poll(row)), row, now=timezone.now())
    numbers = {entry.id: entry.number for entry in poll.entries}
    assert outcome == {"done": AT_ONCE}
    assert Ballot.objects.count() == AT_ONCE - 1
    assert {numbers[entry]: given[1] for entry, given in counts.items()} == {
        1: AT_ONCE - 1,
        3: AT_ONCE - 1,
    }
