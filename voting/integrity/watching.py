"""Work of the worker: look at open polls every few minutes and once after the close.

A run reads ballots and their signals up to where the tally has read, so that none appears
later below that id. What it finds is stored beside what was found before: a group that
shares its ballots with a known one is that group. Two workers do no harm: whoever moves
the time of the next look does the work, and storing is done by one after the other.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from showcase.contests.models import Entry
from showcase.contests.rules import Stage
from voting.integrity.detection.evidence import evidence_of
from voting.integrity.detection.groups import Group, groups_of
from voting.integrity.detection.rows import Seen
from voting.integrity.detection.table import Table
from voting.integrity.detection_models import (
    DetectionRun,
    SuspectBallot,
    SuspectFinding,
    SuspectGroup,
    Watch,
)
from voting.integrity.queries import is_closed_in_log
from voting.integrity.thresholds_queries import limits_of, sha256_of, text_of
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import opened_poll
from voting.polls.rules import CHOSEN, Form, FrozenPoll, Grade
from voting.polls.tally_models import TallyState

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=5)
# A look that takes long is followed by a rest so many times as long.
_REST = 20
# Fewer new ballots than make a group are no reason to look again.
_LEAST_NEW = 20
# More than this is looked at in parts that overlap by half, so that memory stays bounded.
MOST_BALLOTS = 300_000
_IDS_AT_ONCE = 20_000
_ROWS_AT_ONCE = 5_000

# Grades against an entry stand behind those for it, where a byte has room for both.
_AGAINST = 128


def watch_open_polls(*, now: datetime) -> None:
    for poll in _to_watch(now):
        if _claim(poll, now):
            watch_poll(poll, now=now)


def watch_poll(poll: Poll, *, now: datetime) -> DetectionRun | None:
    """Look once. None: there was nothing new, or nothing is known of the ballots any more.

    The final look comes when the log has said how many ballots there are.
    """
    frozen = opened_poll(poll)
    is_final = is_closed_in_log(poll.contest) and not _final_run(poll).exists()
    upto = _settled_upto(frozen)
    if not is_final and not _has_news(poll, upto):
        return None
    look = _look(poll, frozen, upto)
    if look is None:
        return None
    try:
        return _store(poll, look, is_final=is_final, now=now)
    except IntegrityError:
        if is_final and _final_run(poll).exists():
            return None
        raise


def _to_watch(now: datetime) -> QuerySet[Poll]:
    """Practice polls may be given ballots at any time, so none is ever finished."""
    finals = DetectionRun.objects.filter(poll=OuterRef("pk"), is_final=True)
    return (
        Poll.objects.select_related("contest")
        .filter(Q(contest__practice=True) | ~Exists(finals))
        .filter(
            contest__openings__stage=Stage.POLL,
            contest__poll_opens_at__lte=now,
            archive=None,
        )
        .order_by("pk")
    )


def _claim(poll: Poll, now: datetime) -> bool:
    """Whether this worker, and no other, is to look now."""
    Watch.objects.get_or_create(poll=poll, defaults={"due_at": now})
    due = Watch.objects.filter(poll=poll, due_at__lte=now)
    return due.update(due_at=now + EVERY) == 1


def _settled_upto(frozen: FrozenPoll) -> int:
    """Every ballot up to this id is there, and none can appear below it any more."""
    state = TallyState.objects.filter(poll_id=frozen.id).first()
    return state.counted_id if state else 0


def _has_news(poll: Poll, upto: int) -> bool:
    last = DetectionRun.objects.filter(poll=poll).first()
    new = BallotSignal.objects.filter(
        poll=poll, ballot_id__gt=last.upto_id if last else 0, ballot_id__lte=upto
    )
    return len(new.values_list("pk", flat=True)[:_LEAST_NEW]) == _LEAST_NEW


@dataclass(frozen=True, slots=True)
class _Look:
    upto: int
    ballots: int
    groups: list[tuple[Group, dict]]
    milliseconds: int
    thresholds: str


def _look(poll: Poll, frozen: FrozenPoll, upto: int) -> _Look | None:
    began = monotonic()
    known = BallotSignal.objects.filter(poll=poll, ballot_id__lte=upto).count()
    if not known and Ballot.objects.of_poll(poll.pk).exists():
        return None
    limits, text = limits_of(poll.contest), text_of(poll.contest)
    residents, groups = _residents(frozen), []
    for table in _tables(frozen, upto):
        groups += [
            (group, evidence_of(group, table, residents))
            for group in groups_of(table, limits)
        ]
    took = monotonic() - began
    return _Look(upto, known, groups, int(1000 * took), sha256_of(text))


def _residents(frozen: FrozenPoll) -> dict[int, int]:
    """How many people the unit of each place on the ballot serves, where that is known."""
    served = dict(
        Entry.objects.filter(contest_id=frozen.contest_id)
        .exclude(unit__population_served=None)
        .values_list("pk", "unit__population_served")
    )
    return {
        place: served[entry.id]
        for place, entry in enumerate(frozen.entries)
        if entry.id in served
    }


def _tables(frozen: FrozenPoll, upto: int) -> Iterator[Table]:
    """All ballots together; of very many, overlapping parts."""
    half = MOST_BALLOTS // 2
    rows = _rows(frozen, upto)
    held: list[Seen] = []
    is_first = True
    for row in rows:
        held.append(row)
        if len(held) == MOST_BALLOTS:
            yield Table(held)
            held, is_first = held[half:], False
    if len(held) > half or is_first:
        yield Table(held)


def _rows(frozen: FrozenPoll, upto: int) -> Iterator[Seen]:
    """Ballots beside their signals, in the order of their ids; without a signal, not at all."""
    supported = _Supported(frozen)
    signals = BallotSignal.objects.filter(poll_id=frozen.id).order_by("ballot_id")
    last = 0
    while True:
        part = list(
            signals.filter(ballot_id__gt=last, ballot_id__lte=upto).values_list(
                "ballot_id",
                "minute",
                "voter_day",
                "prefix",
                "network",
                "adapter",
                "client",
                "device_age",
                "difficulty",
                "unthrottled",
            )[:_IDS_AT_ONCE]
        )
        if not part:
            return
        first, last = part[0][0], part[-1][0]
        choices = dict(
            Ballot.objects.of_poll(frozen.id)
            .filter(id__gte=first, id__lte=last)
            .values_list("id", "choices")
        )
        for ballot_id, minute, voter_day, prefix, network, *rest in part:
            if ballot_id in choices:
                yield Seen(
                    ballot_id,
                    int(minute.timestamp()) // 60,
                    voter_day.bytes,
                    prefix.bytes,
                    network.bytes,
                    *rest,
                    supported(bytes(choices[ballot_id])),
                )


class _Supported:
    """What a ballot supports, as detection reads it: one byte an option."""

    def __init__(self, frozen: FrozenPoll) -> None:
        self._known: dict[bytes, bytes] = {}
        graded = frozen.form == Form.GRADING
        self._for = Grade.SATISFIED if graded else CHOSEN
        has_room = len(frozen.entries) <= _AGAINST
        self._against = Grade.DISSATISFIED if graded and has_room else None

    def __call__(self, choices: bytes) -> bytes:
        found = self._known.get(choices)
        if found is None:
            found = bytes(
                [place for place, value in enumerate(choices) if value == self._for]
                + [
                    _AGAINST + place
                    for place, value in enumerate(choices)
                    if value == self._against
                ]
            )
            self._known[choices] = found
        return found


@transaction.atomic
def _store(poll: Poll, look: _Look, *, is_final: bool, now: datetime) -> DetectionRun:
    watch, _ = Watch.objects.get_or_create(poll=poll, defaults={"due_at": now})
    Watch.objects.select_for_update().get(pk=watch.pk)
    rest = timedelta(milliseconds=_REST * look.milliseconds)
    Watch.objects.filter(pk=watch.pk).update(due_at=now + max(EVERY, rest))
    run = DetectionRun.objects.create(
        poll=poll,
        ran_at=now,
        upto_id=look.upto,
        ballots=look.ballots,
        groups=len(look.groups),
        milliseconds=look.milliseconds,
        thresholds_sha256=look.thresholds,
        is_final=is_final,
    )
    for group, evidence in look.groups:
        _keep(run, group, evidence)
    return run


def _keep(run: DetectionRun, found: Group, evidence: dict) -> None:
    """Add to the group that these ballots belong to, or make one of them."""
    group = _known_group(run.poll, found.ballots) or _new_group(run, found.ballots)
    known = set(
        SuspectBallot.objects.filter(group=group).values_list("ballot_id", flat=True)
    )
    new = sorted(set(found.ballots) - known)
    newest = group.findings.order_by("-id").first()
    if newest and not new and newest.families == found.families and not run.is_final:
        return
    if newest and newest.run_id == run.pk:
        return
    SuspectBallot.objects.bulk_create(
        [SuspectBallot(group=group, ballot_id=ballot_id) for ballot_id in new],
        batch_size=_ROWS_AT_ONCE,
    )
    SuspectFinding.objects.create(
        group=group,
        run=run,
        families=found.families,
        evidence=evidence,
        ballots=len(known) + len(new),
    )


def _known_group(poll: Poll, ballot_ids: Sequence[int]) -> SuspectGroup | None:
    """The group with which these ballots share half of the smaller of the two."""
    shared: Counter[int] = Counter()
    for start in range(0, len(ballot_ids), _ROWS_AT_ONCE):
        part = ballot_ids[start : start + _ROWS_AT_ONCE]
        members = SuspectBallot.objects.filter(group__poll=poll, ballot_id__in=part)
        shared.update(members.values_list("group_id", flat=True))
    if not shared:
        return None
    best, count = max(shared.items(), key=lambda item: (item[1], -item[0]))
    size = SuspectBallot.objects.filter(group_id=best).count()
    if 2 * count < min(size, len(ballot_ids)):
        return None
    return SuspectGroup.objects.get(pk=best)


def _new_group(run: DetectionRun, ballot_ids: Sequence[int]) -> SuspectGroup:
    groups = SuspectGroup.objects.filter(poll=run.poll)
    number = (groups.aggregate(last=Max("number"))["last"] or 0) + 1
    words = ",".join(map(str, sorted(ballot_ids)))
    log.warning(
        "suspect group found",
        extra={"poll": run.poll_id, "group": number, "ballots": len(ballot_ids)},
    )
    return SuspectGroup.objects.create(
        poll=run.poll,
        number=number,
        fingerprint=sha256(f"{run.poll_id}:{words}".encode()).hexdigest(),
        found_at=run.ran_at,
    )


def _final_run(poll: Poll) -> QuerySet[DetectionRun]:
    return DetectionRun.objects.filter(poll=poll, is_final=True)
