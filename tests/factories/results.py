"""A contest that is over, and its result: checked, let stand, released, final."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Stage
from showcase.contests.services import set_times
from site_cms.accounts.models import User
from tests.factories.judging import lock_turn, make_night, make_open_turn, make_sheet
from tests.factories.moments import MINUTE, NOW
from tests.factories.numbers import next_number
from tests.factories.people import make_user
from tests.factories.polls import make_poll
from tests.factories.rulesheets import RULES
from voting.integrity.detection_models import DetectionRun
from voting.judging.models import ScoreSheet, Turn, TurnLock
from voting.judging.queries import night_of
from voting.judging.services import confirm_correction, propose_correction
from voting.polls.gates import entry_order, poll_rules
from voting.polls.models import Ballot
from voting.results.finalising_services import (
    confirm_finalisation,
    propose_finalisation,
)
from voting.results.models import Check, Computation, Finalisation, Publication
from voting.results.points_models import GivenPoints
from voting.results.points_services import (
    confirm_points,
    propose_deduction,
    propose_no_deduction,
)
from voting.results.revising_services import confirm_revision, propose_revision
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    release_result,
)

REVISED = "计分席查出一份评分表录错了一位。"


def make_decided_contest(
    *,
    votes: tuple[int, ...] = (4, 3, 1),
    marked: int | None = None,
    before_the_poll: Callable[[Contest], object] | None = None,
    **fields,
) -> Contest:
    """A contest whose poll and night are over at ``NOW``: everything for a result is there.

    ``votes`` of each entry by number. The first entry has the lowest marks. Only the turns of
    the first ``marked`` entries on stage are marked and locked, all of them by default.
    """
    night = make_night(seats=3, entries=len(votes), **fields)
    contest = night.contest
    if before_the_poll:
        before_the_poll(contest)
    _close_poll(contest, votes)
    for _turn in night.rounds.get().turns.in_order()[:marked]:
        _mark(make_open_turn(night, now=NOW - MINUTE))
    return set_times(by=None, contest=contest, now=NOW, night_closed_at=NOW)


def make_tied_contest(
    *, entries: int = 2, last_rung: str = "lot", votes: tuple[int, ...] = (), **fields
) -> Contest:
    """A decided contest in which nothing parts entries that have as many votes."""
    document = RULES | {"ladder": ["total", "marks", last_rung]}
    contest = make_decided_contest(
        votes=votes or (2,) * entries, marked=0, document=document, **fields
    )
    night = night_of(contest)
    for _ in range(contest.entries.count()):
        turn = make_open_turn(night, now=NOW - MINUTE)
        for seat in night.seats.all():
            make_sheet(seat=seat, turn=turn, now=NOW - MINUTE)
        lock_turn(turn, now=NOW - MINUTE)
    return contest


def correct_a_mark(
    contest: Contest, *, number: int, results: str, now: datetime
) -> ScoreSheet:
    """Two people put another mark in the place of what seat A01 gave this entry."""
    turn = Turn.objects.get(round__night__contest=contest, entry__number=number)
    proposal = propose_correction(
        by=make_user(),
        turn=turn,
        seat=turn.round.night.seats.get(code="A01"),
        marks={"results": results, "presentation": "30.5"},
        reason="录错一位",
        now=now,
    )
    return confirm_correction(by=make_user(), proposal=proposal, now=now)


def make_deduction(
    contest: Contest, *, plate: str, points: str = "1", now: datetime = NOW
) -> GivenPoints:
    proposal = propose_deduction(
        by=make_user(),
        contest=contest,
        plate=plate,
        points=Decimal(points),
        reason="超时上报",
        evidence="县督查室第 8 号通报，存办公室",
        now=now,
    )
    [given] = confirm_points(by=make_user(), proposal=proposal, now=now)
    return given


def take_back(given: GivenPoints, *, now: datetime) -> GivenPoints:
    proposal = propose_no_deduction(
        by=make_user(), given=given, reason="查无此事", evidence="复核记录", now=now
    )
    [gone] = confirm_points(by=make_user(), proposal=proposal, now=now)
    return gone


def _close_poll(contest: Contest, votes: tuple[int, ...]) -> None:
    """Ballots of one pick each, in the rows themselves: casting knows only today's clock."""
    poll = make_poll(contest=contest)
    Opening.objects.create(
        contest=contest,
        stage=Stage.POLL,
        opened_at=contest.poll_opens_at,
        frozen={"poll": poll_rules(poll), "entries": entry_order(contest)},
        frozen_hash="0" * 64,
    )
    for place, cast in enumerate(votes):
        choices = bytes(int(place == other) for other in range(len(votes)))
        for _ in range(cast):
            number = next_number()
            Ballot.objects.create(
                id=number,
                cast_at=contest.poll_opens_at,
                poll=poll,
                request_key=UUID(int=number),
                voter_key=UUID(int=number),
                choices=choices,
            )
    DetectionRun.objects.create(
        poll=poll,
        ran_at=contest.poll_closes_at,
        upto_id=0,
        ballots=sum(votes),
        groups=0,
        milliseconds=1,
        thresholds_sha256="0" * 64,
        is_final=True,
    )


