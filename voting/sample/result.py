"""The sample's result: computed, checked, let stand by two people, revealed, objected to."""

from datetime import datetime, timedelta
from uuid import UUID

from showcase.contests.models import Contest
from site_cms.accounts.models import User
from voting.log.heads import sign_head
from voting.log.models import Log
from voting.polls.models import Poll
from voting.polls.sealing import seal_ballots
from voting.results.audit_bundle import check_result
from voting.results.models import Computation
from voting.results.objection_rules import Outcome
from voting.results.objection_services import (
    Person,
    confirm_reply,
    make_objection,
    propose_reply,
)
from voting.results.reveal_services import issue_presenter
from voting.results.services import (
    compute_result,
    confirm_publication,
    propose_publication,
    release_result,
)
from voting.sample.people import PRESENTER, keep_cards


def add_standing_result(contest: Contest, *, people: dict[str, User]) -> None:
    """Computed by one, checked by the other program, let stand by two, on the evening itself."""
    now = contest.night_closed_at + timedelta(minutes=10)
    computation = compute_result(by=people["guanli"], contest=contest, now=now)
    _have_checked(computation, now=now)
    proposal = propose_publication(
        by=people["guanli"],
        computation=computation,
        reason="评分表已全部签认，选票已核对。",
        now=now,
    )
    confirm_publication(by=people["jiandu"], proposal=proposal, now=now)


def _have_checked(computation: Computation, *, now: datetime) -> None:
    """What the worker does by itself: seal, sign, and ask the second implementation."""
    contest = computation.contest
    for poll in Poll.objects.filter(contest=contest).select_related("contest"):
        seal_ballots(poll=poll, now=now)
    sign_head(log=Log.objects.get(pk=contest.pk), now=now)
    check = check_result(computation=computation, now=now)
    if not check.agrees:
        raise RuntimeError(
            f"the verifier refuses the result of the sample: {check.said}"
        )


def add_presenter(contest: Contest, *, people: dict[str, User]) -> None:
    """The card of whoever reads aloud, which a real contest prints once."""
    _, card = issue_presenter(
        by=people["guanli"],
        contest=contest,
        name="李某",
        now=contest.night_closed_at + timedelta(minutes=15),
    )
    keep_cards({PRESENTER: card})


def add_notice(contest: Contest, *, people: dict[str, User], now: datetime) -> None:
    """Released on the evening; the day after somebody objects, and is answered."""
    release_result(by=people["zhuchi"], contest=contest, now=contest.provisional_at)
    contest.refresh_from_db()
    objected_at = min(contest.provisional_at + timedelta(hours=14), now)
    objection = make_objection(
        contest=contest,
        request_key=UUID(int=1),
        entry=contest.entries.shortlisted().in_number_order().first(),
        text="听人说有一位评委在这个单位工作过，为什么还能给它打分？",
        person=Person("孙某某", "0319-7654321"),
        files=[],
        now=objected_at,
    )
    proposal = propose_reply(
        by=people["guanli"],
        objection=objection,
        outcome=Outcome.REFUSED,
        question="一位评委在被评的单位工作过，为什么还能打分？",
        answer=(
            "评委在抽签以前都登记了回避。登记过回避的评委没有给这个单位打分，"
            "其余评委没有在这里工作过。每个席位打的分在这个单位的得分页上都能看到。"
        ),
        reason="核对了回避登记和锁定的评分表",
        now=min(objected_at + timedelta(hours=5), now),
    )
    confirm_reply(
        by=people["jiandu"],
        proposal=proposal,
        now=min(objected_at + timedelta(hours=6), now),
    )
