"""When all is final, ballots lose their voters: what receipts open stays, the key goes.

In one transaction every ballot is copied under the hash of its receipt's secret, in the
order of these hashes and with the act that struck it out if one did, and the originals and
what was noted beside them are deleted. Then the key is destroyed. A crash before the COMMIT changes nothing; after it, running again
destroys the key and nothing else. Needs a database role that may delete.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.privacy.keys import destroy_key
from site_cms.trail import services as trail
from site_cms.trail.append_only import rewriting_allowed
from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.counting import (
    ARCHIVED,
    Count,
    count_archived_voids,
    count_ballots,
    ends_of,
)
from voting.polls.errors import (
    ArchiveDiffers,
    ArchiveTooEarly,
    BundleMissing,
    HoldsUndecided,
    LogUnfinished,
)
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import (
    is_archived,
    opened_poll,
    poll_key,
    recount,
    recount_cast,
)
from voting.polls.receipts import opening, receipt_secret
from voting.polls.rules import FrozenPoll
from voting.polls.sealing import is_sealed_to_the_end
from voting.polls.standing_models import BallotStanding
from voting.polls.standing_queries import undecided_holds, void_acts_of
from voting.polls.tally import catch_up

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Archived:
    """``copied`` is None where an earlier run had done it: only the key was left."""

    ballots: int
    copied: int | None


def check_poll_may_be_archived(poll: Poll, *, now: datetime) -> None:
    final = poll.contest.finalised_at
    if final is None or now < final:
        raise ArchiveTooEarly
    if is_archived(poll.pk):
        return
    if undecided_holds(poll.pk):
        raise HoldsUndecided
    if not is_sealed_to_the_end(poll):
        raise LogUnfinished
    if against := import_string(settings.AGAINST_ARCHIVING)(poll, now=now):
        raise BundleMissing(against[0])


def archive_poll(*, by: User | None, poll: Poll, now: datetime) -> Archived:
    """Cut the ballots of a final contest loose from their voters, for good.

    Errors
        :class:`ArchiveTooEarly`, :class:`HoldsUndecided`, :class:`LogUnfinished`,
        :class:`BundleMissing`, and :class:`ArchiveDiffers` when the copy does not count to
        what the ballots count to. Nothing has changed then.
    """
    check_poll_may_be_archived(poll, now=now)
    frozen = opened_poll(poll)
    archive = PollArchive.objects.filter(pk=poll.pk).first()
    copied = None
    if archive is None:
        catch_up(frozen)
        archive = _copy_and_delete(by, poll, frozen, now)
        copied = archive.ballots
    destroy_key(frozen.key_name)
    return Archived(archive.ballots, copied)


def _copy_and_delete(
    by: User | None, poll: Poll, frozen: FrozenPoll, now: datetime
) -> PollArchive:
    key = poll_key(frozen)
    # The transaction ends first: after an error the other way round could say nothing more.
    with rewriting_allowed(connection), transaction.atomic():
        Contest.objects.select_for_update().get(pk=poll.contest_id)
        Poll.objects.select_for_update().get(pk=poll.pk)
        check_poll_may_be_archived(poll, now=now)
        before, counted = recount_cast(frozen), recount(frozen)
        _copy(frozen, key)
        if _copied(frozen) != (before, counted):
            raise ArchiveDiffers
        archive = PollArchive.objects.create(
            poll=poll,
            archived_at=now,
            archived_by=by,
            ballots=before.ballots,
            given=before.to_json(),
        )
        _record(by, poll, before, now)
        BallotStanding.objects.of_poll(poll.pk).delete()
        Ballot.objects.of_poll(poll.pk).delete()
        BallotSignal.objects.filter(poll=poll).delete()
    return archive


def _copied(frozen: FrozenPoll) -> tuple[Count, Count]:
    """What the copies give: all of them, and those that count."""
    after, upto = ends_of(frozen, table=ARCHIVED)
    everything = count_ballots(frozen, after=after, upto=upto, table=ARCHIVED)
    return everything, everything - count_archived_voids(frozen)


def _copy(frozen: FrozenPoll, key: bytes) -> None:
    """A receipt's secret is random to whoever has no key, and so is the order of its hash."""
    rows = Ballot.objects.of_poll(frozen.id).values_list("id", "choices").iterator()
    void_acts = void_acts_of(frozen.id)
    copies = sorted(
        (opening(receipt_secret(key, ballot_id)), bytes(choices), ballot_id)
        for ballot_id, choices in rows
    )
    for batch in _in_batches(iter(copies)):
        ArchivedBallot.objects.bulk_create(
            ArchivedBallot(
                poll_id=frozen.id,
                opened_by=opened_by,
                choices=choices,
                void_act_id=void_acts.get(ballot_id),
            )
            for opened_by, choices, ballot_id in batch
        )


def _in_batches(copies: Iterator[tuple]) -> Iterator[list[tuple]]:
    while batch := list(islice(copies, _BATCH)):
        yield batch


def _record(by: User | None, poll: Poll, count: Count, now: datetime) -> None:
    trail.record(
        by=by,
        action="poll.archived",
        subject=poll,
        sentence=f"归档“{poll}”的 {count.ballots} 张选票，销毁密钥",
        now=now,
        details={"ballots": count.ballots, "key": poll.key_fingerprint},
    )


def erase_freed_space() -> None:
    """Make the database give back the pages on which deleted ballots still stand.

    Outside any transaction. Backups and the write-ahead log expire by themselves; the
    operator's handbook says when.
    """
    statements = {
        "postgresql": [
            "VACUUM (FULL) voting_ballot",
            "VACUUM (FULL) voting_ballotsignal",
            "VACUUM (FULL) voting_ballotstanding",
        ],
        "sqlite": ["VACUUM"],
    }
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
