"""What bites a county that installs Wagtail 8 as it comes, one test each.

In a browser, tests/journeys/test_admin_in_chinese.py finds the rest: a foreign host that
an admin page calls, a violation of its content policy, a word in English.
"""

import pytest
from django.conf import settings as configured
from django.utils import translation
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from site_cms.media.models import SiteImage
from site_cms.pages.page_types import HelpPage
from tests.factories import make_contest, make_entry, make_operator, sign_in
from tests.site_cms.media.pictures import TRACES, photograph, upload
from tests.site_factories import make_draft, make_page, make_showcase

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


# The last approver needs the right to publish, or the approval fails without a reason.


def test_last_approval_publishes_and_no_role_before_it_can():
    page = make_draft(make_entry(contest=make_showcase()))
    sync_groups()
    first = make_operator(Role.REVIEWER_FIRST)
    second = make_operator(Role.REVIEWER_SECOND)
    workflow = Workflow.objects.create(name="初审和复审")
    for order, user in enumerate((first, second)):
        task = GroupApprovalTask.objects.create(name=f"第 {order + 1} 步")
        task.groups.set(user.groups.all())
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    workflow.start(page, make_operator(Role.ADMINISTRATOR))

    for user in (first, second):
        assert not Page.objects.get(pk=page.pk).live
        state = ShowcasePage.objects.get(pk=page.pk).current_workflow_task_state
        state.approve(user=user)

    assert Page.objects.get(pk=page.pk).live


# Two foreign hosts are called by every page of the admin, and links lead to a third.


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/pages/", "/admin/users/", "/admin/account/", "/admin/images/"],
)
def test_no_page_of_the_admin_names_a_foreign_host(client, administrator, address):
    make_page()

    text = client.get(address).text

    for host in (
        "gravatar.com",
        "wagtail.org",
        "googleapis.com",
        "enable-javascript.com",
    ):
        assert host not in text


def test_editor_names_no_foreign_host_either(client, administrator):
    page = make_page().get_parent().get_parent()

    text = client.get(f"/admin/pages/{page.pk}/edit/").text

    assert "gravatar.com" not in text
    assert "wagtail.org" not in text


def test_embedding_from_foreign_hosts_is_not_offered(client, administrator):
    assert configured.WAGTAILEMBEDS_FINDERS == []


# Much of the Chinese translation is missing: tests/site_cms/test_locale.py goes through all of it.


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Search all pages…", "查找页面"),
        ("Autosave in progress…", None),
        ("Schedule to publish", "定时发布"),
        ("%(user_name)s has unsaved changes", "%(user_name)s 有没保存的修改"),
        ("Content metrics", "内容统计"),
    ],
)
def test_what_wagtail_leaves_in_english_is_chinese(english, chinese):
    with translation.override("zh-hans"):
        told = translation.gettext(english)

    assert told == (chinese or english)


# The usual search takes a run of Chinese for one word: 干货 is not found in 晾晒实事干货.


@pytest.mark.parametrize("query", ["干货", "晾晒", "教育", "教育局", "事"])
def test_two_characters_find_a_page_everywhere(client, administrator, query):
    make_showcase()
    page = HelpPage.objects.get(slug="help")
    page.title = page.draft_title = "县教育局晾晒实事干货"
    page.save()

    assert list(HelpPage.objects.search(query)) == [page]
    assert page.title in client.get("/admin/pages/search/", {"q": query}).text


# A telephone writes the place into a photograph, and Wagtail hands it on to every reader.


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "IMG_0001.jpg"), ("HEIF", "IMG_0001.HEIC")]
)
@pytest.mark.parametrize("spec", ["width-80|format-jpeg", "fill-40x40|format-webp"])
def test_pictures_for_readers_do_not_say_where_they_were_taken(
    client, administrator, settings, tmp_path, kind, name, spec
):
    settings.MEDIA_ROOT = tmp_path
    client.post(
        "/admin/images/add/",
        {"title": "村道", "file": upload(photograph(kind), name), "collection": 1},
    )

    rendition = SiteImage.objects.get().get_rendition(spec)

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert [
        trace for trace in TRACES for path in files if trace in path.read_bytes()
    ] == []
    assert rendition.width in (80, 40)


def test_originals_are_not_handed_out(client, administrator, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.post(
        "/admin/images/add/",
        {"title": "村道", "file": upload(photograph()), "collection": 1},
    )

    assert client.get(SiteImage.objects.get().file.url).status_code == 404


# A draft's new address leaves a redirect although nobody ever saw the old one.


def test_draft_whose_address_changes_leaves_no_redirect():
    draft = make_draft(make_entry(contest=make_showcase()))

    draft.slug = "another"
    draft.save()
    draft.save_revision().publish()

    assert list(Redirect.objects.all()) == []


# A Chinese title becomes a long %-address, and without Unicode something unreadable.


def test_address_of_a_unit_is_its_number_and_no_editor_sees_a_field_for_it(
    client, administrator
):
    page = make_page()

    text = client.get(f"/admin/pages/{page.pk}/edit/", follow=True).text

    assert page.get_url().endswith("/u/01/")
    assert 'name="slug"' not in text


def test_title_in_chinese_does_not_become_an_address(client, administrator):
    home = make_showcase() and ShowcaseIndexPage.objects.get().get_parent()

    text = client.get(f"/admin/pages/add/site_cms/helppage/{home.pk}/").text

    assert configured.WAGTAIL_ALLOW_UNICODE_SLUGS is False
    assert 'data-w-slug-allow-unicode-value="true"' not in text


# Set to True, a plain save by a reviewer starts the whole review again.


def test_saving_by_a_reviewer_does_not_restart_the_review():
    assert not getattr(configured, "WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT", False)


# The readability score counts letters a word; there are none in Chinese.


def test_readability_score_is_not_shown(client, administrator):
    make_showcase()
    page = HelpPage.objects.get(slug="help")

    text = client.get(f"/admin/pages/{page.pk}/edit/").text

    assert "data-content-word-count" in text
    assert "可读性" not in text
    assert "<p data-content-readability-score hidden></p>" in text


# The userbar would cost an editor a quarter of a megabyte on each public page.


@pytest.mark.parametrize("address", ["/", "/u/", "/u/01/", "/notices/"])
def test_public_pages_have_no_userbar(client, administrator, address):
    make_page(make_entry(contest=make_showcase(make_contest()), number=1))

    text = client.get(address).text

    assert "userbar" not in text
    assert "wagtail" not in text.lower()


# A unit's text is saved while it is written, and what is missing is said on submission.


def test_editor_saves_by_itself(client, administrator):
    make_showcase()
    page = HelpPage.objects.get(slug="help")

    text = client.get(f"/admin/pages/{page.pk}/edit/").text

    assert getattr(configured, "WAGTAIL_AUTOSAVE_INTERVAL", 500) > 0
    assert "w-autosave" in text


# One instance serves one county: snippets, redirects and workflows know no tenants.


def test_only_the_administrator_reaches_what_belongs_to_nobody(client):
    sync_groups()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        sign_in(client, make_operator(role))
        for address in ("/admin/redirects/", "/admin/workflows/list/", "/admin/users/"):
            assert client.get(address).status_code in {302, 403}, (role, address)
