"""The running total: each ballot is read once, soon after it was stored.

On PostgreSQL ids are given out before the COMMIT, so a ballot with a low id may appear
after one with a high id was read. What is certain: the casting statement takes its
transaction id first and its ballot's id second. A round therefore notes the last id given
out, then takes a transaction id of its own. Every ballot up to that id belongs to an older
transaction, and once all of these have ended, no more such ballots can appear: a later
round reads up to the noted id, and never looks there again.

The snapshot's ``xmax`` would not do in place of an own transaction id: it stands behind
the last transaction that *ended*, and a longer one that is still writing may be younger.

On SQLite there is one writer at a time, and an id is final when it can be seen.
"""

import time
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from showcase.contests.rules import Stage
from site_cms.trail import services as trail
from voting.polls.counting import (
    Count,
    count_archived_voids,
    count_ballots,
    count_from_json,
    count_not_counted,
    nothing_counted,
)
from voting.polls.errors import TallyBehind
from voting.polls.models import Poll
from voting.polls.queries import by_entry, is_archived, opened_poll
from voting.polls.rules import Counts, FrozenPoll, due_total
from voting.polls.tally_models import DailyTotal, TallyState

# So long after its close the worker still looks for ballots of a poll.
GRACE = timedelta(hours=1)

_PATIENCE_SECONDS, _STEP_SECONDS = 10.0, 0.05

_LAST_ID = {
    # The web's role may use the sequence, not read it as a table. NULL: none given out yet.
    "postgresql": "SELECT coalesce(pg_sequence_last_value('voting_ballot_id_seq'), 0)",
    "sqlite": "SELECT coalesce(max(id), 0) FROM voting_ballot",
}
_OWN_XID = "SELECT pg_current_xact_id()::text::bigint"
_OLDEST_XID = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def tally_open_polls(*, now: datetime) -> None:
    """Work of the worker: one step for each poll that takes ballots."""
    for poll in _taking_ballots(now):
        advance_tally(opened_poll(poll))


def _taking_ballots(now: datetime):
    return Poll.objects.select_related("contest").filter(
        contest__openings__stage=Stage.POLL,
        contest__poll_opens_at__lte=now,
        contest__poll_closes_at__gt=now - GRACE,
    )


def advance_tally(poll: FrozenPoll) -> TallyState:
    """Add what has become final since the last step, and note how far the next may read."""
    # Before this transaction has an id: that is what makes the note hold.
    last = last_ballot_id()
    with transaction.atomic(durable=True):
        state = _locked_state(poll)
        if connection.vendor == "sqlite":
            _read_upto(state, poll, last)
        else:
            if state.noted_id is not None and _has_ended(state.noted_xid):
                _read_upto(state, poll, state.noted_id)
                state.noted_id = state.noted_xid = None
            if state.noted_id is None and last > state.counted_id:
                state.noted_id, state.noted_xid = last, _number(_OWN_XID)
        state.save()
    return state


def catch_up(poll: FrozenPoll) -> TallyState:
    """Step on until every ballot that is stored by now has been read."""
    target = last_ballot_id()
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while (state := advance_tally(poll)).counted_id < target:
        if time.monotonic() > give_up_at:
            raise TallyBehind
        time.sleep(_STEP_SECONDS)
    return state


def running_total(poll: FrozenPoll) -> Count:
    """The running total of what counts, with every ballot that is stored by now.

    What is held or void is read anew each time and taken off: it may count again tomorrow.
    After the archive there are no ballots to read any more, and what was read stays.
    """
    if is_archived(poll.id):
        read = count_of(TallyState.objects.get(poll_id=poll.id))
        return read - count_archived_voids(poll)
    state = catch_up(poll)
    return count_of(state) - count_not_counted(poll, upto=state.counted_id)


def count_of(state: TallyState) -> Count:
    """All ballots that were read, whatever became of them."""
    return count_from_json(state.ballots, state.given)


def _locked_state(poll: FrozenPoll) -> TallyState:
    TallyState.objects.get_or_create(
        poll_id=poll.id, defaults={"given": nothing_counted(poll).to_json()}
    )
    return TallyState.objects.select_for_update().get(poll_id=poll.id)


def _read_upto(state: TallyState, poll: FrozenPoll, last: int) -> None:
    if last <= state.counted_id:
        return
    total = count_of(state) + count_ballots(poll, after=state.counted_id, upto=last)
    state.counted_id = last
    state.ballots, state.given = total.ballots, total.to_json()


def _has_ended(xid: int) -> bool:
    """Whether every transaction older than this one has ended."""
    return _number(_OLDEST_XID) >= xid


def last_ballot_id() -> int:
    """The highest id that was given out, whatever has become of its ballot."""
    return _number(_LAST_ID[connection.vendor])


def _number(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def publish_due_totals(*, now: datetime) -> None:
    """Work of the worker: what polls that say so publish at 18:00."""
    for poll in _taking_ballots(now).filter(counts=Counts.DAILY.value):
        publish_daily_total(poll=poll, now=now)


def publish_daily_total(*, poll: Poll, now: datetime) -> DailyTotal | None:
    """Publish the running total of a day whose time has come. None: not now, or done before.

    What was frozen at the opening decides whether anything is published at all.
    """
    frozen = opened_poll(poll)
    contest = poll.contest
    day = due_total(
        frozen.counts,
        opens_at=contest.poll_opens_at,
        closes_at=contest.poll_closes_at,
        now=now,
    )
    if day is None or DailyTotal.objects.filter(poll=poll, day=day).exists():
        return None
    count = running_total(frozen)
    given = by_entry(count, poll, now=now)
    try:
        with transaction.atomic():
            published = DailyTotal.objects.create(
                poll=poll,
                day=day,
                published_at=now,
                ballots=count.ballots,
                given={
                    str(entry): {str(value): number for value, number in got.items()}
                    for entry, got in given.items()
                },
            )
            trail.record(
                by=None,
                action="poll.daily_total_published",
                subject=poll,
                sentence=f"公布“{poll}” {day:%Y-%m-%d} 的累计票数",
                now=now,
            )
    except IntegrityError:
        return None
    return published
