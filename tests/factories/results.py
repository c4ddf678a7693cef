"""A contest that is over, and its published result."""

from uuid import UUID

from showcase.contests.models import Contest, Opening
from showcase.contests.rules import Stage
from showcase.contests.services import set_times
from tests.factories.judging import lock_turn, make_night, make_open_turn, make_sheet
from tests.factories.moments import MINUTE, NOW
from tests.factories.numbers import next_number
from tests.factories.people import make_user
from tests.factories.polls import make_poll
from voting.judging.models import Turn, TurnLock
from voting.polls.gates import entry_order, poll_rules
from voting.polls.models import Ballot
from voting.results.models import Publication
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    release_result,
)


def make_decided_contest(
    *, votes: tuple[int, ...] = (4, 3, 1), marked: int | None = None, **fields
) -> Contest:
    """A contest whose poll and night are over at ``NOW``: everything for a result is there.

    ``votes`` of each entry by number. The first entry has the lowest marks. Only the turns of
    the first ``marked`` entries on stage are marked and locked, all of them by default.
    """
    night = make_night(seats=3, entries=len(votes), **fields)
    contest = night.contest
    _close_poll(contest, votes)
    for _turn in night.rounds.get().turns.in_order()[:marked]:
        _mark(make_open_turn(night, now=NOW - MINUTE))
    return set_times(by=None, contest=contest, now=NOW, night_closed_at=NOW)


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


def _mark(turn: Turn) -> TurnLock:
    """Every seat marks and two people lock. A later number gets higher marks."""
    for place, seat in enumerate(turn.round.night.seats.order_by("code")):
        results = 40 + 3 * turn.entry.number + place
        marks = {"results": str(results), "presentation": "30.5"}
        make_sheet(seat=seat, turn=turn, marks=marks, now=NOW - MINUTE)
    return lock_turn(turn, now=NOW - MINUTE)


def make_publication(contest: Contest | None = None) -> Publication:
    """The result of a decided contest, after its reveal."""
    contest = contest or make_decided_contest()
    proposer = make_user()
    computation = compute_result(by=proposer, contest=contest, now=NOW)
    proposal = propose_publication(
        by=proposer, computation=computation, reason="核对无误", now=NOW
    )
    publication = confirm_publication(by=make_user(), proposal=proposal, now=NOW)
    release_result(by=proposer, contest=publication.contest, now=NOW)
    return publication
