"""Every change to a poll and every ballot happens here."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from showcase.contests.models import Contest
from showcase.contests.notices import publish_about
from showcase.contests.rules import Stage
from showcase.contests.services import open_stage, set_times
from site_cms.accounts.models import User
from site_cms.privacy.hashing import keyed_hash
from site_cms.privacy.keys import create_key, destroy_key, fingerprint
from site_cms.trail import services as trail
from voting.log.models import Kind
from voting.log.services import append, minute_text
from voting.polls import casting
from voting.polls.casting import Signals
from voting.polls.errors import (
    AlreadyPaused,
    AnotherChoice,
    NotLater,
    NotPaused,
    NotPractice,
    NotTakingBallots,
    PollExists,
    PollFrozen,
    VotingClosed,
    VotingPaused,
)
from voting.polls.models import Ballot, Poll, PollPause
from voting.polls.notices import (
    extension_notice,
    pause_notice,
    resume_notice,
)
from voting.polls.queries import frozen_poll, opened_poll, poll_key, spent_quota
from voting.polls.receipts import receipt_number, receipt_secret, secret_text
from voting.polls.rules import FrozenPoll
from voting.polls.voters.base import Voter
from voting.polls.voters.keys import voter_keys

_IMPORT_BATCH = 5_000

# When the gate of a poll that is due but shut was last asked, by contest.
ASK_AGAIN_AFTER = timedelta(seconds=5)
_asked: dict[int, datetime] = {}


@transaction.atomic
def create_poll(
    *, by: User | None, contest: Contest, now: datetime, **fields: Any
) -> Poll:
    """Give a contest its poll, and the poll its key, which stays outside the database."""
    if Poll.objects.filter(contest=contest).exists():
        raise PollExists
    key_name = f"poll-{contest.pk}-{secrets.token_hex(6)}"
    poll = Poll(contest=contest, key_name=key_name, **fields)
    poll.full_clean(exclude=["key_fingerprint"])
    poll.key_fingerprint = fingerprint(create_key(key_name))
    try:
        with transaction.atomic():
            poll.save()
    except IntegrityError as error:
        destroy_key(key_name)
        raise PollExists from error
    trail.record(
        by=by,
        action="poll.created",
        subject=poll,
        sentence=f"建立“{poll}”",
        now=now,
        details={"key": poll.key_fingerprint},
    )
    return poll


@transaction.atomic
def update_poll(*, by: User | None, poll: Poll, now: datetime, **fields: Any) -> Poll:
    """Change a poll that has not opened. Opening has frozen the rules of any other."""
    Contest.objects.select_for_update().get(pk=poll.contest_id)
    poll = Poll.objects.select_for_update().get(pk=poll.pk)
    if poll.is_opened:
        raise PollFrozen
    before = {name: getattr(poll, name) for name in fields}
    for name, value in fields.items():
        setattr(poll, name, value)
    poll.full_clean()
    poll.save(update_fields=list(fields))
    trail.record(
        by=by,
        action="poll.changed",
        subject=poll,
        sentence=f"修改“{poll}”："
        + "，".join(poll._meta.get_field(name).verbose_name for name in fields),
        now=now,
        details={name: [before[name], value] for name, value in fields.items()},
    )
    return poll


@transaction.atomic
def pause_poll(*, by: User, poll: Poll, notice: str, now: datetime) -> PollPause:
    """Take no more ballots until somebody resumes. ``notice`` is why, and is published.

    A ballot that is being stored at this instant is stored; the next one is refused.
    """
    poll = _locked(poll)
    if poll.pauses.open().exists():
        raise AlreadyPaused
    pause = PollPause(poll=poll, paused_at=now, paused_by=by, notice=notice.strip())
    pause.full_clean(exclude=["resumed_by"])
    pause.save()
    trail.record(
        by=by,
        action="poll.paused",
        subject=poll,
        sentence=f"暂停“{poll}”：{pause.notice}",
        now=now,
    )
    contest = poll.contest
    text = pause_notice(
        contest.name, words=pause.notice, at=now, closes_at=contest.poll_closes_at
    )
    publish_about(by=by, contest=contest, notice=text, word="poll-paused", now=now)
    append(
        contest=contest,
        kind=Kind.PAUSED,
        statement={"notice": pause.notice, "by": [str(by)]},
        now=now,
    )
    return pause


@transaction.atomic
def resume_poll(*, by: User, poll: Poll, now: datetime, notice: str = "") -> PollPause:
    poll = _locked(poll)
    pause = poll.pauses.open().first()
    if pause is None:
        raise NotPaused
    pause.resumed_at, pause.resumed_by = now, by
    pause.save(update_fields=["resumed_at", "resumed_by"])
    trail.record(
        by=by,
        action="poll.resumed",
        subject=poll,
        sentence=f"恢复“{poll}”" + (f"：{notice}" if notice else ""),
        now=now,
    )
    contest = poll.contest
    text = resume_notice(
        contest.name, words=notice.strip(), at=now, closes_at=contest.poll_closes_at
    )
    publish_about(by=by, contest=contest, notice=text, word="poll-resumed", now=now)
    append(
        contest=contest,
        kind=Kind.RESUMED,
        statement={
            "notice": notice.strip(),
            "paused_at": minute_text(pause.paused_at),
            "by": [str(by)],
        },
        now=now,
    )
    return pause


def _locked(poll: Poll) -> Poll:
    """The row as it is now, after its contest's: all who write into the log lock in this order."""
    Contest.objects.select_for_update(no_key=True).get(pk=poll.contest_id)
    return Poll.objects.select_for_update().get(pk=poll.pk)


