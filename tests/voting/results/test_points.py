"""Extra points and deductions: two people, a reason, evidence; nothing is overwritten."""

from decimal import Decimal
from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from site_cms.accounts.roles import Role
from site_cms.trail.errors import ReasonMissing, SamePerson
from tests.factories import (
    HOUR,
    NOW,
    make_computation,
    make_contest,
    make_decided_contest,
    make_deduction,
    make_final_result,
    make_operator,
    make_user,
    sign_in,
    take_back,
)
from tests.factories.rulesheets import RULES
from voting.log.models import Kind, LogEntry
from voting.results.errors import PointsError, ResultNotReady
from voting.results.points_models import GivenPoints
from voting.results.points_queries import standing_points
from voting.results.points_services import (
    confirm_points,
    propose_deduction,
    propose_extra,
    reject_points,
)
from voting.results.queries import against_publishing
from voting.results.services import compute_result
from voting.results.tie_queries import promises_of

pytestmark = pytest.mark.django_db

WITH_LEDGER = RULES | {
    "extras": [
        {"code": "ledger", "name": "台账", "way": "weighted", "weight": "0.1"},
        {"code": "praise", "name": "表扬", "way": "added", "full": "5"},
    ]
}


def contest_with_ledger():
    return make_decided_contest(votes=(4, 3), document=WITH_LEDGER)


def asked(contest, code="ledger", by=None, **points):
    return propose_extra(
        by=by or make_user(),
        contest=contest,
        extra=code,
        points={
            plate.removeprefix("p"): value and Decimal(value)
            for plate, value in points.items()
        },
        reason="按年终台账折算",
        evidence="台账汇总表，存办公室",
        now=NOW,
    )


def given(contest, code="ledger", **points) -> list[GivenPoints]:
    proposal = asked(contest, code, **points)
    return confirm_points(by=make_user(), proposal=proposal, now=NOW)


def standing(contest):
    return [
        (each.extra, each.entry.plate, each.points) for each in standing_points(contest)
    ]


def test_a_rule_sheet_with_a_ledger_computes_once_every_entry_has_its_points():
    contest = contest_with_ledger()

    with pytest.raises(ResultNotReady, match="“台账”还缺 01、02 号的分。"):
        compute_result(by=make_user(), contest=contest, now=NOW)
    given(contest, p01="80", p02="92.5")

    computation = make_computation(contest)
    assert computation.inputs["extras"] == {"ledger": {"01": "80", "02": "92.5"}}
    parts = computation.outcome["ranking"][0]["parts"]
    assert [part["name"] for part in parts][-1] == "台账"


def test_points_are_replaced_by_a_later_row_and_taken_back_by_an_empty_one():
    contest = contest_with_ledger()
    given(contest, p01="80", p02="92.5")

    given(contest, p01="81", p02="92.5")
    given(contest, p02=None)

    assert standing(contest) == [("ledger", "01", Decimal("81"))]
    assert GivenPoints.objects.count() == 4
    given(contest, p02="1")
    assert ("ledger", "02", Decimal(1)) in standing(contest)


def test_a_deduction_counts_with_its_reason_until_it_is_taken_back():
    contest = make_decided_contest()
    deduction = make_deduction(contest, plate="02", points="0.5")

    [deducted] = make_computation(contest).inputs["deductions"]
    assert deducted == {"entry": "02", "points": "0.5", "reason": "超时上报"}

    take_back(deduction, now=NOW)
    assert make_computation(contest, now=NOW + HOUR).inputs["deductions"] == []


def test_the_log_promises_points_without_a_name_or_a_figure():
    contest = contest_with_ledger()
    given(contest, p01="80", p02="92.5")

    [entry] = LogEntry.objects.of_contest(contest.pk).of_kind(Kind.POINTS)
    [opened] = promises_of(contest)

    assert entry.statement.keys() == {"act", "at", "by", "digest", "entries", "kind"}
    salted = bytes.fromhex(opened["salt"]) + opened["document"].encode()
    assert sha256(salted).hexdigest() == entry.statement["digest"]
    assert '"01":"80"' in opened["document"]


def test_no_result_stands_while_points_wait_for_their_second_person():
    contest = make_decided_contest()
    proposal = propose_deduction(
        by=make_user(),
        contest=contest,
        plate="02",
        points=Decimal(1),
        reason="超时上报",
        evidence="通报",
        now=NOW,
    )
    computation = make_computation(contest)

    assert [str(each) for each in against_publishing(computation, now=NOW)] == [
        "等第二人决定：02 号扣 1 分。"
    ]
    reject_points(by=make_user(), proposal=proposal, remark="查无此事", now=NOW)
    assert against_publishing(computation, now=NOW) == []


