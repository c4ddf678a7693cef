"""How groups and their ballots stand, what waits for whom, what keeps a result back."""

from base64 import b64encode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from showcase.contests.models import Contest
from showcase.units.queries import own_units
from site_cms.accounts.models import User
from site_cms.privacy.hashing import keyed_hash
from site_cms.trail.models import Proposal
from voting.integrity.decision_rules import Standings, State, state_of
from voting.integrity.detection_models import SuspectBallot, SuspectGroup
from voting.integrity.models import (
    Dismissal,
    GroupAct,
    ListedAct,
    VoterObjection,
)
from voting.log.models import Kind, LogEntry
from voting.polls.models import Ballot, Poll
from voting.polls.queries import is_archived, opened_poll, poll_key
from voting.polls.rules import FrozenPoll
from voting.polls.standing_models import (
    ActKind,
    BallotStanding,
    SealedBatch,
    StandingAct,
)
from voting.polls.standing_queries import undecided_holds

VOID, RESTORE = "ballots.void", "ballots.restore"

CONTACT_PURPOSE = "ballot objection contact"

# Of these acts the leaves are listed.
LISTED_KINDS = (ActKind.VOID, ActKind.RESTORE)

_NOT_COUNTED = {ActKind.HOLD, ActKind.VOID}


@dataclass(frozen=True, slots=True)
class Member:
    """One ballot of a group: its latest act, and whether that was for this group."""

    ballot_id: int
    kind: str
    act_id: int | None
    is_own: bool

    @property
    def is_counted(self) -> bool:
        return self.kind not in _NOT_COUNTED

    @property
    def is_held_here(self) -> bool:
        return self.kind == ActKind.HOLD and self.is_own

    @property
    def is_void_here(self) -> bool:
        return self.kind == ActKind.VOID and self.is_own


def members_of(group: SuspectGroup) -> list[Member]:
    """The ballots of a group as they stand now."""
    latest = BallotStanding.objects.filter(ballot_id=OuterRef("ballot_id")).order_by(
        "-act_id"
    )
    rows = (
        SuspectBallot.objects.filter(group=group)
        .annotate(
            latest=Subquery(latest.values("act_id")[:1]),
            kind=Subquery(latest.values("act__kind")[:1]),
            of_group=Subquery(latest.values("act__of_group__group_id")[:1]),
        )
        .order_by("ballot_id")
        .values_list("ballot_id", "kind", "latest", "of_group")
    )
    return [
        Member(ballot_id, kind or "", act_id, of_group == group.pk)
        for ballot_id, kind, act_id, of_group in rows
    ]


def standings_of(members: Collection[Member]) -> Standings:
    counted = sum(member.is_counted for member in members)
    held = sum(member.is_held_here for member in members)
    void = sum(member.is_void_here for member in members)
    return Standings(counted, held, void, len(members) - counted - held - void)


def acts_of(group: SuspectGroup) -> list[GroupAct]:
    """What was done about a group, oldest first."""
    return list(
        group.acts.select_related(
            "act__log_entry", "act__proposed_by", "act__confirmed_by"
        ).order_by("pk")
    )


def last_act(group: SuspectGroup) -> GroupAct | None:
    return group.acts.select_related("act").order_by("pk").last()


def dismissal_of(group: SuspectGroup, *, ballots: int) -> Dismissal | None:
    """Of the group as it is: one that has grown since is to be looked at again."""
    return group.dismissals.filter(ballots__gte=ballots).last()


def open_proposal(group: SuspectGroup) -> Proposal | None:
    return (
        Proposal.objects.about(group)
        .undecided()
        .filter(kind__in=[VOID, RESTORE])
        .select_related("proposed_by")
        .last()
    )


