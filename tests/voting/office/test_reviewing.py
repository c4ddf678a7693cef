import pytest

from showcase.reviews.models import Step
from showcase.reviews.queries import ranking_of
from showcase.reviews.services import propose_tie
from site_cms.accounts.roles import Role
from tests.factories import (
    NOW,
    assign_all,
    closing_of,
    make_marked_round,
    make_operator,
    make_review_round,
    make_reviewed_contest,
    make_version,
    settle,
)
from voting.office.queries import jobs_of

pytestmark = pytest.mark.django_db


def told(user, contest, *, now=NOW):
    return [
        (job.name, job.state, job.waiting)
        for job in jobs_of(user, contest, now=now)
        if "初审" in job.name
    ]


def test_a_reviewer_is_told_how_many_wait_and_how_long():
    round_ = make_review_round(entries=3, reviewers_per_entry=1)
    reviews = assign_all(round_, reviewers=1)
    make_version(reviews[0])

    assert told(reviews[0].reviewer, round_.contest) == [
        ("初审评审", "1/3 已提交，还有 3 天", "2 份等您评审")
    ]
    assert told(reviews[0].reviewer, round_.contest, now=closing_of(round_)) == [
        ("初审评审", "1/3 已提交", "")
    ]


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        pytest.param(
            lambda r: None, ("0/6 份评审已提交", "6 份没有分给人"), id="nobody"
        ),
        pytest.param(assign_all, ("0/6 份评审已提交", "3 个单位缺评审"), id="missing"),
    ],
)
def test_an_administrator_is_told_what_a_round_waits_for(prepare, expected):
    round_ = make_review_round(entries=3)
    prepare(round_)

    found = told(
        make_operator(Role.ADMINISTRATOR), round_.contest, now=closing_of(round_)
    )

    assert found == [("安排初审", *expected)]


def test_an_administrator_begins_with_the_criteria_and_ends_with_the_list():
    by, contest = make_operator(Role.ADMINISTRATOR), make_reviewed_contest()
    assert told(by, contest) == [("安排初审", "还没有设评分项", "")]

    round_ = make_marked_round("40", "30", contest=contest)
    over = closing_of(round_)
    assert told(by, contest, now=over) == [
        ("安排初审", "4/4 份评审已提交", "等您确定名单")
    ]

    settle(round_)
    assert told(by, contest, now=over) == [("安排初审", "名单已经确定", "")]


def test_a_tie_waits_for_a_supervisor():
    round_ = make_marked_round("40", "40", goes_on=1)
    supervisor = make_operator(Role.SUPERVISOR)
    over = closing_of(round_)
    assert told(supervisor, round_.contest, now=over) == []

    propose_tie(
        by=make_operator(Role.ADMINISTRATOR, last_name="田", first_name="某"),
        round_=round_,
        inputs_hash=ranking_of(round_).inputs_hash,
        kind="all",
        chosen=[],
        reason="都好",
        now=over,
    )

    assert told(supervisor, round_.contest, now=over) == [
        ("裁定初审并列", "田某已经提出", "等您确认")
    ]
    assert round_.step == Step.FIRST
