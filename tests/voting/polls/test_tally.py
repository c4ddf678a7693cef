"""The running total gives what a full recount gives, whatever order ballots appear in."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Event, Thread
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from site_cms.trail.models import TrailEntry
from tests.factories import DAY, HOUR, SECOND, make_ballot, make_contest, open_poll
from tests.factories.standing import make_standing
from voting.polls import casting, tally
from voting.polls.counting import Count
from voting.polls.errors import TallyBehind
from voting.polls.models import Ballot, Poll
from voting.polls.queries import recount
from voting.polls.rules import Counts, Form, Grade, due_total
from voting.polls.services import import_practice_ballots
from voting.polls.tally import (
    GRACE,
    advance_tally,
    catch_up,
    count_of,
    publish_daily_total,
    publish_due_totals,
    tally_open_polls,
)
from voting.polls.tally_models import DailyTotal, TallyState

pytestmark = pytest.mark.django_db

# 17:59:59, 18:00 in Shanghai on 1 June.
ALMOST_SIX = datetime(2026, 6, 1, 9, 59, 59, tzinfo=UTC)
SIX = datetime(2026, 6, 1, 10, tzinfo=UTC)


def tallied(poll) -> Count:
    return count_of(catch_up(poll))


def insert(poll, number: int, choices: bytes) -> casting.Stored:
    return casting.insert_ballot(
        poll_id=poll.id,
        request_key=UUID(int=number),
        voter_key=UUID(int=number),
        choices=choices,
        day=None,
    )


@pytest.mark.django_db(transaction=True)
def test_the_running_total_is_what_a_recount_gives():
    poll, other = open_poll(), open_poll()
    for picks in [(1,), (1, 2)]:
        make_ballot(poll=poll, picks=picks)
    first = tallied(poll)
    make_ballot(poll=other, picks=(2,))
    make_ballot(poll=poll, picks=(3,))

    assert first == Count(2, {1: (2, 1, 0)})
    assert tallied(poll) == Count(3, {1: (2, 1, 1)}) == recount(poll)
    assert tallied(other) == Count(1, {1: (0, 1, 0)}) == recount(other)


@pytest.mark.django_db(transaction=True)
def test_grades_are_counted_apart():
    poll = open_poll(form=Form.GRADING.value, picks_max=3)
    insert(poll, 1, bytes([Grade.SATISFIED, Grade.DISSATISFIED, 0]))
    insert(poll, 2, bytes([Grade.SATISFIED, Grade.UNKNOWN, Grade.FAIR]))

    expected = {1: (2, 0, 0), 2: (0, 0, 1), 3: (0, 1, 0), 4: (0, 1, 0)}
    assert tallied(poll) == Count(2, expected) == recount(poll)


@pytest.mark.django_db(transaction=True)
def test_a_poll_of_two_hundred_entries_is_graded_too():
    poll = open_poll(entries=200, form=Form.GRADING.value, picks_max=200)
    insert(poll, 1, bytes(place % 5 for place in range(200)))

    assert {value: sum(got) for value, got in tallied(poll).given.items()} == {
        1: 40,
        2: 40,
        3: 40,
        4: 40,
    }


@pytest.mark.django_db(transaction=True)
def test_the_first_ballot_of_all_is_not_taken_for_read_before_it_was_given_out():
    poll = open_poll()
    for _ in range(3):
        advance_tally(poll)

    insert(poll, 1, b"\x01\x00\x00")

    assert tallied(poll).ballots == 1


@pytest.mark.django_db(transaction=True)
def test_a_step_reads_only_what_is_new():
    poll = open_poll()
    for _ in range(5):
        make_ballot(poll=poll)
    state = catch_up(poll)
    make_ballot(poll=poll)

    assert catch_up(poll).counted_id > state.counted_id
    TallyState.objects.filter(poll_id=poll.id).update(ballots=100, given={"1": [9] * 3})
    make_ballot(poll=poll)
    assert catch_up(poll).ballots == 101


@pytest.fixture
def slow_ballot():
    """A ballot whose id is given out and whose COMMIT waits until it is let go.

    It stands in a transaction on a connection of its own, as a web thread whose disk is slow.
    """
    waiting: list[SlowBallot] = []

    def begin(poll, number: int, choices: bytes) -> "SlowBallot":
        waiting.append(SlowBallot(poll, number, choices))
        return waiting[-1]

    yield begin
    for each in waiting:
        each.commit()


class SlowBallot:
    def __init__(self, poll, number: int, choices: bytes) -> None:
        self.written, self.let_go = Event(), Event()
        self.thread = Thread(target=self._write, args=[poll, number, choices])
        self.thread.start()
        assert self.written.wait(60)

    def _write(self, poll, number: int, choices: bytes) -> None:
        try:
            with transaction.atomic():
                self.id = insert(poll, number, choices).id
                self.written.set()
                self.let_go.wait(120)
        finally:
            connection.close()

    def commit(self) -> None:
        self.let_go.set()
        self.thread.join()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_ballot_that_commits_after_a_younger_one_is_counted(slow_ballot):
    poll = open_poll()
    slow = slow_ballot(poll, 1, b"\x01\x00\x00")
    fast = insert(poll, 2, b"\x00\x01\x00")
    assert slow.id < fast.id

    for _ in range(5):
        state = advance_tally(poll)
    assert (state.ballots, state.counted_id) == (0, 0)

    slow.commit()
    assert tallied(poll) == Count(2, {1: (1, 1, 0)}) == recount(poll)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_many_ballots_that_commit_in_reverse_are_each_counted_once(slow_ballot):
    poll = open_poll()
    slow = [slow_ballot(poll, number, b"\x01\x00\x00") for number in range(1, 6)]
    for number, each in enumerate(reversed(slow), start=11):
        each.commit()
        insert(poll, number, b"\x00\x00\x01")
        advance_tally(poll)

    assert tallied(poll) == Count(10, {1: (5, 0, 5)}) == recount(poll)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_reading_up_to_the_highest_id_loses_a_ballot(slow_ballot):
    poll = open_poll()
    slow = slow_ballot(poll, 1, b"\x01\x00\x00")
    insert(poll, 2, b"\x00\x01\x00")

    def naive(watermark: int) -> tuple[int, int]:
        rows = Ballot.objects.of_poll(poll.id).filter(id__gt=watermark)
        ids = list(rows.values_list("id", flat=True))
        return max(ids, default=watermark), len(ids)

    watermark, first = naive(0)
    slow.commit()
    watermark, second = naive(watermark)

    assert first + second == 1
    assert recount(poll).ballots == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_control_the_xmax_of_a_snapshot_would_not_wait_for_a_younger_writer(
    slow_ballot, monkeypatch
):
    poll = open_poll()
    monkeypatch.setattr(
        tally,
        "_OWN_XID",
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint",
    )
    insert(poll, 1, b"\x00\x01\x00")
    TallyState.objects.create(poll_id=poll.id, given={"1": [0, 0, 0]})
    xmax = _number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    slow = slow_ballot(poll, 2, b"\x01\x00\x00")
    last = _number("SELECT last_value FROM voting_ballot_id_seq")
    TallyState.objects.update(noted_id=last, noted_xid=xmax)

    lost = advance_tally(poll)
    slow.commit()

    assert lost.counted_id == last
    assert (tallied(poll).ballots, recount(poll).ballots) == (1, 2)


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_ballot_that_never_ends_is_waited_for_only_so_long(slow_ballot, monkeypatch):
    poll = open_poll()
    slow_ballot(poll, 1, b"\x01\x00\x00")
    monkeypatch.setattr(tally, "_PATIENCE_SECONDS", 0.2)

    with pytest.raises(TallyBehind):
        catch_up(poll)


@pytest.mark.django_db(transaction=True)
def test_the_worker_follows_polls_that_take_ballots_and_leaves_others():
    poll, closed = open_poll(), open_poll()
    for each in (poll, closed):
        make_ballot(poll=each)
    now = timezone.now()
    Contest.objects.filter(pk=closed.contest_id).update(poll_closes_at=now - GRACE)

    for _ in range(2):
        tally_open_polls(now=now)

    assert dict(TallyState.objects.values_list("poll_id", "ballots")) == {poll.id: 1}


def close(poll) -> str:
    contest = Contest.objects.filter(pk=poll.contest_id)
    contest.update(poll_closes_at=timezone.now() - SECOND)
    return contest.get().slug


@pytest.mark.django_db(transaction=True)
def test_the_recount_command_compares_with_the_running_total():
    poll = open_poll()
    make_ballot(poll=poll, picks=(1, 2))
    catch_up(poll)
    make_ballot(poll=poll, picks=(1,))
    out = StringIO()

    call_command("recount", close(poll), stdout=out)

    assert "和累计票数一致" in out.getvalue()
    assert "没有计入" not in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_recount_command_says_how_many_do_not_count():
    poll = open_poll()
    held, void, _ = (make_ballot(poll=poll, picks=(1,)) for _ in range(3))
    make_standing("hold", [held])
    make_standing("void", [void])
    out = StringIO()

    call_command("recount", close(poll), stdout=out)

    assert "共 1 张选票，和累计票数一致" in out.getvalue()
    assert "收到 3 张，其中隔离 1 张、作废 1 张没有计入" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_recount_command_fails_where_the_running_total_differs():
    poll = open_poll()
    make_ballot(poll=poll)
    catch_up(poll)
    TallyState.objects.update(given={"1": [0, 1, 0]})

    with pytest.raises(CommandError, match="和累计票数不一致"):
        call_command("recount", close(poll), stdout=StringIO())


DAYS = {"opens_at": SIX - DAY, "closes_at": SIX + DAY}


@pytest.mark.parametrize(
    ("counts", "times", "now", "is_due"),
    [
        pytest.param(Counts.DAILY, DAYS, ALMOST_SIX, False, id="a second early"),
        pytest.param(Counts.DAILY, DAYS, SIX, True, id="18:00"),
        pytest.param(Counts.DAILY, DAYS, SIX + 5 * HOUR, True, id="late"),
        pytest.param(Counts.DAILY, DAYS, SIX + 6 * HOUR, False, id="after midnight"),
        pytest.param(Counts.HIDDEN, DAYS, SIX, False, id="hidden"),
        pytest.param(
            Counts.DAILY, DAYS | {"opens_at": SIX}, SIX, True, id="opens at 18:00"
        ),
        pytest.param(
            Counts.DAILY, DAYS | {"opens_at": SIX + SECOND}, SIX + HOUR, False,
            id="opened later that day",
        ),
        pytest.param(
            Counts.DAILY, DAYS | {"closes_at": SIX}, SIX, False, id="closed at 18:00"
        ),
        pytest.param(
            Counts.DAILY, DAYS | {"closes_at": SIX + HOUR}, SIX + HOUR, False,
            id="closed before the worker came back",
        ),
        pytest.param(Counts.DAILY, DAYS | {"closes_at": None}, SIX, False, id="unset"),
    ],
)  # fmt: skip
def test_a_total_is_due_at_six_in_the_evening_while_the_poll_is_open(
    counts, times, now, is_due
):
    due = due_total(counts, now=now, **times)

    assert due == (SIX.date() if is_due else None)


def daily_poll(**fields):
    """A poll that publishes daily. The database's clock takes ballots; ours may be any."""
    poll = open_poll(**{"counts": Counts.DAILY.value} | fields)
    make_ballot(poll=poll, picks=(1, 2))
    make_ballot(poll=poll, picks=(2,))
    Contest.objects.filter(pk=poll.contest_id).update(
        poll_opens_at=SIX - DAY, poll_closes_at=SIX + 2 * DAY
    )
    return Poll.objects.select_related("contest").get(pk=poll.id)


