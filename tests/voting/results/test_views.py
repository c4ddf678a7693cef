import hashlib
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.viewsets import viewsets
from wagtail.snippets.models import get_snippet_models

from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    MINUTE,
    NOW,
    lock_turn,
    make_decided_contest,
    make_open_turn,
    make_operator,
    make_publication,
    make_sheet,
    make_user,
    sign_in,
)
from voting.judging.queries import night_of
from voting.results.models import Computation, Publication
from voting.results.queries import publish_proposal
from voting.results.services import compute_result, propose_publication

pytestmark = pytest.mark.django_db


def address(name: str, contest, *more) -> str:
    return reverse(f"voting:{name}", args=[contest.slug, *more])


def text(response) -> str:
    return response.content.decode()


def computed(contest) -> Computation:
    return compute_result(by=make_user(), contest=contest, now=NOW)


PUBLIC = [
    ("results", ()),
    ("result_json", ()),
    ("result_inputs", ()),
    ("result_outcome", ()),
    ("result_entry", ("01",)),
    ("result_entry_json", ("01",)),
]


@pytest.mark.parametrize(("name", "more"), PUBLIC)
def test_a_computed_result_leaks_nowhere_before_its_publication(client, name, more):
    contest = make_decided_contest()
    url = address(name, contest, *more)
    before = client.get(url)

    computation = computed(contest)
    after = client.get(url)

    def told(response):
        headers = {k: v for k, v in response.items() if k != "Date"}
        return response.status_code, headers, response.content

    assert told(after) == told(before)
    assert "ETag" not in after
    for secret in (computation.outcome_hash, computation.inputs_hash, "outcome"):
        assert secret not in text(after).replace("outcome.json", "")


def test_no_list_of_the_admin_shows_computations():
    listed = [getattr(viewset, "model", None) for viewset in viewsets.viewsets]
    listed += get_snippet_models()

    assert [m for m in listed if m in (Computation, Publication)] == []


def test_the_page_shows_the_numbers_of_the_engine(client):
    publication = make_publication()
    contest, outcome = publication.contest, publication.computation.outcome

    page = text(client.get(address("results", contest)))

    for entry in outcome["ranking"]:
        assert f'<span class="ranks__score">{entry["total"]["shown"]}</span>' in page
        marks, votes = (part["weighted"]["shown"] for part in entry["parts"])
        assert f"现场 {marks} ＋ 民意 {votes}" in page
    for value in (
        publication.computation.inputs_hash,
        publication.computation.outcome_hash,
        publication.computation.rule_sheet.rules_hash,
    ):
        assert value in page


def test_pages_ask_the_database_no_more_for_more_entries(client):
    counts = []
    for votes in ((4,), (4, 3, 1)):
        contest = make_publication(make_decided_contest(votes=votes)).contest
        for name, more in (("results", ()), ("result_entry", ("01",))):
            with CaptureQueriesContext(connection) as asked:
                client.get(address(name, contest, *more))
            counts.append(len(asked))

    assert counts[:2] == counts[2:]
    assert max(counts) <= 16


def test_page_and_files_and_export_come_from_one_computation(client):
    publication = make_publication()
    contest, computation = publication.contest, publication.computation

    export = client.get(address("result_json", contest)).json()
    files = {
        part: client.get(address(f"result_{part}", contest)).content
        for part in ("inputs", "outcome")
    }

    assert export["outcome"] == json.loads(files["outcome"]) == computation.outcome
    assert export["sha256"] == {
        "rules": computation.rule_sheet.rules_hash,
        "inputs": hashlib.sha256(files["inputs"]).hexdigest(),
        "outcome": hashlib.sha256(files["outcome"]).hexdigest(),
    }


def test_the_breakdown_strikes_out_what_was_dropped_and_names_the_seat(client):
    publication = make_publication(make_decided_contest(votes=(4, 3, 1)))
    entry = publication.computation.outcome["ranking"][0]

    page = text(client.get(address("result_entry", publication.contest, "01")))

    assert f"{entry['total']['shown']} 分" in page
    panel = entry["marks"]["rounds"][0]["panels"][0]
    dropped = [row for row in panel["lines"][0]["rows"] if row["state"] == "high"]
    assert [row["seat"] for row in dropped] == ["A03"]
    assert (
        '<li class="is-out"><small>A03</small><s>75.5</s><small>最高</small></li>'
        in (page)
    )
    for sentence in entry["sentences"][-3:]:
        assert sentence in page


