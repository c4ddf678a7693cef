import pytest
from django.db import DatabaseError, transaction

from showcase.contests.errors import ContestError
from showcase.contests.models import Opening
from showcase.reviews.errors import (
    AssignmentRefused,
    MarksRefused,
    NotYours,
    OwnUnit,
    PlanChanged,
    RankingChanged,
    RankingNotReady,
    ReviewError,
    RoundClosed,
    RoundFrozen,
    RoundNotOpen,
)
from showcase.reviews.models import Review, ReviewRound, ReviewVersion, Step
from showcase.reviews.queries import (
    assignment_draft,
    candidates,
    news_for,
    others_of,
    progress_of,
    ranking_of,
    tie_proposal,
)
from showcase.reviews.services import (
    assign_automatically,
    assign_by_hand,
    decide_tie,
    propose_tie,
    recuse,
    release_missing,
    save_draft,
    set_up_round,
    submit_review,
    take_back,
    undo_selection,
)
from showcase.units.models import Affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.pages.page_types import NoticePage
from site_cms.trail.errors import ReasonMissing, SamePerson
from site_cms.trail.models import TrailEntry
from tests.factories import (
    CRITERIA,
    DAY,
    HOUR,
    NOW,
    SECOND,
    assign_all,
    closing_of,
    entry_of,
    make_marked_round,
    make_marked_second_round,
    make_nominated_entry,
    make_operator,
    make_review,
    make_review_round,
    make_reviewer,
    make_second_round,
    make_user,
    make_version,
    settle,
)
from tests.site_factories import make_site

pytestmark = pytest.mark.django_db


def administrator():
    return make_operator(Role.ADMINISTRATOR)


def make_public_site():
    """Administrators may publish notices on it."""
    make_site()
    sync_groups()


def works_at(user, entry):
    return Affiliation.objects.create(user=user, unit=entry.unit)


# Setting up


def test_rules_may_be_changed_until_the_first_mark():
    round_ = make_review_round()
    set_up_round(
        by=administrator(),
        contest=round_.contest,
        step=Step.FIRST,
        criteria=CRITERIA[:1],
        goes_on=5,
        now=NOW,
    )
    round_.refresh_from_db()
    assert (round_.criteria, round_.goes_on) == (CRITERIA[:1], 5)

    submit_review(
        by=(review := make_review(round_=round_)).reviewer,
        review=review,
        marks={"effect": "40"},
        remark="好",
        now=NOW,
    )

    with pytest.raises(RoundFrozen):
        set_up_round(
            by=administrator(),
            contest=round_.contest,
            step=Step.FIRST,
            criteria=CRITERIA,
            now=NOW,
        )


@pytest.mark.parametrize(
    "changed",
    [{"criteria": []}, {"goes_on": 9}, {"trim_from": 4}, {"frozen_at": None}],
    ids=lambda changed: next(iter(changed)),
)
def test_the_database_keeps_the_rules_of_a_marked_round(changed):
    round_ = make_review_round()
    make_version(make_review(round_=round_))

    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewRound.objects.filter(pk=round_.pk).update(**changed)


# Who may be in a round


def test_only_submitted_nominations_are_reviewed():
    round_ = make_review_round(entries=1)
    make_nominated_entry(contest=round_.contest, submitted_at=None)
    make_nominated_entry(
        contest=round_.contest, withdrawn_at=NOW, withdrawal_notice="退出"
    )

    assert [entry.pk for entry in candidates(round_)] == [entry_of(round_, 0).pk]


def test_the_second_round_has_who_the_first_sent_on():
    first = make_marked_round("40", "30", "45", goes_on=2)
    second = make_second_round(contest=first.contest)
    assert list(candidates(second)) == []

    settle(first)

    assert list(candidates(second)) == [entry_of(first, 0), entry_of(first, 2)]


# Assigning


def test_automatic_assignment_is_recorded_with_its_seed():
    round_ = make_review_round(entries=4)

    reviews = assign_all(round_, reviewers=4)

    assert len(reviews) == 8
    entry = TrailEntry.objects.get(action="review.assigned")
    assert entry.details["seed"] == "2026"
    assert {len(people) for people in entry.details["assigned"].values()} == {2}


