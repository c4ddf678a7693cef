from datetime import timedelta

import pytest
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from tests.factories import HOUR, NOW, make_ballot, make_contest, make_poll, open_poll
from voting.polls import counting, queries
from voting.polls.errors import CountStillOpen, HiddenCounts, PollNotOpened
from voting.polls.models import Poll
from voting.polls.queries import frozen_poll, number_of_ballots, totals
from voting.polls.services import import_practice_ballots

pytestmark = pytest.mark.django_db


def closed(poll) -> Poll:
    """The poll's row, its contest closed since a second."""
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_closes_at=timezone.now() - timedelta(seconds=1)
    )
    return Poll.objects.get(pk=poll.id)


def by_number(poll, counts) -> dict[int, int]:
    return {
        entry.number: counts[entry.id] for entry in poll.entries if entry.id in counts
    }


def test_totals_count_each_pick_once():
    poll = open_poll()
    for picks in [(1,), (1, 2), (1, 2), (3,)]:
        make_ballot(poll=poll, picks=picks)

    counts = totals(closed(poll), now=timezone.now())

    assert by_number(poll, counts) == {1: 3, 2: 2, 3: 1}


def test_ballots_of_another_poll_do_not_count():
    poll, other = open_poll(), open_poll()
    make_ballot(poll=poll, picks=(1,))
    make_ballot(poll=other, picks=(1,))

    assert by_number(poll, totals(closed(poll), now=timezone.now()))[1] == 1


def test_a_poll_without_ballots_totals_zero():
    poll = open_poll()

    assert by_number(poll, totals(closed(poll), now=timezone.now())) == {
        1: 0,
        2: 0,
        3: 0,
    }


def test_a_withdrawn_entry_counts_no_more_and_the_other_picks_of_its_ballots_do():
    poll = open_poll()
    make_ballot(poll=poll, picks=(1, 2))
    make_ballot(poll=poll, picks=(2, 3))
    Entry.objects.filter(contest=poll.contest_id, number=2).update(
        withdrawn_at=timezone.now() - HOUR, withdrawal_notice="退出。"
    )

    assert by_number(poll, totals(closed(poll), now=timezone.now())) == {1: 1, 3: 1}


def test_counts_are_hidden_until_the_poll_has_closed():
    poll = open_poll()
    make_ballot(poll=poll)
    row = Poll.objects.get(pk=poll.id)
    closes_at = row.contest.poll_closes_at

    with pytest.raises(HiddenCounts):
        totals(row, now=closes_at - timedelta(seconds=1))
    assert sum(totals(row, now=closes_at).values()) == 1


def test_the_result_is_not_computed_while_the_poll_is_open():
    poll = open_poll()

    with pytest.raises(CountStillOpen):
        totals(Poll.objects.get(pk=poll.id), now=timezone.now(), for_result=True)


def test_a_poll_that_never_opened_has_no_totals():
    poll = make_poll(contest=make_contest(poll_closes_at=NOW))

    with pytest.raises(PollNotOpened):
        totals(poll, now=NOW)


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 1000])
def test_reading_in_batches_of_any_size_gives_the_same_totals(monkeypatch, batch):
    contest = make_contest(
        practice=True, practice_note="演练", poll_closes_at=timezone.now() - HOUR
    )
    poll = open_poll(contest=contest, entries=4)
    ballots = [
        (bytes([number % 2, number % 3 == 0, 1, 0]), NOW) for number in range(20)
    ]
    row = Poll.objects.get(pk=poll.id)
    import_practice_ballots(by=None, poll=row, ballots=ballots, now=NOW)
    monkeypatch.setattr(counting, "_BATCH", batch)

    assert by_number(poll, totals(row, now=timezone.now())) == {
        1: 10,
        2: 7,
        3: 20,
        4: 0,
    }


def test_the_number_of_ballots_is_no_secret():
    poll = open_poll()
    make_ballot(poll=poll)

    assert number_of_ballots(Poll.objects.get(pk=poll.id)) == 1


def test_what_was_frozen_is_what_counts_whatever_the_row_says_later():
    poll = open_poll(picks_max=2)
    slug = Contest.objects.get(pk=poll.contest_id).slug
    Poll.objects.filter(pk=poll.id).update(picks_max=3)
    queries.forget_frozen_polls()

    assert frozen_poll(slug) == poll
    assert frozen_poll(slug).picks_max == 2
