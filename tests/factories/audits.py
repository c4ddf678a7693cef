"""A contest whose public log is whole from the rules to the result: what an audit begins with."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.utils import timezone

from showcase.contests.models import Contest
from showcase.contests.services import set_times
from tests.factories.bundles import close_poll, open_in_log
from tests.factories.integrity import make_group, void
from tests.factories.judging import (
    draw_order,
    lock_turn,
    make_late,
    make_night,
    make_open_turn,
    make_sheet,
    open_night,
)
from tests.factories.moments import HOUR, MINUTE
from tests.factories.people import make_user
from tests.factories.polls import make_ballot
from tests.factories.showcase import make_entry
from voting.integrity.bundle_errors import HeadMissing
from voting.integrity.detection_models import DetectionRun
from voting.judging import services as judging
from voting.judging.models import Night, Seat, Turn
from voting.log.heads import sign_head
from voting.log.models import Kind, Log
from voting.log.services import append
from voting.polls.models import Ballot
from voting.polls.rules import FrozenPoll
from voting.results.audit_bundle import check_result
from voting.results.models import Check, Computation, Publication
from voting.results.queries import check_of
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    release_result,
)
from voting.rulesheets.models import RuleSheet

# Ballots of each way, by numbers picked.
CAST = {(1,): 14, (1, 2): 12, (2, 3): 9, (3,): 5}


def make_audited_contest(
    *,
    seats: int = 3,
    entries: int = 3,
    hold_poll: Callable[[Contest], object] | None = None,
    **night,
) -> Contest:
    """A real contest that is over, and everything that may stand in an audit bundle happened:

    three ballots void, a sheet sent twice, a judge away, one recused, a sheet corrected after
    the lock and one that came too late. The log is signed to its end.
    """
    now = timezone.now()
    made = make_night(
        seats=seats,
        entries=0,
        opened=False,
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
        night_opens_at=now - 90 * MINUTE,
        **night,
    )
    for _ in range(entries):
        make_entry(contest=made.contest)
    _say_frozen(made.contest, now)
    judging.record_recusal(
        by=make_user(),
        seat=made.seats.get(code="C03"),
        entry=made.contest.entries.get(number=3),
        reason="亲属",
        now=now,
    )
    draw_order(made.rounds.get(), now=now)
    (hold_poll or vote)(made.contest)
    contest = Contest.objects.get(pk=made.contest_id)
    made = Night.objects.get(contest=contest)
    open_night(made)
    _hold_night(made, now)
    set_times(by=None, contest=contest, now=now, night_closed_at=now)
    sign_to_the_end(contest)
    return Contest.objects.get(pk=contest.pk)


def nobody_votes(contest: Contest) -> None:
    """The rules of the contest ask for no votes: there is no poll."""
    Contest.objects.filter(pk=contest.pk).update(
        poll_opens_at=None, poll_closes_at=None
    )


def _say_frozen(contest: Contest, now: datetime) -> None:
    rules = RuleSheet.objects.get(contest=contest)
    statement = {"title": rules.rules.title, "hash": rules.rules_hash, "by": []}
    append(contest=contest, kind=Kind.RULE_SHEET, statement=statement, now=now)


def vote(contest: Contest) -> None:
    """Some ballots of each way, of which three are void."""
    poll = open_in_log(contest=contest)
    for picks, count in CAST.items():
        for _ in range(count):
            make_ballot(poll=poll, picks=picks)
    close_poll(poll)
    ids = Ballot.objects.of_poll(poll.id).order_by("id").values_list("id", flat=True)
    void(make_group(poll, ids=list(ids[:3])))
    look_a_last_time(poll)


def look_a_last_time(poll: FrozenPoll) -> None:
    """What detection does when every ballot is sealed: here it finds nothing more."""
    last = DetectionRun.objects.filter(poll_id=poll.id).last()
    DetectionRun.objects.create(
        poll_id=poll.id,
        ran_at=timezone.now(),
        upto_id=last.upto_id if last else 0,
        ballots=last.ballots if last else 0,
        groups=0,
        milliseconds=5,
        thresholds_sha256="a" * 64,
        is_final=True,
    )


def _hold_night(night: Night, now: datetime) -> None:
    for turn in night.rounds.get().turns.in_order():
        assert make_open_turn(night, now=now) == turn
        for place, seat in enumerate(night.seats.order_by("code")):
            if turn.entry.number == 2 and seat.code == "A03":
                judging.mark_absent(
                    by=make_user(), turn=turn, seat=seat, reason="身体不适", now=now
                )
            elif (turn.entry.number, seat.code) != (3, "C03"):
                _mark(turn, seat, place, now)
        lock_turn(turn, now=now)
    correct(night, "A01", entry=2, results="55", now=now)
    late = make_late(
        seat=night.seats.get(code="C02"),
        turn=Turn.objects.get(round__night=night, entry__number=1),
        now=now,
    )
    judging.file_late(by=make_user(), late=late, reason="锁定以后才到", now=now)


def _mark(turn: Turn, seat: Seat, place: int, now: datetime) -> None:
    results = 20 + (3 * turn.entry.number + place % 7) / 2
    marks = {"results": f"{results:g}", "presentation": "30.5"}
    if seat.code == "C01":
        make_sheet(seat=seat, turn=turn, marks=marks | {"presentation": "20"}, now=now)
        make_sheet(seat=seat, turn=turn, marks=marks, version=2, now=now)
    else:
        make_sheet(seat=seat, turn=turn, marks=marks, now=now)


def correct(night: Night, code: str, *, entry: int, results: str, now=None) -> None:
    """A sheet gets another version after its lock, by two people."""
    now = now or timezone.now()
    proposal = judging.propose_correction(
        by=make_user(),
        turn=Turn.objects.select_related("round__night").get(
            round__night=night, entry__number=entry
        ),
        seat=night.seats.get(code=code),
        marks={"results": results, "presentation": "30.5"},
        reason=f"{night.seats.get(code=code).name}把十位写错了",
        now=now,
    )
    judging.confirm_correction(by=make_user(), proposal=proposal, now=now)


def sign_to_the_end(contest: Contest) -> None:
    """What the worker does within a minute."""
    log = Log.objects.get(pk=contest.pk)
    last = log.heads.order_by("-size").first()
    at = timezone.now() + (log.heads.count() + 1) * 2 * MINUTE
    sign_head(log=log, now=max(at, last.signed_at + 2 * MINUTE) if last else at)


def make_audited_computation(contest: Contest | None = None) -> Computation:
    contest = contest or make_audited_contest()
    return compute_result(by=make_user(), contest=contest, now=timezone.now())


def check_by_worker(computation: Computation) -> Check:
    """What is void is listed first, and then signed: the worker comes by twice."""
    with suppress(HeadMissing):
        return check_result(computation=computation, now=timezone.now())
    sign_to_the_end(computation.contest)
    return check_result(computation=computation, now=timezone.now())


def make_audited_publication(computation: Computation | None = None) -> Publication:
    """Checked, agreed on by two people, released, and signed to the end."""
    computation = computation or make_audited_computation()
    now = timezone.now()
    assert check_of(computation) or check_by_worker(computation).agrees
    proposal = propose_publication(
        by=make_user(), computation=computation, reason="核对无误", now=now
    )
    publication = confirm_publication(by=make_user(), proposal=proposal, now=now)
    release_result(by=make_user(), contest=computation.contest, now=now)
    sign_to_the_end(computation.contest)
    return publication