def test_a_plan_that_changed_since_it_was_looked_at_is_refused():
    round_ = make_review_round(entries=2)
    make_reviewer()
    draft = assignment_draft(round_, seed="1")
    make_reviewer()

    with pytest.raises(PlanChanged):
        assign_automatically(
            by=administrator(),
            round_=round_,
            seed="1",
            fingerprint=draft.fingerprint,
            now=NOW,
        )
    assert not Review.objects.exists()


def test_nobody_is_assigned_their_own_unit_by_machine():
    round_ = make_review_round(entries=3, reviewers_per_entry=1)
    reviewer, other = make_reviewer(), make_reviewer()
    works_at(reviewer, entry_of(round_, 0))

    draft = assignment_draft(round_, seed="1")

    own = entry_of(round_, 0)
    assert [people for entry, people in draft.added if entry == own] == [[other]]


def test_nobody_is_assigned_their_own_unit_by_hand():
    round_ = make_review_round(entries=1)
    reviewer, entry = make_reviewer(), entry_of(round_, 0)
    works_at(reviewer, entry)

    with pytest.raises(AssignmentRefused, match="所在的单位"):
        assign_by_hand(
            by=administrator(), round_=round_, entry=entry, reviewer=reviewer, now=NOW
        )


def test_own_unit_is_refused_again_when_marking():
    review = make_review(round_=make_review_round())
    works_at(review.reviewer, review.entry)

    with pytest.raises(OwnUnit):
        make_version(review)
    assert not ReviewVersion.objects.exists()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda: make_reviewer(Step.SECOND), "不是初审员", id="other role"),
        pytest.param(lambda: make_reviewer(is_active=False), "不是", id="left"),
    ],
)
def test_only_reviewers_of_the_round_are_assigned(make, said):
    round_ = make_review_round(entries=1)

    with pytest.raises(AssignmentRefused, match=said):
        assign_by_hand(
            by=administrator(),
            round_=round_,
            entry=entry_of(round_, 0),
            reviewer=make(),
            now=NOW,
        )


def test_a_recusal_leads_to_another_reviewer_and_not_back():
    round_ = make_review_round(entries=1, reviewers_per_entry=1)
    review = make_review(round_=round_, entry=entry_of(round_, 0))
    recuse(by=review.reviewer, review=review, reason="亲属在该单位", now=NOW)

    with pytest.raises(AssignmentRefused, match="回避"):
        assign_by_hand(
            by=administrator(),
            round_=round_,
            entry=review.entry,
            reviewer=review.reviewer,
            now=NOW,
        )
    other = make_reviewer()
    assert [people for _, people in assignment_draft(round_, seed="1").added] == [
        [other]
    ]
    progress = progress_of(round_)
    assert (progress.unassigned, progress.recusals) == (1, [review])


def test_a_recusal_needs_a_reason_and_its_reviewer():
    review = make_review(round_=make_review_round())

    with pytest.raises(ReasonMissing):
        recuse(by=review.reviewer, review=review, reason=" ", now=NOW)
    with pytest.raises(NotYours):
        recuse(by=make_user(), review=review, reason="x", now=NOW)


def test_what_was_handed_in_is_not_taken_away():
    review = make_review(round_=make_review_round())
    take_back(by=administrator(), review=review, reason="出差", now=NOW)
    again = assign_by_hand(
        by=administrator(),
        round_=review.round,
        entry=review.entry,
        reviewer=review.reviewer,
        now=NOW,
    )
    assert (again.pk, again.ended_at) == (review.pk, None)
    make_version(again)

    with pytest.raises(ReviewError, match="已经提交"):
        take_back(by=administrator(), review=again, reason="出差", now=NOW)


# Marking


def test_a_draft_keeps_whatever_was_typed():
    review = make_review(round_=make_review_round())

    save_draft(
        by=review.reviewer,
        review=review,
        marks={"effect": "4\x000x", "other": "1"},
        remark="没写完",
        now=NOW,
    )

    review.refresh_from_db()
    assert (review.marks, review.remark, review.state) == (
        {"effect": "40x"},
        "没写完",
        "草稿",
    )
    assert not review.round.is_frozen


