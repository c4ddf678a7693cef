"""Lists of the leaves that voids took out of the count, and restorations put back.

A list names the picks of at least 20 ballots, so that those of one ballot stay apart among
them. What is smaller waits for a closing group, which comes when the poll has closed and
everything that was found has been decided.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from showcase.contests.models import Contest
from voting.integrity.decision_rules import LEAST_LISTED, State
from voting.integrity.models import LeafList, ListedAct
from voting.integrity.queries import (
    LISTED_KINDS,
    against_result,
    ballots_of_act,
    group_lines,
    last_sealed,
    list_text,
    unlisted_acts,
)
from voting.log.models import Kind
from voting.log.openings import openings_are_public
from voting.log.services import append
from voting.polls.models import Ballot, Poll
from voting.polls.queries import opened_poll, poll_key
from voting.polls.sealing import commitments_of, is_sealed_to_the_end
from voting.polls.standing_models import BallotStanding, StandingAct
from voting.rules.merkle import leaf_hash

_IDS_AT_ONCE = 10_000


def leaves_of(poll: Poll, ballot_ids: Sequence[int]) -> list[bytes]:
    """The hashes of the leaves of all picks of these ballots, in order."""
    frozen = opened_poll(poll)
    key = poll_key(frozen)
    found = []
    for start in range(0, len(ballot_ids), _IDS_AT_ONCE):
        part = ballot_ids[start : start + _IDS_AT_ONCE]
        rows = Ballot.objects.of_poll(poll.pk).filter(id__in=part)
        for ballot_id, choices in rows.values_list("id", "choices"):
            found += map(
                leaf_hash, commitments_of(frozen, key, ballot_id, bytes(choices))
            )
    return sorted(found)


def may_be_listed(poll: Poll, ballot_ids: Sequence[int]) -> bool:
    """Whether an act of these ballots gets its list at once.

    An earlier act that waits must be listed first: what is restored was void before.
    """
    return (
        len(ballot_ids) >= LEAST_LISTED
        and max(ballot_ids) <= last_sealed(poll)
        and not any(
            BallotStanding.objects.filter(
                act__in=acts, ballot_id__in=ballot_ids
            ).exists()
            for acts in (unlisted_acts(poll, kind) for kind in LISTED_KINDS)
        )
    )


def list_leaves(
    *,
    poll: Poll,
    acts: Sequence[StandingAct],
    leaves: list[bytes],
    now: datetime,
) -> LeafList:
    """Publish one list for these acts of one kind, inside the transaction of the caller."""
    kind = acts[0].kind
    ballots = sum(act.ballots for act in acts)
    is_small = ballots < LEAST_LISTED
    statement = {
        "list": kind,
        "acts": [act.log_entry.number for act in acts],
        "ballots": ballots,
        "leaves": len(leaves),
        "sha256": sha256(list_text(leaves).encode()).hexdigest(),
    }
    entry = append(
        contest=poll.contest,
        kind=Kind.LEAVES,
        statement=statement | ({"small": True} if is_small else {}),
        now=now,
    )
    made = LeafList.objects.create(
        poll=poll,
        kind=kind,
        log_entry=entry,
        made_at=now,
        ballots=ballots,
        is_small=is_small,
        leaves=b"".join(leaves),
    )
    ListedAct.objects.bulk_create(ListedAct(act=act, list=made) for act in acts)
    return made


def list_waiting_leaves(*, now: datetime) -> None:
    """Work of the worker: the closing groups of polls whose review is over."""
    for poll in _waiting(now):
        list_closing_group(poll=poll, now=now)


def _waiting(now: datetime) -> Iterable[Poll]:
    return (
        Poll.objects.select_related("contest")
        .filter(
            standing_acts__kind__in=LISTED_KINDS,
            standing_acts__listed=None,
            contest__poll_closes_at__lte=now,
        )
        .distinct()
    )


@transaction.atomic
def list_closing_group(
    *, poll: Poll, now: datetime, is_last: bool = False
) -> list[LeafList]:
    """Publish the lists of all acts that still wait for theirs.

    There is one list of voids and one of restorations; where a ballot was void, restored
    and void again, its second void stands in a further one. ``is_last``: the result comes
    out now, so that nothing may wait any longer.
    """
    contest = Contest.objects.select_for_update(no_key=True).get(pk=poll.contest_id)
    if not is_sealed_to_the_end(poll) or against_result(poll, now):
        return []
    made = []
    for acts in _in_turn(poll):
        ballots = sorted({id_ for act in acts for id_ in ballots_of_act(act)})
        if not is_last and not _is_time(contest, poll, len(ballots), now):
            break
        leaves = leaves_of(poll, ballots)
        made.append(list_leaves(poll=poll, acts=acts, leaves=leaves, now=now))
    return made


def _in_turn(poll: Poll) -> list[list[StandingAct]]:
    """The acts that wait, in as few groups as keep the order of each ballot: voids at even
    places, restorations at odd ones."""
    waiting = [
        act
        for kind in LISTED_KINDS
        for act in unlisted_acts(poll, kind).select_related("log_entry")
    ]
    places: dict[int, int] = {}
    groups: dict[int, list[StandingAct]] = {}
    for act in sorted(waiting, key=lambda each: each.pk):
        ballots = ballots_of_act(act)
        after = max((places.get(each, -1) for each in ballots), default=-1)
        place = after + 1
        if place % 2 != LISTED_KINDS.index(act.kind):
            place += 1
        places |= dict.fromkeys(ballots, place)
        groups.setdefault(place, []).append(act)
    return [groups[place] for place in sorted(groups)]


def _is_time(contest: Contest, poll: Poll, ballots: int, now: datetime) -> bool:
    """A small list waits until no more ballots can join it: all groups have been looked at,
    or counts of single entries are public anyway."""
    return (
        ballots >= LEAST_LISTED
        or openings_are_public(contest, now=now)
        or all(line.state != State.NEW for line in group_lines(poll))
    )
