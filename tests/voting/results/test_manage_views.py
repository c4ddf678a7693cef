"""The desk of a result through its pages: what is open, who may do what, what happened."""

import pytest
from django.urls import reverse
from django.utils import timezone

from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    REVISED,
    correct_a_mark,
    make_check,
    make_computation,
    make_decided_contest,
    make_operator,
    make_publication,
    make_standing_result,
    make_user,
    sign_in,
)
from voting.results.models import Computation, Publication, Release
from voting.results.queries import publish_proposal
from voting.results.services import propose_publication

pytestmark = pytest.mark.django_db


def address(name: str, contest, *more) -> str:
    return reverse(f"voting:{name}", args=[contest.slug, *more])


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(None, 302, id="nobody signs in first"),
        pytest.param(Role.INTEGRITY, 403, id="integrity officer"),
        pytest.param(Role.HOST, 403, id="host"),
        pytest.param(Role.SUPERVISOR, 200, id="supervisor"),
        pytest.param(Role.ADMINISTRATOR, 200, id="administrator"),
    ],
)
def test_who_sees_a_result_before_the_public(client, role, status):
    contest = make_decided_contest()
    make_computation(contest)
    if role:
        sign_in(client, make_operator(role))

    assert client.get(address("results_manage", contest)).status_code == status


def test_compute_propose_and_publish_by_two_people(client):
    contest = make_decided_contest()
    url = address("results_manage", contest)

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(url, {"act": "compute"})
    computation = Computation.objects.get()
    make_check(computation)
    client.post(
        url, {"act": "propose", "computation": computation.pk, "reason": "核对无误"}
    )
    proposal = publish_proposal(contest)
    sign_in(client, make_operator(Role.SUPERVISOR))
    response = client.post(
        url, {"act": "answer", "proposal": proposal.pk, "agree": "yes"}, follow=True
    )

    assert "结果已经确定，不会再变" in text(response)
    assert Publication.objects.get().computation == computation


def test_those_who_check_see_whose_flag_hangs_on_the_method(client):
    contest = make_decided_contest(votes=(4, 3, 1))
    make_computation(contest)
    sign_in(client, make_operator(Role.SUPERVISOR))

    page = text(client.get(address("results_manage", contest)))

    assert "只看现场，民意只作参考，多出：03 第" in page
    assert "名次线性 30%，红旗不变。" in page


def test_the_proposer_finds_no_button_to_agree(client):
    contest = make_decided_contest()
    both = sign_in(client, make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR))
    proposal = propose_publication(
        by=both,
        computation=make_computation(contest),
        reason="核对无误",
        now=timezone.now(),
    )

    response = client.post(
        address("results_manage", contest),
        {"act": "answer", "proposal": proposal.pk, "agree": "yes"},
        follow=True,
    )

    assert "提出的人不能自己同意" in text(response)
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        pytest.param({}, "这里要填写", id="nothing"),
        pytest.param({"reason": "好"}, "", id="no computation"),
        pytest.param(
            {"computation": "999999", "reason": "好"},
            "您看到的那份提议已经不在等待了",
            id="another computation",
        ),
        pytest.param(
            {"computation": "x", "reason": "a\x00"}, "无法保存的字符", id="rubbish"
        ),
    ],
)
def test_a_proposal_that_does_not_fit_is_not_made(client, sent, told):
    contest = make_decided_contest()
    make_computation(contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(
        address("results_manage", contest), {"act": "propose"} | sent, follow=True
    )

    assert (response.status_code, publish_proposal(contest)) == (200, None)
    assert told in text(response)


def test_what_is_still_open_is_listed_and_there_is_nothing_to_propose(client):
    contest = make_decided_contest(votes=(4, 3), marked=1)
    computation = make_computation(contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    url = address("results_manage", contest)

    client.post(
        url, {"act": "propose", "computation": computation.pk, "reason": "先公布吧"}
    )
    page = text(client.get(url))

    assert "缺 6 份评分表" in page
    assert publish_proposal(contest) is None


def test_computing_too_early_gets_the_list(client):
    contest = make_decided_contest()
    contest.poll_closes_at = timezone.now() + DAY
    contest.night_opens_at = contest.night_closed_at = None
    contest.save()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(
        address("results_manage", contest), {"act": "compute"}, follow=True
    )

    assert "截止以前谁也看不到票数" in text(response)
    assert not Computation.objects.exists()


def answered(client, contest, agree="yes", **more) -> str:
    """What a supervisor is told who answers the proposal that waits."""
    sign_in(client, make_operator(Role.SUPERVISOR))
    url = address("results_manage", contest)
    proposal = text(client.get(url)).split('name="proposal" value="')[1].split('"')[0]
    sent = {"act": "answer", "proposal": proposal, "agree": agree} | more
    return text(client.post(url, sent, follow=True))


def test_a_result_is_released_by_a_tick_and_not_by_accident(client):
    contest = make_standing_result().contest
    url = address("results_manage", contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    assert "请先打勾" in text(client.post(url, {"act": "release"}))
    assert not Release.objects.exists()
    told = client.post(url, {"act": "release", "sure": "on"}, follow=True)

    assert "公示从现在开始" in text(told)
    assert Release.objects.get().contest == contest


def test_a_result_is_made_final_opened_again_and_corrected_through_its_page(client):
    publication = make_publication()
    contest = publication.contest
    url = address("results_manage", contest)

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(
        url, {"act": "finalise", "publication": publication.pk, "reason": "公示期满"}
    )
    assert "结果已经最终确定。" in answered(client, contest)

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    short = text(client.post(url, {"act": "reopen", "reason": "改分"}))
    assert "至少写 8 个字，现在有 2 个" in short
    client.post(url, {"act": "reopen", "reason": REVISED})
    assert "已经重新打开" in answered(client, contest)

    correct_a_mark(contest, number=3, results="60", now=timezone.now())
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(url, {"act": "compute"})
    newer = Computation.objects.last()
    assert "核对程序核对的是更早的一次计算" in text(client.get(url))
    make_check(newer)
    client.post(url, {"act": "revise", "computation": newer.pk, "reason": REVISED})
    assert "旧的一版留着" in answered(client, contest)

    page = text(client.get(url))
    assert "最终确定以前还差（1 项）" in page
    assert [each.revision for each in Publication.objects.order_by("pk")] == [0, 1]


def test_a_proposal_sent_back_is_told_with_its_remark(client):
    computation = make_computation()
    contest = computation.contest
    propose_publication(
        by=make_user(), computation=computation, reason="核对无误", now=timezone.now()
    )

    answered(client, contest, agree="no", remark="07 号的分要再核对")

    page = text(client.get(address("results_manage", contest)))
    assert "07 号的分要再核对" in page
    assert not Publication.objects.exists()
