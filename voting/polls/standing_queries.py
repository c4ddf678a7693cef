"""How ballots stand: each by itself for whoever has its number, all together for everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from voting.polls.archive_models import ArchivedBallot, PollArchive
from voting.polls.models import Ballot, Poll
from voting.polls.standing_models import (
    STANDING_AFTER,
    ActKind,
    BallotStanding,
    Standing,
    StandingAct,
)

# So long after its ballot was struck out a voter may object.
OBJECTION_TIME = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Standings:
    """How many ballots of a poll stand how."""

    cast: int
    held: int
    void: int

    @property
    def counted(self) -> int:
        return self.cast - self.held - self.void


@dataclass(frozen=True, slots=True)
class Stand:
    """How one ballot stands. Without an act, nobody ever doubted it.

    ``entry`` is the number under which the public log has the act.
    """

    kind: str | None = None
    reason: str = ""
    at: datetime | None = None
    entry: int | None = None

    @property
    def standing(self) -> Standing:
        return STANDING_AFTER[ActKind(self.kind)] if self.kind else Standing.COUNTED

    @property
    def objections_until(self) -> datetime | None:
        return self.at + OBJECTION_TIME if self.kind == ActKind.VOID else None


NEVER_DOUBTED = Stand()


@dataclass(frozen=True, slots=True)
class VoidGroup:
    """What one act of voiding has struck out and nobody has restored."""

    ballots: int
    reason: str
    at: datetime
    entry: int


def standing_of_poll(poll_id: int) -> Standings:
    """All numbers of one moment."""
    archive = PollArchive.objects.filter(pk=poll_id).first()
    if archive is not None:
        void = ArchivedBallot.objects.filter(poll_id=poll_id, void_act__isnull=False)
        return Standings(archive.ballots, 0, void.count())
    standing = BallotStanding.objects.filter(act__poll_id=OuterRef("pk")).latest()
    numbers = Poll.objects.annotate(
        cast=_number(Ballot.objects.filter(poll_id=OuterRef("pk")), "poll_id"),
        held=_number(standing.filter(act__kind=ActKind.HOLD), "act__poll_id"),
        void=_number(standing.filter(act__kind=ActKind.VOID), "act__poll_id"),
    )
    return Standings(**numbers.values("cast", "held", "void").get(pk=poll_id))


def _number(rows: QuerySet, poll: str) -> Coalesce:
    counted = rows.order_by().values(poll).annotate(number=Count("*"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


def stands_of(ballot_ids: Iterable[int]) -> dict[int, Stand]:
    """How each of these ballots stands."""
    ids = list(ballot_ids)
    named = BallotStanding.objects.filter(ballot_id__in=ids).latest()
    rows = _told(named, "act__").values("ballot_id", "kind", "reason", "at", "entry")
    found = {row.pop("ballot_id"): Stand(**row) for row in rows}
    return {each: found.get(each, NEVER_DOUBTED) for each in ids}


def stand_of(ballot_id: int) -> Stand:
    return stands_of([ballot_id])[ballot_id]


def stand_by_act(act_id: int | None) -> Stand:
    """How an archived ballot stands: by the act that struck it out, or unquestioned."""
    if act_id is None:
        return NEVER_DOUBTED
    act = _told(StandingAct.objects.filter(pk=act_id))
    return Stand(**act.values("kind", "reason", "at", "entry").get())


def void_groups(poll_id: int) -> list[VoidGroup]:
    """What is void now and why, in the order in which it was decided."""
    archived = ArchivedBallot.objects.filter(poll_id=poll_id, void_act__isnull=False)
    if PollArchive.objects.filter(pk=poll_id).exists():
        rows = _told(archived, "void_act__")
    else:
        named = BallotStanding.objects.of_poll(poll_id).latest()
        rows = _told(named.filter(act__kind=ActKind.VOID), "act__")
    groups = rows.order_by().values("reason", "at", "entry")
    return [
        VoidGroup(**group)
        for group in groups.annotate(ballots=Count("*")).order_by("entry")
    ]


def told_in_public(poll_id: int, *, closes_at: datetime | None, now: datetime) -> dict:
    """What everybody may know: until the close how many are held, then all numbers and why."""
    standings = standing_of_poll(poll_id)
    if closes_at is None or now < closes_at:
        return {"held": standings.held}
    return {
        "cast": standings.cast,
        "held": standings.held,
        "void": standings.void,
        "counted": standings.counted,
        "voids": [
            {"ballots": group.ballots, "reason": group.reason, "entry": group.entry}
            for group in void_groups(poll_id)
        ],
    }


def undecided_holds(poll_id: int) -> int:
    """Groups that are held: nobody has said yet whether they count."""
    held = BallotStanding.objects.of_poll(poll_id).latest()
    return (
        held.filter(act__kind=ActKind.HOLD)
        .aggregate(groups=Count("act_id", distinct=True))
        .get("groups")
    )


def void_acts_of(poll_id: int) -> dict[int, int]:
    """The act that struck out each ballot that is void now."""
    named = BallotStanding.objects.of_poll(poll_id).latest()
    return dict(named.filter(act__kind=ActKind.VOID).values_list("ballot_id", "act_id"))


def _told(rows: QuerySet, path: str = "") -> QuerySet:
    """Of an act what the public reads, under the names of :class:`Stand`."""
    names = {"at": "made_at", "entry": "log_entry__number"}
    if path:
        names |= {"kind": "kind", "reason": "reason"}
    return rows.annotate(**{name: F(path + field) for name, field in names.items()})
