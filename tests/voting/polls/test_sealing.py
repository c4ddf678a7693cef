"""Every accepted ballot enters the log once, in a batch that is large enough to hide in."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.privacy.keys import destroy_key
from tests.factories import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    make_ballot,
    make_contest,
    make_user,
    open_poll,
)
from tests.voting.polls.test_tally import slow_ballot  # noqa: F401
from voting.log.models import Kind, Log, LogEntry
from voting.polls import sealing
from voting.polls.archive_services import archive_poll
from voting.polls.models import Ballot, Poll
from voting.polls.queries import poll_key
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import (
    SETTLING,
    batch_with,
    commitments_of,
    is_sealed_to_the_end,
    seal_ballots,
    seal_due_ballots,
)
from voting.polls.services import extend_poll, pause_poll
from voting.polls.standing_models import SealedBatch
from voting.polls.tally import GRACE, advance_tally
from voting.rules.merkle import HASH_BYTES, leaf_hash

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_is_kept_above(settings):
    settings.AGAINST_ARCHIVING = "tests.voting.polls.gates_for_tests.nothing_against"


def row_of(poll: FrozenPoll) -> Poll:
    return Poll.objects.select_related("contest").get(pk=poll.id)


def cast(poll: FrozenPoll, count: int) -> None:
    for _ in range(count):
        make_ballot(poll=poll, picks=(1, 3))


def settle(poll: FrozenPoll) -> None:
    for _ in range(2):
        advance_tally(poll)


def seal(poll: FrozenPoll, *, minutes: int = 0) -> list[LogEntry]:
    settle(poll)
    return seal_ballots(poll=row_of(poll), now=timezone.now() + minutes * MINUTE)


def close(poll: FrozenPoll) -> None:
    """It closed so long ago that no ballot can be on its way."""
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_closes_at=timezone.now() - SETTLING
    )


def said(poll: FrozenPoll) -> list[tuple]:
    """Kind and figures of all statements."""
    return [
        (
            entry.kind,
            {
                name: value
                for name, value in entry.statement.items()
                if name not in ("at", "kind", "closed_at", "thresholds")
            },
        )
        for entry in LogEntry.objects.of_contest(poll.contest_id).in_order()
    ]


def leaves_of(poll: FrozenPoll, ballots) -> list[bytes]:
    key = poll_key(poll)
    return sorted(
        leaf_hash(each)
        for ballot in ballots
        for each in commitments_of(poll, key, ballot.id, bytes(ballot.choices))
    )


def pick_leaves(entry: LogEntry) -> list[bytes]:
    blob = bytes(entry.hashes)[HASH_BYTES:]
    return [blob[at : at + HASH_BYTES] for at in range(0, len(blob), HASH_BYTES)]


def test_the_newest_twenty_are_kept_back_until_the_close():
    poll = open_poll()
    cast(poll, 39)
    assert seal(poll) == []
    cast(poll, 6)

    (entry,) = seal(poll)
    assert said(poll) == [("ballots", {"batch": 1, "ballots": 25, "picks": 50})]
    ballots = list(Ballot.objects.order_by("id"))
    assert pick_leaves(entry) == leaves_of(poll, ballots[:25])
    assert SealedBatch.objects.get().upto_id == ballots[24].id

    close(poll)
    batch, _ = seal(poll, minutes=1)
    assert pick_leaves(batch) == leaves_of(poll, ballots[25:])
    assert said(poll)[1:] == [
        ("ballots", {"batch": 2, "ballots": 20, "picks": 40}),
        ("closed", {"batches": 2, "ballots": 45, "picks": 90}),
    ]
    assert is_sealed_to_the_end(row_of(poll))


def test_a_poll_with_fewer_than_twenty_ballots_is_one_group_and_says_so():
    poll = open_poll()
    cast(poll, 3)
    close(poll)

    seal(poll)

    assert said(poll) == [
        ("ballots", {"batch": 1, "ballots": 3, "picks": 6, "small": True}),
        ("closed", {"batches": 1, "ballots": 3, "picks": 6}),
    ]


def test_a_poll_without_ballots_states_its_close():
    poll = open_poll()
    close(poll)

    seal(poll)

    assert said(poll) == [("closed", {"batches": 0, "ballots": 0, "picks": 0})]


def test_what_was_sealed_and_stated_is_not_sealed_or_stated_again():
    poll = open_poll()
    cast(poll, 41)
    close(poll)

    seal(poll)
    before = said(poll)
    for minutes in (1, 2):
        assert seal(poll, minutes=minutes) == []
    assert said(poll) == before


def test_large_batches_are_cut_and_none_is_left_small(monkeypatch):
    monkeypatch.setattr("voting.polls.batch_rules.LARGEST", 40)
    monkeypatch.setattr(sealing, "LOOKED_AT", 60)
    poll = open_poll()
    cast(poll, 95)
    seal(poll)
    cast(poll, 30)
    close(poll)

    seal(poll, minutes=1)

    batches = SealedBatch.objects.values_list("ballots", flat=True)
    assert list(batches) == [40, 35, 30, 20]


def test_a_poll_is_sealed_once_a_minute():
    poll = open_poll()
    cast(poll, 40)
    now = timezone.now()
    settle(poll)
    seal_ballots(poll=row_of(poll), now=now)
    cast(poll, 20)
    settle(poll)

    assert seal_ballots(poll=row_of(poll), now=now + MINUTE - SECOND) == []
    assert len(seal_ballots(poll=row_of(poll), now=now + MINUTE)) == 1


def test_nothing_is_stated_until_no_ballot_can_be_on_its_way():
    poll = open_poll()
    cast(poll, 3)
    Contest.objects.update(poll_closes_at=timezone.now() - SETTLING + 20 * SECOND)

    assert seal(poll) == []


def test_our_clock_alone_does_not_close_a_poll():
    poll = open_poll()
    cast(poll, 3)

    assert seal_ballots(poll=row_of(poll), now=timezone.now() + DAY) == []


def test_an_extended_poll_is_not_closed_at_its_first_closing_time():
    poll = open_poll()
    cast(poll, 21)
    row = row_of(poll)
    was_to_close_at = row.contest.poll_closes_at
    extend_poll(
        by=make_user(),
        poll=row,
        closes_at=was_to_close_at + DAY,
        reason="停电。",
        now=timezone.now(),
    )

    seal_due_ballots(now=was_to_close_at + HOUR)

    assert Kind.CLOSED not in LogEntry.objects.values_list("kind", flat=True)


def test_an_extension_between_the_look_and_the_batch_stops_the_close():
    poll = open_poll()
    cast(poll, 3)
    close(poll)
    now = timezone.now()
    settle(poll)
    Contest.objects.update(poll_closes_at=now + HOUR)

    assert (
        sealing._seal_next(poll, poll_key(poll), upto=10**9, is_over=True, now=now)
        is None
    )


def test_a_paused_poll_is_sealed_and_closed_as_any_other():
    poll = open_poll()
    cast(poll, 40)
    pause_poll(by=make_user(), poll=row_of(poll), notice="核查。", now=timezone.now())

    assert [entry.kind for entry in seal(poll)] == ["ballots"]
    close(poll)
    assert [entry.kind for entry in seal(poll, minutes=1)] == ["ballots", "closed"]


def test_ballots_of_two_polls_do_not_mix():
    one, other = open_poll(), open_poll()
    for _ in range(40):
        cast(one, 1)
        cast(other, 1)

    settle(one)
    settle(other)
    seal_due_ballots(now=timezone.now())

    for poll in (one, other):
        batch = SealedBatch.objects.select_related("log_entry").get(poll_id=poll.id)
        ballots = Ballot.objects.of_poll(poll.id).order_by("id")[:20]
        assert pick_leaves(batch.log_entry) == leaves_of(poll, ballots)


def test_without_the_polls_key_nothing_is_sealed_and_the_operators_hear_of_it(caplog):
    poll, other = open_poll(), open_poll()
    for each in (poll, other):
        cast(each, 40)
        settle(each)
    destroy_key(poll.key_name)
    now = timezone.now()

    with caplog.at_level(logging.ERROR):
        for seconds in range(0, 15, 5):
            seal_due_ballots(now=now + seconds * SECOND)

    told = [each for each in caplog.records if each.msg == "ballots are not sealed"]
    assert [record.poll for record in told] == [poll.id]
    assert list(SealedBatch.objects.values_list("poll_id", flat=True)) == [other.id]


def test_without_the_logs_key_ballots_are_cast_and_sealed_all_the_same():
    poll = open_poll()
    cast(poll, 40)
    seal(poll)
    destroy_key(Log.objects.get().key_name)
    cast(poll, 20)

    assert len(seal(poll, minutes=1)) == 1


@pytest.mark.parametrize("broken", ["append", "SealedBatch.objects.create"])
def test_a_crash_between_log_and_batch_leaves_neither(broken, monkeypatch):
    poll = open_poll()
    cast(poll, 40)

    def crash(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(f"voting.polls.sealing.{broken}", crash)
        with pytest.raises(ZeroDivisionError):
            seal(poll)
    assert (LogEntry.objects.count(), SealedBatch.objects.count()) == (0, 0)

    assert len(seal(poll)) == 1


def test_a_crash_before_the_close_is_stated_is_made_good(monkeypatch):
    poll = open_poll()
    cast(poll, 3)
    close(poll)

    def crash(*args, **kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_state_the_close", crash)
        with pytest.raises(ZeroDivisionError):
            seal(poll)
    assert [kind for kind, _ in said(poll)] == ["ballots"]

    seal(poll, minutes=1)
    assert [kind for kind, _ in said(poll)] == ["ballots", "closed"]


def test_a_practice_poll_that_gets_more_ballots_states_its_close_again():
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="演练",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )
    poll = open_poll(contest=contest)
    cast(poll, 25)
    close(poll)
    seal(poll)
    Contest.objects.update(poll_closes_at=now + HOUR)
    cast(poll, 5)
    close(poll)

    seal(poll, minutes=1)

    assert said(poll)[2:] == [
        ("ballots", {"batch": 2, "ballots": 5, "picks": 10, "small": True}),
        ("closed", {"batches": 2, "ballots": 30, "picks": 60}),
    ]


def test_the_worker_looks_after_polls_until_their_close_is_stated():
    poll, late = open_poll(), open_poll()
    cast(poll, 40)
    cast(late, 1)
    close(late)
    settle(poll)

    seal_due_ballots(now=timezone.now())

    assert [kind for kind, _ in said(poll)] == ["ballots"]
    assert [kind for kind, _ in said(late)] == ["ballots", "closed"]
    Contest.objects.filter(pk=late.contest_id).update(
        poll_closes_at=timezone.now() - GRACE
    )
    unfinished = sealing._unfinished(timezone.now())
    assert [each.pk for each in unfinished] == [poll.id]


def test_a_ballot_knows_its_batch():
    poll = open_poll()
    cast(poll, 45)
    seal(poll)
    first, *_, last = Ballot.objects.order_by("id")

    assert batch_with(row_of(poll), first.id) == SealedBatch.objects.get()
    assert batch_with(row_of(poll), last.id) is None
    assert not is_sealed_to_the_end(row_of(poll))


def test_statements_of_batches_say_nothing_finer_than_the_minute():
    poll = open_poll()
    cast(poll, 40)

    (entry,) = seal(poll)

    assert set(entry.statement) == {"at", "kind", "batch", "ballots", "picks"}
    assert len(entry.statement["at"]) == len("2026-06-01T12:00Z")


@pytest.mark.postgresql
def test_a_ballot_that_commits_after_a_younger_one_is_in_its_batch(slow_ballot):  # noqa: F811
    poll = open_poll()
    slow = slow_ballot(poll, 1, b"\x01\x00\x00")
    cast(poll, 60)
    assert seal(poll) == []

    slow.commit()
    (entry,) = seal(poll)

    first = leaves_of(poll, Ballot.objects.filter(id=slow.id))
    assert set(first) <= set(pick_leaves(entry))
    close(poll)
    seal(poll, minutes=1)
    assert said(poll)[-1][1]["ballots"] == 61


@pytest.mark.postgresql
def test_control_sealing_what_can_be_seen_loses_that_ballot(slow_ballot, monkeypatch):  # noqa: F811
    poll = open_poll()
    slow = slow_ballot(poll, 1, b"\x01\x00\x00")
    cast(poll, 60)
    monkeypatch.setattr(sealing, "_settled_upto", lambda frozen: 10**9)
    seal(poll)

    slow.commit()
    close(poll)
    seal(poll, minutes=1)

    assert Ballot.objects.count() == 61
    assert said(poll)[-1][1]["ballots"] == 60


@pytest.mark.postgresql
def test_the_close_waits_for_a_ballot_that_has_not_been_committed(
    slow_ballot,  # noqa: F811
    monkeypatch,
):
    monkeypatch.setattr("voting.polls.tally._PATIENCE_SECONDS", 0.2)
    poll = open_poll()
    cast(poll, 25)
    slow = slow_ballot(poll, 1, b"\x01\x00\x00")
    close(poll)
    now = timezone.now()

    seal_due_ballots(now=now)
    assert said(poll) == []

    slow.commit()
    seal_due_ballots(now=now + MINUTE)
    assert said(poll)[-1] == ("closed", {"batches": 1, "ballots": 26, "picks": 51})


@pytest.mark.postgresql
def test_the_close_waits_for_a_statement_that_is_older_than_it():
    """Such a one may have passed the clock and not yet have an id."""
    poll = open_poll()
    cast(poll, 25)
    has_begun = threading.Event()

    def wait() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                has_begun.set()
                cursor.execute("SELECT pg_sleep(1.5)")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        statement = threads.submit(wait)
        assert has_begun.wait(10)
        while not sealing._has_older_statement(timezone.now()):
            pass
        Contest.objects.update(poll_closes_at=timezone.now())
        now = timezone.now() + SETTLING
        settle(poll)
        assert seal_ballots(poll=row_of(poll), now=now) == []
        statement.result()

    sealed = seal_ballots(poll=row_of(poll), now=now)
    assert [entry.kind for entry in sealed] == ["ballots", "closed"]


@pytest.mark.postgresql
def test_two_workers_at_once_seal_every_ballot_once():
    poll = open_poll()
    cast(poll, 130)
    settle(poll)
    close(poll)
    now, barrier = timezone.now(), threading.Barrier(4)

    def work() -> None:
        barrier.wait(timeout=20)
        try:
            seal_due_ballots(now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for _ in range(4)]:
            done.result()

    assert said(poll) == [
        ("ballots", {"batch": 1, "ballots": 130, "picks": 260}),
        ("closed", {"batches": 1, "ballots": 130, "picks": 260}),
    ]


@pytest.mark.postgresql
def test_a_pause_and_a_batch_at_once_do_not_meet():
    """Both lock the poll before the log."""
    poll = open_poll()
    cast(poll, 60)
    settle(poll)
    row, now = row_of(poll), timezone.now()

    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        pause_poll(by=make_user(), poll=row, notice="核查。", now=now)
        batch = threads.submit(_sealed_on_its_own, poll, now)
        with pytest.raises(TimeoutError):
            batch.result(timeout=0.3)
    assert len(batch.result(20)) == 1


def _sealed_on_its_own(poll: FrozenPoll, now) -> list[LogEntry]:
    try:
        return seal_ballots(poll=row_of(poll), now=now)
    finally:
        connection.close()


def test_an_archived_poll_is_left_alone():
    poll = open_poll()
    cast(poll, 25)
    close(poll)
    seal(poll)
    Contest.objects.update(finalised_at=timezone.now() - HOUR)
    archive_poll(by=None, poll=row_of(poll), now=timezone.now())
    before = said(poll)

    seal_due_ballots(now=timezone.now() + DAY)

    assert said(poll) == before
