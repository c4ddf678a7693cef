import pytest
from django.db import DatabaseError, IntegrityError, transaction

from showcase.contests.models import Contest
from site_cms.trail.errors import NothingProposed, ReasonMissing, SamePerson
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    make_computation,
    make_contest,
    make_decided_contest,
    make_entry,
    make_publication,
    make_rule_sheet,
    make_standing_result,
    make_user,
)
from tests.factories.standing import make_standing
from voting.polls.models import Ballot
from voting.results.errors import (
    AlreadyPublished,
    ResultChanged,
    ResultNotReady,
)
from voting.results.models import Computation, Publication
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    reject_publication,
    release_result,
)
from voting.rules import exact
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.rule_sheet import RuleSheet

pytestmark = pytest.mark.django_db


def computed(contest=None, *, by=None) -> Computation:
    return make_computation(contest, by=by)


def proposed(computation, *, by=None):
    return propose_publication(
        by=by or make_user(), computation=computation, reason="核对无误", now=NOW
    )


def test_the_stored_result_is_what_the_engine_gives_for_the_stored_inputs():
    computation = computed()

    outcome = compute(
        RuleSheet.from_json(computation.rule_sheet.document),
        Inputs.from_json(computation.inputs),
    )

    computation.refresh_from_db()
    assert computation.outcome == outcome.to_json()


def test_void_ballots_are_not_counted_and_the_result_says_how_many_and_why():
    contest = make_decided_contest(votes=(4, 3, 1))
    first, second, *_ = Ballot.objects.filter(poll__contest=contest).order_by("id")
    act = make_standing("void", [first, second], reason="同一程序提交", at=NOW)

    computation = computed(contest)

    assert computation.inputs["votes"] == {"01": 2, "02": 3, "03": 1}
    assert computation.aside["ballots"] == 6
    assert computation.aside["standing"] == {
        "cast": 8,
        "held": 0,
        "void": 2,
        "counted": 6,
        "voids": [
            {
                "ballots": 2,
                "reason": "同一程序提交",
                "entry": act.log_entry.number,
            }
        ],
    }


def test_no_result_while_a_group_of_ballots_is_undecided():
    contest = make_decided_contest()
    first, second, *_ = Ballot.objects.filter(poll__contest=contest).order_by("id")
    make_standing("hold", [first], at=NOW)
    make_standing("hold", [second], at=NOW)

    with pytest.raises(ResultNotReady, match="还有 2 组隔离的选票没有决定。"):
        computed(contest)

    make_standing("void", [first], at=NOW)
    make_standing("release", [second], at=NOW)
    assert computed(contest).aside["standing"]["counted"] == 7


def test_a_void_after_the_proposal_stops_the_publication():
    contest = make_decided_contest()
    proposal = proposed(computed(contest))
    make_standing("void", Ballot.objects.filter(poll__contest=contest)[:1], at=NOW)

    with pytest.raises(ResultChanged):
        confirm_publication(by=make_user(), proposal=proposal, now=NOW)

    assert Publication.objects.count() == 0


def test_hashes_can_be_made_again_from_what_is_stored():
    computation = computed()
    computation.refresh_from_db()

    assert [
        exact.digest(computation.rule_sheet.document),
        exact.digest(computation.inputs),
        exact.digest(computation.outcome),
    ] == [
        computation.rule_sheet.rules_hash,
        computation.inputs_hash,
        computation.outcome_hash,
    ]


def test_votes_and_marks_arrive_under_the_public_number_and_the_seat_code():
    computation = computed(make_decided_contest(votes=(4, 3, 1)))

    assert computation.inputs["votes"] == {"01": 4, "02": 3, "03": 1}
    assert computation.inputs["marks"]["final"]["02"]["A01"] == {
        "results": "46",
        "presentation": "30.5",
    }
    assert [entry["entry"] for entry in computation.outcome["ranking"]] == [
        "01",
        "02",
        "03",
    ]


def test_computing_again_without_any_change_keeps_one_row():
    contest = make_decided_contest()
    first = computed(contest)

    again = compute_result(by=make_user(), contest=contest, now=NOW + HOUR)

    assert (again, Computation.objects.count()) == (first, 1)


def test_a_withdrawn_entry_leaves_the_ranking_and_its_notice_stays():
    contest = make_decided_contest(votes=(4, 3, 1))
    contest.entries.filter(number=2).update(
        withdrawn_at=NOW - HOUR, withdrawal_notice="单位撤并。"
    )

    outcome = computed(contest).outcome

    assert [entry["entry"] for entry in outcome["ranking"]] == ["01", "03"]
    assert [(gone["entry"], gone["reason"]) for gone in outcome["withdrawn"]] == [
        ("02", "单位撤并。")
    ]


def test_nothing_is_computed_before_the_rules_are_frozen():
    contest = make_contest(poll_opens_at=NOW - 2 * DAY, poll_closes_at=NOW - DAY)
    make_entry(contest=contest)
    make_rule_sheet(contest=contest)

    with pytest.raises(ResultNotReady) as refused:
        computed(contest)

    assert refused.value.still_open == ["计分规则还没有冻结。"]