@pytest.mark.parametrize("act", [save_draft, submit_review])
def test_nobody_writes_the_marks_of_others(act):
    review = make_review(round_=make_review_round())

    with pytest.raises(NotYours):
        act(
            by=make_reviewer(),
            review=review,
            marks={"effect": "1", "voice": "1"},
            remark="x",
            now=NOW,
        )


def test_each_change_is_a_version_and_the_same_again_is_none():
    review = make_review(round_=make_review_round())
    make_version(review, effect="45.0")
    make_version(review, effect="45")
    make_version(review, effect="40")

    assert [(each.version, each.marks["effect"]) for each in review.versions.all()] == [
        (1, "45"),
        (2, "40"),
    ]


def test_versions_are_append_only():
    version = make_version(make_review(round_=make_review_round()))

    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewVersion.objects.filter(pk=version.pk).update(remark="改")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


def test_every_problem_is_named_at_its_field():
    review = make_review(round_=make_review_round())

    with pytest.raises(MarksRefused) as refused:
        submit_review(
            by=review.reviewer,
            review=review,
            marks={"effect": "60"},
            remark=" ",
            now=NOW,
        )

    assert refused.value.problems == {
        "effect": "“实效”最高 50 分，您填的是 60。",
        "voice": "“群众评价”还没有打分。",
        "remark": "请写意见：好在哪里，还差什么。",
    }


@pytest.mark.parametrize(
    ("offset", "is_taken"),
    [
        pytest.param(-SECOND, True, id="last second"),
        pytest.param(0 * SECOND, False, id="closing instant"),
    ],
)
def test_a_round_closes_to_the_second(offset, is_taken):
    review = make_review(round_=make_review_round())
    now = closing_of(review.round) + offset

    if is_taken:
        make_version(review, now=now)
    else:
        with pytest.raises(RoundNotOpen):
            make_version(review, now=now)
    assert review.versions.exists() == is_taken


def test_nothing_of_others_before_ones_own_is_in():
    round_ = make_review_round(shows_others=True)
    first = make_review(round_=round_)
    second = make_review(round_=round_, entry=first.entry)
    theirs = make_version(first)
    assert others_of(second) == []

    make_version(second)
    second.refresh_from_db()

    assert others_of(second) == [theirs]


def test_nothing_of_others_where_the_round_does_not_allow_it():
    first = make_review(round_=make_review_round(shows_others=False))
    second = make_review(round_=first.round, entry=first.entry)
    make_version(first)
    make_version(second)
    second.refresh_from_db()

    assert others_of(second) == []


# Missing reviews


def test_missing_reviews_hold_the_ranking_back_until_they_are_released():
    round_ = make_review_round(entries=2, reviewers_per_entry=2)
    for review in assign_all(round_, reviewers=2)[:3]:
        make_version(review)
    after = closing_of(round_)
    with pytest.raises(RankingNotReady, match="缺 1 份评审"):
        settle(round_, inputs_hash=ranking_of(round_).inputs_hash)

    release_missing(by=administrator(), round_=round_, reason="住院", now=after)

    assert settle(round_).entries.count() == 2
    assert TrailEntry.objects.get(action="review.released").details["reason"] == "住院"


def test_nothing_is_released_before_the_round_is_over():
    round_ = make_review_round(entries=1)

    with pytest.raises(ReviewError, match="还没有截止"):
        release_missing(by=administrator(), round_=round_, reason="x", now=NOW)


def test_an_entry_without_any_review_is_never_ranked_by_a_release():
    round_ = make_review_round(entries=1)
    release_missing(
        by=administrator(), round_=round_, reason="x", now=closing_of(round_)
    )

    with pytest.raises(RankingNotReady, match="一份评审也没有"):
        settle(round_)


# Settling


def test_no_ranking_is_used_while_marks_may_change():
    round_ = make_marked_round("40", "30")

    with pytest.raises(RankingNotReady, match="还没有截止"):
        settle(round_, now=closing_of(round_) - SECOND)


