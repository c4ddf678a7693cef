from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from site_cms.trail.errors import AlreadyDecided, ReasonMissing, SamePerson
from site_cms.trail.models import Decision, Proposal, TrailEntry
from site_cms.trail.services import decide, propose
from tests.factories import NOW, make_contest, make_user


def make_proposal(**fields) -> tuple[Proposal, object]:
    contest = make_contest()
    defaults = {
        "by": make_user(),
        "kind": "result.publication",
        "subject": contest,
        "sentence": "公布拟定结果",
        "reason": "各项核对无误",
        "now": NOW,
    }
    return propose(**defaults | fields), contest


@pytest.mark.django_db
def test_proposer_cannot_confirm():
    proposer = make_user()
    proposal, contest = make_proposal(by=proposer)

    with pytest.raises(SamePerson):
        decide(by=proposer, proposal=proposal, subject=contest, confirmed=True, now=NOW)

    assert not Decision.objects.exists()


@pytest.mark.django_db
def test_database_refuses_the_same_person_even_without_the_service():
    proposal, _ = make_proposal()

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            proposal=proposal,
            confirmed=True,
            proposed_by=proposal.proposed_by,
            decided_by=proposal.proposed_by,
            decided_at=NOW,
        )


@pytest.mark.django_db
def test_second_person_confirms_and_both_names_are_in_the_trail():
    proposal, contest = make_proposal()
    second = make_user()

    decide(by=second, proposal=proposal, subject=contest, confirmed=True, now=NOW)

    assert list(TrailEntry.objects.about(contest).values_list("action", "by")) == [
        ("result.publication.proposed", proposal.proposed_by_id),
        ("result.publication.confirmed", second.pk),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "  \n"], ids=["empty", "only spaces"])
def test_proposal_without_a_reason_is_refused(reason):
    with pytest.raises(ReasonMissing):
        make_proposal(reason=reason)


@pytest.mark.django_db
def test_refusal_without_a_remark_is_refused():
    proposal, contest = make_proposal()

    with pytest.raises(ReasonMissing):
        decide(
            by=make_user(), proposal=proposal, subject=contest, confirmed=False, now=NOW
        )


@pytest.mark.django_db
def test_second_answer_is_refused():
    proposal, contest = make_proposal()
    decide(by=make_user(), proposal=proposal, subject=contest, confirmed=True, now=NOW)

    with pytest.raises(AlreadyDecided):
        decide(
            by=make_user(), proposal=proposal, subject=contest, confirmed=True, now=NOW
        )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_answers_at_once_leave_one():
    proposal, contest = make_proposal()
    people = [make_user() for _ in range(8)]
    barrier = Barrier(len(people))
    outcomes = []

    def answer(person) -> None:
        barrier.wait()
        try:
            decide(
                by=person, proposal=proposal, subject=contest, confirmed=True, now=NOW
            )
            outcomes.append("confirmed")
        except AlreadyDecided:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=answer, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["confirmed"] + ["refused"] * 7
    assert Decision.objects.count() == 1
