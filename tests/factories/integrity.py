"""Groups that detection found, and what people did with them."""

from datetime import datetime
from uuid import UUID

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories.moments import HOUR, NOW
from tests.factories.numbers import next_number
from tests.factories.people import make_operator
from tests.factories.polls import open_poll
from voting.integrity import services
from voting.integrity.detection_models import (
    DetectionRun,
    SuspectBallot,
    SuspectFinding,
    SuspectGroup,
)
from voting.log.models import Kind
from voting.log.services import append
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.rules import FrozenPoll
from voting.polls.standing_models import SealedBatch, StandingAct
from voting.polls.standing_queries import Standings, standing_of_poll

EVIDENCE = "间隔几乎不变，都来自一个网段的新设备。"
WORDS = "一组选票由程序提交，间隔固定，来自同一地址段。"


def store_ballots(
    poll: FrozenPoll,
    count: int,
    *,
    picks: tuple[int, ...] = (1,),
    at: datetime | None = None,
    **signal,
) -> list[int]:
    """Ballots with their signals in the rows themselves: casting knows only today's clock."""
    first = (
        Ballot.objects.order_by("-id").values_list("id", flat=True).first() or 0
    ) + 1
    ids = list(range(first, first + count))
    at = (at or NOW).replace(second=0, microsecond=0)
    choices = bytes(int(entry.number in picks) for entry in poll.entries)
    for ballot_id in ids:
        key = UUID(int=next_number())
        Ballot.objects.create(
            id=ballot_id,
            cast_at=at,
            poll_id=poll.id,
            request_key=key,
            voter_key=key,
            choices=choices,
        )
        noted = {
            "voter_day": key,
            "prefix": UUID(int=1),
            "network": UUID(int=1),
            "adapter": "device",
            "client": "desktop",
            "device_age": 1,
        }
        BallotSignal.objects.create(
            ballot_id=ballot_id, poll_id=poll.id, minute=at, **noted | signal
        )
    return ids


def make_group(
    poll: FrozenPoll | None = None,
    *,
    ballots: int = 20,
    ids: list[int] | None = None,
    **more,
) -> SuspectGroup:
    """A group as detection would have found it, with ballots of its own."""
    poll = poll or open_poll()
    ids = store_ballots(poll, ballots, **more) if ids is None else ids
    number = SuspectGroup.objects.filter(poll_id=poll.id).count() + 1
    group = SuspectGroup.objects.create(
        poll_id=poll.id, number=number, fingerprint=f"{next_number():064}", found_at=NOW
    )
    run = DetectionRun.objects.create(
        poll_id=poll.id,
        ran_at=NOW,
        upto_id=max(ids, default=0),
        ballots=len(ids),
        groups=number,
        milliseconds=5,
        thresholds_sha256="a" * 64,
    )
    SuspectFinding.objects.create(
        group=group,
        run=run,
        families=["time", "network"],
        evidence={
            "sentences": ["凌晨 2:04 到 2:38，间隔 8.2 秒左右，几乎不变。"],
            "series": [],
            "from": "2026-06-01T12:00Z",
            "upto": "2026-06-01T12:30Z",
        },
        ballots=max(20, len(ids)),
    )
    SuspectBallot.objects.bulk_create(
        SuspectBallot(group=group, ballot_id=ballot_id) for ballot_id in ids
    )
    return SuspectGroup.objects.select_related("poll__contest").get(pk=group.pk)


def officer(**fields) -> User:
    return make_operator(Role.INTEGRITY, **fields)


def supervisor(**fields) -> User:
    return make_operator(Role.SUPERVISOR, **fields)


def hold(group: SuspectGroup, *, by: User | None = None, now=NOW) -> StandingAct:
    return services.hold_group(
        by=by or officer(), group=group, reason="等待核查。", now=now
    )


def propose(group: SuspectGroup, *, by: User | None = None, now=NOW, **fields):
    given = {"code": "script", "reason": WORDS, "evidence": EVIDENCE}
    return services.propose_void(
        by=by or officer(), group=group, now=now, **given | fields
    )


def void(
    group: SuspectGroup, *, by: User | None = None, second: User | None = None, now=NOW
) -> StandingAct:
    """A group that is void: held, proposed and confirmed."""
    hold(group, by=by, now=now)
    proposal = propose(group, by=by, now=now)
    return services.confirm_void(by=second or supervisor(), proposal=proposal, now=now)


def restore(group: SuspectGroup, *, now=NOW, **fields) -> StandingAct:
    proposal = services.propose_restore(
        by=officer(),
        group=group,
        reason="核查后确认是真实投票。",
        evidence="逐一电话核实。",
        now=now,
        **fields,
    )
    return services.confirm_restore(by=supervisor(), proposal=proposal, now=now)


def seal(poll: FrozenPoll, *, now=NOW) -> SealedBatch:
    """Everything that was cast so far is in the public log."""
    contest = Poll.objects.select_related("contest").get(pk=poll.id).contest
    number = SealedBatch.objects.filter(poll_id=poll.id).count() + 1
    ballots = Ballot.objects.of_poll(poll.id)
    entry = append(
        contest=contest, kind=Kind.BALLOTS, statement={"batch": number}, now=now
    )
    return SealedBatch.objects.create(
        poll_id=poll.id,
        log_entry=entry,
        number=number,
        upto_id=ballots.order_by("-id").first().id,
        ballots=ballots.count(),
    )


def close_in_log(poll: FrozenPoll, *, now=NOW) -> None:
    """The poll is over, and the log says so."""
    contests = Contest.objects.filter(pk=poll.contest_id)
    contests.update(poll_opens_at=now - HOUR, poll_closes_at=now)
    append(contest=contests.get(), kind=Kind.CLOSED, statement={}, now=now)


def numbers_of(poll: Poll) -> Standings:
    """How many ballots of a poll stand how."""
    return standing_of_poll(poll.pk)