def test_who_goes_on_is_recorded_with_the_inputs():
    round_ = make_marked_round("40", "30", "45", goes_on=2)

    selection = settle(round_)

    chosen = [row.entry for row in selection.entries.order_by("entry__unit__code")]
    assert chosen == [entry_of(round_, 0), entry_of(round_, 2)]
    assert selection.inputs_hash == ranking_of(round_).inputs_hash
    assert (selection.notice, selection.second_person) == (None, None)


def test_a_settled_round_takes_no_marks():
    round_ = make_marked_round("40", "30")
    settle(round_)
    review = round_.reviews.first()

    with pytest.raises(RoundClosed):
        make_version(review, effect="50", now=closing_of(round_) - HOUR)


def test_a_ranking_that_changed_since_it_was_looked_at_is_refused():
    round_ = make_marked_round("40", "30")
    seen = ranking_of(round_).inputs_hash
    make_version(round_.reviews.first(), effect="20", now=closing_of(round_) - SECOND)

    with pytest.raises(RankingChanged):
        settle(round_, inputs_hash=seen)


def test_units_hear_of_their_review_when_it_is_settled():
    round_ = make_marked_round("40", "30", goes_on=1)
    now = closing_of(round_)
    inside, outside = entry_of(round_, 0), entry_of(round_, 1)
    assert [news.remarks for news in news_for(inside, now=now)] == [[]]

    settle(round_)

    told = [news_for(entry, now=now)[0] for entry in (inside, outside)]
    assert [news.state for news in told] == ["通过初审", "初审结束"]
    assert told[1].remarks == ["路修得实，群众满意。"] * 2


# Ties


def tied_round(**fields):
    """The second and the third of four are equal; two go on."""
    return make_marked_round("45", "40", "40", "30", goes_on=2, **fields)


def propose(round_, *, by=None, kind="named", chosen=(), reason="成效更久"):
    return propose_tie(
        by=by or administrator(),
        round_=round_,
        inputs_hash=ranking_of(round_).inputs_hash,
        kind=kind,
        chosen=chosen,
        reason=reason,
        now=closing_of(round_),
    )


def agree(round_, proposal, *, by=None, confirmed=True, remark=""):
    decide_tie(
        by=by or make_operator(Role.SUPERVISOR),
        round_=round_,
        proposal=proposal,
        confirmed=confirmed,
        remark=remark,
        now=closing_of(round_),
    )


def test_a_tie_at_the_cut_is_never_broken_in_silence():
    round_ = tied_round()

    with pytest.raises(ReviewError, match="并列还没有裁定"):
        settle(round_)


def test_two_people_decide_a_tie_by_name():
    round_ = tied_round()
    second = make_operator(Role.SUPERVISOR)
    code = entry_of(round_, 2).unit.code
    proposal = propose(round_, chosen=[code])
    agree(round_, proposal, by=second)

    selection = settle(round_)

    assert code in ranking_of(round_).chosen
    assert (selection.second_person, selection.outcome["decision"]["reason"]) == (
        second,
        "成效更久",
    )


def test_the_proposer_is_not_the_second_person():
    round_, by = tied_round(), administrator()
    proposal = propose(round_, by=by, chosen=[entry_of(round_, 1).unit.code])

    with pytest.raises(SamePerson):
        agree(round_, proposal, by=by)


def test_all_tied_are_taken_where_there_is_room():
    round_ = tied_round()
    agree(round_, propose(round_, kind="all"))

    assert settle(round_).entries.count() == 3


def test_all_tied_are_not_taken_beyond_the_places_in_the_poll():
    make_public_site()
    round_ = make_marked_second_round("45", "40", "40", goes_on=2, finalists=2)

    with pytest.raises(ReviewError, match="超过入围名额 2 个"):
        propose(round_, kind="all")


@pytest.mark.parametrize(
    ("kind", "chosen", "said"),
    [
        pytest.param("named", [], "要选 1 个，您选了 0 个", id="nobody"),
        pytest.param("named", ["nobody"], "您选了 0 个", id="somebody else"),
        pytest.param("rung", [], "还是并列", id="a rung that settles nothing"),
        pytest.param("lot", [], "请选一种办法", id="another way"),
    ],
)
def test_a_decision_must_fit_the_tie(kind, chosen, said):
    with pytest.raises(ReviewError, match=said):
        propose(tied_round(), kind=kind, chosen=chosen)