def _mark(turn: Turn) -> TurnLock:
    """Every seat marks and two people lock. A later number gets higher marks."""
    for place, seat in enumerate(turn.round.night.seats.order_by("code")):
        results = 40 + 3 * turn.entry.number + place
        marks = {"results": str(results), "presentation": "30.5"}
        make_sheet(seat=seat, turn=turn, marks=marks, now=NOW - MINUTE)
    return lock_turn(turn, now=NOW - MINUTE)


def make_check(
    computation: Computation, *, agrees: bool = True, said: str = "一致 equal"
) -> Check:
    """What the second implementation says; it runs by itself in tests of its own."""
    return Check.objects.create(
        computation=computation,
        checked_at=computation.computed_at,
        bundle_sha256="0" * 64,
        verifier_sha256="1" * 64,
        agrees=agrees,
        said=said,
    )


def make_computation(
    contest: Contest | None = None, *, by: User | None = None, now: datetime = NOW
) -> Computation:
    """The result of a decided contest, computed and checked."""
    contest = contest or make_decided_contest()
    computation = compute_result(by=by or make_user(), contest=contest, now=now)
    if not computation.checks.exists():
        make_check(computation)
    return computation


def make_standing_result(
    contest: Contest | None = None, *, now: datetime = NOW
) -> Publication:
    """What two people let stand, before its reveal."""
    computation = make_computation(contest, now=now)
    proposal = propose_publication(
        by=make_user(), computation=computation, reason="核对无误", now=now
    )
    return confirm_publication(by=make_user(), proposal=proposal, now=now)


def make_publication(
    contest: Contest | None = None, *, now: datetime = NOW
) -> Publication:
    """The result of a decided contest, after its reveal."""
    publication = make_standing_result(contest, now=now)
    release_result(by=make_user(), contest=publication.contest, now=now)
    return publication


def make_revision(publication: Publication, *, now: datetime) -> Publication:
    """The correction of a result, once what it was computed from has changed."""
    computation = make_computation(publication.contest, now=now)
    proposal = propose_revision(
        by=make_user(), computation=computation, reason=REVISED, now=now
    )
    return confirm_revision(by=make_user(), proposal=proposal, now=now)


def make_final_result(contest: Contest | None = None) -> Finalisation:
    """A result whose notice has run since long ago."""
    publication = make_publication(contest)
    closes_at = publication.contest.notice_terms.get().closes_at
    proposal = propose_finalisation(
        by=make_user(), publication=publication, reason="公示期满", now=closes_at
    )
    return confirm_finalisation(by=make_user(), proposal=proposal, now=closes_at)
