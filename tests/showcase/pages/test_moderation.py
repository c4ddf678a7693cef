"""From the unit's 提交审核 to the public page: two reviewers, a checklist, reasons."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from showcase.pages.errors import (
    ChecklistIncomplete,
    MayNotPublish,
    NotYours,
    PageChanged,
    PageFrozen,
    ReturnNeedsItsReason,
    ReviewOver,
)
from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from showcase.pages.moderation.models import PageReview, PageReviewState
from showcase.pages.moderation.queries import open_return, returns_of
from showcase.pages.moderation.rules import CHECKLIST
from showcase.pages.moderation.services import (
    approve_page,
    return_page,
    sync_moderation,
)
from showcase.units.models import Affiliation
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from site_cms.design.blocks import TEXT_FEATURES
from site_cms.media.models import SiteRendition
from site_cms.trail.models import TrailEntry
from tests.factories import (
    DAY,
    NOW,
    make_contest,
    make_entry,
    make_operator,
    make_user,
    sign_in,
)
from tests.factories.moderation import (
    ANSWERS,
    freeze,
    make_editor,
    make_reviewers,
    submit,
)
from tests.site_factories import make_draft, make_page, make_showcase

pytestmark = [pytest.mark.django_db, pytest.mark.production_database]


@pytest.fixture
def page() -> ShowcasePage:
    """A draft whose entry is on the shortlist, days before the poll opens."""
    contest = make_contest(poll_opens_at=NOW + DAY, poll_closes_at=NOW + 2 * DAY)
    return make_draft(make_entry(contest=make_showcase(contest), number=7))


@pytest.fixture
def people(page):
    """The unit's editor, 初审 and 复审."""
    return make_editor(page), *make_reviewers()


STORY = "去年秋天起，九个村街的土路一段一段变成柏油路，雨天出门不再踩泥，孩子上学也不用绕路。"


def listed(*items) -> dict:
    """A list in a block, as its form sends it."""
    return {"count": len(items)} | {
        str(at): {"value": item, "deleted": "", "order": at}
        for at, item in enumerate(items)
    }


def edited(page: ShowcasePage, act: str = "", **fields) -> dict:
    """What the unit's browser sends from the editor: a page that lacks nothing."""
    figure = {
        "value": "17.8",
        "unit": "公里",
        "label": "修好的路",
        "period": "2026 年",
        "source": "交通局台账",
    }
    photo = {"image": page.cover_id, "alt_text": "村口新修的柏油路"}
    content = {
        "one_line": page.one_line,
        "lead": page.lead,
        "cover": page.cover_id,
        "body": streamfield(
            [
                ("paragraph", rich_text(f"<p>{STORY}</p>", features=TEXT_FEATURES)),
                ("figures", {"figures": listed(figure)}),
                (
                    "gallery",
                    {"heading": "照片", "images": listed(photo), "caption": "村口"},
                ),
                ("quote", {"text": "路好走了。", "who": "赵女士"}),
            ]
        ),
        "comments": {
            "TOTAL_FORMS": 0,
            "INITIAL_FORMS": 0,
            "MIN_NUM_FORMS": 0,
            "MAX_NUM_FORMS": 0,
        },
    }
    return nested_form_data(content | fields) | ({act: "1"} if act else {})


def state_of(page: ShowcasePage) -> PageReviewState:
    return PageReviewState.objects.of_page(page).waiting().get()


def approve(page: ShowcasePage, by) -> bool:
    return approve_page(by=by, state=state_of(page), answers=ANSWERS, now=NOW)


def send_back(page: ShowcasePage, by) -> None:
    return_page(
        by=by,
        state=state_of(page),
        reason="figures",
        words="公里数请附台账。",
        now=NOW,
    )