def test_a_refused_decision_leaves_the_tie_open_for_another():
    round_ = tied_round()
    proposal = propose(round_, kind="all")
    agree(round_, proposal, confirmed=False, remark="名额不够")

    assert ranking_of(round_).chosen is None
    assert tie_proposal(round_, ranking_of(round_).inputs_hash) is None
    propose(round_, kind="all")


# The shortlist


def test_the_shortlist_is_one_act_with_numbers_and_a_notice():
    make_public_site()
    round_ = make_marked_second_round("45", "40", "30", goes_on=2)

    selection = settle(round_)

    entries = round_.contest.entries.shortlisted().in_number_order()
    assert [(e.number, e.pk) for e in entries] == [
        (1, entry_of(round_, 0).pk),
        (2, entry_of(round_, 1).pk),
    ]
    notice = NoticePage.objects.get(pk=selection.notice_id)
    text = str(notice.body)
    assert notice.live
    assert f"01 {entry_of(round_, 0).unit.name}" in text
    assert "得分" not in text
    round_.contest.refresh_from_db()
    assert round_.contest.shortlisted_at == closing_of(round_)


def test_scores_are_published_only_where_the_round_says_so():
    make_public_site()
    round_ = make_marked_second_round("45", "40", goes_on=1, publishes_scores=True)

    assert "复审得分 86.00" in str(settle(round_).notice.specific.body)


def test_without_a_place_for_notices_nothing_is_changed():
    round_ = make_marked_second_round("45", "40", goes_on=1)

    with pytest.raises(ReviewError, match="公告栏目"):
        settle(round_)
    assert not round_.contest.entries.shortlisted().exists()


@pytest.mark.parametrize("numbers", [{}, {"x": 1}], ids=["none", "of another"])
def test_each_of_the_shortlist_has_a_number(numbers):
    make_public_site()
    round_ = make_marked_second_round("45", "40", goes_on=1)

    with pytest.raises(ReviewError, match="每个入围单位要有一个编号"):
        settle(round_, numbers=numbers)


def test_a_shortlist_is_taken_back_with_a_correcting_notice_and_done_again():
    make_public_site()
    round_ = make_marked_second_round("45", "40", goes_on=1)
    selection = settle(round_)

    undo_selection(
        by=administrator(), selection=selection, reason="漏算一份", now=NOW + 7 * DAY
    )

    assert not round_.contest.entries.shortlisted().exists()
    correction = NoticePage.objects.get(slug__startswith="correction")
    assert "漏算一份" in str(correction.body)
    again = settle(round_, now=NOW + 8 * DAY)
    assert again.notice.title == "关于重新公布红旗争夺赛入围单位的公告"
    assert round_.contest.entries.shortlisted().count() == 1


def test_no_shortlist_is_taken_back_once_the_poll_is_open():
    make_public_site()
    round_ = make_marked_second_round("45", "40", goes_on=1)
    selection = settle(round_)
    Opening.objects.create(
        contest=round_.contest,
        stage="poll",
        opened_at=NOW,
        frozen={},
        frozen_hash="0" * 64,
    )

    with pytest.raises(ContestError, match="已经开放"):
        undo_selection(by=administrator(), selection=selection, reason="x", now=NOW)
    selection.refresh_from_db()
    assert selection.undone_at is None


def test_the_first_list_stands_once_the_second_round_is_marked():
    make_public_site()
    second = make_marked_second_round("45", "40")
    first = second.contest.review_rounds.get(step=Step.FIRST).selections.get()

    with pytest.raises(ReviewError, match="复审已经有人打分"):
        undo_selection(by=administrator(), selection=first, reason="x", now=NOW)


def test_a_selection_says_forever_what_it_was_made_from():
    selection = settle(make_marked_round("40", "30"))

    with pytest.raises(DatabaseError), transaction.atomic():
        type(selection).objects.filter(pk=selection.pk).update(inputs={})
