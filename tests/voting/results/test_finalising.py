"""A result becomes final after its notice, by two people, and can be opened again by two."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from showcase.contests.rules import Stage, stage_at
from site_cms.trail.errors import NothingProposed, ReasonMissing, SamePerson
from tests.factories import (
    HOUR,
    MINUTE,
    NOW,
    REVISED,
    correct_a_mark,
    make_computation,
    make_decided_contest,
    make_final_result,
    make_publication,
    make_revision,
    make_standing_result,
    make_user,
)
from tests.factories.standing import make_standing
from voting.judging.errors import ResultIsFinal
from voting.log.models import Kind, LogEntry
from voting.polls.models import Ballot
from voting.results.errors import AlreadyFinal, NotFinal, ReasonTooShort, ResultNotReady
from voting.results.finalising_models import Reopening
from voting.results.finalising_queries import against_finalising, final_of
from voting.results.finalising_services import (
    confirm_finalisation,
    confirm_reopening,
    propose_finalisation,
    propose_reopening,
    reject_finalisation,
)
from voting.results.models import Check, Finalisation, Publication, Release

pytestmark = pytest.mark.django_db


def end_of_notice(publication):
    return publication.contest.notice_terms.order_by("number").last().closes_at


def proposed(publication, *, by=None, now=None):
    return propose_finalisation(
        by=by or make_user(),
        publication=publication,
        reason="公示期满",
        now=now or end_of_notice(publication),
    )


def reopened(final: Finalisation, *, now) -> Reopening:
    proposal = propose_reopening(
        by=make_user(), contest=final.publication.contest, reason=REVISED, now=now
    )
    return confirm_reopening(by=make_user(), proposal=proposal, now=now)


def said(contest) -> list[dict]:
    entries = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.FINAL)
    return [entry.statement for entry in entries.in_order()]


def test_two_people_make_a_result_final_and_both_are_named():
    publication, proposer, second = make_publication(), make_user(), make_user()
    now = end_of_notice(publication)

    final = confirm_finalisation(
        by=second, proposal=proposed(publication, by=proposer), now=now
    )

    contest = final.publication.contest
    contest.refresh_from_db()
    assert (final.publication, final.proposed_by, final.confirmed_by) == (
        publication,
        proposer,
        second,
    )
    assert (contest.finalised_at, stage_at(contest.times, now=now)) == (
        now,
        Stage.FINAL,
    )
    assert final_of(contest, now=now) == final
    assert final.notice["objections"] == 0
    assert [(each["act"], each["outcome_hash"]) for each in said(contest)] == [
        ("final", publication.computation.outcome_hash)
    ]


def test_nothing_is_final_while_the_notice_runs():
    publication = make_publication()
    now = end_of_notice(publication) - MINUTE

    [sentence] = [str(each) for each in against_finalising(publication, now=now)]
    assert sentence.startswith("公示到")
    with pytest.raises(ResultNotReady):
        proposed(publication, now=now)


def test_nothing_is_final_before_everybody_can_read_it():
    publication = make_standing_result()

    assert [str(each) for each in against_finalising(publication, now=NOW)] == [
        "结果还没有公开，没有人能提异议。"
    ]


def test_everything_that_is_open_is_listed_at_once():
    publication = make_publication(make_decided_contest(votes=(4, 3, 1)))
    contest, now = publication.contest, end_of_notice(publication)
    make_standing("hold", Ballot.objects.filter(poll__contest=contest)[:1], at=NOW)
    correct_a_mark(contest, number=3, results="0", now=NOW + HOUR)

    with pytest.raises(ResultNotReady) as refused:
        proposed(publication)

    assert refused.value.still_open == ["还有 1 组隔离的选票没有决定。"]
    assert all(each.url for each in against_finalising(publication, now=now))


def test_a_corrected_mark_keeps_the_uncorrected_result_from_being_final():
    publication = make_publication()
    correct_a_mark(publication.contest, number=3, results="0", now=NOW + HOUR)
    make_computation(publication.contest, now=NOW + HOUR)

    with pytest.raises(ResultNotReady, match="得数和公布的不一样"):
        proposed(publication)


def test_the_proposer_cannot_make_it_final():
    publication, proposer = make_publication(), make_user()
    proposal = proposed(publication, by=proposer)

    with pytest.raises(SamePerson):
        confirm_finalisation(
            by=proposer, proposal=proposal, now=end_of_notice(publication)
        )

    assert not Finalisation.objects.exists()


def test_a_result_is_made_final_once():
    publication = make_publication()
    now = end_of_notice(publication)
    first, second = proposed(publication), proposed(publication)
    confirm_finalisation(by=make_user(), proposal=first, now=now)

    for proposal in (first, second):
        with pytest.raises(AlreadyFinal):
            confirm_finalisation(by=make_user(), proposal=proposal, now=now + HOUR)

    assert Finalisation.objects.count() == 1


def test_whoever_does_not_agree_says_why():
    publication = make_publication()
    proposal = proposed(publication)
    now = end_of_notice(publication)

    with pytest.raises(ReasonMissing):
        reject_finalisation(by=make_user(), proposal=proposal, remark=" ", now=now)
    reject_finalisation(by=make_user(), proposal=proposal, remark="再等一天", now=now)

    assert not Finalisation.objects.exists()


def test_a_proposal_of_another_kind_makes_nothing_final():
    publication = make_publication()
    proposal = proposed(publication)
    proposal.kind = "result.publish"

    with pytest.raises(NothingProposed):
        confirm_finalisation(by=make_user(), proposal=proposal, now=NOW)


def test_after_a_final_result_no_mark_is_corrected_until_it_is_opened_again():
    final = make_final_result()
    contest, now = final.publication.contest, final.finalised_at + HOUR

    with pytest.raises(ResultIsFinal):
        correct_a_mark(contest, number=3, results="0", now=now)

    reopening = reopened(final, now=now)
    correct_a_mark(contest, number=3, results="0", now=now)

    contest.refresh_from_db()
    assert (contest.finalised_at, final_of(contest, now=now)) == (None, None)
    assert reopening.finalisation == final
    assert [(each["act"], each.get("reason")) for each in said(contest)] == [
        ("final", None),
        ("reopened", REVISED),
    ]


def test_a_corrected_result_is_made_final_again_after_its_own_notice():
    final = make_final_result()
    contest, now = final.publication.contest, final.finalised_at + HOUR
    reopened(final, now=now)
    correct_a_mark(contest, number=3, results="0", now=now)

    revision = make_revision(final.publication, now=now)
    later = end_of_notice(revision)
    assert later > now
    again = confirm_finalisation(
        by=make_user(), proposal=proposed(revision, now=later), now=later
    )

    contest.refresh_from_db()
    assert final_of(contest, now=later) == again
    assert Finalisation.objects.count() == 2


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        pytest.param("改分", ReasonTooShort, id="too short"),
        pytest.param(REVISED, NotFinal, id="not final"),
    ],
)
def test_only_a_final_result_is_opened_again_and_for_a_reason(reason, refusal):
    made = (
        make_publication() if refusal is NotFinal else make_final_result().publication
    )

    with pytest.raises(refusal):
        propose_reopening(
            by=make_user(),
            contest=made.contest,
            reason=reason,
            now=end_of_notice(made) + HOUR,
        )


def test_the_database_refuses_one_person_twice():
    publication, person = make_publication(), make_user()

    with pytest.raises(IntegrityError), transaction.atomic():
        Finalisation.objects.create(
            publication=publication,
            finalised_at=NOW,
            proposed_by=person,
            confirmed_by=person,
        )


@pytest.mark.parametrize(
    ("model", "change"),
    [
        pytest.param(Publication, {"reason": "改"}, id="result"),
        pytest.param(Check, {"agrees": False}, id="check"),
        pytest.param(Release, {"released_at": NOW}, id="release"),
        pytest.param(Finalisation, {"finalised_at": NOW}, id="final"),
        pytest.param(Reopening, {"reason": "改"}, id="opened again"),
    ],
)
def test_what_made_a_result_final_cannot_be_changed_or_removed(model, change):
    final = make_final_result()
    reopened(final, now=final.finalised_at + HOUR)

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)

    assert model.objects.count() == 1
