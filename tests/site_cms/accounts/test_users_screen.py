"""Wagtail's screens of users, as far as they are ours."""

import pytest
from django.contrib.auth.models import Group

from site_cms.accounts.groups import sync_groups
from site_cms.accounts.models import User
from site_cms.accounts.queries import roles_of
from site_cms.accounts.roles import Role
from site_cms.trail.models import TrailEntry
from tests.factories import make_operator, make_user, sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "green-river-42"


@pytest.fixture
def administrator(client):
    sync_groups()
    return sign_in(client, make_operator(Role.ADMINISTRATOR))


def filled_in(*roles, password=PASSWORD, **fields):
    return {
        "username": "zhao",
        "last_name": "赵",
        "first_name": "某",
        "email": "",
        "is_active": "on",
        "password1": password,
        "password2": password,
        "groups": [Group.objects.get(name=role.label).pk for role in roles],
    } | fields


def test_new_account_changes_its_password_first_and_its_roles_go_to_the_trail(
    client, administrator
):
    response = client.post("/admin/users/new/", filled_in(Role.HOST))

    assert response.status_code == 302
    user = User.objects.get(username="zhao")
    assert user.must_change_password
    entry = TrailEntry.objects.about(user).get()
    assert (entry.by, entry.action, entry.sentence) == (
        administrator,
        "user.created",
        "建立账号赵某：主持人",
    )
    assert entry.details["roles"] == ["host"]


def test_change_of_roles_goes_to_the_trail(client, administrator):
    user = make_operator(Role.HOST, username="zhao")

    client.post(
        f"/admin/users/edit/{user.pk}/",
        filled_in(Role.CLERK, Role.HELPER, password=""),
    )

    user = User.objects.get(pk=user.pk)
    entry = TrailEntry.objects.about(user).get()
    assert (entry.action, entry.details["roles"]) == (
        "user.changed",
        ["clerk", "helper"],
    )
    assert not user.must_change_password


def test_password_set_by_the_administrator_is_for_one_sign_in(client, administrator):
    user = make_operator(Role.HOST, username="zhao")

    client.post(f"/admin/users/edit/{user.pk}/", filled_in(Role.HOST))

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.must_change_password


def test_administrator_makes_nobody_superuser(client, administrator):
    client.post("/admin/users/new/", filled_in(Role.HOST, is_superuser="on"))

    assert not User.objects.get(username="zhao").is_superuser


def test_administrator_does_not_touch_a_superuser(client, administrator):
    root = make_user(username="root", is_superuser=True)

    client.post(f"/admin/users/edit/{root.pk}/", filled_in(username="root"))

    root.refresh_from_db()
    assert not root.check_password(PASSWORD)


def test_administrator_gives_themselves_no_role(client, administrator):
    client.post(
        f"/admin/users/edit/{administrator.pk}/",
        filled_in(Role.SUPERVISOR, Role.INTEGRITY, username="me", password=""),
    )

    administrator.refresh_from_db()
    assert administrator.username == "me"
    assert roles_of(User.objects.get(pk=administrator.pk)) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", set(Role) - {Role.ADMINISTRATOR})
def test_other_roles_see_no_users(client, role):
    sync_groups()
    sign_in(client, make_operator(role))

    assert client.get("/admin/users/").status_code == 302


def test_account_page_leads_to_password_and_second_factor(client, administrator):
    page = client.get("/admin/account/").content.decode()

    assert "/accounts/2fa/" in page
    assert "password1" not in page