def test_nothing_is_computed_while_the_poll_is_open():
    contest = make_decided_contest()
    Contest.objects.filter(pk=contest.pk).update(poll_closes_at=NOW + HOUR)

    with pytest.raises(ResultNotReady) as refused:
        computed(contest)

    assert refused.value.still_open == [
        "民意测评 6 月 1 日 21:00 截止，截止以前谁也看不到票数。"
    ]


def test_missing_sheets_are_named_and_keep_the_result_in():
    computation = computed(make_decided_contest(votes=(4, 3), marked=1))

    with pytest.raises(ResultNotReady) as refused:
        proposed(computation)

    [sentence] = refused.value.still_open
    assert sentence.startswith("“现场评比” 0")
    assert sentence.endswith(
        "还没有锁定，缺 6 份评分表：席位 A01、A02、A03、C01、C02、C03。"
    )


def test_marking_that_goes_on_keeps_the_result_in():
    contest = make_decided_contest()
    computation = computed(contest)
    Contest.objects.filter(pk=contest.pk).update(night_closed_at=None)
    computation.contest.refresh_from_db()

    with pytest.raises(ResultNotReady) as refused:
        proposed(computation)

    assert refused.value.still_open == ["现场评分还没有结束，请先设定结束时间。"]


def test_two_people_publish_and_both_are_named():
    proposer, second = make_user(), make_user()
    computation = computed(by=proposer)

    publication = confirm_publication(
        by=second, proposal=proposed(computation, by=proposer), now=NOW
    )

    assert (
        publication.computation,
        publication.proposed_by,
        publication.confirmed_by,
        publication.published_at,
    ) == (computation, proposer, second, NOW)


def test_the_release_and_nothing_before_it_tells_that_there_is_a_result():
    contest = make_standing_result().contest
    contest.refresh_from_db()
    assert contest.provisional_at is None

    release_result(by=make_user(), contest=contest, now=NOW)

    contest.refresh_from_db()
    assert contest.provisional_at == NOW


def test_the_proposer_cannot_confirm():
    proposer = make_user()
    proposal = proposed(computed(), by=proposer)

    with pytest.raises(SamePerson):
        confirm_publication(by=proposer, proposal=proposal, now=NOW)

    assert Publication.objects.count() == 0


def test_the_database_refuses_one_person_twice():
    publication = make_publication()
    Other = make_decided_contest
    computation = computed(Other())

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.create(
            contest=computation.contest,
            computation=computation,
            published_at=NOW,
            proposed_by=publication.proposed_by,
            confirmed_by=publication.proposed_by,
        )


def test_a_proposal_without_a_reason_is_refused():
    with pytest.raises(ReasonMissing):
        propose_publication(
            by=make_user(), computation=computed(), reason="  ", now=NOW
        )


def test_publishing_twice_leaves_one():
    computation = computed()
    first, second = proposed(computation), proposed(computation)
    published = confirm_publication(by=make_user(), proposal=first, now=NOW)

    with pytest.raises(AlreadyPublished):
        confirm_publication(by=make_user(), proposal=second, now=NOW + HOUR)
    with pytest.raises(AlreadyPublished):
        confirm_publication(by=make_user(), proposal=first, now=NOW + HOUR)

    assert list(Publication.objects.all()) == [published]


def test_a_result_that_no_longer_fits_the_rows_is_not_published():
    contest = make_decided_contest()
    proposal = proposed(computed(contest))
    contest.entries.filter(number=3).update(
        withdrawn_at=NOW - HOUR, withdrawal_notice="单位撤并。"
    )

    with pytest.raises(ResultChanged):
        confirm_publication(by=make_user(), proposal=proposal, now=NOW)

    assert Publication.objects.count() == 0


def test_the_second_person_may_refuse_and_must_say_why():
    proposal = proposed(computed())

    with pytest.raises(ReasonMissing):
        reject_publication(by=make_user(), proposal=proposal, remark="", now=NOW)
    decision = reject_publication(
        by=make_user(), proposal=proposal, remark="07 号的分要再核对", now=NOW
    )

    assert (decision.confirmed, Publication.objects.count()) == (False, 0)


def test_a_proposal_about_something_else_publishes_nothing():
    proposal = proposed(computed())
    proposal.kind = "rule_sheet.freeze"

    with pytest.raises(NothingProposed):
        confirm_publication(by=make_user(), proposal=proposal, now=NOW)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        pytest.param(Computation, {"outcome_hash": "0" * 64}, id="computation"),
        pytest.param(Publication, {"published_at": NOW + DAY}, id="publication"),
    ],
)
def test_rows_of_a_result_cannot_be_changed_or_removed(model, change):
    make_publication()

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        model.objects.all()._raw_delete(model.objects.db)

    assert model.objects.count() == 1
