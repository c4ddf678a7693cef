"""Whatever somebody tries too early, alone or without a reason, through the pages: refused.

Each case stands one wrong thing away from a result. The act is sent as a browser would send it,
changes no row of a result, and the page says what is in the way.
"""

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.roles import Role
from site_cms.trail.append_only import rewriting_allowed
from site_cms.trail.models import Proposal
from tests.factories import (
    DAY,
    HOUR,
    NOW,
    correct_a_mark,
    make_check,
    make_computation,
    make_decided_contest,
    make_late,
    make_operator,
    make_publication,
    make_standing_result,
    make_tied_contest,
    make_user,
    sign_in,
)
from tests.factories.objections import object_to
from tests.factories.standing import make_standing
from voting.integrity.detection_models import DetectionRun
from voting.judging.models import Turn
from voting.polls.models import Ballot
from voting.results.finalising_services import propose_finalisation
from voting.results.models import Computation, Finalisation, Publication, Release
from voting.results.reveal_models import Reveal
from voting.results.services import compute_result, propose_publication

pytestmark = pytest.mark.django_db


def propose(contest: Contest) -> dict[str, object]:
    latest = Computation.objects.of_contest(contest).last()
    return {"act": "propose", "computation": latest.pk, "reason": "先公布吧"}


def finalise(contest: Contest) -> dict[str, object]:
    standing = Publication.objects.of_contest(contest).last()
    return {"act": "finalise", "publication": standing.pk, "reason": "先定下来"}


def poll_is_open(user):
    contest = make_decided_contest()
    contest.poll_closes_at = timezone.now() + DAY
    contest.night_opens_at = contest.night_closed_at = None
    contest.save()
    return contest, {"act": "compute"}


def sheets_are_missing(user):
    contest = make_decided_contest(votes=(4, 3), marked=1)
    make_computation(contest)
    return contest, propose(contest)


def marking_goes_on(user):
    contest = make_decided_contest()
    make_computation(contest)
    Contest.objects.update(night_closed_at=None)
    return contest, propose(contest)


def late_sheet_waits(user):
    contest = make_decided_contest()
    make_computation(contest)
    turn = Turn.objects.select_related("round__night").get(entry__number=1)
    make_late(seat=contest.night.seats.get(code="A01"), turn=turn)
    return contest, propose(contest)


def void_is_undecided(user):
    contest = make_decided_contest()
    make_computation(contest)
    make_standing("hold", Ballot.objects.all()[:1], at=NOW)
    return contest, propose(contest)


def nobody_looked_a_last_time(user):
    contest = make_decided_contest()
    make_computation(contest)
    with rewriting_allowed(connection):
        DetectionRun.objects.all().delete()
    return contest, propose(contest)


def tie_is_open(user):
    contest = make_tied_contest(votes=(2, 2, 1, 1))
    make_computation(contest)
    return contest, propose(contest)


def verifier_was_not_asked(user):
    contest = make_decided_contest()
    compute_result(by=user, contest=contest, now=NOW)
    return contest, propose(contest)


def verifier_differs(user):
    contest = make_decided_contest()
    computation = compute_result(by=user, contest=contest, now=NOW)
    make_check(computation, agrees=False, said="result/outcome.json 第 1 行不同")
    return contest, propose(contest)


def one_person_alone(user):
    contest = make_decided_contest()
    proposal = propose_publication(
        by=user, computation=make_computation(contest), reason="核对无误", now=NOW
    )
    return contest, {"act": "answer", "proposal": proposal.pk, "agree": "yes"}


def notice_runs(user):
    contest = make_publication(now=timezone.now()).contest
    return contest, finalise(contest)


def objection_is_open(user):
    contest = make_publication().contest
    object_to(contest, now=NOW + HOUR)
    return contest, finalise(contest)


def not_released(user):
    contest = make_standing_result().contest
    return contest, finalise(contest)


