import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError

from showcase.pages.desks.errors import DeskError, DesksChanged, NameTaken
from showcase.pages.desks.passwords import ALPHABET, first_password
from showcase.pages.desks.queries import Part, desk_of, desks_of, fingerprint
from showcase.pages.desks.services import issue_letter, open_and_write, open_desk
from showcase.pages.models import ShowcaseIndexPage, ShowcasePage
from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.queries import is_operator
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import NOW, make_contest, make_unit, make_user
from tests.site_factories import make_showcase, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return make_showcase()


def opened(contest, **fields):
    unit = make_unit(**fields)
    open_desk(by=None, contest=contest, unit=unit, now=NOW)
    unit.refresh_from_db()
    return unit


def permissions_of(group) -> set[tuple[str, str]]:
    return {
        *((p.page.title, p.permission.codename) for p in group.page_permissions.all()),
        *(
            (p.collection.name, p.permission.codename)
            for p in group.collection_permissions.all()
        ),
        *((p.content_type.app_label, p.codename) for p in group.permissions.all()),
    }


def test_a_unit_gets_entry_folder_group_page_and_account(contest):
    unit = make_unit(code="J07", short_name="教育局")

    made = open_desk(by=make_user(), contest=contest, unit=unit, now=NOW)

    unit.refresh_from_db()
    page = ShowcasePage.objects.get(entry__unit=unit)
    account = unit.group.user_set.get()
    assert made == [part for part in Part if part != Part.LETTER]
    assert (unit.group.name, unit.collection.name) == ("单位-J07", "J07 教育局")
    assert (page.live, page.slug) == (False, "j07")
    assert (account.username, account.must_change_password) == ("j07", True)
    assert not account.has_usable_password()
    assert not is_operator(account)
    assert TrailEntry.objects.about(unit).get(action="desk.opened").sentence == (
        f"为“{unit}”开通：参评、图片文件夹、编辑组、展示页、账号"
    )


def test_running_it_again_changes_nothing(contest):
    unit = opened(contest)
    before = TrailEntry.objects.count()

    assert open_desk(by=None, contest=contest, unit=unit, now=NOW) == []
    assert TrailEntry.objects.count() == before


def test_its_group_has_its_page_and_its_folder_and_nothing_else(contest):
    unit = opened(contest, code="J07", short_name="教育局")

    assert permissions_of(unit.group) == {
        ("教育局", "change_page"),
        *(
            ("J07 教育局", f"{action}_{kind}")
            for kind in ("image", "document")
            for action in ("add", "change", "choose")
        ),
    }


def test_a_group_that_drifted_is_mended_by_sync_groups(contest):
    mine, other = opened(contest, code="A"), opened(contest, code="B")
    before = permissions_of(mine.group)
    mine.group.page_permissions.all().delete()
    mine.group.permissions.set(
        Group.objects.get(name=Role.UNIT_EDITOR.label).permissions.all()
    )
    for row in other.group.collection_permissions.all():
        row.pk, row.group = None, mine.group
        row.save()
    mine.group.name = "改了名"
    mine.group.save()

    changes = sync_groups()

    mine.group.refresh_from_db()
    assert [change for change in changes if change.startswith("改了名")] == [
        "改了名：改名为单位-A"
    ]
    assert (mine.group.name, permissions_of(mine.group)) == ("单位-A", before)
    assert sync_groups() == []


def test_a_second_contest_gives_the_same_group_a_second_page(contest):
    unit = opened(contest)

    made = open_desk(by=None, contest=make_contest(), unit=unit, now=NOW)

    assert made == [Part.ENTRY, Part.PAGE]
    assert unit.group.page_permissions.count() == 2
    assert ShowcaseIndexPage.objects.count() == 2


def test_a_letter_brings_a_password_that_is_kept_nowhere(contest):
    unit = opened(contest)

    letter = issue_letter(by=None, contest=contest, unit=unit, now=NOW)

    account = unit.group.user_set.get()
    assert account.check_password(letter.password)
    assert account.must_change_password
    entry = TrailEntry.objects.about(unit).get(action="desk.letter_issued")
    assert letter.password not in entry.sentence + str(entry.details)
    assert letter.password not in str(User.objects.values()) + str(
        TrailEntry.objects.values()
    )