@transaction.atomic
def extend_poll(
    *, by: User, poll: Poll, closes_at: datetime, reason: str, now: datetime
) -> Contest:
    """Close later than was announced. A poll that has closed is not opened again."""
    contest = Contest.objects.select_for_update().get(pk=poll.contest_id)
    before = contest.poll_closes_at
    if not poll.is_opened or before is None or now >= before:
        raise NotTakingBallots
    if closes_at <= before:
        raise NotLater
    contest = set_times(
        by=by, contest=contest, now=now, extends_poll=True, poll_closes_at=closes_at
    )
    trail.record(
        by=by,
        action="poll.extended",
        subject=poll,
        sentence=f"延长“{poll}”：{reason}",
        now=now,
        details={"poll_closes_at": [str(before), str(closes_at)], "reason": reason},
    )
    text = extension_notice(contest.name, words=reason, before=before, after=closes_at)
    publish_about(by=by, contest=contest, notice=text, word="poll-extended", now=now)
    append(
        contest=contest,
        kind=Kind.EXTENDED,
        statement={
            "reason": reason,
            "before": minute_text(before),
            "after": minute_text(closes_at),
            "by": [str(by)],
        },
        now=now,
    )
    return contest


def open_if_due(*, contest: Contest, now: datetime) -> FrozenPoll | None:
    """The opened poll of a contest; the first request opens one whose time has come.

    While its gate is not met, thousands may be looking at the page that says so: a process
    asks the gate once in a few seconds, and all other requests only whether it has opened.
    """
    frozen = frozen_poll(contest.slug)
    if frozen or contest.poll_opens_at is None or now < contest.poll_opens_at:
        return frozen
    asked_at = _asked.get(contest.pk)
    if asked_at and abs(now - asked_at) < ASK_AGAIN_AFTER:
        return None
    _asked[contest.pk] = now
    open_stage(contest=contest, stage=Stage.POLL, now=now)
    return frozen_poll(contest.slug)