def test_the_data_of_one_entry_is_its_trace(client):
    publication = make_publication()

    data = client.get(address("result_entry_json", publication.contest, "02")).json()

    assert data["entry"] == next(
        entry
        for entry in publication.computation.outcome["ranking"]
        if entry["entry"] == "02"
    )


@pytest.mark.parametrize("plate", ["2", "99", "x", "1" * 40])
def test_an_unknown_number_is_not_found(client, plate):
    publication = make_publication()

    responses = [
        client.get(address(name, publication.contest, plate))
        for name in ("result_entry", "result_entry_json")
    ]

    assert [response.status_code for response in responses] == [404, 404]


def test_a_tie_on_the_line_is_told_instead_of_ten_flags(client):
    contest = make_decided_contest(votes=(2, 2), marked=0)
    _mark_alike(contest)
    publication = make_publication(contest)

    page = text(client.get(address("results", publication.contest)))

    assert "为什么还不是 1 面" in page
    assert "从综合得分到最后一级比较都相同，只剩 1 面，按规则当众抽签" in page
    assert "名次并列，后面的名次空出" in page


def _mark_alike(contest) -> None:
    """Every entry the same marks, so that nothing parts them."""
    night = night_of(contest)
    for _ in range(contest.entries.count()):
        turn = make_open_turn(night, now=NOW - MINUTE)
        for seat in night.seats.all():
            make_sheet(seat=seat, turn=turn, now=NOW - MINUTE)
        lock_turn(turn, now=NOW - MINUTE)


def test_a_practice_contest_carries_its_band(client):
    contest = make_decided_contest(practice=True, practice_note="演练，不计入任何成绩")
    publication = make_publication(contest)

    for name, more in (("results", ()), ("result_entry", ("01",))):
        page = text(client.get(address(name, publication.contest, *more)))
        assert "演练，不计入任何成绩" in page


def test_a_hidden_contest_has_no_result(client):
    publication = make_publication(make_decided_contest(hidden=True))

    assert client.get(address("results", publication.contest)).status_code == 404


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
    computed(contest)
    if role:
        sign_in(client, make_operator(role))

    assert client.get(address("results_manage", contest)).status_code == status


def test_compute_propose_and_publish_by_two_people(client):
    contest = make_decided_contest()
    url = address("results_manage", contest)

    sign_in(client, make_operator(Role.ADMINISTRATOR))
    client.post(url, {"act": "compute"})
    computation = Computation.objects.get()
    client.post(url, {"computation": computation.pk, "reason": "核对无误"})
    proposal = publish_proposal(contest)
    sign_in(client, make_operator(Role.SUPERVISOR))
    response = client.post(url, {"proposal": proposal.pk, "agree": "yes"}, follow=True)

    assert "结果已经公布" in text(response)
    assert Publication.objects.get().computation == computation


def test_those_who_check_see_whose_flag_hangs_on_the_method(client):
    contest = make_decided_contest(votes=(4, 3, 1))
    computed(contest)
    sign_in(client, make_operator(Role.SUPERVISOR))

    page = text(client.get(address("results_manage", contest)))

    assert "只看现场，民意只作参考，多出：03 第" in page
    assert "名次线性 30%，红旗不变。" in page


def test_the_proposer_finds_no_button_to_agree(client):
    contest = make_decided_contest()
    both = sign_in(client, make_operator(Role.ADMINISTRATOR, Role.SUPERVISOR))
    proposal = propose_publication(
        by=both, computation=computed(contest), reason="核对无误", now=timezone.now()
    )

    response = client.post(
        address("results_manage", contest), {"proposal": proposal.pk, "agree": "yes"}
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
    computed(contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    response = client.post(
        address("results_manage", contest), {"act": "propose"} | sent, follow=True
    )

    assert (response.status_code, publish_proposal(contest)) == (200, None)
    assert told in text(response)


def test_what_is_still_open_is_listed_and_there_is_nothing_to_propose(client):
    contest = make_decided_contest(votes=(4, 3), marked=1)
    computation = computed(contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))
    url = address("results_manage", contest)

    client.post(url, {"computation": computation.pk, "reason": "先公布吧"})
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