def test_a_new_letter_makes_the_old_password_void_and_is_recorded(contest):
    unit = opened(contest)
    first = issue_letter(by=None, contest=contest, unit=unit, now=NOW)

    second = issue_letter(by=None, contest=contest, unit=unit, now=NOW)

    account = unit.group.user_set.get()
    assert not account.check_password(first.password)
    assert account.check_password(second.password)
    told = TrailEntry.objects.about(unit).filter(action="desk.letter_issued")
    assert [entry.sentence.endswith("旧密码作废") for entry in told] == [False, True]


def test_first_passwords_differ_and_have_no_character_that_looks_like_another():
    passwords = {first_password() for _ in range(200)}

    assert len(passwords) == 200
    assert set("".join(passwords)) <= set(ALPHABET) | {"-"}
    assert not set("0o1il2z5s8b") & set(ALPHABET)


def test_what_was_not_looked_at_is_not_done(contest):
    unit = make_unit()
    seen = fingerprint(desk_of(contest, unit))
    do = {"by": None, "contest": contest, "unit": unit, "expected": seen, "now": NOW}
    assert open_and_write(**do, new_letter=False) is not None

    with pytest.raises(DesksChanged):
        open_and_write(**do, new_letter=False)
    with pytest.raises(DesksChanged):
        open_and_write(**do, new_letter=True)


def test_somebody_elses_account_or_group_is_never_taken(contest):
    make_user(username="J07")
    with pytest.raises(NameTaken, match="账号“j07”已经有人用"):
        opened(contest, code="J07")

    make_user().groups.add(Group.objects.create(name="单位-J08"))
    with pytest.raises(NameTaken, match="已经有一个叫“单位-J08”的组"):
        opened(contest, code="J08")


def test_an_operator_in_the_group_gets_no_letter(contest):
    unit = opened(contest)
    unit.group.user_set.get().groups.add(
        Group.objects.get_or_create(name=Role.SUPERVISOR.label)[0]
    )

    with pytest.raises(DeskError, match="还没有账号"):
        issue_letter(by=None, contest=contest, unit=unit, now=NOW)


def test_without_a_site_it_says_so():
    with pytest.raises(DeskError, match="网站还没有首页"):
        opened(make_contest())


@pytest.mark.parametrize("count", [3, 12])
def test_list_of_desks_takes_the_same_queries(
    contest, django_assert_num_queries, count
):
    for _ in range(count):
        opened(contest)

    with django_assert_num_queries(6):
        assert len([desk.state for desk in desks_of(contest)]) == count


def test_command_opens_desks_and_writes_letters_to_a_file_of_its_own(
    contest, tmp_path, capsys
):
    unit = make_unit(code="J07")
    letters = tmp_path / "letters.html"
    call = ("open_desks", "--contest", contest.slug, "--unit", "j07")

    call_command(*call, "--dry-run")
    assert not User.objects.exists()
    call_command(*call, "--letters", str(letters))
    page = letters.read_text("utf-8")
    call_command(*call)

    assert letters.stat().st_mode & 0o777 == 0o600
    assert "j07" in page
    assert unit.name in page
    assert "<style>" in page
    assert capsys.readouterr().out.splitlines()[-1] == f"[1/1] J07 {unit} 没有变化"
    with pytest.raises(CommandError, match="不能新建文件"):
        call_command(*call, "--letters", str(letters), "--new-letters")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--contest", "none"], "没有网址名是“none”的活动"),
        (["--contest", "SLUG", "--unit", "X"], "没有这些单位：X"),
        (["--contest", "SLUG", "--new-letters"], "要用 --letters"),
    ],
)
def test_command_says_what_is_wrong(arguments, said):
    make_site()
    slug = make_contest().slug
    with pytest.raises(CommandError, match=said):
        call_command("open_desks", *[slug if a == "SLUG" else a for a in arguments])
