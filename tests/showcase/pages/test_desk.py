"""What a unit sees of its own work in the admin."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission

from showcase.contests.models import Opening
from showcase.pages.desk import deeds_task, own_page, page_task
from showcase.pages.models import ShowcasePage
from showcase.pages.services import publish_showcase_page, start_showcase_page
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.roles import Role
from tests.factories import (
    DAY,
    make_contest,
    make_deed,
    make_entry,
    make_operator,
    make_unit,
    sign_in,
)
from tests.showcase.pages.test_completeness import whole_body
from tests.site_factories import make_draft, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


def contest_now(**times):
    now = timezone.now()
    wanted = {
        "nomination_opens_at": now - DAY,
        "nomination_closes_at": now + 6 * DAY,
        "poll_opens_at": now + 20 * DAY,
        "poll_closes_at": now + 30 * DAY,
    }
    return make_showcase(make_contest(**wanted | times))


def make_desk(contest=None, *, written: bool = False, **fields):
    """A unit with its editor and its page: (editor, page)."""
    sync_groups()
    group = Group.objects.create(name=f"单位 {Group.objects.count()}")
    editor = make_operator(Role.UNIT_EDITOR)
    editor.groups.add(group)
    entry = make_entry(
        contest=contest or contest_now(),
        unit=make_unit(group=group),
        **{"number": None, "shortlisted_at": None} | fields,
    )
    page = (
        make_draft(entry, body=whole_body())
        if written
        else start_showcase_page(by=None, entry=entry, now=timezone.now())
    )
    GroupPagePermission.objects.create(
        group=group,
        page=page,
        permission=Permission.objects.get(
            codename="change_page", content_type__app_label="wagtailcore"
        ),
    )
    return editor, ShowcasePage.objects.get(pk=page.pk)


def task(page: ShowcasePage):
    return page_task(
        ShowcasePage.objects.get(pk=page.pk).get_latest_revision_as_object(),
        number=2,
        now=timezone.now(),
    )


def submit(page: ShowcasePage, editor):
    return page.get_workflow().start(page, editor)


def test_an_empty_draft_says_what_is_missing_with_links_and_until_when():
    _, page = make_desk()

    found = task(page)

    assert (found.state, found.kind, found.days_left) == ("草稿", "todo", 6)
    assert (found.progress.done, found.progress.total) == (0, 6)
    assert found.missing[0].text == "还没有写“一句话”"
    assert found.missing[0].url == (
        f"/admin/pages/{page.pk}/edit/#:w:contentpath=one_line"
    )
    assert [link.label for link in found.actions] == [
        "开始填写", "手机预览", "打印（A4）",
    ]  # fmt: skip


def test_a_whole_draft_says_that_it_can_be_handed_in():
    _, page = make_desk(written=True)

    found = task(page)

    assert (found.missing, found.progress.done) == ([], 6)
    assert "提交审核" in found.text


@pytest.mark.parametrize(
    ("closes", "days_left", "kind"),
    [
        pytest.param(timedelta(days=3), 3, "todo", id="three nights"),
        pytest.param(timedelta(minutes=-1), 20, "late", id="over: until the poll"),
    ],
)
def test_days_left_are_counted_until_the_deadline_that_still_stands(
    closes, days_left, kind
):
    now = timezone.now()
    _, page = make_desk(contest_now(nomination_closes_at=now + closes))

    found = task(page)

    assert (found.days_left, found.kind) == (days_left, kind)
    assert ("已经过了" in found.text) is (kind == "late")


def test_a_page_in_review_waits_and_says_with_whom():
    editor, page = make_desk(written=True)
    submit(page, editor)

    found = task(page)

    assert (found.state, found.kind) == ("初审中", "wait")
    assert found.missing == []


def test_a_returned_page_shows_who_said_what():
    editor, page = make_desk(written=True)
    reviewer = make_operator(Role.REVIEWER_FIRST, last_name="陈", first_name="老师")
    workflow = submit(page, editor)
    state = workflow.current_task_state.specific
    state.reject(user=reviewer, comment="第二个数字没有来源。")

    found = task(page)

    assert (found.state, found.kind) == ("退回修改", "returned")
    assert "第二个数字没有来源。" in found.remark.text
    assert found.remark.who == str(reviewer)


def test_a_published_page_may_still_be_changed_until_it_is_frozen():
    contest = contest_now()
    _, page = make_desk(contest, written=True, number=7, shortlisted_at=timezone.now())
    page = publish_showcase_page(by=None, page=page, now=timezone.now())
    assert (task(page).state, task(page).kind) == ("已发布", "done")

    page.one_line = "新的一句话"
    page.save_revision()
    assert task(page).state == "已发布，修改还没有提交"

    Opening.objects.create(
        contest=contest,
        stage="poll",
        opened_at=timezone.now(),
        frozen={},
        frozen_hash="",
    )
    found = task(page)
    assert (found.state, found.kind) == ("已冻结", "done")
    assert "改" not in [link.label for link in found.actions]
    assert "看公开页面" in [link.label for link in found.actions]


def test_overdue_deeds_are_named():
    editor, page = make_desk()
    today = timezone.localdate()
    make_deed(unit=page.entry.unit, title="照明改造", due_on=today - 3 * DAY)
    make_deed(unit=page.entry.unit, title="还早的事", due_on=today + DAY)
    make_deed(title="别的单位的事", due_on=today - DAY)

    found = deeds_task(page.entry.unit, user=editor, number=3, now=timezone.now())

    assert (found.state, found.kind) == ("逾期 1 件", "late")
    assert [line.text for line in found.advice] == ["照明改造：逾期 3 天"]
    assert "共 2 件" in found.text


def test_the_home_page_of_a_unit_shows_its_tasks_and_nothing_else(client):
    editor, page = make_desk()
    _, other = make_desk(page.entry.contest)
    client.force_login(editor)

    text = unescape(client.get("/admin/").text)

    assert "还没有写“一句话”" in text
    assert "实事台账" in text
    assert other.entry.unit.name not in text
    for wagtails in ("最近编辑", "Your most recent edits", "现在没有等您做的事"):
        assert wagtails not in text
    assert own_page(editor, page.entry.contest).pk == page.pk


def test_an_account_without_a_unit_is_told_whom_to_ask(client):
    sync_groups()
    client.force_login(make_operator(Role.UNIT_EDITOR))

    assert "您的账号还没有对应的单位" in client.get("/admin/").text


@pytest.mark.parametrize("what", ["preview", "print"])
def test_a_unit_looks_at_its_own_draft_alone(client, what):
    editor, page = make_desk()
    _, other = make_desk(page.entry.contest)
    client.force_login(editor)

    own = client.get(f"/admin/desk/{page.pk}/{what}/")
    theirs = client.get(f"/admin/desk/{other.pk}/{what}/")
    nobodys = client.get(f"/admin/desk/{'9' * 40}/{what}/")

    assert (own.status_code, page.title in own.text) == (200, True)
    assert (theirs.status_code, nobodys.status_code) == (302, 404)
    assert other.title not in theirs.text


def test_a_preview_fits_into_a_frame_and_leaves_the_editors_own_choice(client):
    editor, page = make_desk()
    client.force_login(editor)
    client.cookies["font"] = "large"
    address = f"/admin/pages/{page.pk}/view_draft/"

    large, plain = client.get(f"{address}?mode=large"), client.get(address)

    assert 'data-font="large"' in large.text
    assert "data-font" not in plain.text
    assert large.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in large.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in large.headers["Content-Security-Policy"]
    assert "font" not in large.cookies


def test_the_printed_page_has_lines_for_signature_and_stamp(client):
    editor, page = make_desk(written=True)
    client.force_login(editor)

    text = client.get(f"/admin/desk/{page.pk}/print/").text

    assert "负责人（盖章）" in text
    assert page.entry.unit.name in text


def test_the_editor_of_a_unit_shows_what_a_unit_fills_in(client):
    editor, page = make_desk()
    client.force_login(editor)

    text = client.get(f"/admin/pages/{page.pk}/edit/").text

    assert "怎样填" in text
    for name in ("one_line", "lead", "cover", "sectors"):
        assert f'name="{name}"' in text
    for hidden in ("title", "slug", "search_description", "go_live_at"):
        assert f'name="{hidden}"' not in text


def sent(page: ShowcasePage, **fields) -> dict[str, str]:
    return {
        "one_line": "",
        "lead": "",
        "cover": "",
        "body-count": "0",
    } | fields


def test_a_draft_is_saved_with_everything_missing(client):
    editor, page = make_desk()
    client.force_login(editor)

    response = client.post(
        f"/admin/pages/{page.pk}/edit/", sent(page, one_line="路修好了")
    )

    assert response.status_code == 302
    draft = ShowcasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.one_line, draft.cover) == ("路修好了", None)


def test_handing_in_says_at_each_field_what_is_missing_and_keeps_what_was_typed(
    client,
):
    editor, page = make_desk()
    client.force_login(editor)

    response = client.post(
        f"/admin/pages/{page.pk}/edit/",
        sent(page, one_line="路修好了", **{"action-submit": "1"}),
    )

    errors = response.context["form"].errors
    assert sorted(errors) == ["body", "cover", "lead"]
    assert "还没有加“主要数字”" in str(errors["body"])
    assert 'value="路修好了"' in response.text
    assert ShowcasePage.objects.get(pk=page.pk).current_workflow_state is None


def test_an_administrator_sees_the_contest_and_no_desk(client):
    make_desk()
    sign_in(client, make_operator(Role.ADMINISTRATOR))

    text = client.get("/admin/").text

    assert "您的账号还没有对应的单位" not in text
    assert "展示页：已发布 0 个，草稿 1 个" in text
