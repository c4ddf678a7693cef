import pytest
from django.utils import timezone

from showcase.contests.models import Opening
from showcase.pages.errors import PageFrozen
from showcase.pages.models import ShowcasePage
from showcase.pages.services import publish_showcase_page
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import (
    NOW,
    make_contest,
    make_deed,
    make_entry,
    make_operator,
    sign_in,
)
from tests.site_factories import make_draft, make_page, make_showcase, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    sync_groups()
    user = make_operator(Role.ADMINISTRATOR)
    sign_in(client, user)
    return user


def freeze(page: ShowcasePage) -> ShowcasePage:
    Opening.objects.create(
        contest=page.entry.contest,
        stage="poll",
        opened_at=timezone.now(),
        frozen={},
        frozen_hash="",
    )
    return ShowcasePage.objects.get(pk=page.pk)


def test_a_frozen_page_is_not_published_again(client):
    page = make_page()
    page.one_line = "后来的话"
    page.save_revision()
    page = freeze(page)

    with pytest.raises(PageFrozen):
        publish_showcase_page(by=None, page=page, now=NOW)

    assert "后来的话" not in client.get(page.url).text


def test_the_editor_of_a_frozen_page_is_shut_and_says_why(client, administrator):
    page = freeze(make_page())
    address = f"/admin/pages/{page.pk}/edit/"

    opened = client.get(address, follow=True)
    sent = client.post(address, {"one_line": "后来的话", "action-publish": "1"})

    assert PageFrozen.message in opened.text
    assert sent.status_code == 302
    page.refresh_from_db()
    assert page.one_line == "土路变成柏油路"


@pytest.mark.parametrize("act", ["unpublish", "delete", "move"])
def test_a_frozen_page_is_not_taken_away(client, administrator, act):
    page = freeze(make_page())

    client.post(f"/admin/pages/{page.pk}/{act}/")

    page.refresh_from_db()
    assert page.live


def test_an_open_page_is_edited_without_its_address(client, administrator):
    page = make_draft(make_entry(contest=make_showcase(), number=7))

    text = client.get(f"/admin/pages/{page.pk}/edit/").text

    assert 'name="one_line"' in text
    assert 'name="slug"' not in text


def test_the_dashboard_says_where_the_contest_stands(client, administrator):
    page = make_page(make_entry(contest=make_showcase(make_contest())))
    make_draft(make_entry(contest=page.entry.contest))

    text = client.get("/admin/").text

    assert "民意测评已经截止" in text
    assert "展示页：已发布 1 个，草稿 1 个" in text
    assert "查找页面" in text


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/contests/", "/admin/pages/", "/admin/images/", "/admin/trail/"],
)
def test_the_admin_asks_no_foreign_host_for_anything(client, administrator, address):
    make_site()
    make_deed()

    text = client.get(address).text

    for host in ("gravatar.com", "releases.wagtail.org", "guide.wagtail.org"):
        assert host not in text


def test_the_trail_is_read_by_auditors_and_written_through_no_screen(client):
    sync_groups()
    make_showcase()
    sign_in(client, make_operator(Role.AUDITOR))

    entry = TrailEntry.objects.latest("pk")

    assert "建立网站“红旗争夺赛”" in client.get("/admin/trail/").text
    assert client.get(f"/admin/trail/inspect/{entry.pk}/").status_code == 200
    for address in ("new", f"edit/{entry.pk}", f"delete/{entry.pk}"):
        assert client.post(f"/admin/trail/{address}/").status_code == 302
    assert TrailEntry.objects.filter(pk=entry.pk).exists()
