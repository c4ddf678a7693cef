"""A result that stands is corrected: a further revision, with its reason, by two people."""

import pytest
from django.urls import reverse

from site_cms.trail.errors import SamePerson
from tests.factories import (
    HOUR,
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
from voting.log.models import Kind, LogEntry
from voting.results.errors import NothingToRevise, ReasonTooShort, ResultNotReady
from voting.results.finalising_services import confirm_reopening, propose_reopening
from voting.results.models import Publication
from voting.results.queries import publication_of, standing_result
from voting.results.revising_queries import revision_of, revisions_of
from voting.results.revising_services import confirm_revision, propose_revision
from voting.results.services import compute_result

pytestmark = pytest.mark.django_db

LATER = NOW + HOUR


def corrected(publication: Publication):
    """The result after the mark of one seat was put right: another order."""
    correct_a_mark(publication.contest, number=3, results="60", now=LATER)
    return make_computation(publication.contest, now=LATER)


def said(contest) -> list[dict]:
    entries = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.RESULT)
    return [entry.statement for entry in entries.in_order()]


def test_a_correction_is_a_further_revision_and_the_first_one_stays():
    first = make_publication()
    computation = corrected(first)
    proposer, second = make_user(), make_user()

    revision = confirm_revision(
        by=second,
        proposal=propose_revision(
            by=proposer, computation=computation, reason=REVISED, now=LATER
        ),
        now=LATER,
    )

    assert (
        revision.revision,
        revision.reason,
        revision.proposed_by,
        revision.confirmed_by,
        revision.computation,
        revision.check_before,
    ) == (1, REVISED, proposer, second, computation, computation.checks.get())
    assert publication_of(first.contest, now=LATER) == revision
    assert [each.publication for each in revisions_of(first.contest, now=LATER)] == [
        first,
        revision,
    ]


def test_the_log_tells_of_a_correction_with_its_number_and_reason():
    publication = make_publication()
    corrected(publication)

    make_revision(publication, now=LATER)

    assert [
        (each.get("revision"), each.get("reason")) for each in said(publication.contest)
    ] == [
        (None, None),
        (1, REVISED),
    ]


def test_before_the_result_is_public_the_log_does_not_tell_why_it_was_corrected():
    publication = make_standing_result()
    corrected(publication)

    make_revision(publication, now=LATER)

    assert [each.get("reason") for each in said(publication.contest)] == [None, None]
    assert revisions_of(publication.contest, now=LATER) == []


def test_what_a_correction_changed_is_told_entry_by_entry():
    publication = make_publication(make_decided_contest(votes=(4, 3, 1)))
    corrected(publication)
    make_revision(publication, now=LATER)

    revision = revision_of(publication.contest, 1, now=LATER)

    before = publication.computation.outcome["ranking"]
    [score] = [each["total"]["shown"] for each in before if each["entry"] == "03"]
    [change] = revision.changes
    assert (change.plate, change.before.score, change.before.rank) == ("03", score, 3)
    assert change.after.score > score


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("", id="none"),
        pytest.param("录错一位，改过", id="seven signs"),
        pytest.param("  录错一位，改过  ", id="blanks do not count"),
    ],
)
def test_a_correction_needs_a_reason_that_says_something(reason):
    publication = make_publication()
    computation = corrected(publication)

    with pytest.raises(ReasonTooShort):
        propose_revision(
            by=make_user(), computation=computation, reason=reason, now=LATER
        )


def test_nothing_is_corrected_where_nothing_differs():
    publication = make_publication()

    with pytest.raises(NothingToRevise):
        propose_revision(
            by=make_user(),
            computation=publication.computation,
            reason=REVISED,
            now=LATER,
        )


def test_one_person_cannot_correct_a_result():
    publication = make_publication()
    proposer = make_user()
    proposal = propose_revision(
        by=proposer, computation=corrected(publication), reason=REVISED, now=LATER
    )

    with pytest.raises(SamePerson):
        confirm_revision(by=proposer, proposal=proposal, now=LATER)

    assert standing_result(publication.contest) == publication


