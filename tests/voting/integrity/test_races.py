"""Decisions of several people at the same instant, on a real PostgreSQL."""

from collections import Counter

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from site_cms.refusals import Refusal
from site_cms.trail.models import Decision
from tests.factories import (
    HOUR,
    NOW,
    make_contest,
    make_decided_contest,
    make_user,
    open_poll,
)
from tests.factories.integrity import (
    WORDS,
    hold,
    make_group,
    numbers_of,
    officer,
    propose,
    supervisor,
    void,
)
from tests.parallel import outcomes
from voting.integrity import services
from voting.integrity.detection_models import (
    DetectionRun,
    SuspectFinding,
    SuspectGroup,
)
from voting.integrity.models import GroupAct
from voting.integrity.rehearsing import add_invented_ballots
from voting.integrity.watching import watch_open_polls
from voting.log.models import LogEntry
from voting.log.services import append
from voting.polls.models import Poll
from voting.polls.queries import opened_poll
from voting.polls.standing_models import ActKind, BallotStanding, StandingAct
from voting.polls.tally import catch_up
from voting.results.services import compute_result

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


def at_once(acts) -> Counter[str]:
    return outcomes(acts, Refusal, IntegrityError)


def test_eight_confirmations_at_once_void_once():
    group = make_group()
    hold(group)
    proposal = propose(group)
    people = [supervisor() for _ in range(AT_ONCE)]

    outcome = at_once(
        [
            lambda by=by: services.confirm_void(by=by, proposal=proposal, now=NOW)
            for by in people
        ]
    )

    assert outcome == {"done": 1, "AlreadyDecided": AT_ONCE - 1}
    assert StandingAct.objects.filter(kind=ActKind.VOID).count() == 1
    assert LogEntry.objects.filter(kind="void").count() == 1
    assert numbers_of(group.poll).void == 20
    assert Decision.objects.count() == 1


def test_eight_holds_at_once_are_one():
    group = make_group()
    people = [officer() for _ in range(AT_ONCE)]

    outcome = at_once([lambda by=by: hold(group, by=by) for by in people])

    assert outcome == {"done": 1, "NothingToHold": AT_ONCE - 1}
    assert numbers_of(group.poll).held == 20


def test_a_confirmation_and_a_rejection_at_once_leave_one_answer():
    group = make_group()
    hold(group)
    proposal = propose(group)
    one, other = supervisor(), supervisor()

    outcome = at_once(
        [
            lambda: services.confirm_void(by=one, proposal=proposal, now=NOW),
            lambda: services.reject_proposal(
                by=other, proposal=proposal, remark="依据不够。", now=NOW
            ),
        ]
    )

    assert outcome == {"done": 1, "AlreadyDecided": 1}
    decision = Decision.objects.get()
    assert numbers_of(group.poll).void == (20 if decision.confirmed else 0)


def test_a_confirmation_and_a_release_at_once_do_not_both_happen():
    group = make_group()
    hold(group)
    proposal = propose(group)
    one, other = supervisor(), officer()

    outcome = at_once(
        [
            lambda: services.confirm_void(by=one, proposal=proposal, now=NOW),
            lambda: services.release_group(
                by=other, group=group, reason="看错了。", now=NOW
            ),
        ]
    )

    assert outcome["done"] == 1
    numbers = numbers_of(group.poll)
    assert (numbers.void, numbers.held) == (20, 0)


def test_a_void_and_a_computation_at_once_come_one_after_the_other():
    """A result is computed while ballots are held or void, never in between."""
    contest = make_decided_contest(votes=(30, 20, 10))
    poll = Poll.objects.get(contest=contest)
    ids = list(poll.ballots.order_by("id").values_list("id", flat=True)[:20])
    group = make_group(opened_poll(poll), ids=ids)
    hold(group)
    proposal = propose(group)
    second, computes = supervisor(), make_user()

    outcome = at_once(
        [
            lambda: services.confirm_void(by=second, proposal=proposal, now=NOW),
            lambda: compute_result(by=computes, contest=contest, now=NOW),
        ]
    )

    assert outcome["done"] + outcome["ResultNotReady"] == 2
    compute_result(by=computes, contest=contest, now=NOW)
    assert numbers_of(poll).void == 20


