from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.privacy.keys import create_key, destroy_key
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    make_ballot,
    make_contest,
    make_poll,
    open_poll,
)
from voting.polls.errors import (
    AlreadyVoted,
    AnotherChoice,
    KeyUnavailable,
    NotPractice,
    PollExists,
    PollFrozen,
    PollNotOpened,
    VotingClosed,
)
from voting.polls.models import Ballot, Poll
from voting.polls.queries import poll_key
from voting.polls.receipts import ballot_id_of
from voting.polls.rules import day_in_shanghai
from voting.polls.services import (
    cast_ballot,
    create_poll,
    import_practice_ballots,
    update_poll,
)
from voting.polls.voters.base import Voter

pytestmark = pytest.mark.django_db

FIRST, SECOND, BOTH = b"\x01\x00\x00", b"\x00\x01\x00", b"\x01\x01\x00"


def vote(poll, *, voter="a", request=1, choices=FIRST, today=None):
    return cast_ballot(
        poll=poll,
        voter=Voter("device", voter),
        request_key=UUID(int=request),
        choices=choices,
        today=today or day_in_shanghai(timezone.now()),
    )


def stored(poll) -> list[bytes]:
    ballots = Ballot.objects.of_poll(poll.id)
    return [bytes(choices) for choices in ballots.values_list("choices", flat=True)]


def set_times(poll, *, opens, closes) -> None:
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=opens, poll_closes_at=closes
    )


def test_an_accepted_ballot_is_stored_with_its_minute_and_its_number():
    poll = open_poll()

    receipt = vote(poll, choices=BOTH)

    ballot = Ballot.objects.get()
    assert bytes(ballot.choices) == BOTH
    assert ballot.cast_at == receipt.cast_at
    assert (ballot.cast_at.second, ballot.cast_at.microsecond) == (0, 0)
    assert ballot.cast_at <= timezone.now() < ballot.cast_at + timedelta(minutes=2)
    assert ballot_id_of(poll_key(poll), receipt.number) == ballot.id


def test_a_second_vote_is_refused_with_its_time_and_the_first_is_kept():
    poll = open_poll()
    first = vote(poll)

    with pytest.raises(AlreadyVoted) as refusal:
        vote(poll, request=2, choices=SECOND)

    assert refusal.value.cast == [(first.number, first.cast_at)]
    assert refusal.value.next_at is None
    assert stored(poll) == [FIRST]


def test_the_same_request_again_gets_the_same_receipt():
    poll = open_poll()
    first = vote(poll)

    again = vote(poll)

    assert (again.number, again.secret, again.cast_at) == (
        first.number,
        first.secret,
        first.cast_at,
    )
    assert (first.is_repeat, again.is_repeat) == (False, True)
    assert stored(poll) == [FIRST]


def test_the_same_request_with_other_choices_changes_nothing():
    poll = open_poll()
    vote(poll)

    with pytest.raises(AnotherChoice):
        vote(poll, choices=SECOND)

    assert stored(poll) == [FIRST]


def test_a_quota_of_three_takes_three_ballots_of_a_voter():
    poll = open_poll(quota=3)

    for request in (1, 2, 3):
        vote(poll, request=request)
    with pytest.raises(AlreadyVoted) as refusal:
        vote(poll, request=4)

    assert len(stored(poll)) == 3
    assert len(refusal.value.cast) == 3


def test_a_request_repeated_on_a_later_slot_gets_the_same_receipt():
    poll = open_poll(quota=3)
    vote(poll, request=1)
    second = vote(poll, request=2)

    assert vote(poll, request=2).number == second.number
    assert len(stored(poll)) == 2


def test_a_daily_quota_says_when_the_next_ballot_is_possible():
    now = timezone.now()
    poll = open_poll(
        quota_period="day",
        contest=make_contest(poll_opens_at=now - HOUR, poll_closes_at=now + 3 * DAY),
    )
    vote(poll)

    with pytest.raises(AlreadyVoted) as refusal:
        vote(poll, request=2)

    midnight = refusal.value.next_at.astimezone(timezone.get_default_timezone())
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert midnight.date() == day_in_shanghai(now) + DAY


def test_a_daily_quota_ends_with_the_poll():
    poll = open_poll(quota_period="day")
    set_times(
        poll,
        opens=timezone.now() - HOUR,
        closes=timezone.now() + timedelta(seconds=20),
    )
    vote(poll)

    with pytest.raises(AlreadyVoted) as refusal:
        vote(poll, request=2)

    assert refusal.value.next_at is None


@pytest.mark.parametrize("days_off", [-1, 1])
def test_a_web_node_whose_day_is_wrong_takes_the_ballot_for_the_day_of_the_database(
    days_off,
):
    poll = open_poll(quota_period="day")
    today = day_in_shanghai(timezone.now())

    vote(poll, request=1, today=today + days_off * DAY)
    with pytest.raises(AlreadyVoted):
        vote(poll, request=2, today=today)

    assert len(stored(poll)) == 1


