"""What the worker stores of what detection finds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_contest
from tests.factories.integrity import close_in_log
from tests.factories.polls import make_ballot, open_poll
from voting.integrity.campaigns import MOBILISED, SCRIPT
from voting.integrity.detection_models import (
    DetectionRun,
    SuspectBallot,
    SuspectFinding,
    SuspectGroup,
    Watch,
)
from voting.integrity.detection_queries import (
    ballots_in,
    ballots_of_same_voter_days,
    groups_of,
)
from voting.integrity.rehearsing import add_invented_ballots
from voting.integrity.watching import EVERY, watch_open_polls, watch_poll
from voting.polls.errors import NotPractice
from voting.polls.models import Ballot, BallotSignal, Poll
from voting.polls.queries import opened_poll
from voting.polls.tally import catch_up

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def practice_poll() -> Poll:
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="演练",
        poll_opens_at=now - timedelta(hours=1),
        poll_closes_at=now + timedelta(hours=1),
    )
    frozen = open_poll(contest=contest, entries=12)
    return Poll.objects.select_related("contest").get(pk=frozen.id)


def invent(poll, *campaigns, seed=1, ballots=1500, now=None) -> None:
    add_invented_ballots(
        by=None,
        poll=poll,
        seed=seed,
        ballots=ballots,
        campaigns=campaigns,
        now=now or timezone.now(),
    )
    catch_up(opened_poll(poll))


def look(poll, *, now=None) -> DetectionRun | None:
    return watch_poll(poll, now=now or timezone.now())


def counts() -> dict[str, int]:
    models = (DetectionRun, SuspectGroup, SuspectFinding)
    return {model.__name__: model.objects.count() for model in models}


def test_campaign_becomes_a_group_with_its_ballots_and_evidence():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))

    run = look(poll)

    [group] = groups_of(poll)
    assert (run.ballots, run.groups, run.is_final) == (1620, 1, False)
    assert (group.number, group.ballots) == (1, len(ballots_in(group)))
    assert 110 <= group.ballots <= 122
    assert len(group.families) >= 2
    assert len(group.evidence["sentences"]) >= 2


def test_people_who_were_asked_to_vote_are_no_group():
    poll = practice_poll()
    invent(poll, (MOBILISED, 200))

    assert look(poll).groups == 0
    assert not SuspectGroup.objects.exists()


def test_nothing_is_looked_at_twice():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))
    look(poll)

    assert look(poll) is None
    assert counts() == {"DetectionRun": 1, "SuspectGroup": 1, "SuspectFinding": 1}


def test_group_that_is_found_again_stays_the_same_group():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))
    look(poll)
    [before] = groups_of(poll)
    invent(poll, seed=2, ballots=30)

    look(poll)

    [after] = groups_of(poll)
    assert (after.pk, after.found_at) == (before.pk, before.found_at)
    assert set(ballots_in(before)) <= set(ballots_in(after))
    assert SuspectBallot.objects.count() == after.ballots


def test_poll_is_looked_at_every_few_minutes_by_one_worker():
    poll = practice_poll()
    invent(poll, ballots=60)
    now = timezone.now()

    watch_open_polls(now=now)
    invent(poll, seed=2, ballots=60)
    watch_open_polls(now=now + EVERY - MINUTE)
    assert DetectionRun.objects.count() == 1

    watch_open_polls(now=now + EVERY)
    assert DetectionRun.objects.count() == 2
    assert Watch.objects.get(poll=poll).due_at >= now + 2 * EVERY


def test_last_look_comes_once_after_the_close():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))
    now = timezone.now()
    look(poll, now=now)
    close_in_log(opened_poll(poll), now=now)

    watch_open_polls(now=now + EVERY)
    watch_open_polls(now=now + 3 * EVERY)

    assert list(
        DetectionRun.objects.order_by("pk").values_list("is_final", flat=True)
    ) == [False, True]
    assert SuspectGroup.objects.count() == 1


def test_poll_whose_signals_were_destroyed_is_left_alone():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))
    BallotSignal.objects.filter(poll=poll).delete()
    close_in_log(opened_poll(poll), now=timezone.now())

    assert look(poll) is None
    assert not DetectionRun.objects.exists()


def test_poll_without_ballots_has_its_last_look():
    frozen = open_poll()
    poll = Poll.objects.select_related("contest").get(pk=frozen.id)
    close_in_log(frozen, now=timezone.now())

    assert look(poll).is_final


def test_stored_evidence_names_no_entry():
    poll = practice_poll()
    invent(poll, (SCRIPT, 120))
    look(poll)
    [group] = groups_of(poll)

    told = str(group.evidence)
    assert [
        entry.unit for entry in opened_poll(poll).entries if entry.unit in told
    ] == []
    assert "某一选项" in told or "来自" in told


def test_real_poll_takes_no_invented_ballots():
    frozen = open_poll(entries=12)
    poll = Poll.objects.select_related("contest").get(pk=frozen.id)

    with pytest.raises(NotPractice):
        invent(poll, ballots=30)

    assert not Ballot.objects.exists()


def test_same_invented_ballots_come_once():
    poll = practice_poll()
    now = timezone.now()
    invent(poll, ballots=30, now=now)
    invent(poll, ballots=30, now=now)

    assert (Ballot.objects.count(), BallotSignal.objects.count()) == (30, 30)


def test_ballots_of_the_same_voters_and_days_are_found():
    frozen = open_poll()
    poll = Poll.objects.get(pk=frozen.id)
    ids = [make_ballot(poll=frozen).id for _ in range(4)]
    days = [f"{number:032x}" for number in (1, 1, 2, 1)]
    for ballot_id, voter_day in zip(ids, days, strict=True):
        BallotSignal.objects.create(
            ballot_id=ballot_id,
            poll=poll,
            minute=timezone.now(),
            voter_day=voter_day,
            prefix=voter_day,
            network=voter_day,
            adapter="device",
            client="other",
        )
    unknown = make_ballot(poll=frozen).id

    assert ballots_of_same_voter_days(poll, [ids[0], unknown]) == [
        ids[0],
        ids[1],
        ids[3],
        unknown,
    ]