def proposals_of(poll: Poll) -> dict[int, Proposal]:
    """What waits for a second person, by group."""
    groups = SuspectGroup.objects.filter(poll=poll).values_list("pk", flat=True)
    waiting = (
        Proposal.objects.undecided()
        .filter(
            kind__in=[VOID, RESTORE],
            subject_type=SuspectGroup._meta.label,
            subject_id__in=[str(pk) for pk in groups],
        )
        .select_related("proposed_by")
        .order_by("pk")
    )
    return {int(proposal.subject_id): proposal for proposal in waiting}


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group in a list."""

    group: SuspectGroup
    state: State
    standings: Standings
    proposal: Proposal | None


def group_line(group: SuspectGroup, proposal: Proposal | None) -> GroupLine:
    standings = standings_of(members_of(group))
    last = last_act(group)
    return GroupLine(
        group,
        state_of(
            standings,
            is_proposed=proposal is not None,
            last_act=last.act.kind if last else "",
            is_dismissed=dismissal_of(group, ballots=standings.ballots) is not None,
        ),
        standings,
        proposal,
    )


def group_lines(poll: Poll) -> list[GroupLine]:
    """Every group that was found, by number."""
    waiting = proposals_of(poll)
    groups = SuspectGroup.objects.filter(poll=poll).with_findings().order_by("number")
    return [group_line(group, waiting.get(group.pk)) for group in groups]


def is_of_a_participating_unit(user: User, contest: Contest) -> bool:
    """Whoever works for one of the units, whichever group it is about."""
    return contest.entries.filter(unit__in=own_units(user)).exists()


def ballots_of_act(act: StandingAct) -> list[int]:
    return sorted(act.named.values_list("ballot_id", flat=True))


def ballots_still_void(act: StandingAct) -> list[int]:
    """Those of a void that no later act has put back."""
    latest = act.named.latest().values_list("ballot_id", flat=True)
    return sorted(latest)


def voids_of(poll: Poll) -> QuerySet[GroupAct]:
    """The newest first, with who decided and where the log says so."""
    return (
        GroupAct.objects.filter(act__poll=poll, act__kind=ActKind.VOID)
        .select_related(
            "group", "act__log_entry", "act__proposed_by", "act__confirmed_by"
        )
        .order_by("-pk")
    )


def list_text(leaves: Iterable[bytes]) -> str:
    """A list of leaves as it is published: one hash a line, in base64."""
    return "".join(f"{b64encode(leaf).decode()}\n" for leaf in leaves)


def unlisted_acts(poll: Poll, kind: str) -> QuerySet[StandingAct]:
    listed = ListedAct.objects.of_poll(poll.pk).values("act_id")
    return (
        StandingAct.objects.filter(poll=poll, kind=kind)
        .exclude(pk__in=listed)
        .order_by("pk")
    )


def last_sealed(poll: Poll) -> int:
    """Every ballot up to this id is in the public log."""
    batch = SealedBatch.objects.filter(poll=poll).order_by("-upto_id").first()
    return batch.upto_id if batch else 0


def is_closed_in_log(contest: Contest) -> bool:
    return LogEntry.objects.of_contest(contest.pk).of_kind(Kind.CLOSED).exists()


def void_of_ballot(ballot_id: int) -> StandingAct | None:
    """The void that keeps a ballot from counting now."""
    latest = (
        BallotStanding.objects.filter(ballot_id=ballot_id)
        .select_related("act")
        .order_by("-act_id")
        .first()
    )
    return latest.act if latest and latest.act.kind == ActKind.VOID else None


def objection_key(key: bytes, ballot_id: int) -> UUID:
    """Under what the objection of a ballot stands."""
    return UUID(bytes=keyed_hash(key, "objection", str(ballot_id))[:16])


def objection_for(poll: FrozenPoll, ballot: Ballot) -> VoterObjection | None:
    """The latest objection for a ballot, with its answer."""
    key = objection_key(poll_key(poll), ballot.id)
    objections = VoterObjection.objects.filter(act__poll_id=poll.id, ballot=key)
    return objections.select_related("answer", "act").order_by("pk").last()


def ballot_of(objection: VoterObjection) -> int | None:
    """Which of the ballots of the void it is about; only the poll's key tells."""
    key = poll_key(opened_poll(objection.act.poll))
    return next(
        (
            ballot_id
            for ballot_id in ballots_of_act(objection.act)
            if objection_key(key, ballot_id) == objection.ballot
        ),
        None,
    )


def upheld_and_void(poll: Poll) -> list[VoterObjection]:
    """Objections that were found right while their ballot is still not counted."""
    if is_archived(poll.pk):
        return []
    upheld = objections_of(poll).filter(answer__is_upheld=True)
    return [
        objection
        for objection in upheld
        if ballot_of(objection) in ballots_still_void(objection.act)
    ]


def objections_of(poll: Poll) -> QuerySet[VoterObjection]:
    return (
        VoterObjection.objects.of_poll(poll.pk)
        .select_related(
            "answer__answered_by",
            "act__of_group__group",
            "act__proposed_by",
            "act__poll__contest",
        )
        .order_by("pk")
    )


def against_result(poll: Poll, now: datetime) -> list[str]:
    """What of the review keeps a result back at this moment, as sentences."""
    told = []
    if groups := undecided_holds(poll.pk):
        told.append(f"还有 {groups} 组隔离的选票没有决定。")
    if waiting := len(proposals_of(poll)):
        told.append(f"还有 {waiting} 个作废或者恢复的提议在等第二人确认。")
    objections = VoterObjection.objects.of_poll(poll.pk)
    if unanswered := objections.unanswered().filter(made_at__lte=now).count():
        told.append(f"还有 {unanswered} 件投票人的异议还没有答复。")
    if owed := len(upheld_and_void(poll)):
        told.append(f"还有 {owed} 件异议成立，选票还没有恢复。")
    return told