def test_a_page_goes_the_whole_way_in_the_browser(client, page, people):
    editor, first, second = people
    edit = f"/admin/pages/{page.pk}/edit/"
    client.force_login(editor)

    client.post(edit, edited(page, "action-submit"))

    state = state_of(page)
    desk = f"/admin/moderation/{state.pk}/"
    sign_in(client, first)
    assert page.title in client.get("/admin/moderation/").text
    assert "第一次送审" in client.get(desk).text
    client.post(
        desk, {"act": "return", "reason": "figures", "words": "公里数请附台账。"}
    )
    client.force_login(editor)
    opened = client.get(edit).text
    assert "初审退回：数字不准或说不清来源。公里数请附台账。" in opened
    client.post(edit, edited(page, "action-submit", one_line="17 公里土路变成柏油路"))

    sign_in(client, first)
    again = state_of(page)
    shown = client.get(f"/admin/moderation/{again.pk}/").text
    assert "上次退回以后改了什么" in shown
    assert "<ins" in shown
    assert "17 公里" in shown
    client.post(f"/admin/moderation/{again.pk}/", {"act": "approve", **ticked()})
    assert client.get("/u/07/").status_code == 404
    sign_in(client, second)
    last = state_of(page)
    assert last.stage == "second"
    said = client.post(
        f"/admin/moderation/{last.pk}/", {"act": "approve", **ticked()}, follow=True
    ).text

    assert "已通过并发布。" in said
    assert "没有待审的展示页" in said
    public = client.get("/u/07/").text
    assert "17 公里土路变成柏油路" in client.get("/u/?order=0").text
    assert "路好走了。" in public
    made = SiteRendition.objects.count()
    client.get("/u/07/")
    assert SiteRendition.objects.count() == made
    assert list(
        TrailEntry.objects.filter(action__startswith="showcase.page_")
        .exclude(action="showcase.page_created")
        .values_list("action", "by")
    ) == [
        ("showcase.page_submitted", editor.pk),
        ("showcase.page_returned_first", first.pk),
        ("showcase.page_submitted", editor.pk),
        ("showcase.page_approved_first", first.pk),
        ("showcase.page_approved_second", second.pk),
        ("showcase.page_published", second.pk),
    ]


def ticked(**changed) -> dict[str, str]:
    answers = {
        name: "on" if value is True else value for name, value in ANSWERS.items()
    }
    return {name: value for name, value in (answers | changed).items() if value}


@pytest.mark.parametrize("item", CHECKLIST, ids=lambda item: item.name)
def test_one_item_left_out_and_nothing_is_approved(client, page, people, item):
    state = submit(page, by=people[0])
    sign_in(client, people[1])

    answer = client.post(
        f"/admin/moderation/{state.pk}/",
        {"act": "approve", **ticked(**{item.name: ""})},
    )

    assert f"“{item.label}”还没有" in answer.text
    assert state_of(page) == state


def test_a_service_asks_for_the_whole_checklist_too(page, people):
    state = submit(page, by=people[0])

    with pytest.raises(ChecklistIncomplete, match="文字无误"):
        approve_page(
            by=people[1], state=state, answers=ANSWERS | {"typos": False}, now=NOW
        )


@pytest.mark.parametrize(
    ("reason", "words"), [("", "改"), ("figures", "  "), ("nonsense", "改")]
)
def test_nothing_is_sent_back_without_reason_and_words(page, people, reason, words):
    state = submit(page, by=people[0])

    with pytest.raises(ReturnNeedsItsReason):
        return_page(by=people[1], state=state, reason=reason, words=words, now=NOW)

    assert state_of(page) == state


def test_words_of_a_return_stay_when_the_reason_is_missing(client, page, people):
    state = submit(page, by=people[0])
    sign_in(client, people[1])

    answer = client.post(
        f"/admin/moderation/{state.pk}/", {"act": "return", "words": "第二张照片模糊"}
    ).text

    assert "请选一个退回的原因。" in answer
    assert "第二张照片模糊" in answer


def test_what_was_returned_stays_in_the_history_and_is_counted(page, people):
    editor, first, _ = people
    submit(page, by=editor)
    send_back(page, first)
    assert open_return(page).sentence == (
        "初审退回：数字不准或说不清来源。公里数请附台账。"
    )
    submit(page, by=editor)
    send_back(page, first)
    submit(page, by=editor)

    assert [each.words for each in returns_of(page)] == ["公里数请附台账。"] * 2
    assert open_return(page) is None


def test_what_was_returned_by_the_second_goes_through_the_first_again(page, people):
    editor, first, second = people
    submit(page, by=editor)
    approve(page, first)
    send_back(page, second)

    submit(page, by=editor)

    assert state_of(page).stage == "first"
    approve(page, first)
    assert state_of(page).stage == "second"
    assert approve(page, second) is True
    page.refresh_from_db()
    assert page.live


def test_nobody_reviews_the_unit_where_they_work(page, people):
    Affiliation.objects.create(user=people[1], unit=page.entry.unit)
    submit(page, by=people[0])

    with pytest.raises(NotYours, match="您所在单位"):
        approve(page, people[1])
    with pytest.raises(NotYours, match="您所在单位"):
        send_back(page, people[1])


def test_nobody_reviews_what_they_wrote(page, people):
    editor, first, _ = people
    page.save_revision(user=first)
    submit(page, by=editor)

    with pytest.raises(NotYours, match="您改过这一页"):
        approve(page, first)


def test_nobody_approves_one_version_twice(page, people):
    editor, _, second = people
    both = make_operator(Role.REVIEWER_FIRST, Role.REVIEWER_SECOND)
    submit(page, by=editor)
    approve(page, both)

    with pytest.raises(NotYours, match="初审是您通过的"):
        approve(page, both)
    assert approve(page, second) is True


