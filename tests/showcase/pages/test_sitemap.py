"""What search engines are told of a contest, and what nobody is told."""

import pytest

from showcase.contests.models import Contest
from tests.factories import NOW, make_contest, make_entry
from tests.site_factories import make_draft, make_page, make_pages, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def sitemap(client) -> str:
    response = client.get("/sitemap.xml")
    assert response.status_code == 200
    return response.text


def test_the_list_and_its_units_are_in_the_sitemap_with_their_last_change(client):
    make_pages(make_showcase(), 2)

    text = sitemap(client)

    assert [path in text for path in ("/u/<", "/u/01/<", "/u/02/<")] == [True] * 3
    assert text.count("/u/") == 3
    assert text.count("<lastmod>2026-05-31") == 2


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"hidden": True}, id="hidden"),
        pytest.param({"practice": True, "practice_note": "演练"}, id="practice"),
    ],
)
def test_hidden_and_practice_contests_are_not_in_the_sitemap(client, fields):
    make_page(make_entry(contest=make_showcase(make_contest(**fields))))

    assert "/u/" not in sitemap(client)


def test_drafts_and_units_off_the_shortlist_are_not_in_the_sitemap(client):
    contest = make_showcase()
    make_draft(make_entry(contest=contest))
    make_page(make_entry(contest=contest, number=None, shortlisted_at=None))

    assert sitemap(client).count("/u/") == 1


@pytest.mark.parametrize("count", [3, 30])
def test_the_sitemap_takes_the_same_queries_for_any_number_of_units(
    client, django_assert_max_num_queries, count
):
    make_pages(make_showcase(), count)
    client.get("/sitemap.xml")

    with django_assert_max_num_queries(20):
        sitemap(client)


def test_a_hidden_contest_is_nowhere(client):
    contest = make_showcase()
    make_page(make_entry(contest=contest), one_line="只有这里写着独一无二")
    addresses = [
        f"/u/01/{rest}"
        for rest in ("", "share.jpg", "poster.jpg", "poster/", "next/", "list/")
    ]
    before = {client.get(address).status_code for address in addresses}

    Contest.objects.update(hidden=True)

    assert before == {200, 302}
    assert {client.get(address).status_code for address in addresses} == {404}
    shown = [client.get(path).text for path in ("/", "/sitemap.xml", "/feed/notices/")]
    assert [text for text in shown if "独一无二" in text or "/u/01/" in text] == []


def test_a_withdrawn_unit_keeps_its_page_and_invites_nobody(client):
    page = make_page()
    page.entry.withdrawn_at = NOW
    page.entry.withdrawal_notice = "单位申请退出。"
    page.entry.save()

    text = client.get("/u/01/").text

    assert "单位申请退出。" in text
    assert "poster/" not in text
    assert "/u/01/share.jpg" not in text
    for rest in ("share.jpg", "poster.jpg", "poster/"):
        assert client.get(f"/u/01/{rest}").status_code == 404
    assert "/u/01/" in sitemap(client)
