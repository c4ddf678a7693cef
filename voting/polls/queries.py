"""Reads about polls and ballots that need more than one table."""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from showcase.contests.models import Contest, Entry, Opening
from showcase.contests.rules import Stage
from site_cms.privacy.errors import KeyFileError
from site_cms.privacy.keys import read_key
from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.counting import (
    ARCHIVED,
    BALLOTS,
    Count,
    count_archived_voids,
    count_ballots,
    count_not_counted,
    ends_of,
)
from voting.polls.errors import (
    AlreadyVoted,
    CountStillOpen,
    HiddenCounts,
    KeyUnavailable,
    PollArchived,
    PollNotOpened,
)
from voting.polls.models import Ballot, BallotSignal, Poll, PollPause
from voting.polls.receipts import ballot_id_of, opening_of, receipt_number
from voting.polls.rules import (
    CHOSEN,
    Counts,
    Form,
    FrozenEntry,
    FrozenPoll,
    Grade,
    QuotaPeriod,
    next_vote_at,
)
from voting.polls.standing_queries import Stand, stands_of
from voting.polls.voters.base import Voter
from voting.polls.voters.keys import voter_keys

log = logging.getLogger(__name__)

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


def known_poll(slug: str) -> FrozenPoll | None:
    """The same without asking the database: None where this process has not met it."""
    return _frozen.get(slug)


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
        if is_archived(poll.id):
            raise PollArchived from error
        log.error("poll key unavailable", extra={"poll": poll.id, "why": error.message})
        raise KeyUnavailable from error


def find_ballot(poll: FrozenPoll, number: str) -> Ballot | None:
    """The ballot of a 受理号 as somebody typed it."""
    ballot_id = ballot_id_of(poll_key(poll), number)
    if ballot_id is None:
        return None
    ballot = Ballot.objects.of_poll(poll.id).filter(id=ballot_id).first()
    if ballot is None and is_archived(poll.id):
        raise PollArchived
    return ballot


def find_ballots(poll: FrozenPoll, numbers: list[str]) -> list[tuple[str, Ballot]]:
    """The ballots of 受理号 as they are printed, in the same order; unknown ones left out."""
    if not numbers:
        return []
    if is_archived(poll.id):
        raise PollArchived
    key = poll_key(poll)
    ids = {number: ballot_id_of(key, number) for number in numbers}
    known = [each for each in ids.values() if each is not None]
    ballots = {
        ballot.id: ballot
        for ballot in Ballot.objects.of_poll(poll.id).filter(id__in=known)
    }
    return [
        (number, ballots[ballot_id])
        for number, ballot_id in ids.items()
        if ballot_id in ballots
    ]


def stands_by_number(poll: FrozenPoll, numbers: list[str]) -> dict[str, Stand]:
    """How the ballots of these 受理号 stand, which were given out."""
    key = poll_key(poll)
    ids = {number: ballot_id_of(key, number) for number in numbers}
    stands = stands_of(ids.values())
    return {number: stands[ballot_id] for number, ballot_id in ids.items()}


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
    """How many were cast; :func:`voting.polls.standing_queries.standing_of_poll` tells more."""
    archive = PollArchive.objects.filter(pk=poll.pk).first()
    return archive.ballots if archive else Ballot.objects.of_poll(poll.pk).count()


def number_of_signals(poll: Poll) -> int:
    return BallotSignal.objects.filter(poll=poll).count()


def counted(poll: Poll, *, now: datetime, for_result: bool = False) -> Count:
    """A full recount of what counts, hidden from everybody until the poll has closed.

    ``for_result`` is for the computation of the result, which a poll that is still open
    refuses as well.
    """
    contest = Contest.objects.get(pk=poll.contest_id)
    if contest.poll_closes_at is None or now < contest.poll_closes_at:
        raise CountStillOpen if for_result else HiddenCounts
    return recount(opened_poll(poll))


def recount(frozen: FrozenPoll) -> Count:
    """The ballots that count, read again: without those that are held or void.

    The caller has asked whether anybody may know.
    """
    if is_archived(frozen.id):
        return recount_cast(frozen) - count_archived_voids(frozen)
    after, upto = ends_of(frozen)
    return count_ballots(frozen, after=after, upto=upto) - count_not_counted(
        frozen, upto=upto
    )


def recount_cast(frozen: FrozenPoll) -> Count:
    """All ballots that were cast, whatever became of them: what the log and the archive hold."""
    table = ARCHIVED if is_archived(frozen.id) else BALLOTS
    after, upto = ends_of(frozen, table=table)
    return count_ballots(frozen, after=after, upto=upto, table=table)


def totals(poll: Poll, *, now: datetime, for_result: bool = False) -> dict[int, int]:
    """Approvals of each entry that was not withdrawn, by entry id; in grading, its 满意."""
    given = by_entry(counted(poll, now=now, for_result=for_result), poll, now=now)
    return {entry: by_value[CHOSEN] for entry, by_value in given.items()}


def grade_totals(
    poll: Poll, *, now: datetime, for_result: bool = False
) -> dict[int, dict[Grade, int]]:
    """How often each entry that was not withdrawn got each grade, by entry id."""
    given = by_entry(counted(poll, now=now, for_result=for_result), poll, now=now)
    return {
        entry: {Grade(value): count for value, count in by_value.items()}
        for entry, by_value in given.items()
    }


def by_entry(count: Count, poll: Poll, *, now: datetime) -> dict[int, dict[int, int]]:
    """What entries got that still count: entry id to value to number."""
    withdrawn = withdrawn_numbers(poll.contest_id, now=now)
    return {
        entry.id: {value: counts[place] for value, counts in count.given.items()}
        for place, entry in enumerate(opened_poll(poll).entries)
        if entry.number not in withdrawn
    }


def is_archived(poll_id: int) -> bool:
    return PollArchive.objects.filter(pk=poll_id).exists()


def archived_ballot(poll: FrozenPoll, secret: str) -> ArchivedBallot | None:
    """What a receipt's secret opens after the archive; None: it opens nothing."""
    opened_by = opening_of(secret)
    archived = ArchivedBallot.objects.filter(poll_id=poll.id, opened_by=opened_by)
    return archived.first() if opened_by else None