@pytest.mark.parametrize(
    "role", [Role.REVIEWER_SECOND, Role.ADMINISTRATOR, Role.UNIT_EDITOR]
)
def test_only_whose_task_it_is_may_decide(page, people, role):
    submit(page, by=people[0])

    with pytest.raises(NotYours, match="不归您审核"):
        approve(page, make_operator(role))


def test_setting_up_the_site_makes_nobody_a_reviewer(page, people):
    submit(page, by=people[0])

    with pytest.raises(NotYours):
        approve(page, make_user(is_superuser=True))


def test_a_page_that_changed_in_review_is_not_approved(page, people):
    submit(page, by=people[0])
    page.save_revision(user=people[0])

    with pytest.raises(PageChanged):
        approve(page, people[1])


def test_a_page_that_changed_between_the_stages_goes_back_to_the_first(page, people):
    editor, first, _ = people
    state = submit(page, by=editor)
    page.save_revision(user=editor)
    state.approve(user=first)

    assert state_of(page).stage == "first"


def test_a_decision_is_taken_once(page, people):
    state = submit(page, by=people[0])
    approve_page(by=people[1], state=state, answers=ANSWERS, now=NOW)

    with pytest.raises(ReviewOver):
        approve_page(by=people[1], state=state, answers=ANSWERS, now=NOW)
    with pytest.raises(ReviewOver):
        return_page(by=people[1], state=state, reason="typos", words="改", now=NOW)


def test_a_page_that_the_unit_took_back_is_not_decided(client, page, people):
    editor, first, _ = people
    state = submit(page, by=editor)
    client.force_login(editor)

    client.post(f"/admin/pages/{page.pk}/edit/", edited(page, "action-cancel-workflow"))

    with pytest.raises(ReviewOver):
        approve_page(by=first, state=state, answers=ANSWERS, now=NOW)
    assert TrailEntry.objects.filter(
        action="showcase.page_withdrawn", by=editor
    ).exists()


def test_after_the_opening_of_the_poll_nothing_is_approved(client, page, people):
    submit(page, by=people[0])
    page = freeze(page)

    with pytest.raises(PageFrozen):
        approve(page, people[1])

    sign_in(client, people[1])
    desk = client.get(f"/admin/moderation/{state_of(page).pk}/").text
    assert "公开的仍是开放前的版本" in desk
    assert 'value="approve"' not in desk
    assert "不能再发布" in client.get("/admin/moderation/").text


def test_the_last_approver_must_have_the_right_to_publish(page, people):
    editor, first, second = people
    submit(page, by=editor)
    approve(page, first)
    Page.objects.get(pk=page.get_parent().pk).group_permissions.all().delete()

    with pytest.raises(MayNotPublish):
        approve(page, second)

    sync_moderation(by=None, now=NOW)
    assert approve(page, User.objects.get(pk=second.pk)) is True


def test_the_last_approvers_have_that_right_whatever_came_first():
    sync_groups()
    contest = make_showcase()
    index = ShowcaseIndexPage.objects.get(contest=contest)

    rights = index.group_permissions.filter(group__name="复审员")

    assert [right.permission.codename for right in rights] == ["publish_page"]
    assert sync_groups() == []


def test_the_workflow_is_code_and_wagtails_own_is_gone():
    contest = make_showcase()
    index = ShowcaseIndexPage.objects.get(contest=contest)

    workflow = index.get_workflow()

    assert [task.name for task in workflow.tasks] == ["初审", "复审"]
    assert [
        [group.name for group in task.groups.all()]
        for task in PageReview.objects.order_by("pk")
    ] == [["初审员"], ["复审员"]]
    assert list(Workflow.objects.all()) == [workflow]
    assert not GroupApprovalTask.objects.exists()


def test_the_command_repairs_the_workflow_and_runs_twice():
    make_showcase()
    PageReview.objects.get(stage="first").groups.set(
        [Group.objects.create(name="别的组")]
    )
    Workflow.objects.update(active=False)
    first, second = StringIO(), StringIO()

    call_command("sync_moderation", stdout=first)
    call_command("sync_moderation", stdout=second)

    assert "“初审”由初审员办理" in first.getvalue()
    assert second.getvalue() == "审核流程与代码一致。\n"


def test_while_a_page_is_in_review_nobody_changes_it(client, page, people):
    editor, first, _ = people
    submit(page, by=editor)
    administrator = make_operator(Role.ADMINISTRATOR)
    latest = Page.objects.get(pk=page.pk).latest_revision_id

    for user in (editor, first, administrator, make_user(is_superuser=True)):
        sign_in(client, user)
        client.post(f"/admin/pages/{page.pk}/edit/", edited(page, one_line="偷偷改"))

    assert Page.objects.get(pk=page.pk).latest_revision_id == latest