def one_person_alone_makes_it_final(user):
    publication = make_publication()
    proposal = propose_finalisation(
        by=user, publication=publication, reason="公示期满", now=timezone.now()
    )
    return publication.contest, {
        "act": "answer",
        "proposal": proposal.pk,
        "agree": "yes",
    }


def corrected(reason: str):
    contest = make_publication().contest
    correct_a_mark(contest, number=1, results="60", now=NOW + HOUR)
    computation = make_computation(contest, now=NOW + HOUR)
    return contest, {"act": "revise", "computation": computation.pk, "reason": reason}


def revision_without_reason(user):
    return corrected("")


def revision_with_half_a_reason(user):
    return corrected("录错了")


def nothing_is_revised(user):
    contest = make_publication().contest
    latest = Computation.objects.of_contest(contest).last()
    reason = "什么都没有变，也要更正一次"
    return contest, {"act": "revise", "computation": latest.pk, "reason": reason}


def rows() -> list[int]:
    return [
        model.objects.count()
        for model in (Computation, Publication, Finalisation, Release, Proposal)
    ]


@pytest.mark.parametrize(
    ("tried", "told"),
    [
        pytest.param(poll_is_open, "截止以前谁也看不到票数", id="poll open"),
        pytest.param(sheets_are_missing, "缺 6 份评分表", id="sheets missing"),
        pytest.param(marking_goes_on, "现场评分还没有结束", id="marking"),
        pytest.param(late_sheet_waits, "来晚了，还没有人处理", id="late sheet"),
        pytest.param(void_is_undecided, "隔离的选票没有决定", id="void undecided"),
        pytest.param(
            nobody_looked_a_last_time, "刷票识别还没有做完", id="no last look"
        ),
        pytest.param(tie_is_open, "各级都相同", id="tie open"),
        pytest.param(verifier_was_not_asked, "还没有核对这一次计算", id="not checked"),
        pytest.param(verifier_differs, "不一样，不能公布", id="verifier differs"),
        pytest.param(one_person_alone, "提出的人不能自己同意", id="one person"),
        pytest.param(not_released, "还没有公开", id="not released"),
        pytest.param(notice_runs, "还没有结束", id="notice runs"),
        pytest.param(objection_is_open, "没有答复", id="objection open"),
        pytest.param(
            one_person_alone_makes_it_final, "提出的人不能自己同意", id="final alone"
        ),
        pytest.param(revision_without_reason, "更正的理由", id="no reason"),
        pytest.param(revision_with_half_a_reason, "至少写 8 个字", id="half a reason"),
        pytest.param(nothing_is_revised, "已经公开", id="nothing to revise"),
    ],
)
def test_a_deliberate_error_is_refused_and_changes_nothing(client, tried, told):
    user = make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR)
    contest, sent = tried(user)
    sign_in(client, user)
    before = rows()

    answer = client.post(
        reverse("voting:results_manage", args=[contest.slug]), sent, follow=True
    )

    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert rows() == before


def test_nothing_is_revealed_before_two_people_let_it_stand(client):
    contest = make_decided_contest()
    make_computation(contest)
    sign_in(client, make_operator(Role.HOST, Role.ADMINISTRATOR))

    client.post(
        reverse("voting:host_reveal", args=[contest.slug]),
        {"act": "begin", "first": "1"},
    )
    page = client.get(reverse("voting:reveal", args=[contest.slug])).content.decode()

    assert not Reveal.objects.exists()
    assert "拟定结果还没有确定，没有什么可以揭晓。" in page


def test_the_same_act_with_nothing_in_its_way_is_done(client):
    """Or every refusal above would prove nothing."""
    contest = make_decided_contest()
    proposal = propose_publication(
        by=make_user(), computation=make_computation(contest), reason="无误", now=NOW
    )
    sign_in(client, make_operator(Role.SUPERVISOR))

    client.post(
        reverse("voting:results_manage", args=[contest.slug]),
        {"act": "answer", "proposal": proposal.pk, "agree": "yes"},
    )

    assert Publication.objects.get().contest == contest
