"""Objections and answers that meet at one moment, on real connections."""

from uuid import UUID

import pytest

from site_cms.trail.errors import AlreadyDecided
from tests.factories import DAY, NOW, make_user
from tests.factories.objections import make_noticed, object_to
from tests.parallel import DONE, outcomes, together
from voting.results.notice_errors import NoticeNotLater
from voting.results.notice_models import NoticeTerm
from voting.results.notice_services import extend_notice
from voting.results.objection_errors import AlreadyReplied, ReplyIsWaiting
from voting.results.objection_models import Objection, ObjectionReply
from voting.results.objection_rules import Outcome
from voting.results.objection_services import confirm_reply, propose_reply

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4


def propose(objection):
    return propose_reply(
        by=make_user(),
        objection=objection,
        outcome=Outcome.REFUSED,
        question="有人认为分数不对。",
        answer="核对过，一致。",
        reason="调看原件",
        now=NOW,
    )


def test_one_form_that_is_sent_many_times_at_once_is_one_objection():
    contest = make_noticed()

    made = together([lambda: object_to(contest, request_key=UUID(int=7))] * AT_ONCE)

    assert {each.code for each in made} == {Objection.objects.get().code}


def test_objections_of_one_moment_are_all_kept_and_counted():
    contest = make_noticed()

    together([lambda: object_to(contest)] * AT_ONCE)

    numbers = Objection.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3, 4]


def test_of_answers_proposed_at_once_one_waits():
    objection = object_to(make_noticed())

    came = outcomes([lambda: propose(objection)] * AT_ONCE, ReplyIsWaiting)

    assert came == {DONE: 1, "ReplyIsWaiting": AT_ONCE - 1}


def test_of_second_people_at_once_one_answers():
    proposal = propose(object_to(make_noticed()))
    people = [make_user() for _ in range(AT_ONCE)]

    came = outcomes(
        [
            lambda by=by: confirm_reply(by=by, proposal=proposal, now=NOW)
            for by in people
        ],
        AlreadyReplied,
        AlreadyDecided,
    )

    assert came[DONE] == ObjectionReply.objects.count() == 1


def test_of_extensions_at_once_none_shortens_another():
    contest = make_noticed()
    last = contest.notice_closes_at

    outcomes(
        [
            lambda days=days: extend_notice(
                by=None,
                contest=contest,
                closes_at=last + days * DAY,
                reason="再留几天",
                now=NOW,
            )
            for days in (1, 2, 3, 4)
        ],
        NoticeNotLater,
    )

    contest.refresh_from_db()
    terms = list(NoticeTerm.objects.order_by("number"))
    assert contest.notice_closes_at == terms[-1].closes_at == last + 4 * DAY
    assert [each.closes_at for each in terms] == sorted(
        each.closes_at for each in terms
    )