def test_the_unit_saves_submits_and_withdraws_and_nothing_else(client, page, people):
    editor = people[0]
    client.force_login(editor)
    edit = f"/admin/pages/{page.pk}/edit/"

    before = client.get(edit).text
    submit(page, by=editor)
    during = client.get(edit).text

    assert "action-save-draft" in before or "保存草稿" in before
    assert "提交审核" in before
    assert "撤回提交" in during
    for text in (before, during):
        for name in ("publish", "unpublish", "restart-workflow"):
            assert f'name="action-{name}"' not in text


@pytest.mark.parametrize("act", ["action-publish", "action-restart-workflow"])
def test_nobody_publishes_past_the_reviewers(client, page, people, act):
    for user in (make_operator(Role.ADMINISTRATOR), make_user(is_superuser=True)):
        sign_in(client, user)
        client.post(f"/admin/pages/{page.pk}/edit/", edited(page, act))
        client.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}")

    page.refresh_from_db()
    assert not page.live


def test_a_reviewer_of_the_second_stage_takes_nothing_off_the_site(client, people):
    live = make_page(make_entry(contest=ShowcasePage.objects.get().entry.contest))
    sign_in(client, people[2])

    client.post(f"/admin/pages/{live.pk}/unpublish/")
    client.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={live.pk}")

    live.refresh_from_db()
    assert live.live


def test_wagtails_own_doors_lead_to_the_checklist(client, page, people):
    state = submit(page, by=people[0])
    sign_in(client, people[1])
    door = f"/admin/pages/workflow/action/{page.pk}"

    led = client.post(f"{door}/review/{state.pk}/")
    shut = client.post(f"{door}/approve/{state.pk}/")

    assert led.headers["Location"] == f"/admin/moderation/{state.pk}/"
    assert shut.status_code == 302
    assert state_of(page) == state


def test_a_page_is_not_copied(client, page):
    sign_in(client, make_user(is_superuser=True))

    answer = client.get(f"/admin/pages/{page.pk}/copy/")

    assert answer.headers["Location"] == "/admin/"


def test_the_queue_is_by_age_and_says_how_often_a_page_was_returned(
    client, page, people
):
    editor, first, _ = people
    submit(page, by=editor)
    send_back(page, first)
    other = make_draft(make_entry(contest=page.entry.contest))
    submit(other, by=make_editor(other))
    submit(page, by=editor)
    sign_in(client, first)

    by_age = client.get("/admin/moderation/").text
    by_returns = client.get("/admin/moderation/?order=returns").text

    names = (other.entry.unit.name, page.entry.unit.name)
    assert by_age.index(names[0]) < by_age.index(names[1])
    assert by_returns.index(names[1]) < by_returns.index(names[0])
    assert "1 次" in by_age
    assert "开放时没有通过复审的内容不能再发布" in by_age


def test_the_next_page_is_one_press_away(client, page, people):
    editor, first, _ = people
    other = make_draft(make_entry(contest=page.entry.contest))
    submit(page, by=editor)
    following = submit(other, by=make_editor(other))
    sign_in(client, first)
    desk = f"/admin/moderation/{state_of(page).pk}/"

    shown = client.get(desk).text
    sent = client.post(desk, {"act": "approve", **ticked()})

    assert "第 1 个，共 2 个" in shown
    assert f"下一个：{other.entry.unit.short_name}" in shown
    assert sent.headers["Location"] == f"/admin/moderation/{following.pk}/"


def test_a_reviewer_sees_the_version_that_was_sent(client, page, people):
    state = submit(page, by=people[0])
    sign_in(client, people[1])

    shown = client.get(f"/admin/moderation/{state.pk}/page/")

    assert shown.status_code == 200
    assert page.lead in shown.text


@pytest.mark.parametrize("address", ["", "{pk}/", "{pk}/page/"])
def test_others_do_not_see_the_desk_of_the_reviewers(client, page, people, address):
    state = submit(page, by=people[0])
    path = f"/admin/moderation/{address.format(pk=state.pk)}"
    client.force_login(people[0])

    assert client.get(path).headers["Location"] == "/admin/"


@pytest.mark.parametrize("pages", [1, 4])
def test_the_queue_takes_few_queries_however_long_it_is(
    client, page, people, pages, django_assert_max_num_queries
):
    for _ in range(pages):
        each = make_draft(make_entry(contest=page.entry.contest))
        submit(each, by=people[0])
    sign_in(client, people[1])
    client.get("/admin/moderation/")

    with django_assert_max_num_queries(40):
        client.get("/admin/moderation/")


def test_an_open_workflow_is_cancelled_by_nobody_but_the_unit(client, page, people):
    submit(page, by=people[0])
    both = make_operator(Role.ADMINISTRATOR, Role.REVIEWER_FIRST)
    sign_in(client, both)

    client.post(f"/admin/pages/{page.pk}/edit/", edited(page, "action-cancel-workflow"))

    assert WorkflowState.objects.get().status == "in_progress"