def rows_of(group, follows, kind=ActKind.RELEASE) -> None:
    """An act in the rows themselves, as a careless service would make it."""
    with transaction.atomic():
        entry = append(
            contest=group.poll.contest, kind=kind.value, statement={}, now=NOW
        )
        act = StandingAct.objects.create(
            poll=group.poll,
            kind=kind,
            made_at=NOW,
            reason=WORDS,
            ballots=20,
            log_entry=entry,
        )
        GroupAct.objects.create(act=act, group=group, follows=follows)


def dropped(table: str, constraint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def constraint_on(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return next(
        name
        for name, each in found.items()
        if each["unique"] and each["columns"] == [column] and not each["primary_key"]
    )


@pytest.fixture
def restored():
    """Whatever a negative control drops is put back with the columns it stood on."""
    statements: list[str] = []
    yield statements
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_two_acts_do_not_follow_the_same_one():
    group = make_group()
    held = hold(group).of_group

    outcome = at_once([lambda: rows_of(group, held)] * 2)

    assert outcome == {"done": 1, "IntegrityError": 1}


def test_negative_control_without_the_constraint_both_acts_are_stored(restored):
    group = make_group()
    held = hold(group).of_group
    name = constraint_on("voting_groupact", "follows_id")
    dropped("voting_groupact", name)
    restored.append("DELETE FROM voting_groupact")
    restored.append(
        f"ALTER TABLE voting_groupact ADD CONSTRAINT {name} UNIQUE (follows_id)"
    )
    restored.insert(0, "SELECT set_config('hongqi.rewriting', 'on', false)")

    outcome = at_once([lambda: rows_of(group, held)] * 2)

    assert outcome == {"done": 2}


def test_the_database_itself_refuses_a_void_by_one_person():
    group, by = make_group(), officer()
    act = void(group)

    with pytest.raises(IntegrityError, match="void_is_by_two_people"):
        one_person_void(group, by, act)


def test_negative_control_without_the_constraint_one_person_voids(restored):
    group, by = make_group(), officer()
    act = void(group)
    dropped("voting_standingact", "void_is_by_two_people")
    restored.append("SELECT set_config('hongqi.rewriting', 'on', false)")
    restored.append(
        "DELETE FROM voting_standingact WHERE proposed_by_id = confirmed_by_id"
    )
    restored.append(
        "ALTER TABLE voting_standingact ADD CONSTRAINT void_is_by_two_people CHECK ("
        "kind IN ('hold', 'release') OR (confirmed_by_id IS NOT NULL AND "
        "proposed_by_id IS NOT NULL AND proposed_by_id <> confirmed_by_id))"
    )

    one_person_void(group, by, act)

    assert StandingAct.objects.filter(proposed_by=by, confirmed_by=by).exists()


def one_person_void(group, by, act) -> None:
    entry = append(contest=group.poll.contest, kind="void", statement={}, now=NOW)
    StandingAct.objects.create(
        poll=group.poll,
        kind=ActKind.VOID,
        made_at=NOW,
        proposed_by=by,
        confirmed_by=by,
        reason=WORDS,
        ballots=act.ballots,
        log_entry=entry,
    )


def test_nobody_deletes_or_changes_a_decision():
    void(make_group())

    for statement in (
        "UPDATE voting_groupact SET code = 'other'",
        "DELETE FROM voting_groupact",
        "DELETE FROM voting_ballotstanding",
        "UPDATE voting_standingact SET reason = 'x'",
    ):
        with (
            pytest.raises(IntegrityError, match="only ever added"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert BallotStanding.objects.count() == 40


def test_several_workers_look_at_a_poll_once():
    now = timezone.now()
    contest = make_contest(
        practice=True,
        practice_note="演练",
        poll_opens_at=now - HOUR,
        poll_closes_at=now + HOUR,
    )
    frozen = open_poll(contest=contest, entries=12)
    add_invented_ballots(
        by=None,
        poll=Poll.objects.get(pk=frozen.id),
        seed=1,
        ballots=600,
        campaigns=[("script", 100)],
        now=now,
    )
    catch_up(frozen)

    at_once([lambda: watch_open_polls(now=now)] * 4)

    assert DetectionRun.objects.count() == 1
    assert SuspectGroup.objects.count() == SuspectFinding.objects.count() == 1
