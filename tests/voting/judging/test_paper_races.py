"""Two people at one paper, one paper at two desks: on real PostgreSQL, through HTTP."""

import json
import uuid
from collections import Counter

import pytest
from django.test import Client
from django.utils import timezone

from site_cms.accounts.roles import Role
from site_cms.trail.models import Decision
from tests.factories import (
    lock_turn,
    make_late,
    make_night_today,
    make_open_turn,
    make_operator,
    make_paper,
    make_sheet,
    seated,
    sign_in,
)
from tests.parallel import together
from tests.voting.judging.test_tabulator import COMPARED, checking, entry, fixing, typed
from voting.judging import services
from voting.judging.late_outcome_models import LateOutcome
from voting.judging.models import ScoreSheet, Source, TurnLock
from voting.judging.paper_models import PaperSheet
from voting.log.models import Kind, LogEntry

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]

AT_ONCE = 6


def people(*roles, count=AT_ONCE):
    """Clients of different people."""
    clients = [Client() for _ in range(count)]
    for client in clients:
        client.user = sign_in(client, make_operator(*roles))
    return clients


def answers_to(paper):
    return Decision.objects.filter(proposal=paper.proposal_id)


@pytest.fixture
def night():
    return make_night_today(seats=1)


@pytest.fixture
def turn(night):
    return make_open_turn(night, now=timezone.now())


@pytest.fixture
def seat(night):
    return night.seats.get(code="A01")


def test_one_paper_typed_at_six_desks_at_once_waits_once(night, turn, seat):
    desks = people(Role.TABULATOR)

    answers = together(
        [
            lambda desk=desk: desk.post(entry(night, turn, seat), typed(turn, seat))
            for desk in desks
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {302: 1, 422: 5}
    assert PaperSheet.objects.count() == 1


def test_six_people_who_confirm_one_paper_at_once_make_one_sheet(night, turn, seat):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())
    others = people(Role.SUPERVISOR)

    answers = together(
        [
            lambda other=other: other.post(checking(night, paper), COMPARED)
            for other in others
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 5}
    assert ScoreSheet.objects.count() == 1
    assert answers_to(paper).count() == 1


def test_paper_confirmed_sent_back_and_taken_back_at_once_ends_one_way(
    night, turn, seat
):
    typist, *others = people(Role.TABULATOR)
    paper = make_paper(seat=seat, turn=turn, by=typist.user, now=timezone.now())
    back = {"act": "return", "remark": "抄错了一项"}

    together(
        [
            lambda: typist.post(
                f"/tabulate/{night.contest.slug}/paper/{paper.pk}/take-back/"
            ),
            *(
                lambda other=other, act=act: other.post(checking(night, paper), act)
                for other, act in zip(others, [COMPARED, back] * 3, strict=False)
            ),
        ]
    )

    paper.refresh_from_db()
    confirmed = answers_to(paper).filter(confirmed=True).count()
    assert not paper.is_waiting
    assert ScoreSheet.objects.count() == confirmed == (paper.sheet_id is not None)
    assert answers_to(paper).count() == (paper.checked_by_id is not None)


def test_paper_and_device_at_once_lose_nothing(night, turn, seat):
    paper = make_paper(seat=seat, turn=turn, now=timezone.now())
    client, address = seated(seat)
    (supervisor,) = people(Role.SUPERVISOR, count=1)
    body = {
        "id": str(uuid.uuid4()),
        "turn": turn.pk,
        "version": 1,
        "marks": {"results": "41", "presentation": "21"},
    }

    signed, sent = together(
        [
            lambda: supervisor.post(checking(night, paper), COMPARED),
            lambda: client.post(
                f"{address}sheets/", json.dumps(body), content_type="application/json"
            ),
        ]
    )

    assert sent.status_code == 200
    standing = ScoreSheet.objects.latest().get(seat=seat)
    if signed.status_code == 302:
        assert (standing.source, sent.json()["sheet"]["aside"]) == (
            Source.PAPER,
            "paper",
        )
    else:
        assert signed.status_code == 409
        assert (standing.source, sent.json()["sheet"]["aside"]) == (Source.DEVICE, "")
        assert PaperSheet.objects.waiting().get() == paper


def test_paper_that_is_typed_while_the_turn_is_locked_is_before_or_after(
    night, turn, seat
):
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn, now=timezone.now())
    asked_by, confirms = people(Role.SUPERVISOR, count=2)
    proposal = services.request_lock(by=asked_by.user, turn=turn, now=timezone.now())
    (typist,) = people(Role.TABULATOR, count=1)

    together(
        [
            lambda: confirms.post(
                f"/supervise/{night.contest.slug}/{proposal.pk}/confirm/"
            ),
            lambda: typist.post(entry(night, turn, seat), typed(turn, seat)),
        ]
    )

    assert TurnLock.objects.count() + PaperSheet.objects.waiting().count() == 1


def test_six_supervisors_who_count_a_late_sheet_at_once_count_it_once(
    night, turn, seat
):
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())
    late = make_late(seat=seat, turn=turn, now=timezone.now())
    (proposer,) = people(Role.TABULATOR, count=1)
    proposal = services.propose_late(
        by=proposer.user, late=late, reason="锁定前已经提交", now=timezone.now()
    )

    answers = together(
        [
            lambda each=each: each.post(fixing(night, proposal), {"act": "confirm"})
            for each in people(Role.SUPERVISOR)
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 5}
    assert ScoreSheet.objects.filter(source=Source.CORRECTION).count() == 1
    assert LateOutcome.objects.count() == 1
    assert LogEntry.objects.of_kind(Kind.CORRECTED).count() == 1


def test_two_tabulators_who_propose_and_file_at_once_do_one_of_it(night, turn, seat):
    for each in night.seats.all():
        make_sheet(seat=each, turn=turn, now=timezone.now())
    lock_turn(turn, now=timezone.now())
    late = make_late(seat=seat, turn=turn, now=timezone.now())
    address = f"/tabulate/{night.contest.slug}/late/{late.pk}/"
    acts = ["count", "file"] * 3

    answers = together(
        [
            lambda client=client, act=act: client.post(
                address, {"act": act, "reason": "锁定前已经在设备上提交"}
            )
            for client, act in zip(people(Role.TABULATOR), acts, strict=True)
        ]
    )

    assert Counter(answer.status_code for answer in answers) == {302: 1, 422: 5}
