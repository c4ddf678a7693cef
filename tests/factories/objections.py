"""A result that is open to objection, and what was objected."""

from datetime import datetime
from uuid import UUID

from showcase.contests.models import Contest
from tests.factories.moments import NOW
from tests.factories.numbers import next_number
from tests.factories.people import make_user
from tests.factories.results import make_publication
from voting.results.objection_models import Objection, ObjectionReply
from voting.results.objection_rules import Outcome
from voting.results.objection_services import (
    Person,
    confirm_reply,
    make_objection,
    propose_reply,
)

TEXT = "第三项的打分和现场公布的对不上，请再核一遍。"
NAME, PHONE = "赵小兰", "13800138000"


def make_noticed() -> Contest:
    """A contest whose result was released at ``NOW``, and so is open to objection."""
    return Contest.objects.get(pk=make_publication().contest_id)


def object_to(contest: Contest, *, now: datetime = NOW, **fields) -> Objection:
    defaults = {
        "request_key": UUID(int=next_number()),
        "entry": contest.entries.get(number=1),
        "text": TEXT,
        "person": Person(NAME, PHONE),
        "files": (),
    }
    return make_objection(contest=contest, now=now, **defaults | fields)


def reply_to(
    objection: Objection,
    *,
    outcome: Outcome = Outcome.REFUSED,
    question: str = "有人认为第三项的打分和现场公布的不一致。",
    answer: str = "调看了全部评分表原件，和现场公布的一致。",
) -> ObjectionReply:
    proposal = propose_reply(
        by=make_user(),
        objection=objection,
        outcome=outcome,
        question=question,
        answer=answer,
        reason="调看原件，监督员在场",
        now=NOW,
    )
    return confirm_reply(by=make_user(), proposal=proposal, now=NOW)
