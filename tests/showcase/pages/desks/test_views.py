import re

import pytest

from showcase.pages.models import ShowcasePage
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.roles import Role
from tests.factories import NOW, make_entry, make_operator, make_unit, sign_in
from tests.factories.desks import make_desk
from tests.site_factories import make_showcase

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    contest = make_showcase()
    sync_groups()
    return contest


@pytest.fixture
def administrator(client, contest):
    return sign_in(
        client, make_operator(Role.ADMINISTRATOR, last_name="管", first_name="理")
    )


def text_of(response) -> str:
    return response.content.decode()


def confirm(client, contest, preview, **changed):
    fields = {
        "act": preview.context["act"],
        "seen": preview.context["seen_json"],
        "units": [desk.unit.pk for desk in preview.context["chosen"]],
        "confirmed": "1",
    }
    return client.post(f"/admin/desks/{contest.slug}/", fields | changed)


def choose(client, contest, *units, act="open"):
    return client.post(
        f"/admin/desks/{contest.slug}/", {"act": act, "units": [u.pk for u in units]}
    )


def test_desks_are_chosen_previewed_opened_and_their_letters_shown_once(
    client, contest, administrator
):
    units = [make_unit(code="A"), make_unit(code="B")]

    preview = choose(client, contest, *units)
    assert "新建：参评、图片文件夹、编辑组、展示页、账号、登录信" in text_of(preview)
    assert not ShowcasePage.objects.exists()
    letters = confirm(client, contest, preview)

    shown = re.findall(r'letter__secret">([^<]+)<', text_of(letters))
    assert shown[::2] == ["a", "b"]
    for username, password in zip(shown[::2], shown[1::2], strict=True):
        assert User.objects.get(username=username).check_password(password)
    assert letters.headers["Cache-Control"] == "no-store"
    again = confirm(client, contest, preview)
    assert "情况有了变化" in text_of(again)
    assert "letter__secret" not in text_of(again)


def test_a_new_letter_is_previewed_with_its_warning(client, contest, administrator):
    unit = make_desk(contest, word="甲").unit

    preview = choose(client, contest, unit, act="letters")
    assert "密码立刻作废" in text_of(preview)

    assert "letter__secret" in text_of(confirm(client, contest, preview))


def test_a_refusal_for_one_unit_stops_no_other(client, contest, administrator):
    good, bad = make_unit(code="A"), make_unit(code="B")
    make_operator(Role.HOST, username="b")

    letters = text_of(confirm(client, contest, choose(client, contest, good, bad)))

    assert "1 封登录信" in letters
    assert f"没有办成：{bad}：账号“b”已经有人用" in letters


def test_ticks_are_kept_when_something_is_wrong(client, contest, administrator):
    unit = make_entry(contest=contest).unit

    answer = text_of(choose(client, contest, unit, act="letters"))

    assert "还没有账号，不能重新出信" in answer
    assert re.search(rf'id="unit-{unit.pk}"\s+checked', answer)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"act": "open"},
        {"act": "open", "units": ["x", "999"]},
        {"act": "x", "units": ["1"]},
        {"confirmed": "1"},
        {"confirmed": "1", "act": "open", "units": ["1"], "seen": "[]"},
        {"confirmed": "1", "act": "open", "units": ["1"], "seen": "{"},
    ],
)
def test_rubbish_changes_nothing(client, contest, administrator, fields):
    assert client.post(f"/admin/desks/{contest.slug}/", fields).status_code == 200
    assert User.objects.count() == 1


def test_everybody_in_the_admin_reads_who_may_do_what(client, contest):
    make_operator(Role.SUPERVISOR, last_name="监", first_name="督人")
    desk = make_desk(contest, word="甲")
    sign_in(client, make_operator(Role.HOST))

    page = text_of(client.get("/admin/who-may-do-what/"))

    for role in Role:
        assert role.label in page
        assert role.duty in page
    assert "主持现场评比会" in page
    assert "查看、新建、修改：活动" in page
    assert "监督人" not in page
    assert desk.unit.name not in page


def test_administrator_also_sees_who_holds_each_role(client, contest, administrator):
    desk = make_desk(contest, word="甲", code="J07")
    make_operator(Role.SUPERVISOR, last_name="监", first_name="督人", username="sup")

    page = text_of(client.get("/admin/who-may-do-what/"))

    assert "监督人（sup，还没设第二步验证）" in page
    assert "单位-J07" in page
    assert desk.editor.username in page


def sit_down(client, desk):
    desk.editor.must_change_password = False
    desk.editor.save()
    client.force_login(desk.editor)


def menu_of(client) -> list[str]:
    props = text_of(client.get("/admin/"))
    return re.findall(r'"label": "([^"]+)"', props)


def test_a_unit_has_a_short_menu(client, contest):
    desk = make_desk(contest, word="甲")
    sit_down(client, desk)

    labels = {label.encode().decode("unicode_escape") for label in menu_of(client)}

    assert {"我的展示页", "我的实事", "图片", "文档", "帮助"} - labels <= {
        "文档",
        "文件",
    }
    assert not labels & {"报告", "设置", "页面", "活动管理", "单位", "活动"}


def test_own_folder_is_chosen_by_itself_at_upload(client, contest):
    mine, _ = make_desk(contest, word="甲"), make_desk(contest, word="乙")
    sit_down(client, mine)

    page = text_of(client.get("/admin/images/add/"))

    assert "乙局" not in page
    assert 'name="tags"' not in page
    assert (
        'name="collection"' not in page
        or f'value="{mine.unit.collection_id}" selected' in page
    )


def test_file_in_a_units_folder_is_open_to_the_unit_and_operators_alone(
    client, contest
):
    mine, other = make_desk(contest, word="甲"), make_desk(contest, word="乙")
    addresses = [mine.document.url, other.document.url]

    def statuses():
        return [client.get(address).status_code for address in addresses]

    assert statuses() == [404, 404]
    sit_down(client, mine)
    assert statuses() == [200, 404]
    sign_in(client, make_operator(Role.REVIEWER_FIRST))
    assert statuses() == [200, 200]


def test_the_letters_password_is_changed_first_and_then_opens_the_desk(
    client, contest, administrator
):
    unit = make_unit(code="J07")
    letters = confirm(client, contest, choose(client, contest, unit))
    username, given = re.findall(r'letter__secret">([^<]+)<', text_of(letters))
    client.logout()

    signed = client.post(
        "/accounts/login/?next=/admin/",
        {"login": username, "password": given},
        follow=True,
    )
    assert "请先换一个自己的密码" in text_of(signed)
    assert client.get("/admin/").status_code == 302
    own = "green-river-4477"
    changed = client.post(
        "/accounts/password/",
        {"oldpassword": given, "password1": own, "password2": own},
        follow=True,
    )

    assert changed.redirect_chain[-1][0] == "/admin/"
    assert changed.status_code == 200
    assert not User.objects.get(username=username).check_password(given)
    assert NOW
