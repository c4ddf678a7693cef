import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from site_cms.accounts import grants
from site_cms.accounts.grants import GRANTS, ROOT, Grants, PageGrant
from site_cms.accounts.groups import UnknownPermission, sync_groups
from site_cms.accounts.roles import Role
from tests.factories import make_operator, make_user

pytestmark = pytest.mark.django_db


def permissions_of(group):
    return set(group.permissions.values_list("codename", flat=True))


def test_each_role_has_a_group_that_enters_the_admin():
    sync_groups()

    assert {
        group.name
        for group in Group.objects.filter(permissions__codename="access_admin")
    } == {role.label for role in Role}


def test_second_run_changes_nothing():
    assert sync_groups() != []
    assert sync_groups() == []


def test_dry_run_tells_the_same_and_changes_nothing():
    told = sync_groups(dry_run=True)

    assert not Group.objects.filter(name=Role.HOST.label).exists()
    assert sync_groups() == told


def test_what_the_code_does_not_grant_is_taken_away():
    sync_groups()
    host = Group.objects.get(name=Role.HOST.label)
    host.permissions.add(Permission.objects.get(codename="change_user"))
    GroupPagePermission.objects.create(
        group=host,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="publish_page"),
    )

    assert sync_groups() == [
        "主持人：- site_cms.change_user",
        "主持人：- wagtailcore.publish_page 于“Root”",
    ]
    assert permissions_of(host) == {"access_admin"}
    assert not host.page_permissions.exists()


def test_group_of_a_single_unit_stays_as_it_is():
    unit_group = Group.objects.create(name="单位-07")
    unit_group.permissions.add(Permission.objects.get(codename="access_admin"))

    sync_groups()

    assert permissions_of(unit_group) == {"access_admin"}


def test_wagtails_own_groups_go_unless_somebody_is_in_them():
    make_user().groups.add(Group.objects.get(name="Editors"))

    sync_groups()

    assert set(
        Group.objects.filter(name__in=["Editors", "Moderators"]).values_list(
            "name", flat=True
        )
    ) == {"Editors"}


def test_last_approver_may_publish_below_the_page_that_the_grant_names(monkeypatch):
    """Without it Wagtail refuses the final approval."""
    index = PageGrant("wagtailcore.Page", ("publish_page",))
    monkeypatch.setitem(
        GRANTS, Role.REVIEWER_SECOND, Grants(pages=(index,), collection=())
    )
    sync_groups()
    home = Page.objects.filter(depth=2).get()

    assert home.permissions_for_user(make_operator(Role.REVIEWER_SECOND)).can_publish()
    assert not home.permissions_for_user(
        make_operator(Role.REVIEWER_FIRST)
    ).can_publish()


def test_second_reviewer_publishes_showcases():
    assert [
        grant
        for grant in GRANTS[Role.REVIEWER_SECOND].pages
        if "publish_page" in grant.permissions
    ] == [PageGrant("showcase.ShowcaseIndexPage", ("publish_page",))]


def test_page_types_that_grants_name_exist():
    named = {grant.page_type for grants in GRANTS.values() for grant in grants.pages}

    for page_type in named - {ROOT}:
        assert issubclass(apps.get_model(page_type), Page)


def test_misspelt_permission_is_named(monkeypatch):
    monkeypatch.setitem(grants.GRANTS, Role.HOST, Grants(models=("site_cms.add_usr",)))

    with pytest.raises(UnknownPermission, match="add_usr"):
        sync_groups()


def test_nobody_may_edit_ballots_marks_or_the_trail():
    granted = {name for grant in GRANTS.values() for name in grant.models}

    assert {
        name
        for name in granted
        if ".view_" not in name
        and any(
            word in name
            for word in ("ballot", "mark", "sheet", "trail", "decision", "group")
        )
    } == set()


def test_auditor_and_supervisor_write_nothing_in_the_admin():
    reads_the_trail = Grants(models=("site_cms.view_trailentry",))
    assert [GRANTS[Role.AUDITOR], GRANTS[Role.SUPERVISOR]] == [
        reads_the_trail,
        Grants(),
    ]