@pytest.mark.parametrize(
    ("code", "points", "told"),
    [
        pytest.param("ledger", {"p01": "100.1"}, "不超过 100", id="more than full"),
        pytest.param("praise", {"p01": "5.5"}, "不超过 5", id="more than its own full"),
        pytest.param("ledger", {"p01": "-1"}, "不小于 0", id="below nothing"),
        pytest.param("ledger", {"p01": "1.00001"}, "四位小数", id="five places"),
        pytest.param("ledger", {"p99": "1"}, "没有入围的单位：99", id="a stranger"),
        pytest.param("other", {"p01": "1"}, "规则里没有", id="no such extra"),
        pytest.param("ledger", {"p01": None}, "没有哪个单位的分变了", id="nothing"),
    ],
)
def test_points_that_the_rules_do_not_know_are_not_proposed(code, points, told):
    with pytest.raises(PointsError, match=told):
        asked(contest_with_ledger(), code, **points)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        pytest.param({"points": Decimal(0)}, PointsError, id="nothing to deduct"),
        pytest.param({"points": Decimal(-1)}, PointsError, id="below nothing"),
        pytest.param({"plate": "77"}, PointsError, id="a stranger"),
        pytest.param({"evidence": " "}, PointsError, id="no evidence"),
        pytest.param({"reason": " "}, ReasonMissing, id="no reason"),
    ],
)
def test_a_deduction_without_ground_is_refused(change, refusal):
    fields = {
        "by": make_user(),
        "contest": make_decided_contest(),
        "plate": "02",
        "points": Decimal(1),
        "reason": "超时上报",
        "evidence": "通报",
        "now": NOW,
    }

    with pytest.raises(refusal):
        propose_deduction(**fields | change)


def test_before_the_rules_are_frozen_there_is_nothing_to_give():
    with pytest.raises(PointsError, match="还没有冻结"):
        make_deduction(make_contest(), plate="01")


def test_after_the_final_result_no_points_are_given():
    final = make_final_result()

    with pytest.raises(PointsError, match="最终确定"):
        make_deduction(
            final.publication.contest, plate="01", now=final.finalised_at + HOUR
        )


def test_the_proposer_cannot_confirm():
    contest, person = contest_with_ledger(), make_user()
    proposal = asked(contest, by=person, p01="80")

    with pytest.raises(SamePerson):
        confirm_points(by=person, proposal=proposal, now=NOW)

    assert not GivenPoints.objects.exists()


def test_while_one_proposal_waits_there_is_no_second_of_the_same_extra():
    contest = contest_with_ledger()
    asked(contest, p01="80")

    with pytest.raises(PointsError, match="已经有人提出"):
        asked(contest, p02="80")


def test_a_deduction_is_taken_back_once():
    contest = make_decided_contest()
    deduction = make_deduction(contest, plate="02")
    take_back(deduction, now=NOW)

    with pytest.raises(PointsError, match="已经不在了"):
        take_back(deduction, now=NOW)


def test_rows_are_only_ever_added():
    make_deduction(make_decided_contest(), plate="02")

    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        GivenPoints.objects.update(points=2)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"points": Decimal(-1)}, id="below nothing"),
        pytest.param({"reason": ""}, id="no reason"),
        pytest.param({"evidence": ""}, id="no evidence"),
        pytest.param({"points": None}, id="takes nothing back"),
    ],
)
def test_the_database_holds_what_the_service_promises(change):
    row = make_deduction(make_decided_contest(), plate="02")
    row.pk = None
    for name, value in change.items():
        setattr(row, name, value)

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def text(response) -> str:
    return response.content.decode()


def test_points_are_given_through_the_page_by_two_people(client):
    contest = contest_with_ledger()
    url = reverse("voting:result_points", args=[contest.slug])
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    typed = {
        "act": "extra-ledger",
        "points-01": "80",
        "points-02": "多",
        "reason": "台账",
    }

    wrong = text(client.post(url, typed))
    assert "请填一个数" in wrong
    assert 'value="80"' in wrong
    client.post(url, typed | {"points-02": "92.5", "evidence": "汇总表"})
    assert "等一位监督员核对同意" in text(client.get(url))
    sign_in(client, make_operator(Role.SUPERVISOR))
    proposal = text(client.get(url)).split('name="proposal" value="')[1].split('"')[0]
    client.post(
        url, {"act": f"answer-{proposal}", "proposal": proposal, "agree": "yes"}
    )

    assert standing(contest) == [
        ("ledger", "01", Decimal("80")),
        ("ledger", "02", Decimal("92.5")),
    ]


@pytest.mark.parametrize("sent", [{}, {"act": "extra-none"}, {"act": "back-0"}])
def test_acts_that_are_not_there_change_nothing(client, sent):
    contest = contest_with_ledger()
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    url = reverse("voting:result_points", args=[contest.slug])

    assert client.post(url, sent).status_code == 302
    assert not GivenPoints.objects.exists()
