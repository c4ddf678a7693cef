"""The public pages say how far a result has come, who decided, and which version this is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    HOUR,
    NOW,
    correct_a_mark,
    make_final_result,
    make_publication,
    make_revision,
)
from voting.results.page_queries import result_of

pytestmark = pytest.mark.django_db

LATER = NOW + HOUR


def get(client, name, contest, *more):
    response = client.get(reverse(f"voting:{name}", args=[contest.slug, *more]))
    return response, response.content.decode()


@pytest.fixture
def corrected():
    """The first result, and its correction."""
    first = make_publication()
    correct_a_mark(first.contest, number=3, results="0", now=LATER)
    return first, make_revision(first, now=LATER)


def test_everybody_reads_who_computed_checked_and_agreed(client):
    publication = make_publication()

    _, page = get(client, "results", publication.contest)

    for said in (
        f"{publication.computation.computed_by}用系统按规则算出",
        "另一套程序只用数据包重算，每一位数字都一致",
        f"{publication.proposed_by}提出，{publication.confirmed_by}核对同意",
    ):
        assert said in page
    assert "定稿</h4>" in page


def test_the_weights_stand_beside_what_they_were_worth(client):
    publication = make_publication()
    marks, votes = result_of(publication, now=NOW).weights

    _, page = get(client, "results", publication.contest)

    for weight in (marks, votes):
        assert (
            f'<td class="n" data-label="规则里的权重">{weight.nominal}</td>'
            f'<td class="n" data-label="实际影响">约 {weight.effective}</td>' in page
        )


def test_a_final_result_gives_the_flags_and_says_who_made_it_final(client):
    final = make_final_result()
    contest = final.publication.contest
    before = result_of(final.publication, now=NOW).version

    _, page = get(client, "results", contest)
    _, entry = get(client, "result_entry", contest, "01")
    response, _ = get(client, "result_json", contest)

    assert "最终结果" in page
    assert "以上 1 个单位获红旗" in page
    assert f"{final.proposed_by}提出，{final.confirmed_by}核对同意</li>" in page
    assert "第 1 名，获红旗（最终结果）" in entry
    assert response.json()["final"] == {
        "finalised_at": final.finalised_at.isoformat(),
        "proposed_by": str(final.proposed_by),
        "confirmed_by": str(final.confirmed_by),
    }
    assert response["ETag"] == f'"{before}-final"'


def test_a_correction_is_named_with_its_reason_and_leads_to_what_it_corrected(
    client, corrected
):
    first, revision = corrected
    contest = first.contest

    _, page = get(client, "results", contest)
    response, _ = get(client, "result_json", contest)

    assert "（更正第 1 版）" in page
    assert f"理由：{revision.reason}" in page
    assert reverse("voting:result_revision", args=[contest.slug, 0]) in page
    assert (response.json()["revision"], response.json()["reason"]) == (
        1,
        revision.reason,
    )
    assert response.json()["sha256"]["outcome"] == revision.computation.outcome_hash


def test_an_old_version_keeps_its_figures_and_offers_no_file_of_the_new_one(
    client, corrected
):
    first, _ = corrected
    contest = first.contest

    _, page = get(client, "result_revision", contest, 0)

    assert "已经更正的旧版" in page
    for row in result_of(first, now=LATER).table.rows:
        assert f'<span class="ranks__score">{row.score}</span>' in page
        assert (
            reverse("voting:result_entry", args=[contest.slug, row.plate]) not in page
        )
    for name in ("result_workbook", "result_outcome", "result_inputs"):
        assert reverse(f"voting:{name}", args=[contest.slug]) not in page


@pytest.mark.parametrize(
    ("closes", "offered"),
    [
        pytest.param(HOUR, True, id="while the notice runs"),
        pytest.param(-HOUR, False, id="after it"),
    ],
)
def test_a_score_can_be_objected_to_as_long_as_the_notice_runs(client, closes, offered):
    contest = make_publication().contest
    contest.notice_closes_at = timezone.now() + closes
    contest.save()

    _, page = get(client, "result_entry", contest, "01")

    address = reverse("voting:result_object", args=[contest.slug])
    assert (f"{address}?entry=01" in page) == offered
