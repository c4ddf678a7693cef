"""What the engine is given of a poll."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest
from django.utils import timezone

from showcase.contests.models import Contest, Entry
from tests.factories import HOUR, make_ballot, open_poll
from voting.polls import casting
from voting.polls.errors import CountStillOpen, GradesDiffer
from voting.polls.rules import Form
from voting.results.inputs import inputs_of
from voting.rules.rule_sheet import Grade, RuleSheet, VotesRule

pytestmark = pytest.mark.django_db

GRADES = (
    Grade("bad", "不满意", Fraction(0)),
    Grade("good", "满意", Fraction(100)),
    Grade("fair", "基本满意", Fraction(60)),
    Grade("unknown", "不了解", None),
)


def sheet(**votes) -> RuleSheet:
    return RuleSheet("计分规则", Fraction(1), ("total",), votes=VotesRule(**votes))


def graded(*ballots: bytes):
    """A closed poll with ballots of one byte an entry."""
    poll = open_poll(entries=2, form=Form.GRADING.value, picks_max=2)
    for number, choices in enumerate(ballots, start=1):
        casting.insert_ballot(
            poll_id=poll.id,
            request_key=UUID(int=number),
            voter_key=UUID(int=number),
            choices=choices,
            day=None,
        )
    return closed(poll)


def closed(poll) -> Contest:
    contest = Contest.objects.filter(pk=poll.contest_id)
    contest.update(poll_closes_at=timezone.now() - timedelta(seconds=1))
    return contest.get()


def test_grades_come_under_the_codes_that_the_rule_sheet_gives_to_their_names():
    contest = graded(b"\x01\x03", b"\x01\x04", b"\x02\x00")

    inputs = inputs_of(
        contest, sheet(method="as_is", form="grades", grades=GRADES), now=timezone.now()
    )

    assert inputs.grades == {
        "01": {"good": 2, "fair": 1, "bad": 0, "unknown": 0},
        "02": {"good": 0, "fair": 0, "bad": 1, "unknown": 1},
    }
    assert inputs.votes == {}


def test_grades_of_a_withdrawn_entry_are_left_out():
    contest = graded(b"\x01\x01")
    Entry.objects.filter(contest=contest, number=1).update(
        withdrawn_at=timezone.now() - HOUR, withdrawal_notice="退出。"
    )

    inputs = inputs_of(
        contest, sheet(method="as_is", form="grades", grades=GRADES), now=timezone.now()
    )

    assert inputs.grades == {"02": {"good": 1, "fair": 0, "bad": 0, "unknown": 0}}


def test_grades_by_other_names_are_not_guessed_at():
    contest = graded(b"\x01\x01")
    other = (*GRADES[:3], Grade("unknown", "说不清", None))

    with pytest.raises(GradesDiffer):
        inputs_of(
            contest,
            sheet(method="as_is", form="grades", grades=other),
            now=timezone.now(),
        )


def test_approvals_are_votes_and_no_grades():
    poll = open_poll(entries=2)
    make_ballot(poll=poll, picks=(1,))

    inputs = inputs_of(closed(poll), sheet(method="share_of_top"), now=timezone.now())

    assert (inputs.votes, inputs.grades) == ({"01": 1, "02": 0}, {})


def test_grades_are_hidden_from_the_result_too_while_the_poll_is_open():
    poll = open_poll(entries=2, form=Form.GRADING.value, picks_max=2)

    with pytest.raises(CountStillOpen):
        inputs_of(
            Contest.objects.get(pk=poll.contest_id),
            sheet(method="as_is", form="grades", grades=GRADES),
            now=timezone.now(),
        )
