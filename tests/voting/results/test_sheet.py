"""The result on paper, for those who sign it."""

import pytest
from django.urls import reverse

from site_cms.accounts.roles import Role
from tests.factories import (
    NOW,
    RULES,
    make_decided_contest,
    make_operator,
    make_publication,
    make_standing_result,
    make_user,
    sign_in,
)
from voting.judging.queries import night_of
from voting.results.services import compute_result

pytestmark = pytest.mark.django_db


def address(contest) -> str:
    return reverse("voting:result_sheet", args=[contest.slug])


@pytest.mark.parametrize(
    ("role", "status"),
    [
        pytest.param(None, 302, id="nobody signs in first"),
        pytest.param(Role.HOST, 403, id="host"),
        pytest.param(Role.INTEGRITY, 403, id="integrity officer"),
        pytest.param(Role.SUPERVISOR, 200, id="supervisor"),
        pytest.param(Role.ADMINISTRATOR, 200, id="administrator"),
    ],
)
def test_who_may_print_what_nobody_outside_knows_yet(client, role, status):
    contest = make_decided_contest()
    make_standing_result(contest)
    if role:
        sign_in(client, make_operator(role))

    assert client.get(address(contest)).status_code == status


def test_before_two_people_agreed_there_is_nothing_to_sign(client):
    contest = make_decided_contest()
    compute_result(by=make_user(), contest=contest, now=NOW)
    sign_in(client, make_operator(Role.SUPERVISOR))

    response = client.get(address(contest))

    assert response.url == reverse("voting:results_manage", args=[contest.slug])


def test_it_has_the_figures_of_the_page_and_a_line_for_each_who_signs(client):
    contest = make_decided_contest()
    publication = make_standing_result(contest)
    supervisors = [each.user for each in night_of(contest).supervisors.all()]
    sign_in(client, make_operator(Role.SUPERVISOR))

    page = client.get(address(contest)).content.decode()

    for entry in publication.computation.outcome["ranking"]:
        assert f'<td class="num"><b>{entry["total"]["shown"]}</b></td>' in page
    for user in supervisors:
        assert f"<p>监督员 {user}<i></i></p>" in page
    for seat in ("A01", "A02", "A03", "C01", "C02", "C03"):
        assert f"<p>{seat} 席<i></i></p>" in page
    assert "<s>75.5</s>" in page
    digest = publication.computation.outcome_hash
    assert f"{digest[:4]} {digest[4:8]} {digest[8:12]} {digest[12:16]}" in page


def test_all_units_are_on_it_even_where_the_pages_tell_only_the_top(client):
    contest = make_decided_contest(document=RULES | {"publishing": "top"})
    publication = make_publication(contest)
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    page = client.get(address(contest)).content.decode()

    for entry in publication.computation.outcome["ranking"]:
        assert f"</svg>{entry['name']}</td>" in page or f">{entry['name']}</td>" in page
