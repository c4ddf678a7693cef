"""Every decision about a group of ballots: hold, release, void, restore, each with its trail,
its statement in the public log and the rows that say how the ballots stand, in one transaction.

Holding is reversible and one person's act; what strikes ballots out or puts them back takes
two. Decisions on one contest come one after the other: its row is locked first.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.trail import services as trail
from site_cms.trail.errors import NothingProposed, ReasonMissing
from site_cms.trail.models import Decision, Proposal
from voting.integrity.decision_rules import LEAST_BALLOTS, ReasonCode, fingerprint
from voting.integrity.detection_models import SuspectBallot, SuspectGroup
from voting.integrity.detection_queries import (
    ballots_in,
    ballots_of_same_voter_days,
)
from voting.integrity.errors import (
    AlreadyProposed,
    FromAParticipatingUnit,
    GroupChanged,
    GroupWasDecided,
    HandledMeanwhile,
    NobodyNewToAdd,
    NoSuchReason,
    NothingHeld,
    NothingToHold,
    NothingVoid,
    ReasonTooLong,
    ResultIsFinal,
    TooFewBallots,
    UnitNamed,
)
from voting.integrity.lists_services import leaves_of, list_leaves, may_be_listed
from voting.integrity.models import Dismissal, GroupAct, VoterObjection
from voting.integrity.queries import (
    LISTED_KINDS,
    RESTORE,
    VOID,
    Member,
    ballot_of,
    is_of_a_participating_unit,
    last_act,
    members_of,
    open_proposal,
    standings_of,
)
from voting.log.services import append
from voting.polls.models import Ballot
from voting.polls.standing_models import ActKind, BallotStanding, StandingAct

_ROWS_AT_ONCE = 5_000
_WORDS_AT_MOST = 200

SAME_VOTER_DAY = "同一投票人当天的其他选票"


@transaction.atomic
def hold_group(
    *, by: User, group: SuspectGroup, reason: str, now: datetime
) -> StandingAct:
    """Count the ballots of a group no longer, until somebody decides. None is lost."""
    contest = _locked(by, group, now)
    reason = _public_words(reason, contest)
    members = members_of(group)
    if len(members) < LEAST_BALLOTS:
        raise TooFewBallots
    return _hold(by, group, contest, members, reason, now)


def _hold(
    by: User,
    group: SuspectGroup,
    contest: Contest,
    members: Sequence[Member],
    reason: str,
    now: datetime,
) -> StandingAct:
    counted = [member.ballot_id for member in members if member.is_counted]
    if not counted:
        raise NothingToHold
    _record(by, group, "held", f"隔离{group}的 {len(counted)} 张选票", reason, now)
    return _make_act(
        contest, group, ActKind.HOLD, counted, people=(by, None), words=reason, now=now
    )


@transaction.atomic
def release_group(
    *, by: User, group: SuspectGroup, reason: str, now: datetime
) -> StandingAct:
    """Count the held ballots of a group again. What two people decide on waits for them."""
    contest = _locked(by, group, now)
    reason = _public_words(reason, contest)
    if open_proposal(group):
        raise AlreadyProposed
    held = _held(group)
    _record(by, group, "released", f"放回{group}的 {len(held)} 张选票", reason, now)
    return _make_act(
        contest, group, ActKind.RELEASE, held, people=(by, None), words=reason, now=now
    )


@transaction.atomic
def dismiss_group(
    *, by: User, group: SuspectGroup, reason: str, now: datetime
) -> Dismissal:
    """Say why a group that was found is left as it is."""
    contest = _locked(by, group, now)
    reason = _public_words(reason, contest)
    standings = standings_of(members_of(group))
    if standings.held or standings.void or open_proposal(group):
        raise GroupWasDecided
    try:
        with transaction.atomic():
            dismissal = Dismissal.objects.create(
                group=group,
                ballots=standings.ballots,
                reason=reason,
                dismissed_by=by,
                dismissed_at=now,
            )
    except IntegrityError as error:
        raise GroupWasDecided from error
    _record(by, group, "dismissed", f"看过{group}，不隔离", reason, now)
    return dismissal


@transaction.atomic
def add_voter_days(*, by: User, group: SuspectGroup, now: datetime) -> int:
    """Add what the voters of a group cast on the same day: 该投票人当天的票作废.

    Where the group is held, the added ballots are held with it. Returns how many came.
    """
    contest = _locked(by, group, now)
    if open_proposal(group):
        raise AlreadyProposed
    known = ballots_in(group)
    added = sorted(set(ballots_of_same_voter_days(group.poll, known)).difference(known))
    if not added:
        raise NobodyNewToAdd
    SuspectBallot.objects.bulk_create(
        [SuspectBallot(group=group, ballot_id=ballot_id) for ballot_id in added],
        batch_size=_ROWS_AT_ONCE,
        # Detection may find them at this very moment.
        ignore_conflicts=True,
    )
    sentence = f"把{SAME_VOTER_DAY} {len(added)} 张加入{group}"
    _record(by, group, "voter_days_added", sentence, "", now)
    members = members_of(group)
    if standings_of(members).held:
        _hold(by, group, contest, members, SAME_VOTER_DAY, now)
    return len(added)


@transaction.atomic
def propose_void(
    *,
    by: User,
    group: SuspectGroup,
    code: str,
    reason: str,
    evidence: str,
    now: datetime,
) -> Proposal:
    """Ask a second person to strike the held ballots of a group out.

    ``reason`` is what the public will read; ``evidence`` is for the second person.
    """
    contest = _locked(by, group, now)
    reason = _public_words(reason, contest)
    if code not in list(ReasonCode):
        raise NoSuchReason
    if open_proposal(group):
        raise AlreadyProposed
    held = _held(group)
    if len(held) < LEAST_BALLOTS:
        raise TooFewBallots
    return trail.propose(
        by=by,
        kind=VOID,
        subject=group,
        sentence=f"作废{group}的 {len(held)} 张选票",
        reason=evidence,
        now=now,
        payload={
            "fingerprint": fingerprint(held),
            "ballots": len(held),
            "code": code,
            "words": reason,
        },
    )


@transaction.atomic
def confirm_void(*, by: User, proposal: Proposal, now: datetime) -> StandingAct:
    """The second person agrees. What has changed since the proposal stops it."""
    group = _group_of(proposal, VOID)
    contest = _locked(by, group, now)
    trail.decide(by=by, proposal=proposal, subject=group, confirmed=True, now=now)
    held = _held(group)
    if fingerprint(held) != proposal.payload["fingerprint"]:
        raise GroupChanged
    return _make_act(
        contest,
        group,
        ActKind.VOID,
        held,
        people=(proposal.proposed_by, by),
        words=proposal.payload["words"],
        now=now,
        code=proposal.payload["code"],
    )


@transaction.atomic
def propose_restore(
    *,
    by: User,
    group: SuspectGroup,
    reason: str,
    evidence: str,
    now: datetime,
    objection: VoterObjection | None = None,
) -> Proposal:
    """Ask a second person to count void ballots of a group again: all of them, or the one
    that an objection is about."""
    contest = _locked(by, group, now)
    reason = _public_words(reason, contest)
    if open_proposal(group):
        raise AlreadyProposed
    void = _void(group, objection)
    return trail.propose(
        by=by,
        kind=RESTORE,
        subject=group,
        sentence=f"恢复{group}的 {len(void)} 张选票",
        reason=evidence,
        now=now,
        payload={
            "fingerprint": fingerprint(member.ballot_id for member in void),
            "ballots": len(void),
            "words": reason,
            "objection": objection.pk if objection else None,
        },
    )


@transaction.atomic
def confirm_restore(*, by: User, proposal: Proposal, now: datetime) -> StandingAct:
    group = _group_of(proposal, RESTORE)
    contest = _locked(by, group, now)
    trail.decide(by=by, proposal=proposal, subject=group, confirmed=True, now=now)
    objection = VoterObjection.objects.filter(pk=proposal.payload["objection"]).first()
    void = _void(group, objection)
    ballots = [member.ballot_id for member in void]
    if fingerprint(ballots) != proposal.payload["fingerprint"]:
        raise GroupChanged
    reversed_acts = StandingAct.objects.filter(
        pk__in={member.act_id for member in void}
    ).select_related("log_entry")
    return _make_act(
        contest,
        group,
        ActKind.RESTORE,
        ballots,
        people=(proposal.proposed_by, by),
        words=proposal.payload["words"],
        now=now,
        reverses=list(reversed_acts.order_by("pk")),
    )


@transaction.atomic
def reject_proposal(
    *, by: User, proposal: Proposal, remark: str, now: datetime
) -> Decision:
    """The second person disagrees, and says why. The ballots stay as they are."""
    group = _group_of(proposal, proposal.kind)
    _locked(by, group, now)
    return trail.decide(
        by=by, proposal=proposal, subject=group, confirmed=False, remark=remark, now=now
    )


def _locked(by: User, group: SuspectGroup, now: datetime) -> Contest:
    """The contest, for this transaction alone, unless this person or anybody may do nothing."""
    contest = Contest.objects.select_for_update(no_key=True).get(
        pk=group.poll.contest_id
    )
    if contest.finalised_at and contest.finalised_at <= now:
        raise ResultIsFinal
    if is_of_a_participating_unit(by, contest):
        raise FromAParticipatingUnit
    return contest


def _public_words(words: str, contest: Contest) -> str:
    """What everybody will read: it is there, it is short, and it names no unit."""
    words = words.strip()
    if not words:
        raise ReasonMissing
    if len(words) > _WORDS_AT_MOST:
        raise ReasonTooLong
    units = contest.entries.values_list("unit__name", "unit__short_name")
    if any(name and name in words for names in units for name in names):
        raise UnitNamed
    return words


def _group_of(proposal: Proposal, kind: str) -> SuspectGroup:
    if proposal.kind != kind or kind not in {VOID, RESTORE}:
        raise NothingProposed
    return SuspectGroup.objects.select_related("poll__contest").get(
        pk=proposal.subject_id
    )


def _held(group: SuspectGroup) -> list[int]:
    held = [each.ballot_id for each in members_of(group) if each.is_held_here]
    if not held:
        raise NothingHeld
    return held


def _void(group: SuspectGroup, objection: VoterObjection | None) -> list[Member]:
    void = [each for each in members_of(group) if each.is_void_here]
    if objection is not None:
        wanted = ballot_of(objection)
        void = [each for each in void if each.ballot_id == wanted]
    if not void:
        raise NothingVoid
    return void


def _record(
    by: User, group: SuspectGroup, verb: str, sentence: str, reason: str, now: datetime
) -> None:
    trail.record(
        by=by,
        action=f"ballots.{verb}",
        subject=group,
        sentence=sentence,
        now=now,
        details={"reason": reason} if reason else {},
    )


def _make_act(
    contest: Contest,
    group: SuspectGroup,
    kind: ActKind,
    ballots: Sequence[int],
    *,
    people: tuple[User, User | None],
    words: str,
    now: datetime,
    code: str = "",
    reverses: Sequence[StandingAct] = (),
) -> StandingAct:
    """Say it in the log and in the rows. The log is locked from its statement on."""
    poll, found = group.poll, group.newest
    thresholds = found.run.thresholds_sha256
    hours, previous = _hours(ballots), last_act(group)
    is_listed = kind in LISTED_KINDS and may_be_listed(poll, ballots)
    leaves = leaves_of(poll, ballots) if is_listed else []
    statement: dict[str, Any] = {
        "group": group.number,
        "ballots": len(ballots),
        "by": [str(person) for person in people if person],
        "reason": words,
    }
    if kind == ActKind.VOID:
        statement |= {
            "code": code,
            "families": found.families,
            "thresholds": thresholds,
        }
    if reverses:
        statement["voids"] = [act.log_entry.number for act in reverses]
    entry = append(contest=contest, kind=kind.value, statement=statement, now=now)
    act = StandingAct.objects.create(
        poll=poll,
        kind=kind,
        made_at=now,
        proposed_by=people[0],
        confirmed_by=people[1],
        reason=words,
        ballots=len(ballots),
        log_entry=entry,
    )
    BallotStanding.objects.bulk_create(
        [BallotStanding(act=act, ballot_id=ballot_id) for ballot_id in ballots],
        batch_size=_ROWS_AT_ONCE,
    )
    _link(
        GroupAct(
            act=act,
            group=group,
            follows=previous,
            code=code,
            families=found.families,
            thresholds_sha256=thresholds,
            hours=hours,
            reverses=reverses[-1] if reverses else None,
        )
    )
    if is_listed:
        list_leaves(poll=poll, acts=[act], leaves=leaves, now=now)
    return act


def _link(group_act: GroupAct) -> None:
    """Of two acts that follow the same one the database keeps the first."""
    try:
        with transaction.atomic():
            group_act.save(force_insert=True)
    except IntegrityError as error:
        raise HandledMeanwhile from error


def _hours(ballots: Sequence[int]) -> list[list]:
    """How many of these ballots came in which hour of Shanghai's day."""
    counts: Counter[str] = Counter()
    for start in range(0, len(ballots), _ROWS_AT_ONCE):
        part = ballots[start : start + _ROWS_AT_ONCE]
        rows = Ballot.objects.filter(id__in=part).values_list("cast_at", flat=True)
        counts.update(
            timezone.localtime(moment).replace(minute=0).isoformat(timespec="minutes")
            for moment in rows
        )
    return sorted(map(list, counts.items()))