def forget_shut_polls() -> None:
    """For a process whose database was emptied."""
    _asked.clear()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to an accepted ballot: committed, and only then given out."""

    number: str
    secret: str
    cast_at: datetime
    is_repeat: bool = False


def cast_ballot(
    *,
    poll: FrozenPoll,
    voter: Voter,
    request_key: UUID,
    choices: bytes,
    today: date,
    signals: Signals | None = None,
) -> Receipt:
    """Take one ballot, once, and answer after its COMMIT.

    ``request_key`` is the raw nonce that was signed for this voter and nobody else: the
    caller has checked that. The same one again is answered with the same receipt.
    ``today`` is the day in Shanghai by the web's clock; the database's decides, and when
    they differ the ballot is tried once more for the database's day.

    Errors
        :class:`AnotherChoice`: this request was taken before with other choices.
        :class:`AlreadyVoted`: all slots of the voter's quota are taken.
        :class:`VotingClosed`: not within the poll by the database's clock.
        :class:`VotingPaused`: somebody paused the poll.
        :class:`KeyUnavailable`: the poll's key is missing or is not the poll's.
    """
    key = poll_key(poll)
    day = today
    for _ in range(2):
        quota_day = poll.quota_day(day)
        for voter_key in voter_keys(key, poll=poll, voter=voter, day=quota_day):
            stored = casting.insert_ballot(
                poll_id=poll.id,
                request_key=request_key,
                voter_key=voter_key,
                choices=choices,
                day=quota_day,
                signals=signals,
            )
            if stored:
                return _receipt(key, stored.id, stored.cast_at)
            met = list(
                Ballot.objects.filter(
                    Q(request_key=request_key) | Q(voter_key=voter_key)
                )
            )
            for ballot in met:
                if ballot.request_key == request_key:
                    return _repeated(key, ballot, choices)
            if not met:
                break
        else:
            raise spent_quota(poll, voter=voter, day=day)
        clock = casting.clock_of(poll.id)
        if clock.is_paused and not clock.has_ended:
            raise VotingPaused
        if not clock.is_open:
            break
        day = clock.day
    raise VotingClosed


def _receipt(
    key: bytes, ballot_id: int, cast_at: datetime, *, is_repeat: bool = False
) -> Receipt:
    return Receipt(
        number=receipt_number(key, ballot_id),
        secret=secret_text(receipt_secret(key, ballot_id)),
        cast_at=cast_at,
        is_repeat=is_repeat,
    )


def _repeated(key: bytes, ballot: Ballot, choices: bytes) -> Receipt:
    if bytes(ballot.choices) != choices:
        raise AnotherChoice([(receipt_number(key, ballot.id), ballot.cast_at)])
    return _receipt(key, ballot.id, ballot.cast_at, is_repeat=True)


def import_practice_ballots(
    *,
    by: User | None,
    poll: Poll,
    ballots: Iterable[tuple[bytes, datetime]],
    now: datetime,
    source: str = "import",
) -> int:
    """Add ballots (choices in the frozen order, minute) to the poll of a practice contest.

    The n-th ballot of a ``source`` has keys of its own, so a second run adds nothing.
    Returns how many were new. The INSERT itself demands ``contest.practice``.
    """
    if not poll.contest.practice:
        raise NotPractice
    frozen = opened_poll(poll)
    key = poll_key(frozen)
    added = 0
    for batch in _in_batches(_with_keys(ballots, key=key, poll=frozen, source=source)):
        added += casting.insert_practice_ballots(poll_id=frozen.id, ballots=batch)
    trail.record(
        by=by,
        action="poll.ballots_imported",
        subject=poll,
        sentence=f"向“{poll}”导入 {added} 张演练选票",
        now=now,
        details={"source": source, "added": added},
    )
    return added


def _with_keys(
    ballots: Iterable[tuple[bytes, datetime]],
    *,
    key: bytes,
    poll: FrozenPoll,
    source: str,
) -> Iterator[tuple[datetime, UUID, UUID, bytes]]:
    for place, (choices, minute) in enumerate(ballots):
        if len(choices) != len(poll.entries):
            raise ValueError(
                f"ballot {place} has {len(choices)} bytes for {len(poll.entries)} entries"
            )
        digest = keyed_hash(key, "practice ballot", str(poll.id), source, str(place))
        yield (
            minute.replace(second=0, microsecond=0),
            UUID(bytes=digest[:16]),
            UUID(bytes=digest[16:]),
            bytes(choices),
        )


def _in_batches(ballots: Iterator[tuple]) -> Iterator[list[tuple]]:
    while batch := list(islice(ballots, _IMPORT_BATCH)):
        yield batch