@pytest.mark.django_db(transaction=True)
def test_the_total_of_a_day_is_published_once_and_stays_as_it_was():
    poll = daily_poll()
    entries = list(poll.contest.entries.order_by("number").values_list("pk", flat=True))

    publish_due_totals(now=ALMOST_SIX)
    publish_due_totals(now=SIX)
    publish_due_totals(now=SIX + SECOND)

    published = DailyTotal.objects.get()
    assert (published.day, published.published_at) == (SIX.date(), SIX)
    assert published.ballots == 2
    assert published.given == {
        str(entry): {"1": got} for entry, got in zip(entries, [1, 2, 0], strict=True)
    }
    assert TrailEntry.objects.filter(action="poll.daily_total_published").count() == 1


@pytest.mark.django_db(transaction=True)
def test_each_day_has_a_row_of_its_own():
    daily_poll()

    for day in range(3):
        publish_due_totals(now=SIX + day * DAY)

    # The poll closes at 18:00 of the third day.
    assert list(DailyTotal.objects.values_list("day", flat=True)) == [
        SIX.date() + timedelta(days=1),
        SIX.date(),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_entry_is_not_published():
    poll = daily_poll()
    Entry.objects.filter(contest=poll.contest, number=2).update(
        withdrawn_at=SIX - HOUR, withdrawal_notice="退出。"
    )

    published = publish_daily_total(poll=poll, now=SIX)

    assert len(published.given) == 2


@pytest.mark.django_db(transaction=True)
def test_changing_the_row_after_the_opening_publishes_nothing():
    poll = daily_poll(counts=Counts.HIDDEN.value)
    Poll.objects.filter(pk=poll.pk).update(counts=Counts.DAILY.value)

    publish_due_totals(now=SIX)

    assert DailyTotal.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_published_cannot_be_changed():
    publish_daily_total(poll=daily_poll(), now=SIX)

    with pytest.raises(DatabaseError, match="only ever added"):
        DailyTotal.objects.update(ballots=9)


@pytest.mark.django_db(transaction=True)
def test_imported_ballots_are_tallied_too():
    contest = make_contest(practice=True, practice_note="演练")
    poll = open_poll(contest=contest)
    ballots = [(b"\x01\x00\x01", SIX)] * 5
    row = Poll.objects.get(pk=poll.id)
    import_practice_ballots(by=None, poll=row, ballots=ballots, now=SIX)

    assert tallied(poll) == Count(5, {1: (5, 0, 5)})
