"""Reads about polls and ballots that need more than one table."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min

from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.rules import Stage
from site_cms.privacy.errors import KeyFileError
from site_cms.privacy.keys import read_key
from voting.polls.errors import (
    AlreadyVoted,
    CountStillOpen,
    HiddenCounts,
    KeyUnavailable,
    PollNotOpened,
)
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.receipts import ballot_id_of, receipt_number
from voting.polls.rules import (
    CHOSEN,
    Counts,
    Form,
    FrozenEntry,
    FrozenPoll,
    QuotaPeriod,
    next_vote_at,
)
from voting.polls.voters.base import Voter
from voting.polls.voters.keys import voter_keys

log = logging.getLogger(__name__)

_BATCH = 200_000

# What an "opened" act froze never changes, so a process reads it once.
_frozen: dict[str, FrozenPoll] = {}


def frozen_poll(slug: str) -> FrozenPoll | None:
    """The poll of a contest as it was opened. None: it has not been opened."""
    if slug not in _frozen:
        opening = (
            Opening.objects.filter(contest__slug=slug, stage=Stage.POLL)
            .select_related("contest__poll")
            .first()
        )
        if opening is None:
            return None
        _frozen[slug] = _from_opening(opening)
    return _frozen[slug]


def forget_frozen_polls() -> None:
    """For a process whose database was emptied."""
    _frozen.clear()


def _from_opening(opening: Opening) -> FrozenPoll:
    rules = opening.frozen["poll"]
    return FrozenPoll(
        id=opening.contest.poll.pk,
        contest_id=opening.contest_id,
        form=Form(rules["form"]),
        picks_min=rules["picks_min"],
        picks_max=rules["picks_max"],
        quota=rules["quota"],
        quota_period=QuotaPeriod(rules["quota_period"]),
        adapters=tuple(rules["adapters"]),
        counts=Counts(rules["counts"]),
        key_name=rules["key_name"],
        key_fingerprint=rules["key_fingerprint"],
        entries=tuple(
            FrozenEntry(id=entry["id"], number=entry["number"], unit=entry["unit"])
            for entry in opening.frozen["entries"]
        ),
    )


def opened_poll(poll: Poll) -> FrozenPoll:
    """The frozen copy of a poll that must have been opened."""
    frozen = frozen_poll(poll.contest.slug)
    if frozen is None:
        raise PollNotOpened
    return frozen


def poll_key(poll: FrozenPoll) -> bytes:
    """The poll's key from its file. A wrong or missing one stops casting and receipts."""
    try:
        return read_key(poll.key_name, poll.key_fingerprint)
    except KeyFileError as error:
        log.error("poll key unavailable", extra={"poll": poll.id, "why": error.message})
        raise KeyUnavailable from error


def find_ballot(poll: FrozenPoll, number: str) -> Ballot | None:
    """The ballot of a 受理号 as somebody typed it."""
    ballot_id = ballot_id_of(poll_key(poll), number)
    if ballot_id is None:
        return None
    return Ballot.objects.of_poll(poll.id).filter(id=ballot_id).first()


def has_ballot(request_key: UUID) -> bool:
    return Ballot.objects.filter(request_key=request_key).exists()


@dataclass(frozen=True, slots=True)
class Quota:
    """What a voter has used and has left; ``spent`` is the refusal when nothing is left."""

    left: int
    spent: AlreadyVoted | None = None


def quota_of(poll: FrozenPoll, *, voter: Voter, day: date) -> Quota:
    """The ballots that this voter has left on this day, or in the whole poll."""
    key = poll_key(poll)
    keys = voter_keys(key, poll=poll, voter=voter, day=poll.quota_day(day))
    ballots = Ballot.objects.filter(voter_key__in=keys).latest_first()
    cast = [(receipt_number(key, ballot.id), ballot.cast_at) for ballot in ballots]
    if len(cast) < poll.quota:
        return Quota(left=poll.quota - len(cast))
    closes_at = Contest.objects.get(pk=poll.contest_id).poll_closes_at
    next_at = next_vote_at(poll.quota_period, day=day, closes_at=closes_at)
    return Quota(left=0, spent=AlreadyVoted(cast, next_at=next_at))


def spent_quota(poll: FrozenPoll, *, voter: Voter, day: date) -> AlreadyVoted | None:
    """The refusal that this voter would meet on this day; None while a ballot is left."""
    return quota_of(poll, voter=voter, day=day).spent


def open_pause(poll_id: int) -> PollPause | None:
    return PollPause.objects.open().filter(poll_id=poll_id).first()


def withdrawn_numbers(contest_id: int, *, now: datetime) -> frozenset[int]:
    """Numbers that stay on the ballot and count no more."""
    return frozenset(
        Entry.objects.filter(contest_id=contest_id, withdrawn_at__lte=now).values_list(
            "number", flat=True
        )
    )


def number_of_ballots(poll: Poll) -> int:
    return Ballot.objects.of_poll(poll.pk).count()


def number_of_signals(poll: Poll) -> int:
    return BallotSignal.objects.filter(poll=poll).count()


def totals(poll: Poll, *, now: datetime, for_result: bool = False) -> dict[int, int]:
    """Approvals of each entry that was not withdrawn, by entry id: a full recount.

    Hidden from everybody until the poll has closed. ``for_result`` is for the
    computation of the result, which a poll that is still open refuses as well.
    """
    contest = Contest.objects.get(pk=poll.contest_id)
    if contest.poll_closes_at is None or now < contest.poll_closes_at:
        raise CountStillOpen if for_result else HiddenCounts
    frozen = opened_poll(poll)
    approvals = [0] * len(frozen.entries)
    for batch in _batches(frozen):
        approvals = [sum(pair) for pair in zip(approvals, batch, strict=True)]
    withdrawn = withdrawn_numbers(contest.pk, now=now)
    return {
        entry.id: count
        for entry, count in zip(frozen.entries, approvals, strict=True)
        if entry.number not in withdrawn
    }


_APPROVAL = {
    "postgresql": "coalesce(sum(get_byte(choices, {place})), 0)",
    "sqlite": "coalesce(sum(substr(choices, {place} + 1, 1) = x'{chosen:02x}'), 0)",
}


def _batches(poll: FrozenPoll) -> Iterator[tuple[int, ...]]:
    """Approvals in the frozen order, a range of ids at a time."""
    ends = Ballot.objects.of_poll(poll.id).aggregate(first=Min("id"), last=Max("id"))
    if ends["first"] is None:
        return
    sums = ", ".join(
        _APPROVAL[connection.vendor].format(place=place, chosen=CHOSEN)
        for place in range(len(poll.entries))
    )
    for start in range(ends["first"], ends["last"] + 1, _BATCH):
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {sums} FROM voting_ballot "
                "WHERE poll_id = %s AND id >= %s AND id < %s",
                [poll.id, start, start + _BATCH],
            )
            yield cursor.fetchone()