def test_two_voters_have_a_quota_each():
    poll = open_poll()

    vote(poll, voter="a", request=1)
    vote(poll, voter="b", request=2)

    assert len(stored(poll)) == 2


def test_one_voter_in_two_polls_has_two_unlike_keys():
    one, other = open_poll(), open_poll()

    vote(one, request=1)
    vote(other, request=2)

    assert len(set(Ballot.objects.values_list("voter_key", flat=True))) == 2


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        pytest.param(HOUR, 2 * HOUR, id="before"),
        pytest.param(-2 * HOUR, -HOUR, id="after"),
    ],
)
def test_a_ballot_outside_the_times_is_not_taken(opens, closes):
    poll = open_poll()
    set_times(poll, opens=timezone.now() + opens, closes=timezone.now() + closes)

    with pytest.raises(VotingClosed):
        vote(poll)

    assert stored(poll) == []


def test_a_missing_poll_key_stops_casting():
    poll = open_poll()
    destroy_key(poll.key_name)

    with pytest.raises(KeyUnavailable):
        vote(poll)

    assert stored(poll) == []


def test_a_wrong_poll_key_stops_casting():
    poll = open_poll()
    destroy_key(poll.key_name)
    create_key(poll.key_name)

    with pytest.raises(KeyUnavailable):
        vote(poll)

    assert stored(poll) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows.update(choices=SECOND), id="update"),
        pytest.param(lambda rows: rows._raw_delete("default"), id="delete"),
    ],
)
def test_the_database_refuses_to_change_or_remove_a_ballot(change):
    ballot = make_ballot()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        change(Ballot.objects.all())

    assert Ballot.objects.get() == ballot


def test_the_voters_identity_is_not_in_the_row():
    make_ballot(voter="identity-of-somebody")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM voting_ballot")
        assert "identity-of-somebody" not in str(cursor.fetchall())


def test_a_poll_is_made_with_a_key_on_disk_and_recorded():
    contest = make_contest()

    poll = create_poll(by=None, contest=contest, now=NOW, picks_max=3)

    assert poll.key_fingerprint
    assert TrailEntry.objects.about(poll).get().action == "poll.created"


def test_a_contest_has_one_poll():
    poll = make_poll()

    with pytest.raises(PollExists):
        make_poll(contest=poll.contest)


def test_settings_change_until_the_poll_opens_and_not_after():
    poll = make_poll()
    update_poll(by=None, poll=poll, now=NOW, picks_max=4)
    opened = Poll.objects.get(pk=open_poll().id)

    with pytest.raises(PollFrozen):
        update_poll(by=None, poll=opened, now=NOW, picks_max=4)

    assert Poll.objects.get(pk=poll.pk).picks_max == 4
    assert Poll.objects.get(pk=opened.pk).picks_max == 10


def practice_poll(**fields):
    now = timezone.now()
    return open_poll(
        contest=make_contest(
            practice=True,
            practice_note="演练",
            poll_opens_at=now - HOUR,
            poll_closes_at=now + HOUR,
        ),
        **fields,
    )


def test_practice_ballots_are_imported_once_however_often_it_is_run():
    poll = practice_poll()
    row = Poll.objects.get(pk=poll.id)
    ballots = [(FIRST, NOW), (BOTH, NOW + timedelta(seconds=90))]

    runs = [
        import_practice_ballots(by=None, poll=row, ballots=ballots, now=NOW)
        for _ in range(2)
    ]

    assert runs == [2, 0]
    assert stored(poll) == [FIRST, BOTH]
    assert list(Ballot.objects.values_list("cast_at", flat=True)) == [
        NOW,
        NOW + timedelta(minutes=1),
    ]


def test_ballots_of_two_sources_are_added_to_each_other():
    poll = practice_poll()
    row = Poll.objects.get(pk=poll.id)

    for source in ("first", "second"):
        import_practice_ballots(
            by=None, poll=row, ballots=[(FIRST, NOW)], now=NOW, source=source
        )

    assert stored(poll) == [FIRST, FIRST]


def test_a_real_contest_takes_no_imported_ballot():
    poll = open_poll()

    with pytest.raises(NotPractice):
        import_practice_ballots(
            by=None, poll=Poll.objects.get(pk=poll.id), ballots=[(FIRST, NOW)], now=NOW
        )

    assert stored(poll) == []


def test_the_import_statement_itself_demands_practice():
    poll = open_poll()
    row = Poll.objects.get(pk=poll.id)
    row.contest.practice = True  # only in memory: the database knows better

    added = import_practice_ballots(by=None, poll=row, ballots=[(FIRST, NOW)], now=NOW)

    assert (added, stored(poll)) == (0, [])


def test_a_poll_that_has_not_opened_takes_no_imported_ballot():
    contest = make_contest(practice=True, practice_note="演练")

    with pytest.raises(PollNotOpened):
        import_practice_ballots(
            by=None, poll=make_poll(contest=contest), ballots=[], now=NOW
        )