def test_two_proposals_of_one_correction_make_one_revision():
    publication = make_publication()
    computation = corrected(publication)
    first, second = (
        propose_revision(
            by=make_user(), computation=computation, reason=REVISED, now=LATER
        )
        for _ in range(2)
    )
    confirm_revision(by=make_user(), proposal=first, now=LATER)

    with pytest.raises(NothingToRevise):
        confirm_revision(by=make_user(), proposal=second, now=LATER)

    assert Publication.objects.count() == 2


def test_a_correction_that_the_verifier_has_not_seen_is_refused():
    publication = make_publication()
    computation = corrected(publication)
    correct_a_mark(publication.contest, number=2, results="1", now=LATER)
    newer = compute_result(by=make_user(), contest=publication.contest, now=LATER)

    with pytest.raises(ResultNotReady) as refused:
        propose_revision(by=make_user(), computation=newer, reason=REVISED, now=LATER)
    assert refused.value.still_open == [
        "核对程序核对的是更早的一次计算，这一次还没有核对。"
        "后台会自己核对，一般几分钟，请过一会儿刷新。"
    ]

    with pytest.raises(ResultNotReady) as refused:
        propose_revision(
            by=make_user(), computation=computation, reason=REVISED, now=LATER
        )
    assert refused.value.still_open == ["后来又计算过一次，请看最新的那一份。"]


def test_a_final_result_is_corrected_only_after_two_people_opened_it_again():
    final = make_final_result()
    contest, now = final.publication.contest, final.finalised_at + HOUR
    contest.refresh_from_db()

    with pytest.raises(ResultNotReady, match="要更正先由两个人重新打开"):
        propose_revision(
            by=make_user(),
            computation=final.publication.computation,
            reason=REVISED,
            now=now,
        )

    proposal = propose_reopening(
        by=make_user(), contest=contest, reason=REVISED, now=now
    )
    confirm_reopening(by=make_user(), proposal=proposal, now=now)
    correct_a_mark(contest, number=3, results="0", now=now)
    revision = make_revision(final.publication, now=now)

    assert (revision.revision, revision.reason) == (1, REVISED)


def test_after_reopening_the_same_result_may_stand_again_because_nothing_was_wrong():
    final = make_final_result()
    contest, now = final.publication.contest, final.finalised_at + HOUR
    proposal = propose_reopening(
        by=make_user(), contest=contest, reason=REVISED, now=now
    )
    confirm_reopening(by=make_user(), proposal=proposal, now=now)

    revision = make_revision(final.publication, now=now)

    assert revision.computation == final.publication.computation
    assert revision_of(contest, 1, now=now).changes == []


def revision_page(client, contest, number):
    return client.get(reverse("voting:result_revision", args=[contest.slug, number]))


def test_the_old_page_stays_readable_with_a_band_and_what_has_changed_since(client):
    publication = make_publication()
    corrected(publication)
    make_revision(publication, now=LATER)

    old = revision_page(client, publication.contest, 0).content.decode()
    new = revision_page(client, publication.contest, 1).content.decode()

    assert "这一版已经更正，不再作数" in old
    assert "这是现在作数的一版" in new
    for page in (old, new):
        assert REVISED in page
        assert "得分变了，名次没变" in page


@pytest.mark.parametrize(
    ("made", "number"),
    [
        pytest.param(make_standing_result, 0, id="not released"),
        pytest.param(make_publication, 1, id="no such revision"),
        pytest.param(make_publication, 9**18, id="beyond all numbers"),
    ],
)
def test_revisions_that_nobody_may_read_are_not_found(client, made, number):
    contest = made().contest

    assert revision_page(client, contest, number).status_code == 404


def test_the_files_of_an_old_revision_have_the_hash_that_the_log_holds(client):
    publication = make_publication()
    corrected(publication)
    make_revision(publication, now=LATER)
    contest = publication.contest

    for number, each in enumerate([publication, standing_result(contest)]):
        for part in ("inputs", "outcome"):
            answer = client.get(
                reverse(
                    "voting:result_revision_file", args=[contest.slug, number, part]
                )
            )
            value = getattr(each.computation, f"{part}_hash")
            assert answer["ETag"] == f'"{value}"'
            assert value == said(contest)[number][f"{part}_hash"]
